-- The registry of units. Each statement of the first half may run again; it is part of the installation.

-- name: unit_ids
-- Ids given out stay below those of what is found in the field.
ALTER SEQUENCE places_unit_id_seq MAXVALUE 4503599627370495

-- name: serves_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS serves ON places_unit

-- name: serves
-- A unit of a street or district serves all that lies below: who works there sees it. To write takes its own area.
CREATE POLICY serves ON places_unit FOR SELECT TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange) && int8range(area, last, '[]')
)

-- name: units_stay
-- A unit is closed and never removed.
REVOKE DELETE ON places_unit FROM bulou_app

-- name: change_policy_on
-- What was done to units comes under row level security as well.
ALTER TABLE places_unit_change ENABLE ROW LEVEL SECURITY

-- name: change_policy_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS scope ON places_unit_change

-- name: change_policy
-- Whoever sees the unit sees what was done to it; the inner query is under the unit's own policies.
CREATE POLICY scope ON places_unit_change TO bulou_app USING (
    EXISTS (SELECT FROM places_unit AS u WHERE u.id = places_unit_change.unit)
)

-- name: changes_stay
-- The history is written once.
REVOKE UPDATE, DELETE ON places_unit_change FROM bulou_app
