-- One chunk of a roster, set-based. All statements run in the chunk's own transaction, wave by wave: the rows of one
-- wave are different people, so that a person named twice in a chunk meets the first row already written.
--
-- Who is the same person (a plain rule; doubtful pairs are left to linkage and to visits):
-- 1. the same identity digest;
-- 2. else the same name behind the same door, with no two different identity numbers and no two different years.

-- name: joined_by_hash
-- The planner takes the policies for sharp filters and expects a handful of people; its nested loops then compare every
-- row with every person (111 s for 20,000 rows, against 0.2 s).
SET LOCAL enable_nestloop = off

-- name: incoming
-- The chunk as it was read and checked; the columns below the roster's own are filled in on the way.
CREATE TEMP TABLE incoming (
    row int PRIMARY KEY, wave int NOT NULL, area bigint NOT NULL, stairwell text NOT NULL, floor smallint,
    door text NOT NULL, name text NOT NULL, name_key text NOT NULL, pinyin text NOT NULL, initials text NOT NULL,
    birth_year smallint, phone text, id_tail text, id_digest bytea, key_version smallint, needs smallint NOT NULL,
    registered_area bigint, household bigint, person bigint, is_new bool NOT NULL DEFAULT false,
    refused bool NOT NULL DEFAULT false
) ON COMMIT DROP

-- name: incoming_older
-- Digests of the same numbers under older keys; empty unless the key was changed.
CREATE TEMP TABLE incoming_older (row int, key_version smallint, id_digest bytea) ON COMMIT DROP

-- name: analyzed
-- Fresh statistics: the joins below are planned on them.
ANALYZE incoming

-- name: stairwell_known
-- A list without stairwells: the door is meant that is the only one of its number in the building.
UPDATE incoming i SET stairwell = h.stairwell
FROM (
    SELECT area, door, min(stairwell) AS stairwell FROM places_household
    WHERE area = ANY(SELECT DISTINCT area FROM incoming WHERE stairwell = '')
    GROUP BY area, door HAVING count(*) = 1
) h
WHERE i.stairwell = '' AND h.area = i.area AND h.door = i.door AND h.stairwell <> ''

-- name: known_by_identity
-- Rule 1: the same identity digest under the current key.
UPDATE incoming i SET person = p.id FROM places_person p
WHERE i.wave = %(wave)s AND p.id_digest = i.id_digest AND p.key_version = i.key_version AND p.merged_into IS NULL

-- name: known_by_older_key
-- Rule 1 for people whose digest was made under an older key.
UPDATE incoming i SET person = p.id
FROM incoming_older o, places_person p
WHERE i.wave = %(wave)s AND i.person IS NULL AND o.row = i.row
    AND p.id_digest = o.id_digest AND p.key_version = o.key_version AND p.merged_into IS NULL

-- name: doors_added
-- Doors met for the first time. A register of where people belong opens no door for somebody who is known elsewhere.
INSERT INTO places_household (area, stairwell, floor, door, source, valid_from, recorded_at)
SELECT DISTINCT ON (area, stairwell, door) area, stairwell, floor, door, %(source)s, %(valid_from)s, %(at)s
FROM incoming WHERE wave = %(wave)s AND (NOT %(registered)s OR person IS NULL)
ORDER BY area, stairwell, door, row
ON CONFLICT (area, stairwell, door) DO NOTHING

-- name: doors_found
-- The household behind each row's door.
UPDATE incoming i SET household = h.id FROM places_household h
WHERE i.wave = %(wave)s AND h.area = i.area AND h.stairwell = i.stairwell AND h.door = i.door

-- name: known_by_name
-- Rule 2; where several fit, one of the same birth year is taken first.
UPDATE incoming i SET person = m.id
FROM (
    SELECT DISTINCT ON (i.row) i.row, p.id
    FROM incoming i JOIN places_person p ON p.household = i.household AND p.name_key = i.name_key
    WHERE i.wave = %(wave)s AND i.person IS NULL AND p.merged_into IS NULL
        AND (p.id_digest IS NULL OR i.id_digest IS NULL)
        AND (p.birth_year = i.birth_year OR p.birth_year IS NULL OR i.birth_year IS NULL)
    ORDER BY i.row, (p.birth_year = i.birth_year) DESC NULLS LAST, p.id
) m
WHERE m.row = i.row

-- name: twice_known_waits
-- Two rows of the wave turned out to be one person: the later one waits for the next wave.
UPDATE incoming i SET wave = i.wave + 1, person = NULL
FROM (SELECT person, min(row) AS row FROM incoming WHERE wave = %(wave)s AND person IS NOT NULL
    GROUP BY person HAVING count(*) > 1) first
WHERE i.wave = %(wave)s AND i.person = first.person AND i.row > first.row

-- name: new_numbered
-- Whoever is still unknown gets an id, in the order of the rows.
UPDATE incoming i SET person = n.id, is_new = true
FROM (
    SELECT row, nextval('places_person_id_seq') AS id
    FROM (SELECT row FROM incoming WHERE wave = %(wave)s AND person IS NULL ORDER BY row) ordered
) n
WHERE i.row = n.row

