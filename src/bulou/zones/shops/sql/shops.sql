-- Reads of shops: what was decided on them, ordered for areas, reported of their staff.

-- name: said
-- Decisions and staff tests that hold, of the shops of a range: name with the number behind it, value, since, until.
SELECT s.name, s.value, s.since, s.until FROM ledger_standing AS s
WHERE s.subject_kind = 5 AND s.subject BETWEEN %(lo)s AND %(hi)s AND s.name = ANY (%(names)s::text[])
  AND (s.until IS NULL OR s.until > %(now)s)

-- name: orders
-- The orders that hold, of all areas: an order is public, and a street's may have been given by the district.
SELECT s.subject, s.value, s.since, s.until FROM ledger_standing AS s
WHERE s.subject_kind = 5 AND s.name = 'shop.order' AND (s.until IS NULL OR s.until > %(now)s)

-- name: reasons
-- What was said with the latest decisions on the shops of a range, the earliest first; void ones not.
SELECT s.name, s.at, s.value, s.until, e.raw, j.name
FROM ledger_statement AS s
JOIN ledger_entry AS e ON e.journal = s.journal AND e.number = s.number AND e.refusal IS NULL
LEFT JOIN ledger_journal AS j ON j.id = s.journal
WHERE s.subject_kind = 5 AND s.subject = %(area)s AND s.name = %(name)s
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = s.journal AND v.number = s.number)
ORDER BY s.at DESC, s.journal, s.number LIMIT 50
