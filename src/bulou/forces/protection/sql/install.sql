-- Rights beside the policies by area. Each statement may run again.

-- name: stay
-- Nothing is removed: a test is taken back, a team leaves.
REVOKE DELETE ON protection_test, protection_team FROM bulou_app

-- name: changes_stay
-- The history is written once.
REVOKE UPDATE, DELETE ON protection_team_change FROM bulou_app
