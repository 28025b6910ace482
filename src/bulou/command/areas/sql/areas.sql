-- Reads of the area tree for the desk. Areas are public; what keeps one from being closed is under row level security.

-- name: below
-- The areas directly below one (0: the districts) or the chosen ones, the closed last: how many are below each, and by
-- which other names it goes.
SELECT a.id, a.level, ARRAY[a.name, a.name_en], a.closed_at IS NOT NULL,
       (SELECT count(*) FROM places_area AS c WHERE c.parent = a.id AND c.closed_at IS NULL),
       coalesce((SELECT f.value FROM places_area_fact AS f WHERE f.area = a.id AND f.attribute = 4 AND f.valid_to IS NULL), '')
FROM places_area AS a
WHERE (a.id = ANY (%(ids)s::bigint[]) OR a.parent = %(parent)s)
ORDER BY a.closed_at IS NOT NULL, a.id LIMIT %(limit)s

-- name: found
-- Areas whose name, other or earlier name has a text in it, or whose official code it is.
SELECT a.id, a.level, ARRAY[a.name, a.name_en], a.closed_at IS NOT NULL, 0::bigint,
       coalesce((SELECT f.value FROM places_area_fact AS f WHERE f.area = a.id AND f.attribute = 4 AND f.valid_to IS NULL), '')
FROM places_area AS a
WHERE %(scope)s::int8multirange @> a.id
  AND (position(%(text)s IN lower(a.name)) > 0 OR position(%(text)s IN lower(a.name_en)) > 0 OR lower(a.code) = %(text)s
       OR EXISTS (SELECT FROM places_area_fact AS f WHERE f.area = a.id AND f.attribute IN (1, 4)
                    AND (f.attribute = 1 OR f.valid_to IS NULL) AND position(%(text)s IN lower(f.value)) > 0))
ORDER BY a.closed_at IS NOT NULL, a.level, a.id LIMIT %(limit)s

-- name: siblings
-- The names of the open areas below one, other names too.
SELECT a.id, said.name
FROM places_area AS a
LEFT JOIN places_area_fact AS f ON f.area = a.id AND f.attribute = 4 AND f.valid_to IS NULL
CROSS JOIN LATERAL (SELECT a.name UNION ALL SELECT regexp_split_to_table(f.value, '\n')) AS said (name)
WHERE a.parent = %(parent)s AND a.closed_at IS NULL AND said.name <> ''

-- name: in_the_way
-- What keeps an area from being closed: open areas below it, people registered there, what they owe in open rounds.
SELECT
  (SELECT count(*) FROM places_area WHERE id > %(lo)s AND id <= %(hi)s AND closed_at IS NULL),
  (SELECT count(*) FROM places_person WHERE area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL),
  (SELECT coalesce(sum(k.open), 0)::bigint FROM ledger_counter AS k JOIN ledger_campaign AS c ON c.id = k.campaign
   WHERE k.area BETWEEN %(lo)s AND %(hi)s AND c.closed_at IS NULL)

-- name: facts
-- What was changed of an area, the latest first: attribute, value, what stood there before, source, time.
SELECT attribute, value, lag(value) OVER (PARTITION BY attribute ORDER BY id), source, recorded_at, valid_from
FROM places_area_fact WHERE area = %(area)s ORDER BY id DESC LIMIT 60