-- name: new_added
-- The new people, as the roster names them.
INSERT INTO places_person (id, household, area, name, name_key, pinyin, initials, birth_year, phone, id_tail, id_digest,
    key_version, needs, registered_area, found_area, source, valid_from, recorded_at)
SELECT person, household, area, name, name_key, pinyin, initials, birth_year, phone, id_tail, id_digest, key_version,
    needs, coalesce(registered_area, CASE WHEN %(registered)s THEN area END), CASE WHEN NOT %(registered)s THEN area END,
    %(source)s, %(valid_from)s, %(at)s
FROM incoming WHERE wave = %(wave)s AND is_new ORDER BY person

-- name: changes
-- What the wave says otherwise than the registry: empty cells say nothing, needs add up. A value older than the one
-- we have changes nothing, and a source that repeats itself brings no news.
CREATE TEMP TABLE changes ON COMMIT DROP AS
SELECT p.id AS person, i.row, c.attribute, c.old_value, c.new_value, p.valid_from AS since, p.source AS old_source
FROM incoming i JOIN places_person p ON p.id = i.person,
LATERAL (VALUES
    (1::smallint, p.name_key <> i.name_key, p.name, i.name),
    (2::smallint, p.birth_year IS DISTINCT FROM i.birth_year, p.birth_year::text, i.birth_year::text),
    (3::smallint, p.phone IS DISTINCT FROM i.phone, p.phone, i.phone),
    (4::smallint, p.needs <> (p.needs | i.needs), p.needs::text, (p.needs | i.needs)::text),
    (5::smallint, NOT %(registered)s AND p.household IS DISTINCT FROM i.household, p.household::text, i.household::text),
    (6::smallint, p.registered_area IS DISTINCT FROM coalesce(i.registered_area, CASE WHEN %(registered)s THEN i.area END),
        p.registered_area::text, coalesce(i.registered_area, CASE WHEN %(registered)s THEN i.area END)::text)
) AS c (attribute, differs, old_value, new_value)
WHERE i.wave = %(wave)s AND NOT i.is_new AND NOT i.refused AND c.differs AND c.new_value IS NOT NULL
    AND (c.old_value IS NULL OR %(valid_from)s >= coalesce(
        (SELECT f.valid_from FROM places_person_fact f
         WHERE f.person = p.id AND f.attribute = c.attribute AND f.valid_to IS NULL), p.valid_from))
    AND (c.attribute = 4 OR (
        SELECT f.value FROM places_person_fact f
        WHERE f.person = p.id AND f.attribute = c.attribute AND f.source = %(source)s
        ORDER BY f.valid_from DESC, f.id DESC LIMIT 1) IS DISTINCT FROM c.new_value)

-- name: contradicting
-- A row that would change what an earlier row of the same file said about the same person is refused, so that a file
-- imported twice changes nothing the second time.
WITH contradicting AS (
    SELECT DISTINCT c.row, s.row AS other
    FROM changes c JOIN places_import_seen s ON s.run = %(run)s AND s.person = c.person AND s.row <> c.row
    WHERE c.old_value IS NOT NULL AND c.attribute <> 4
), marked AS (
    UPDATE incoming i SET refused = true FROM contradicting c WHERE i.row = c.row
), withdrawn AS (
    DELETE FROM changes c USING contradicting r WHERE c.row = r.row
)
INSERT INTO places_import_refusal (run, row, code, field, other_row) SELECT %(run)s, row, 313, 'name', other
FROM contradicting

-- name: facts_closed
-- The fact that held until now ends; where there was none, the first value is kept as one.
WITH ended AS (
    UPDATE places_person_fact f SET valid_to = greatest(f.valid_from, %(valid_from)s) FROM changes c
    WHERE f.person = c.person AND f.attribute = c.attribute AND f.valid_to IS NULL
    RETURNING f.person, f.attribute
)
INSERT INTO places_person_fact (person, attribute, value, source, valid_from, valid_to, recorded_at)
SELECT c.person, c.attribute, c.old_value, c.old_source, c.since, greatest(c.since, %(valid_from)s), %(at)s FROM changes c
WHERE c.old_value IS NOT NULL
    AND NOT EXISTS (SELECT FROM ended e WHERE e.person = c.person AND e.attribute = c.attribute)

-- name: facts_opened
-- The fact that holds from now on.
INSERT INTO places_person_fact (person, attribute, value, source, valid_from, recorded_at)
SELECT person, attribute, new_value, %(source)s, %(valid_from)s, %(at)s FROM changes

