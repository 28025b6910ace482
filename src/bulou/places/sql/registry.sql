-- Writing and reading the registries. Columns come as arrays or through COPY; times are parameters.

-- name: areas_incoming
-- Holds the areas of one load.
CREATE TEMP TABLE areas_incoming (
    id bigint PRIMARY KEY, parent bigint, level smallint, name text, name_en text, code text, x float8, y float8
) ON COMMIT DROP

-- name: area_facts_closed
-- What the load changes of a known area ends now; the first change of an attribute also records what it was before.
WITH changes AS (
    SELECT a.id, c.attribute, c.old_value, a.valid_from
    FROM areas_incoming i JOIN places_area a USING (id),
    LATERAL (VALUES (1::smallint, a.name, i.name), (2::smallint, a.name_en, i.name_en), (3::smallint, a.code, i.code))
        AS c (attribute, old_value, new_value)
    WHERE c.new_value IS DISTINCT FROM c.old_value
), ended AS (
    UPDATE places_area_fact f SET valid_to = %(at)s FROM changes c
    WHERE f.area = c.id AND f.attribute = c.attribute AND f.valid_to IS NULL
    RETURNING f.area, f.attribute
)
INSERT INTO places_area_fact (area, attribute, value, source, valid_from, valid_to, recorded_at)
SELECT c.id, c.attribute, c.old_value, %(source)s, least(c.valid_from, %(at)s), %(at)s, %(at)s FROM changes c
WHERE NOT EXISTS (SELECT FROM ended e WHERE e.area = c.id AND e.attribute = c.attribute)

-- name: area_facts_opened
-- A dated fact for each name or code of an area that changes.
INSERT INTO places_area_fact (area, attribute, value, source, valid_from, recorded_at)
SELECT a.id, c.attribute, c.new_value, %(source)s, %(at)s, %(at)s
FROM areas_incoming i JOIN places_area a USING (id),
LATERAL (VALUES (1::smallint, a.name, i.name), (2::smallint, a.name_en, i.name_en), (3::smallint, a.code, i.code))
    AS c (attribute, old_value, new_value)
WHERE c.new_value IS DISTINCT FROM c.old_value

-- name: areas_written
-- New areas are added, known ones take the new values.
INSERT INTO places_area (id, parent, level, name, name_en, code, x, y, valid_from)
SELECT id, parent, level, name, name_en, code, x, y, %(at)s FROM areas_incoming ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, name_en = excluded.name_en, code = excluded.code, x = excluded.x, y = excluded.y
WHERE (places_area.name, places_area.name_en, places_area.code, places_area.x, places_area.y)
    IS DISTINCT FROM (excluded.name, excluded.name_en, excluded.code, excluded.x, excluded.y)

-- name: person_ids_past
-- The sequence goes on behind the highest id given by hand.
SELECT setval('places_person_id_seq', greatest(
    (SELECT last_value FROM places_person_id_seq), (SELECT max(id) FROM unnest(%(ids)s::int8[]) AS id)))

-- name: household_ids_past
-- Moves the sequence past ids that came from outside.
SELECT setval('places_household_id_seq', greatest(
    (SELECT last_value FROM places_household_id_seq), (SELECT max(id) FROM unnest(%(ids)s::int8[]) AS id)))

-- name: source_named
-- The id of a source, added when it is new. Updates nothing, but lets RETURNING answer in both cases.
INSERT INTO places_source (name, mapping) VALUES (%(name)s, '{}')
ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id, mapping

-- name: doors_opened
-- Doors met for the first time.
INSERT INTO places_household (area, stairwell, floor, door, source, valid_from, recorded_at)
SELECT DISTINCT ON (i.area, i.stairwell, i.door) i.area, i.stairwell, i.floor, i.door, %(source)s, i.at, %(recorded_at)s
FROM unnest(%(area)s::int8[], %(stairwell)s::text[], %(floor)s::int2[], %(door)s::text[], %(at)s::timestamptz[])
    AS i (area, stairwell, floor, door, at)
WHERE i.door <> ''
ORDER BY i.area, i.stairwell, i.door, i.at
ON CONFLICT (area, stairwell, door) DO NOTHING

