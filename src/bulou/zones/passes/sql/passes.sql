-- Passes and what happened with them at gates.

-- name: passes
-- Passes of a range: those that are open, and those that were decided since a day; the latest first.
SELECT d.subject, d.occasion, d.area, d.stage, d.outcome, d.variant, d.value, d.mark, d.opened_at, d.stage_at, d.due_at,
       h.stairwell, h.floor, h.door
FROM ledger_duty AS d LEFT JOIN places_household AS h ON h.id = d.subject
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area BETWEEN %(lo)s AND %(hi)s
  AND (d.outcome = 0 OR (d.outcome = 1 AND d.stage_at >= %(since)s))
  AND (%(occasion)s = 0 OR d.occasion = %(occasion)s)
ORDER BY d.outcome, d.opened_at DESC, d.occasion LIMIT %(limit)s

-- name: said
-- What was said of passes, oldest first: of a field the latest value stands.
SELECT l.occasion, e.kind, e.at, e.raw
FROM unnest(%(subjects)s::bigint[], %(occasions)s::bigint[]) AS k (subject, occasion)
JOIN ledger_line AS l ON l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.subject = k.subject AND l.occasion = k.occasion
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
WHERE e.kind = ANY (%(steps)s::text[]) AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.at, l.journal, l.number

-- name: passages
-- Passages of the passes of a range since a moment, the latest first: when, by which device, with what was said.
SELECT l.subject, l.occasion, l.at, l.area, e.raw, j.id, j.name
FROM ledger_duty AS d
JOIN ledger_line AS l ON l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number AND e.kind = 'pass.passed'
LEFT JOIN ledger_journal AS j ON j.id = l.journal
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 1
  AND l.unheard = 0 AND l.at >= %(since)s AND (%(occasion)s = 0 OR d.occasion = %(occasion)s)
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.at DESC, l.journal, l.number LIMIT %(limit)s

-- name: turned_away
-- Codes that did not hold at the gates of a range since a moment, the latest first.
SELECT s.at, s.area, s.value, j.id, j.name
FROM ledger_journal AS j
JOIN ledger_statement AS s ON s.subject_kind = 6 AND s.subject = j.id AND s.name = 'gate.turned_away'
WHERE j.kind = 'phone' AND s.area BETWEEN %(lo)s AND %(hi)s AND s.at >= %(since)s
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = s.journal AND v.number = s.number)
ORDER BY s.at DESC LIMIT %(limit)s

-- name: let_out
-- Who was let out without a pass since a moment, the latest first, and whether somebody has followed it up.
SELECT d.subject, d.occasion, d.area, d.variant, d.opened_at, d.outcome, d.due_at
FROM ledger_duty AS d
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area BETWEEN %(lo)s AND %(hi)s AND d.opened_at >= %(since)s
ORDER BY d.opened_at DESC, d.occasion LIMIT %(limit)s

-- name: named
-- Who of a household has the name that stands on its pass: whose name was shown.
SELECT DISTINCT p.id, p.area
FROM unnest(%(households)s::bigint[], %(names)s::text[]) AS k (household, name)
JOIN places_person AS p ON p.household = k.household AND p.name = k.name
WHERE p.merged_into IS NULL
