-- Areas split and merged: new nodes, everybody and every door moved along, the old ones closed with their successors.

-- name: below
-- The open areas of a subtree without its root, from the top down: id, parent, name, English name, code, other names.
SELECT a.id, a.parent, a.name, a.name_en,
       coalesce((SELECT f.value FROM places_area_fact AS f WHERE f.area = a.id AND f.attribute = 4 AND f.valid_to IS NULL), '')
FROM places_area AS a WHERE a.id > %(lo)s AND a.id <= %(hi)s AND a.closed_at IS NULL ORDER BY a.level, a.id

-- name: doors
-- The doors of an area itself.
SELECT id, stairwell, door FROM places_household WHERE area = %(area)s ORDER BY stairwell, floor NULLS FIRST, door, id

-- name: same_doors
-- Doors that would stand twice in one area: the first of them.
SELECT h.stairwell, h.door FROM places_household AS h
JOIN unnest(%(doors)s::bigint[], %(to)s::bigint[]) AS t (door, area) ON t.door = h.id
GROUP BY t.area, h.stairwell, h.door HAVING count(*) > 1 ORDER BY 1, 2 LIMIT 1

-- name: people
-- Everybody of areas, as the register has them: (person, area, found area, area of registration, household).
SELECT id, area, found_area, registered_area, household FROM places_person
WHERE area = ANY (%(areas)s::bigint[]) OR found_area = ANY (%(areas)s::bigint[]) OR registered_area = ANY (%(areas)s::bigint[])
ORDER BY id

-- name: doors_moved
-- Doors in their new area.
UPDATE places_household AS h SET area = t.area FROM unnest(%(doors)s::bigint[], %(to)s::bigint[]) AS t (door, area)
WHERE h.id = t.door AND h.area <> t.area

-- name: people_moved
-- People in their new areas. Where somebody is registered is a dated fact where it has changed before.
UPDATE places_person AS p SET area = t.area, found_area = t.found, registered_area = t.registered
FROM unnest(%(persons)s::bigint[], %(areas)s::bigint[], %(found)s::bigint[], %(registered)s::bigint[])
    AS t (person, area, found, registered)
WHERE p.id = t.person

-- name: registered_ended
-- Where somebody was registered until now.
UPDATE places_person_fact AS f SET valid_to = greatest(f.valid_from, %(at)s)
FROM unnest(%(persons)s::bigint[], %(registered)s::bigint[]) AS t (person, area)
WHERE f.person = t.person AND f.attribute = 6 AND f.valid_to IS NULL AND f.value IS DISTINCT FROM t.area::text
RETURNING f.person

-- name: registered_opened
-- Where somebody is registered from now on.
INSERT INTO places_person_fact (person, attribute, value, source, valid_from, recorded_at)
SELECT t.person, 6, t.area::text, %(source)s, greatest(%(at)s, (
  SELECT max(f.valid_to) FROM places_person_fact AS f WHERE f.person = t.person AND f.attribute = 6)), %(at)s
FROM unnest(%(persons)s::bigint[], %(registered)s::bigint[]) AS t (person, area) WHERE t.person = ANY (%(ended)s::bigint[])

-- name: succeeded
-- Which area took the place of which.
INSERT INTO places_succession (area, successor)
SELECT DISTINCT area, successor FROM unnest(%(old)s::bigint[], %(new)s::bigint[]) AS s (area, successor)
ON CONFLICT DO NOTHING

-- name: not_succeeded
-- What was undone took no place.
DELETE FROM places_succession WHERE successor = ANY (%(new)s::bigint[])

-- name: since
-- What came to areas since they took the place of others: doors and people that did not come from there, what is owed there.
SELECT
  (SELECT count(*) FROM places_household WHERE area = ANY (%(areas)s::bigint[]) AND NOT id = ANY (%(doors)s::bigint[])),
  (SELECT count(*) FROM places_person WHERE area = ANY (%(areas)s::bigint[]) AND NOT id = ANY (%(persons)s::bigint[])),
  (SELECT coalesce(sum(frozen + added), 0)::bigint FROM ledger_counter WHERE area = ANY (%(areas)s::bigint[]))
