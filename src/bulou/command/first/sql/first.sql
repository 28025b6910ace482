-- How far an installation is before its first round.

-- name: there
-- What there is within the reader's areas. People are looked for, not counted: a district has a million.
SELECT
  (SELECT count(*) FROM places_area WHERE closed_at IS NULL AND %(scope)s::int8multirange @> id),
  (SELECT count(*) FROM (SELECT FROM places_person WHERE merged_into IS NULL LIMIT %(most)s) AS person),
  (SELECT count(DISTINCT user_id) FROM accounts_grant WHERE since <= %(real)s AND until > %(real)s AND ended_at IS NULL
     AND ranges && %(scope)s::int8multirange),
  (SELECT count(*) FROM ledger_journal WHERE kind = 'phone' AND revoked_at IS NULL AND expires_at > %(now)s
     AND ranges && %(scope)s::int8multirange),
  (SELECT count(*) FROM ledger_journal WHERE kind = 'laboratory' AND revoked_at IS NULL AND expires_at > %(now)s
     AND ranges && %(scope)s::int8multirange),
  (SELECT count(*) FROM ledger_journal WHERE kind = 'courier' AND revoked_at IS NULL AND expires_at > %(now)s
     AND ranges && %(scope)s::int8multirange)
