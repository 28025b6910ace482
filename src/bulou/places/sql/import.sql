-- One chunk of a roster, set-based. All statements run in the chunk's own transaction.
--
-- Who is the same person is decided in linkage.py, over the people that `people_numbered` and `people_behind` return.
-- What was decided is sent to `incoming` and written wave by wave: the rows of one wave are different people, so that a
-- person named twice in a chunk meets the first row already written.

-- name: joined_by_hash
-- The planner takes the policies for sharp filters and expects a handful of people; its nested loops then compare every
-- row with every person (111 s for 20,000 rows, against 0.2 s).
SET LOCAL enable_nestloop = off

-- name: people_numbered
-- Whoever has one of these numbers, by digest and key version, with the door and the row of this run that named them.
SELECT p.id, h.area, h.stairwell, h.door, p.name, p.name_key, p.pinyin, p.birth_year, p.sex, p.bed, p.phone, p.phone_2,
    p.id_digest, p.key_version, p.merged_into, s.row, s.said, p.area
FROM unnest(%(digest)s::bytea[], %(version)s::int2[]) AS d (digest, version)
JOIN places_person p ON p.id_digest = d.digest AND p.key_version = d.version AND p.merged_into IS NULL
LEFT JOIN places_household h ON h.id = p.household
LEFT JOIN places_import_seen s ON s.run = %(run)s AND s.person = p.id

-- name: people_behind
-- Whoever lives behind one of these doors, whatever the stairwell.
SELECT p.id, h.area, h.stairwell, h.door, p.name, p.name_key, p.pinyin, p.birth_year, p.sex, p.bed, p.phone, p.phone_2,
    p.id_digest, p.key_version, p.merged_into, s.row, s.said, p.area
FROM unnest(%(area)s::int8[], %(door)s::text[]) AS d (area, door)
JOIN places_household h ON h.area = d.area AND h.door = d.door
JOIN places_person p ON p.household = h.id
LEFT JOIN places_import_seen s ON s.run = %(run)s AND s.person = p.id

-- name: stairwells_of
-- In which stairwells of their buildings these doors are.
SELECT DISTINCT h.area, h.door, h.stairwell
FROM unnest(%(area)s::int8[], %(door)s::text[]) AS d (area, door)
JOIN places_household h ON h.area = d.area AND h.door = d.door WHERE h.closed_at IS NULL

-- name: ids
-- So many new ids of persons.
SELECT nextval('places_person_id_seq') FROM generate_series(1, %(count)s)

-- name: incoming
-- The chunk as it was read and decided: every row that is somebody's, with the person.
CREATE TEMP TABLE incoming (
    row int PRIMARY KEY, wave int NOT NULL, person bigint NOT NULL, is_new bool NOT NULL, applies bool NOT NULL,
    area bigint NOT NULL, stairwell text NOT NULL, floor smallint, door text NOT NULL, name text NOT NULL,
    name_key text NOT NULL, pinyin text NOT NULL, initials text NOT NULL, birth_year smallint, sex smallint,
    bed text NOT NULL, phone text, phone_2 text, id_tail text, id_digest bytea, key_version smallint,
    needs smallint NOT NULL, registered_area bigint, said bytea, household bigint
) ON COMMIT DROP

-- name: analyzed
-- Fresh statistics: the joins below are planned on them.
ANALYZE incoming

-- name: doors_added
-- Doors met for the first time. A register of where people belong opens no door for somebody who is known elsewhere.
INSERT INTO places_household (area, stairwell, floor, door, source, valid_from, recorded_at)
SELECT DISTINCT ON (area, stairwell, door) area, stairwell, floor, door, %(source)s, %(valid_from)s, %(at)s
FROM incoming WHERE wave = %(wave)s AND (is_new OR (applies AND NOT %(registered)s))
ORDER BY area, stairwell, door, row
ON CONFLICT (area, stairwell, door) DO NOTHING

