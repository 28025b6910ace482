-- What the application may not do with keys.

-- name: keep
-- What a key may do is never widened, and no key is forgotten.
REVOKE UPDATE, DELETE ON api_key FROM bulou_app

-- name: ends
-- The columns of its end and of its last use.
GRANT UPDATE (revoked_at, revoked_by, used_at) ON api_key TO bulou_app
