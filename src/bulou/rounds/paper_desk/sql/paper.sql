-- Whom the lines of a sheet of paper mean.

-- name: people
-- Persons with their doors and what they owe in the sheet's round.
SELECT p.id, p.name, h.stairwell, h.floor, h.door, d.area, d.stage, d.stage_at, d.mark, d.reason, d.until, d.outcome
FROM places_person AS p
LEFT JOIN places_household AS h ON h.id = p.household
LEFT JOIN ledger_duty AS d ON d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = p.id AND d.occasion = 0
WHERE p.id = ANY (%(persons)s::bigint[])