-- name: doors_found
-- The household behind each row's door.
UPDATE incoming i SET household = h.id FROM places_household h
WHERE i.wave = %(wave)s AND h.area = i.area AND h.stairwell = i.stairwell AND h.door = i.door

-- name: new_added
-- The new people, as the roster names them.
INSERT INTO places_person (id, household, area, name, name_key, pinyin, initials, birth_year, sex, bed, phone, phone_2,
    id_tail, id_digest, key_version, needs, registered_area, found_area, source, valid_from, recorded_at)
SELECT person, household, area, name, name_key, pinyin, initials, birth_year, sex, bed, phone, phone_2, id_tail,
    id_digest, key_version, needs, coalesce(registered_area, CASE WHEN %(registered)s THEN area END),
    CASE WHEN NOT %(registered)s THEN area END, %(source)s, %(valid_from)s, %(at)s
FROM incoming WHERE wave = %(wave)s AND is_new ORDER BY person

-- name: changes
-- What the wave says otherwise than the registry: empty cells say nothing, needs add up, a name is never changed here. A value older than the one
-- we have changes nothing, nor does one of a source that is trusted less; and a source that repeats itself brings no news.
CREATE TEMP TABLE changes ON COMMIT DROP AS
SELECT p.id AS person, i.row, c.attribute, c.old_value, c.new_value, p.valid_from AS since, p.source AS old_source
FROM incoming i JOIN places_person p ON p.id = i.person,
LATERAL (VALUES
    (2::smallint, p.birth_year IS DISTINCT FROM i.birth_year, p.birth_year::text, i.birth_year::text),
    (3::smallint, p.phone IS DISTINCT FROM i.phone, p.phone, i.phone),
    (4::smallint, p.needs <> (p.needs | i.needs), p.needs::text, (p.needs | i.needs)::text),
    (5::smallint, NOT %(registered)s AND p.household IS DISTINCT FROM i.household, p.household::text, i.household::text),
    (7::smallint, p.phone_2 IS DISTINCT FROM i.phone_2, p.phone_2, i.phone_2),
    (8::smallint, p.sex IS NULL, p.sex::text, i.sex::text),
    (9::smallint, p.bed = '' AND i.bed <> '', nullif(p.bed, ''), nullif(i.bed, '')),
    (6::smallint, p.registered_area IS DISTINCT FROM coalesce(i.registered_area, CASE WHEN %(registered)s THEN i.area END),
        p.registered_area::text, coalesce(i.registered_area, CASE WHEN %(registered)s THEN i.area END)::text)
) AS c (attribute, differs, old_value, new_value)
WHERE i.wave = %(wave)s AND NOT i.is_new AND i.applies AND c.differs AND c.new_value IS NOT NULL
    AND (c.old_value IS NULL OR %(valid_from)s >= coalesce(
        (SELECT f.valid_from FROM places_person_fact f
         WHERE f.person = p.id AND f.attribute = c.attribute AND f.valid_to IS NULL), p.valid_from))
    AND (c.old_value IS NULL OR c.attribute = 4 OR (SELECT trust FROM places_source WHERE id = %(source)s) >= coalesce(
        (SELECT s.trust FROM places_source s WHERE s.id = coalesce((SELECT f.source FROM places_person_fact f
         WHERE f.person = p.id AND f.attribute = c.attribute AND f.valid_to IS NULL), p.source)), 2))
    AND (c.attribute = 4 OR (
        SELECT f.value FROM places_person_fact f
        WHERE f.person = p.id AND f.attribute = c.attribute AND f.source = %(source)s
            AND NOT (f.valid_to IS NOT DISTINCT FROM f.valid_from AND EXISTS (
                SELECT FROM places_person_fact b JOIN places_source s ON s.id = b.source
                WHERE b.person = f.person AND b.attribute = f.attribute AND b.valid_from = f.valid_from
                    AND s.name = '撤销导入 import undone'))
        ORDER BY f.valid_from DESC, f.id DESC LIMIT 1) IS DISTINCT FROM c.new_value)

