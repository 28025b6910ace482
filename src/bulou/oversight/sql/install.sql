-- What holds beside the policies by area. Each statement may run again; it is part of the installation.

-- name: checklists_stay
-- A version of a checklist is never changed: inspections were made by it.
REVOKE UPDATE, DELETE ON oversight_checklist FROM bulou_app

-- name: checklists_end
-- Only that it is no longer used is said later.
GRANT UPDATE (ended_at) ON oversight_checklist TO bulou_app

-- name: inspections_stay
-- Nothing of an inspection is removed; which findings came of it is written once.
REVOKE DELETE ON oversight_inspection, oversight_inspection_finding, oversight_report FROM bulou_app

-- name: findings_stay
-- The link from an inspection to its findings is written once.
REVOKE UPDATE ON oversight_inspection_finding FROM bulou_app

-- name: done_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS done ON oversight_inspection

-- name: done
-- An inspection that is done or cancelled is not changed any more.
CREATE POLICY done ON oversight_inspection AS RESTRICTIVE FOR UPDATE TO bulou_app
USING (state IN ('planned', 'begun')) WITH CHECK (true)

-- name: signed_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS signed ON oversight_report

-- name: signed
-- A signed report is not changed any more, by nobody at the desk.
CREATE POLICY signed ON oversight_report AS RESTRICTIVE FOR UPDATE TO bulou_app
USING (signed_at IS NULL) WITH CHECK (true)
