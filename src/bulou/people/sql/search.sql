-- Search of people within one range of areas. Under row level security only leakproof comparisons reach an index, so
-- that every probe is an equality or a range on a plain column (in the order of code points), never LIKE.

-- name: spots
-- The areas that an address names: the deepest nodes whose name is in the text, or the buildings of a number in them.
WITH named AS (
  SELECT id, level FROM places_area
  WHERE %(place)s <> '' AND closed_at IS NULL AND level BETWEEN 2 AND 5 AND length(name) > 1 AND left(name, 1) NOT BETWEEN '0' AND '9'
    AND (id BETWEEN %(lo)s AND %(hi)s OR id = ANY (%(above)s::bigint[]))
    AND (position(lower(name) IN %(place)s) > 0 OR position(%(place)s IN lower(name)) > 0
         OR (name_en <> '' AND (position(lower(name_en) IN %(place)s) > 0 OR position(%(place)s IN lower(name_en)) > 0)))
),
deep AS (
  SELECT id AS lo,
         id | ((1::bigint << CASE level WHEN 2 THEN 31 WHEN 3 THEN 22 WHEN 4 THEN 12 ELSE 0 END) - 1) AS hi
  FROM named WHERE level = (SELECT max(level) FROM named) ORDER BY id LIMIT 50
)
SELECT greatest(lo, %(lo)s), least(hi, %(hi)s) FROM deep WHERE %(building)s = ''
UNION ALL
(SELECT b.id, b.id
 FROM (
   SELECT a.id, ltrim(a.name, '0') AS name FROM places_area AS a
   WHERE %(building)s <> '' AND %(place)s = '' AND a.level = 5 AND a.closed_at IS NULL
     AND a.id BETWEEN %(lo)s AND %(hi)s
   UNION ALL
   SELECT a.id, ltrim(a.name, '0')
   FROM deep AS d JOIN places_area AS a ON a.id BETWEEN greatest(d.lo, %(lo)s) AND least(d.hi, %(hi)s)
   WHERE %(building)s <> '' AND a.level = 5 AND a.closed_at IS NULL
 ) AS b
 WHERE starts_with(b.name, %(building)s) AND substr(b.name, length(%(building)s) + 1, 1) NOT BETWEEN '0' AND '9'
 ORDER BY b.id LIMIT 200)