-- name: said_before
-- What stood until now is what its source says still.
INSERT INTO places_said (person, attribute, source, value, valid_from, recorded_at)
SELECT o.person, o.attribute, o.source, o.value, o.valid_from, %(at)s
FROM (
  SELECT c.person, c.attribute, coalesce(f.source, c.old_source) AS source, c.old_value AS value,
         coalesce(f.valid_from, c.since) AS valid_from
  FROM changes AS c LEFT JOIN places_person_fact AS f ON f.person = c.person AND f.attribute = c.attribute AND f.valid_to IS NULL
  WHERE c.old_value IS NOT NULL AND c.attribute IN (2, 3, 5, 6, 8, 9)
) AS o
WHERE o.source IS NOT NULL AND o.source <> %(source)s
ON CONFLICT (person, attribute, source) DO UPDATE
SET value = EXCLUDED.value, valid_from = EXCLUDED.valid_from, recorded_at = EXCLUDED.recorded_at, run = NULL

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
    birth_year = CASE WHEN c.attributes @> '{2}' THEN i.birth_year ELSE p.birth_year END,
    phone = CASE WHEN c.attributes @> '{3}' THEN i.phone ELSE p.phone END,
    phone_2 = CASE WHEN c.attributes @> '{7}' THEN i.phone_2 ELSE p.phone_2 END,
    sex = CASE WHEN c.attributes @> '{8}' THEN i.sex ELSE p.sex END,
    bed = CASE WHEN c.attributes @> '{9}' THEN i.bed ELSE p.bed END,
    needs = CASE WHEN c.attributes @> '{4}' THEN p.needs | i.needs ELSE p.needs END,
    household = CASE WHEN c.attributes @> '{5}' THEN i.household ELSE p.household END,
    area = CASE WHEN c.attributes @> '{5}' THEN i.area ELSE p.area END,
    found_area = CASE WHEN c.attributes @> '{5}' THEN i.area ELSE p.found_area END,
    registered_area = CASE WHEN c.attributes @> '{6}'
        THEN coalesce(i.registered_area, i.area) ELSE p.registered_area END
FROM (SELECT row, array_agg(attribute::int) AS attributes FROM changes GROUP BY row) c JOIN incoming i USING (row)
WHERE p.id = i.person

-- name: said_otherwise
-- What the wave says otherwise than the register by now: kept under its source, the latest list of it alone. What it says
-- like the register is kept no more. A telephone in either place is the same; an empty cell says nothing.
WITH told AS MATERIALIZED (
  SELECT i.person, c.attribute, c.value, c.differs
  FROM incoming i JOIN places_person p ON p.id = i.person,
  LATERAL (VALUES
    (2::smallint, p.birth_year IS DISTINCT FROM i.birth_year, i.birth_year::text),
    (3::smallint, i.phone IS DISTINCT FROM p.phone AND i.phone IS DISTINCT FROM p.phone_2, i.phone),
    (5::smallint, NOT %(registered)s AND p.household IS DISTINCT FROM i.household,
      CASE WHEN NOT %(registered)s THEN i.household::text END),
    (6::smallint, p.registered_area IS DISTINCT FROM coalesce(i.registered_area, CASE WHEN %(registered)s THEN i.area END),
      coalesce(i.registered_area, CASE WHEN %(registered)s THEN i.area END)::text),
    (8::smallint, p.sex IS DISTINCT FROM i.sex, i.sex::text),
    (9::smallint, p.bed <> i.bed, nullif(i.bed, ''))
  ) AS c (attribute, differs, value)
  WHERE i.wave = %(wave)s AND NOT i.is_new AND i.applies AND c.value IS NOT NULL
),
alike AS (
  DELETE FROM places_said AS s USING told AS t
  WHERE s.person = t.person AND s.attribute = t.attribute AND s.source = %(source)s AND NOT t.differs
)
INSERT INTO places_said (person, attribute, source, run, value, valid_from, recorded_at)
SELECT person, attribute, %(source)s, %(run)s, value, %(valid_from)s, %(at)s FROM told WHERE differs
ON CONFLICT (person, attribute, source) DO UPDATE
SET value = EXCLUDED.value, run = EXCLUDED.run, valid_from = EXCLUDED.valid_from, recorded_at = EXCLUDED.recorded_at
WHERE EXCLUDED.valid_from >= places_said.valid_from