-- name: persons_changed
-- The person as known now: only what the wave changes.
UPDATE places_person p SET
    name = CASE WHEN c.attributes @> '{1}' THEN i.name ELSE p.name END,
    name_key = CASE WHEN c.attributes @> '{1}' THEN i.name_key ELSE p.name_key END,
    pinyin = CASE WHEN c.attributes @> '{1}' THEN i.pinyin ELSE p.pinyin END,
    initials = CASE WHEN c.attributes @> '{1}' THEN i.initials ELSE p.initials END,
    birth_year = CASE WHEN c.attributes @> '{2}' THEN i.birth_year ELSE p.birth_year END,
    phone = CASE WHEN c.attributes @> '{3}' THEN i.phone ELSE p.phone END,
    needs = CASE WHEN c.attributes @> '{4}' THEN p.needs | i.needs ELSE p.needs END,
    household = CASE WHEN c.attributes @> '{5}' THEN i.household ELSE p.household END,
    area = CASE WHEN c.attributes @> '{5}' THEN i.area ELSE p.area END,
    found_area = CASE WHEN c.attributes @> '{5}' THEN i.area ELSE p.found_area END,
    registered_area = CASE WHEN c.attributes @> '{6}'
        THEN coalesce(i.registered_area, i.area) ELSE p.registered_area END
FROM (SELECT row, array_agg(attribute::int) AS attributes FROM changes GROUP BY row) c JOIN incoming i USING (row)
WHERE p.id = i.person

-- name: identities_added
-- An identity number for somebody known without one, or a digest under the current key instead of an older one.
UPDATE places_person p SET id_digest = i.id_digest, id_tail = i.id_tail, key_version = i.key_version
FROM incoming i
WHERE i.wave = %(wave)s AND NOT i.is_new AND NOT i.refused AND p.id = i.person AND i.id_digest IS NOT NULL
    AND (p.id_digest IS NULL OR p.key_version <> i.key_version)
RETURNING i.row

-- name: found_where_registered
-- A list of who lives where confirms somebody who was known from a register alone.
UPDATE places_person p SET found_area = p.area
FROM incoming i
WHERE i.wave = %(wave)s AND NOT %(registered)s AND NOT i.refused AND p.id = i.person AND p.found_area IS NULL

-- name: changed_rows
-- The rows that changed something.
SELECT DISTINCT row FROM changes

-- name: seen
-- Who was named by this file, and in which row first.
INSERT INTO places_import_seen (run, person, row)
SELECT %(run)s, person, row FROM incoming WHERE wave = %(wave)s AND NOT refused ORDER BY person
ON CONFLICT (run, person) DO NOTHING

-- name: last_wave
-- The number of the last wave; -1 when there is none.
SELECT coalesce(max(wave), -1) FROM incoming

-- name: spoken_of
-- The areas and the persons that the chunk names.
SELECT array_agg(DISTINCT area), array_agg(DISTINCT person) FILTER (WHERE person IS NOT NULL) FROM incoming

-- name: counted
-- New people, refused rows, and all rows of the chunk.
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE refused), count(*) FROM incoming

-- name: refusals
-- Rows refused before they came to the database, by code and field.
INSERT INTO places_import_refusal (run, row, code, field)
SELECT %(run)s, row, code, field FROM unnest(%(row)s::int4[], %(code)s::int2[], %(field)s::text[]) AS r (row, code, field)

-- name: advanced
-- The chunk is done with. No row: another process has moved the run on, and this transaction must not count.
UPDATE places_import_run SET next_row = %(to)s, read = read + %(read)s, added = added + %(added)s,
    changed = changed + %(changed)s, unchanged = unchanged + %(unchanged)s, rejected = rejected + %(rejected)s,
    skipped = skipped + %(skipped)s
WHERE id = %(run)s AND next_row = %(from)s RETURNING id

-- name: run_opened
-- A new run, or the one of the same file and options that was broken off.
INSERT INTO places_import_run (source, file_name, digest, next_row, read, added, changed, unchanged, rejected, skipped,
    valid_from, started_at)
VALUES (%(source)s, %(file_name)s, %(digest)s, 0, 0, 0, 0, 0, 0, 0, %(valid_from)s, %(at)s)
ON CONFLICT (digest) WHERE finished_at IS NULL DO UPDATE SET file_name = excluded.file_name
RETURNING id, next_row, valid_from

-- name: run_read
-- The totals of a run so far.
SELECT read, added, changed, unchanged, rejected, skipped FROM places_import_run WHERE id = %(run)s

-- name: run_finished
-- The file was read to its end.
UPDATE places_import_run SET finished_at = %(at)s WHERE id = %(run)s AND finished_at IS NULL

-- name: earlier_seen_dropped
-- What earlier finished runs of the source had seen is needed no more.
DELETE FROM places_import_seen s USING places_import_run r
WHERE r.id = s.run AND r.source = %(source)s AND r.id <> %(run)s AND r.finished_at IS NOT NULL

-- name: refused_rows
-- The refused rows of a run, in their order, for the rejects file.
SELECT row, code, field, other_row FROM places_import_refusal WHERE run = %(run)s ORDER BY row, code

-- name: refused_by_code
-- How many rows were refused, by code.
SELECT code, count(*) FROM places_import_refusal WHERE run = %(run)s GROUP BY code ORDER BY code

-- name: mapping_remembered
-- The columns of this source, for its next file.
UPDATE places_source SET mapping = %(mapping)s::jsonb, mapped_at = %(at)s WHERE id = %(source)s
