-- Reads for lists that come in by name and door.

-- name: named
-- Residents of some names within the reader's areas, with their door and what they owe in a round.
SELECT p.id, p.name_key, coalesce(d.area, p.area), b.name, coalesce(h.stairwell, ''), coalesce(h.door, ''),
       d.outcome, d.stage
FROM places_person AS p
LEFT JOIN places_household AS h ON h.id = p.household
LEFT JOIN places_area AS b ON b.id = p.area
LEFT JOIN ledger_duty AS d ON d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = p.id AND d.occasion = 0
                          AND d.outcome < 3
WHERE p.name_key = ANY (%(names)s) AND p.merged_into IS NULL AND %(ranges)s::int8multirange @> p.area
ORDER BY p.id