-- name: identities_added
-- An identity number for somebody known without one, or a digest under the current key instead of an older one.
UPDATE places_person p SET id_digest = i.id_digest, id_tail = i.id_tail, key_version = i.key_version
FROM incoming i
WHERE i.wave = %(wave)s AND NOT i.is_new AND p.id = i.person AND i.id_digest IS NOT NULL
    AND (p.id_digest IS NULL OR p.key_version <> i.key_version)
RETURNING i.row

-- name: found_where_registered
-- A list of who lives where confirms somebody who was known from a register alone.
UPDATE places_person p SET found_area = p.area
FROM incoming i
WHERE i.wave = %(wave)s AND NOT %(registered)s AND i.applies AND p.id = i.person AND p.found_area IS NULL

-- name: changed_rows
-- The rows that changed something.
SELECT DISTINCT row FROM changes

-- name: seen
-- Who was named by this file, and in which row first.
INSERT INTO places_import_seen (run, person, row, said)
SELECT %(run)s, person, row, said FROM incoming WHERE wave = %(wave)s ORDER BY person
ON CONFLICT (run, person) DO NOTHING

-- name: spoken_of
-- The areas and the persons that the chunk names.
SELECT array_agg(DISTINCT area), array_agg(DISTINCT person) FROM incoming

-- name: flags
-- Cells that were left while their rows were taken.
INSERT INTO places_import_flag (run, row, sheet, line, "column", field, code)
SELECT %(run)s, row, sheet, line, col, field, code
FROM unnest(%(row)s::int4[], %(sheet)s::text[], %(line)s::int4[], %(column)s::text[], %(field)s::text[], %(code)s::int2[])
    AS f (row, sheet, line, col, field, code)

-- name: refusals
-- Rows refused before they came to the database, by code and field.
INSERT INTO places_import_refusal (run, row, code, field)
SELECT %(run)s, row, code, field FROM unnest(%(row)s::int4[], %(code)s::int2[], %(field)s::text[]) AS r (row, code, field)

-- name: advanced
-- The chunk is done with. No row: another process has moved the run on, and this transaction must not count.
UPDATE places_import_run SET next_row = %(to)s, read = read + %(read)s, added = added + %(added)s,
    changed = changed + %(changed)s, unchanged = unchanged + %(unchanged)s, rejected = rejected + %(rejected)s,
    skipped = skipped + %(skipped)s, flagged = flagged + %(flagged)s, doubts = doubts + %(doubts)s
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
SELECT read, added, changed, unchanged, rejected, skipped, flagged, doubts FROM places_import_run WHERE id = %(run)s

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

-- name: flagged_rows
-- The cells that a run left, in their order; so many at most.
SELECT sheet, line, "column", field, code FROM places_import_flag WHERE run = %(run)s ORDER BY row, id LIMIT %(limit)s

-- name: flagged_by_code
-- How many cells were left, by code.
SELECT code, count(*) FROM places_import_flag WHERE run = %(run)s GROUP BY code ORDER BY code

-- name: doubts_of_run
-- The doubts that a run has raised, without what they are about.
SELECT kind, sheet, line FROM places_doubt WHERE run = %(run)s ORDER BY sheet, line, id LIMIT %(limit)s

-- name: mapping_remembered
-- The columns of this source, for its next file.
UPDATE places_source SET mapping = %(mapping)s::jsonb, mapped_at = %(at)s WHERE id = %(source)s

-- name: importing
-- Whether somebody holds the lock of all imports (imports.py); the two halves of its number as the server keeps them.
SELECT EXISTS (
  SELECT FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) + objid::bigint = %(key)s)
