-- What the application may not do with the record of devices' service.

-- name: keep
-- A record that could be changed would prove nothing.
REVOKE UPDATE, DELETE ON devices_service FROM bulou_app
