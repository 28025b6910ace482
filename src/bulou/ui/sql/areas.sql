-- Areas to choose from.

-- name: choices
-- Areas to narrow the list to: those of the way, and the children of the last.
SELECT id, level, ARRAY[name, name_en] FROM places_area
WHERE closed_at IS NULL AND (id = ANY (%(way)s::bigint[]) OR parent = ANY (%(below)s::bigint[])) ORDER BY id LIMIT 600

-- name: receivers
-- Streets and neighbourhoods of the districts.
SELECT id, level, ARRAY[name, name_en] FROM places_area AS a
WHERE closed_at IS NULL AND level IN (2, 3)
  AND EXISTS (SELECT FROM unnest(%(districts)s::bigint[]) AS d WHERE d >> 39 IN (0, a.id >> 39)) ORDER BY id LIMIT 1000
