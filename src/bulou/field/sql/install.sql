-- Policies of the door's own table. Each statement may run again.

-- name: enrolment_on
-- Offers of enrolment come under row level security.
ALTER TABLE field_enrolment ENABLE ROW LEVEL SECURITY

-- name: enrolment_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS scope ON field_enrolment

-- name: enrolment
-- An offer is seen by those whose areas it touches, and made by those whose areas it lies within.
CREATE POLICY scope ON field_enrolment TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange) && ranges
) WITH CHECK (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange) @> ranges
)