-- name: persons_found
-- People reported by devices, with the ids that their reports fix. The same report again changes nothing.
-- A household named in the report wins over the door; both may be missing (met in the street). An identity number
-- that another person on record has stays with that person.
WITH taken AS (
    SELECT k.id FROM unnest(%(card_id)s::int8[], %(card_digest)s::bytea[], %(card_version)s::int2[])
        AS k (id, digest, version)
    JOIN places_person p ON p.id_digest = k.digest AND p.key_version = k.version AND p.merged_into IS NULL
    WHERE p.id <> k.id
    UNION
    SELECT k.id FROM (
        SELECT id, min(id) OVER (PARTITION BY id_digest) AS first
        FROM unnest(%(id)s::int8[], %(id_digest)s::bytea[]) AS i (id, id_digest) WHERE id_digest IS NOT NULL
    ) AS k WHERE k.id <> k.first
)
INSERT INTO places_person (id, household, area, name, name_key, pinyin, initials, birth_year, phone, needs, found_area,
    id_digest, id_tail, key_version, card, source, valid_from, recorded_at)
SELECT i.id, coalesce(named.id, door.id), i.area, i.name, i.name_key, i.pinyin, i.initials, i.birth_year, i.phone,
    i.needs, i.area, CASE WHEN t.id IS NULL THEN i.id_digest END, CASE WHEN t.id IS NULL THEN i.id_tail END,
    CASE WHEN t.id IS NULL AND i.id_digest IS NOT NULL THEN %(key_version)s::int2 END,
    CASE WHEN t.id IS NULL THEN i.card ELSE 'taken' END, %(source)s, i.at, %(recorded_at)s
FROM unnest(%(id)s::int8[], %(household)s::int8[], %(area)s::int8[], %(stairwell)s::text[], %(door)s::text[],
    %(name)s::text[], %(name_key)s::text[], %(pinyin)s::text[], %(initials)s::text[], %(birth_year)s::int2[],
    %(phone)s::text[], %(needs)s::int2[], %(at)s::timestamptz[], %(id_digest)s::bytea[], %(id_tail)s::text[],
    %(card)s::text[])
    AS i (id, household, area, stairwell, door, name, name_key, pinyin, initials, birth_year, phone, needs, at,
        id_digest, id_tail, card)
LEFT JOIN taken t ON t.id = i.id
LEFT JOIN places_household named ON named.id = i.household
LEFT JOIN places_household door ON door.area = i.area AND door.stairwell = i.stairwell AND door.door = i.door
    AND i.door <> ''
ORDER BY i.id
ON CONFLICT (id) DO NOTHING
RETURNING id

-- name: looked_up
-- Records a look at a person; no row when the person is out of the session's scope.
INSERT INTO places_look_up (number, person, area, "user", reason, at)
SELECT ledger_next('look', %(user)s, 1), p.id, places_seen_in(p.id, p.area), %(user)s, %(reason)s, %(at)s
FROM places_person p WHERE p.id = %(person)s
RETURNING person

-- name: person_for_look_up
-- All that is known of one person, for the look that was recorded; `seen_in`: the area through which the caller sees it.
SELECT p.id, p.name, p.birth_year, p.sex, p.bed, p.phone, p.phone_2, p.id_tail, p.card, p.needs, p.area, p.registered_area, p.found_area,
    p.merged_into, p.household, h.stairwell, h.floor, h.door, s.name AS source, p.valid_from,
    places_seen_in(p.id, p.area) AS seen_in
FROM places_person p LEFT JOIN places_household h ON h.id = p.household LEFT JOIN places_source s ON s.id = p.source
WHERE p.id = %(person)s

-- name: areas_under
-- A node and everything below it that is not closed, parents first.
SELECT id, parent, level, name, name_en, code, x, y FROM places_area
WHERE id BETWEEN %(lo)s AND %(hi)s AND closed_at IS NULL ORDER BY id

-- name: area_children
-- The open nodes directly below an area.
SELECT id, parent, level, name, name_en, code, x, y FROM places_area
WHERE parent = %(area)s AND closed_at IS NULL ORDER BY id

-- name: households_in
-- The households of a range of areas, in the order of doors.
SELECT id, area, stairwell, floor, door FROM places_household
WHERE area BETWEEN %(lo)s AND %(hi)s AND closed_at IS NULL ORDER BY area, stairwell, floor, door

-- name: persons_in
-- People for a work pack: no identity number, not even its tail. Merged rows stay at home.
SELECT id, household, area, name, birth_year, phone, needs FROM places_person
WHERE area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL ORDER BY area, household, id

-- name: history_of
-- Earlier and current values of a person's attributes, with source and dates.
SELECT f.attribute, f.value, s.name, f.valid_from, f.valid_to, f.recorded_at
FROM places_person_fact f LEFT JOIN places_source s ON s.id = f.source
WHERE f.person = %(person)s ORDER BY f.attribute, f.valid_from