-- name: found
-- At most `limit` people: code, name from its beginning, part of a name, sound, initials, tail of the identity number,
-- tail of the telephone (or the whole of it, where the list lacks the area code), address. What a text cannot mean is switched off by a constant and costs nothing. The doors are
-- looked for spot by spot (LATERAL): the planner would rather read all households for their door.
WITH hit AS MATERIALIZED (
  (SELECT id, 1 AS rank FROM places_person
   WHERE %(person)s > 0 AND id = %(person)s AND area BETWEEN %(lo)s AND %(hi)s)
  UNION ALL
  (SELECT id, 1 FROM places_person
   WHERE %(household)s > 0 AND household = %(household)s AND area BETWEEN %(lo)s AND %(hi)s LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 2 FROM places_person
   WHERE %(name)s <> '' AND name_key COLLATE "C" >= %(name)s AND name_key COLLATE "C" < %(name_end)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 3 FROM places_person
   WHERE %(name)s <> '' AND given COLLATE "C" >= %(name)s AND given COLLATE "C" < %(name_end)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 3 FROM places_person
   WHERE %(name)s <> '' AND given_end COLLATE "C" >= %(name)s AND given_end COLLATE "C" < %(name_end)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 4 FROM places_person
   WHERE %(latin)s <> '' AND initials COLLATE "C" >= %(latin)s AND initials COLLATE "C" < %(latin_end)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 4 FROM places_person
   WHERE %(latin)s <> '' AND pinyin COLLATE "C" >= %(latin)s AND pinyin COLLATE "C" < %(latin_end)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 5 FROM places_person
   WHERE %(latin)s <> '' AND given_sound COLLATE "C" >= %(latin)s AND given_sound COLLATE "C" < %(latin_end)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 5 FROM places_person
   WHERE %(tail)s <> '' AND id_tail COLLATE "C" = %(tail)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 6 FROM places_person
   WHERE %(enohp)s <> '' AND phone_end COLLATE "C" >= %(enohp)s AND phone_end COLLATE "C" < %(enohp_end)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 6 FROM places_person
   WHERE %(enohp)s <> '' AND phone_2_end COLLATE "C" >= %(enohp)s AND phone_2_end COLLATE "C" < %(enohp_end)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 6 FROM places_person
   WHERE %(lacol)s <> '' AND phone_end COLLATE "C" = %(lacol)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT id, 6 FROM places_person
   WHERE %(lacol)s <> '' AND phone_2_end COLLATE "C" = %(lacol)s
     AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL LIMIT %(limit)s)
  UNION ALL
  (SELECT p.id, 7
   FROM unnest(%(spot_lo)s::bigint[], %(spot_hi)s::bigint[]) AS s (lo, hi)
   CROSS JOIN LATERAL (SELECT id FROM places_household
     WHERE area BETWEEN s.lo AND s.hi AND door = %(door)s AND (%(stairwell)s = '' OR stairwell IN ('', %(stairwell)s))
     LIMIT %(limit)s) AS h
   JOIN places_person AS p ON p.household = h.id AND p.merged_into IS NULL
   WHERE %(door)s <> '' LIMIT %(limit)s)
  UNION ALL
  (SELECT p.id, 7
   FROM unnest(%(spot_lo)s::bigint[], %(spot_hi)s::bigint[]) AS s (lo, hi)
   CROSS JOIN LATERAL (SELECT id FROM places_person
     WHERE area BETWEEN s.lo AND s.hi AND merged_into IS NULL LIMIT %(limit)s) AS p
   WHERE %(door)s = '' LIMIT %(limit)s)
  UNION ALL
  SELECT id, 8 FROM unnest(%(came)s::bigint[]) AS c (id)
),
first AS MATERIALIZED (SELECT id, min(rank) AS rank FROM hit GROUP BY id ORDER BY 2, 1 LIMIT %(limit)s)
SELECT p.id, p.name, p.phone, p.phone_2, p.id_tail, p.area, p.household, h.stairwell, h.floor, h.door,
       d.area, d.stage, d.stage_at, d.mark, d.reason, d.until, d.outcome, d.takes, d.offered_to
FROM first AS f
JOIN places_person AS p ON p.id = f.id
LEFT JOIN places_household AS h ON h.id = p.household
LEFT JOIN ledger_duty AS d
  ON d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = p.id AND d.occasion = 0
ORDER BY f.rank, p.name_key, p.id

-- name: came
-- Whom a name, code, tail or telephone means among those who were handed over to the range and are registered outside of
-- it. They are few, so that each is looked at.
SELECT p.id
FROM places_received(%(lo)s, %(hi)s) AS r (id)
JOIN places_person AS p ON p.id = r.id AND p.area NOT BETWEEN %(lo)s AND %(hi)s AND p.merged_into IS NULL
WHERE p.id = %(person)s OR p.household = %(household)s
   OR (%(name)s <> '' AND (starts_with(p.name_key, %(name)s) OR starts_with(p.given, %(name)s)
                          OR starts_with(p.given_end, %(name)s)))
   OR (%(latin)s <> '' AND (starts_with(p.initials, %(latin)s) OR starts_with(p.pinyin, %(latin)s)
                           OR starts_with(p.given_sound, %(latin)s)))
   OR (%(tail)s <> '' AND p.id_tail = %(tail)s)
   OR (%(enohp)s <> '' AND (starts_with(p.phone_end, %(enohp)s) OR starts_with(p.phone_2_end, %(enohp)s)))
   OR (%(lacol)s <> '' AND %(lacol)s IN (p.phone_end, p.phone_2_end))
LIMIT %(limit)s
