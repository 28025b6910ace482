-- What live parts ask of the database besides their figures.

-- name: listen
-- Hear of every batch that the ledger takes.
LISTEN bulou_ledger

-- name: listen_accounts
-- Hear when somebody's access ends: a session, a role, an account (desk/accounts).
LISTEN bulou_accounts
