-- Reads for lists that come in by name and door, or by code.

-- name: meant
-- Residents of some names or codes within the reader's areas, or handed over to them, with their door and what they owe in
-- a round.
WITH wanted AS (
  SELECT id FROM places_person WHERE name_key COLLATE "C" = ANY (%(names)s::text[])
  UNION
  SELECT id FROM places_person WHERE id = ANY (%(codes)s::bigint[])
)
SELECT p.id, p.name_key, p.name, p.area, coalesce(d.area, p.area), coalesce(h.stairwell, ''), h.floor,
       coalesce(h.door, ''), d.outcome, d.stage, d.mark, d.reason
FROM wanted JOIN places_person AS p USING (id)
LEFT JOIN places_household AS h ON h.id = p.household
LEFT JOIN ledger_duty AS d ON d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = p.id AND d.occasion = 0
                          AND d.outcome < 3
WHERE p.merged_into IS NULL
  AND (%(ranges)s::int8multirange @> p.area OR d.moved AND %(ranges)s::int8multirange @> d.area)
ORDER BY p.id

-- name: titled
-- Areas from the street down to the compound that a title names, by any of their names, of whatever district.
SELECT a.id, said.name
FROM places_area AS a
LEFT JOIN places_area_fact AS f ON f.area = a.id AND f.attribute = 4 AND f.valid_to IS NULL
CROSS JOIN LATERAL (SELECT a.name UNION ALL SELECT regexp_split_to_table(f.value, '\n')) AS said (name)
WHERE a.closed_at IS NULL AND a.level BETWEEN 2 AND 4 AND length(said.name) > 1
  AND position(said.name IN %(title)s) > 0 LIMIT 200

-- name: choices
-- Neighbourhoods and compounds of the reader's own, that a list can be from.
SELECT id, level, ARRAY[name, name_en] FROM places_area
WHERE closed_at IS NULL AND level IN (3, 4) AND %(ranges)s::int8multirange @> id ORDER BY id LIMIT 600
