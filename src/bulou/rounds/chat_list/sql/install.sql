-- What the database holds to in the record of lists that were applied. Each statement may run again.

-- name: taken_stays
-- The record is written once.
REVOKE UPDATE, DELETE ON exchange_taken, exchange_taken_row FROM bulou_app

-- name: taken_is_undone
-- But for its undoing.
GRANT UPDATE (undone_at, undone_by) ON exchange_taken TO bulou_app
