-- What the desk's role may change in the record of photos.

-- name: stay
-- Photos and looks are written once.
REVOKE UPDATE, DELETE ON attachments_photo, attachments_photo_look FROM bulou_app

-- name: removed
-- Only that a photo was taken away is said later.
GRANT UPDATE (removed_at, removed_by, removed_why) ON attachments_photo TO bulou_app
