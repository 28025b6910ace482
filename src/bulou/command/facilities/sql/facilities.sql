-- What daily records and results say of who lies in a facility.

-- name: notes
-- Daily records of these people that count, oldest first.
SELECT l.subject, e.at, e.raw FROM ledger_line AS l
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
WHERE l.kind = %(kind)s AND l.subject = ANY (%(subjects)s::bigint[]) AND e.kind = 'stay.noted' AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY e.at, e.journal, e.number

-- name: positive
-- Which of these people test positive, as long as the result stands. Who was admitted directly has no result of ours: his
-- stay alone keeps him, until somebody says otherwise.
SELECT p.id FROM unnest(%(persons)s::bigint[]) AS p (id)
WHERE EXISTS (SELECT FROM ledger_standing AS s WHERE s.subject_kind = 1 AND s.subject = p.id AND s.name = %(name)s
                AND s.value = %(value)s AND (s.until IS NULL OR s.until > %(now)s))
   OR NOT EXISTS (SELECT FROM ledger_duty AS d WHERE d.kind = %(kind)s AND d.subject = p.id)
