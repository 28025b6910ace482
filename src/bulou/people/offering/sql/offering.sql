-- Duties that are offered, and offers that are withdrawn. The scope of the session decides what is seen.

-- name: duties
-- The asked duties as they stand, with person and door.
SELECT d.kind, d.campaign, d.subject, d.occasion, d.area, d.stage, d.stage_at, d.mark, d.reason, d.until, d.outcome,
       d.offered_to, p.name, h.stairwell, h.floor, h.door, p.area AS home
FROM unnest(%(kinds)s::smallint[], %(campaigns)s::int[], %(subjects)s::bigint[], %(occasions)s::bigint[])
     WITH ORDINALITY AS k (kind, campaign, subject, occasion, place)
JOIN ledger_duty AS d USING (campaign, kind, subject, occasion)
LEFT JOIN places_person AS p ON p.id = d.subject
LEFT JOIN places_household AS h ON h.id = p.household
ORDER BY k.place

-- name: receiver
-- A street or neighbourhood that is there.
SELECT ARRAY[name, name_en] FROM places_area WHERE id = %(area)s AND closed_at IS NULL AND level IN (2, 3)

-- name: offers
-- The entries that offer a duty to the area it is offered to now, and of how many duties each of them speaks.
SELECT l.journal, l.number, e.area,
       (SELECT count(*) FROM ledger_line AS a WHERE a.journal = l.journal AND a.number = l.number) AS said
FROM ledger_duty AS d
JOIN ledger_line AS l USING (campaign, kind, subject, occasion)
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = %(subject)s AND d.occasion = %(occasion)s
  AND d.outcome = 0 AND l.act = 5 AND l.to_area = d.offered_to AND l.area = d.area AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.at, l.journal, l.number
