-- Where the members of a family are to go, for the rule that they go together.

-- name: placed
-- The latest word on where people are to go that counts, of duties that are open or done, with their households. With
-- %(persons)s: only those who live with one of these; without: everybody.
SELECT DISTINCT ON (l.campaign, l.subject, l.occasion) l.subject, p.household, e.raw
FROM ledger_line AS l
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
JOIN ledger_duty AS d ON d.campaign = l.campaign AND d.kind = l.kind AND d.subject = l.subject AND d.occasion = l.occasion
JOIN places_person AS p ON p.id = l.subject
WHERE l.kind = %(kind)s AND e.kind = %(step)s AND l.unheard = 0 AND d.outcome IN (0, 1) AND NOT d.withdrawn
  AND p.household IS NOT NULL
  AND (%(persons)s::bigint[] IS NULL OR p.household IN (SELECT q.household FROM places_person AS q WHERE q.id = ANY (%(persons)s::bigint[])))
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.campaign, l.subject, l.occasion, l.at DESC, l.journal DESC, l.number DESC

-- name: households
-- In which household each of these people lives.
SELECT id, household FROM places_person WHERE id = ANY (%(persons)s::bigint[]) AND household IS NOT NULL
