-- What a list from elsewhere means: the doors that its addresses name, and what they owe already.

-- name: doors
-- The households behind these doors, whatever the stairwell.
SELECT h.id, h.area, h.stairwell, h.floor, h.door
FROM unnest(%(areas)s::bigint[], %(doors)s::text[]) AS d (area, door)
JOIN places_household AS h ON h.area = d.area AND h.door = d.door
WHERE h.closed_at IS NULL ORDER BY h.area, h.door, h.stairwell

-- name: phones
-- The households of people with these telephones, read from the last digit on, as the index has them.
SELECT DISTINCT p.phone_end, p.phone_2_end, h.id, h.area, h.stairwell, h.floor, h.door
FROM (
  SELECT id, phone_end, phone_2_end, household, merged_into FROM places_person WHERE phone_end COLLATE "C" = ANY (%(ends)s::text[])
  UNION
  SELECT id, phone_end, phone_2_end, household, merged_into FROM places_person WHERE phone_2_end COLLATE "C" = ANY (%(ends)s::text[])
) AS p
JOIN places_household AS h ON h.id = p.household AND h.closed_at IS NULL
WHERE p.merged_into IS NULL ORDER BY h.id

-- name: there
-- What households owe of a kind, each with every content of the step that opened it, oldest first.
SELECT d.subject, d.occasion, d.outcome, coalesce(d.variant, 0), d.due_at, e.raw
FROM ledger_duty AS d
JOIN ledger_line AS l USING (campaign, kind, subject, occasion)
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = ANY (%(households)s::bigint[]) AND d.outcome <> 3
  AND l.act = 1 AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY d.subject, d.opened_at, d.occasion, l.at, l.journal, l.number
