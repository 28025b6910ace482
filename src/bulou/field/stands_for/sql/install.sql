-- Policies of the table. Each statement may run again.

-- name: on
-- Units of enrolments come under row level security.
ALTER TABLE stands_for_enrolmentunit ENABLE ROW LEVEL SECURITY

-- name: drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS scope ON stands_for_enrolmentunit

-- name: policy
-- Whoever sees the offer sees for which unit it is; the inner query is under the offer's own policy.
CREATE POLICY scope ON stands_for_enrolmentunit TO bulou_app USING (
    EXISTS (SELECT FROM field_enrolment AS e WHERE e.token_hash = stands_for_enrolmentunit.token_hash)
)

-- name: written_once
-- An offer is for the unit that it was made for.
REVOKE UPDATE, DELETE ON stands_for_enrolmentunit FROM bulou_app
