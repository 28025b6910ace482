-- The journal through which a user writes.

-- name: writer
-- The journal of a desk user within a scope, while it can still write.
SELECT journal FROM now_writer WHERE user_id = %(user)s AND scope = %(scope)s AND expires_at > %(now)s

-- name: keep_writer
-- Keep the user's journal of a scope in place of one that has run out.
INSERT INTO now_writer (user_id, scope, journal, expires_at) VALUES (%(user)s, %(scope)s, %(journal)s, %(expires)s)
ON CONFLICT (user_id, scope) DO UPDATE SET journal = EXCLUDED.journal, expires_at = EXCLUDED.expires_at
