-- What live parts ask of the database besides their figures.

-- name: listen
-- Hear of every batch that the ledger takes.
LISTEN bulou_ledger
