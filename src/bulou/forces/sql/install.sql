-- Policies beside those by area, and the exclusion. Each statement may run again; it is part of the installation.

-- name: once_drop
-- Makes way for the exclusion below.
ALTER TABLE forces_shift DROP CONSTRAINT IF EXISTS forces_shift_once

-- name: once
-- Nobody has two shifts in force at the same time, whoever writes them and however many do so at once.
ALTER TABLE forces_shift ADD CONSTRAINT forces_shift_once EXCLUDE USING gist (
    int8range(member, member, '[]') WITH &&, tstzrange(starts, ends) WITH &&
) WHERE (cancelled_at IS NULL AND state = 'published')

-- name: asked_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS called ON forces_asked

-- name: asked
-- Whoever answers for the place of a call-up sees everybody who was asked for it, and notes answer and arrival.
CREATE POLICY called ON forces_asked TO bulou_app USING (
    EXISTS (SELECT FROM forces_call_up AS c WHERE c.id = forces_asked.call_up)
)

-- name: sent_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS sent ON forces_member

-- name: sent
-- Whoever answers for where somebody works, or was called to, sees who comes; only his own area changes his record.
CREATE POLICY sent ON forces_member FOR SELECT TO bulou_app USING (
    EXISTS (SELECT FROM forces_shift AS s WHERE s.member = forces_member.id AND s.cancelled_at IS NULL)
    OR EXISTS (SELECT FROM forces_asked AS a WHERE a.member = forces_member.id)
)

-- name: members_stay
-- Nobody is removed from the record.
REVOKE DELETE ON forces_member FROM bulou_app

-- name: change_on
-- What was done to a record comes under row level security as well.
ALTER TABLE forces_member_change ENABLE ROW LEVEL SECURITY

-- name: change_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS scope ON forces_member_change

-- name: change
-- Whoever sees somebody sees what was done to the record; the inner query is under the member's own policies.
CREATE POLICY scope ON forces_member_change TO bulou_app USING (
    EXISTS (SELECT FROM forces_member AS m WHERE m.id = forces_member_change.member)
)

-- name: changes_stay
-- The history is written once, and so are looks.
REVOKE UPDATE, DELETE ON forces_member_change, forces_look FROM bulou_app
