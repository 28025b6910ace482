-- Reads of oversight. Row level security narrows each of them to what its reader answers for.

-- name: findings
-- The findings opened from an instant on within a range, with what was recorded of each; what is void does not count.
SELECT d.campaign, d.subject, d.occasion, d.area, d.opened_at, d.outcome, d.variant, e.raw
FROM ledger_duty AS d
JOIN ledger_line AS l USING (campaign, kind, subject, occasion)
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area BETWEEN %(lo)s AND %(hi)s
  AND d.opened_at > %(since)s AND NOT d.withdrawn AND d.outcome <> 2 AND e.kind = 'finding.opened' AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY d.opened_at DESC LIMIT 5000

-- name: told
-- How some findings stand, with all that was reported of them, the earliest first.
SELECT d.campaign, d.subject, d.occasion, d.area, d.stage, d.outcome, d.mark, d.variant, d.due_at, e.kind, e.at, e.raw
FROM unnest(%(campaigns)s::int[], %(subjects)s::bigint[], %(occasions)s::bigint[]) AS k (campaign, subject, occasion)
JOIN ledger_duty AS d USING (campaign, subject, occasion)
JOIN ledger_line AS l USING (campaign, kind, subject, occasion)
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
WHERE d.kind = %(kind)s AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY e.at, e.journal, e.number

-- name: latest
-- The latest version of each checklist, those in use only unless asked otherwise.
SELECT DISTINCT ON (c.name) c.id FROM oversight_checklist AS c
WHERE c.ended_at IS NULL OR %(ended)s ORDER BY c.name, c.version DESC
