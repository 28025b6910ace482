-- What a writer left of areas, doors and persons: the digest of each row as it stood afterwards (digests.sql). Whoever
-- writes one of these rows leaves the record in the same transaction.

-- name: areas
-- What this transaction wrote of the given areas. An age of 0 or less is a row that this transaction (or one that began
-- after it and is done already) has written; what another wrote meanwhile is noted twice, which does no harm.
INSERT INTO places_written (at, by, what, ids, digests)
SELECT %(at)s, %(by)s, 'area', array_agg(a.id ORDER BY a.id), array_agg(places_area_digest(a) ORDER BY a.id)
FROM places_area AS a WHERE a.id = ANY (%(ids)s::bigint[]) AND age(a.xmin) <= 0 HAVING count(*) > 0

-- name: households
-- What this transaction wrote of the doors of the given areas.
INSERT INTO places_written (at, by, what, ids, digests)
SELECT %(at)s, %(by)s, 'household', array_agg(h.id ORDER BY h.id), array_agg(places_household_digest(h) ORDER BY h.id)
FROM places_household AS h WHERE h.area = ANY (%(areas)s::bigint[]) AND age(h.xmin) <= 0 HAVING count(*) > 0

-- name: persons
-- What this transaction wrote of the given persons.
INSERT INTO places_written (at, by, what, ids, digests)
SELECT %(at)s, %(by)s, 'person', array_agg(p.id ORDER BY p.id), array_agg(places_person_digest(p) ORDER BY p.id)
FROM places_person AS p WHERE p.id = ANY (%(ids)s::bigint[]) AND age(p.xmin) <= 0 HAVING count(*) > 0

-- name: as_left
-- How a decision on a doubt has left the persons whom it is about, changed or not: the record says who decided what.
INSERT INTO places_written (at, by, what, ids, digests)
SELECT %(at)s, %(by)s, 'person', array_agg(p.id ORDER BY p.id), array_agg(places_person_digest(p) ORDER BY p.id)
FROM places_person AS p WHERE p.id = ANY (%(ids)s::bigint[]) HAVING count(*) > 0

-- name: adopted
-- What was there before writers left a record, once.
INSERT INTO places_written (at, by, what, ids, digests)
SELECT %(at)s, 'adopted', what, array_agg(id ORDER BY id), array_agg(digest ORDER BY id)
FROM (
  SELECT 'area' AS what, id, places_area_digest(a) AS digest FROM places_area AS a
  UNION ALL SELECT 'household', id, places_household_digest(h) FROM places_household AS h
  UNION ALL SELECT 'person', id, places_person_digest(p) FROM places_person AS p
) AS row
WHERE NOT EXISTS (SELECT FROM places_written) GROUP BY what

-- name: newest
-- Number of the latest record.
SELECT coalesce(max(id), 0) FROM places_written
