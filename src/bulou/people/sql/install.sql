-- What the database holds to in looks and exports. Each statement may run again.

-- name: one_person_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS one_person ON places_person

-- name: one_person
-- Behind a broken glass a transaction names one person (bulou.person) and sees no other, whatever its areas are.
CREATE POLICY one_person ON places_person AS RESTRICTIVE TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.person', true), '') IS NULL)
    OR id = (SELECT nullif(current_setting('bulou.person', true), '')::bigint)
)

-- name: exports_stay
-- The record of exports is written once.
REVOKE UPDATE, DELETE ON people_export FROM bulou_app

-- name: glass_stays
-- So is that of broken glass, but for its review.
REVOKE UPDATE, DELETE ON people_glass FROM bulou_app

-- name: glass_is_reviewed
-- The columns of the review alone.
GRANT UPDATE (verdict, note, reviewed_by, reviewed_at) ON people_glass TO bulou_app
