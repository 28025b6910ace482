-- Doubts: raised, read, decided. The area of both facts is compared with the session's scope by the table's own policy.

-- name: neighbours
-- Whoever was on record behind the door of people who were found, whatever the stairwell; each under the found one's id.
-- Of two who were found together the first one is on record before the second.
SELECT f.id, p.id, h.area, h.stairwell, h.door, p.name, p.name_key, p.pinyin, p.birth_year, p.sex, p.bed, p.phone,
    p.phone_2, p.id_digest, p.key_version, p.merged_into, NULL::int, NULL::bytea, p.area
FROM places_person f
JOIN places_household fh ON fh.id = f.household
JOIN places_household h ON h.area = fh.area AND h.door = fh.door
    AND (h.stairwell = fh.stairwell OR h.stairwell = '' OR fh.stairwell = '')
JOIN places_person p ON p.household = h.id AND (p.id < f.id OR p.id <> ALL (%(ids)s)) AND p.id <> f.id
    AND p.merged_into IS NULL
WHERE f.id = ANY (%(ids)s)

-- name: raised
-- New questions; one that was asked before is left as it is, decided or not.
INSERT INTO places_doubt (kind, area, other_area, person, other, said, id_digest, key_version, source, run, sheet, line,
    fingerprint, since)
SELECT DISTINCT ON (d.fingerprint) d.kind, d.area, d.other_area, d.person, d.other, d.said, d.digest, d.version,
    %(source)s, %(run)s, d.sheet, d.line, d.fingerprint, %(at)s
FROM unnest(%(kind)s::text[], %(area)s::int8[], %(other_area)s::int8[], %(person)s::int8[], %(other)s::int8[],
    %(said)s::jsonb[], %(digest)s::bytea[], %(version)s::int2[], %(sheet)s::text[], %(line)s::int4[],
    %(fingerprint)s::bytea[]) WITH ORDINALITY
    AS d (kind, area, other_area, person, other, said, digest, version, sheet, line, fingerprint, at)
ORDER BY d.fingerprint, d.at
ON CONFLICT (fingerprint) DO NOTHING
RETURNING other

-- name: open
-- Questions that nobody has decided, the oldest first. Who lives out of scope is known by area alone.
SELECT d.id, d.kind, d.area, d.other_area, d.person, d.other, d.said, d.since, d.sheet, d.line, s.name AS source,
    r.file_name AS file, p.name, p.birth_year, p.sex, p.bed, p.phone, p.phone_2, p.id_tail, h.stairwell, h.floor, h.door,
    ps.name AS on_record_by, p.valid_from AS on_record_since, d.id_digest IS NOT NULL AS numbered, d.decided_at,
    d.decided_by, d.decision
FROM places_doubt d
LEFT JOIN places_person p ON p.id = d.person
LEFT JOIN places_household h ON h.id = p.household
LEFT JOIN places_source s ON s.id = d.source
LEFT JOIN places_source ps ON ps.id = p.source
LEFT JOIN places_import_run r ON r.id = d.run
WHERE d.decided_at IS NULL ORDER BY d.since, d.id LIMIT %(limit)s

-- name: decided
-- What was decided, the latest first.
SELECT d.id, d.kind, d.area, d.other_area, d.person, d.other, d.said, d.since, d.sheet, d.line, s.name AS source,
    r.file_name AS file, p.name, p.birth_year, p.sex, p.bed, p.phone, p.phone_2, p.id_tail, h.stairwell, h.floor, h.door,
    ps.name AS on_record_by, p.valid_from AS on_record_since, d.id_digest IS NOT NULL AS numbered, d.decided_at,
    d.decided_by, d.decision
FROM places_doubt d
LEFT JOIN places_person p ON p.id = d.person
LEFT JOIN places_household h ON h.id = p.household
LEFT JOIN places_source s ON s.id = d.source
LEFT JOIN places_source ps ON ps.id = p.source
LEFT JOIN places_import_run r ON r.id = d.run
WHERE d.decided_at IS NOT NULL ORDER BY d.decided_at DESC, d.id DESC LIMIT %(limit)s

-- name: open_count
-- How many questions of the scope nobody has decided.
SELECT count(*) FROM places_doubt WHERE decided_at IS NULL

-- name: locked
-- One doubt, held until the decision is written: two people may decide at once.
SELECT person, other, area, other_area, said, source, kind, decided_at, decision
FROM places_doubt WHERE id = %(doubt)s FOR UPDATE

-- name: root
-- Whose record a person's is, by the decisions so far.
WITH RECURSIVE up AS (
    SELECT id, merged_into FROM places_person WHERE id = %(person)s
    UNION SELECT p.id, p.merged_into FROM places_person p JOIN up ON p.id = up.merged_into
)
SELECT id FROM up ORDER BY merged_into IS NOT NULL, id LIMIT 1

-- name: settled
-- Who decided what, and whom it added.
UPDATE places_doubt SET decision = %(decision)s, decided_by = %(user)s, decided_at = %(at)s,
    other = coalesce(other, %(added)s)
WHERE id = %(doubt)s AND decided_at IS NULL

-- name: reopened
-- A decision that was taken back.
UPDATE places_doubt SET decision = NULL, decided_by = NULL, decided_at = NULL WHERE id = %(doubt)s

-- name: merged
-- The second person is the first one from now on; the row stays.
UPDATE places_person SET merged_into = %(person)s WHERE id = %(other)s AND merged_into IS NULL AND id <> %(person)s

-- name: unmerged
-- Two people again, unless another decision says of the second one that she is somebody else's second record. She is on
-- the register from now on: a round that was opened meanwhile did not see her.
UPDATE places_person SET merged_into = NULL, recorded_at = %(at)s WHERE merged_into IS NOT NULL AND id = %(other)s AND NOT EXISTS (
    SELECT FROM places_doubt d WHERE d.other = %(other)s AND d.id <> %(doubt)s AND d.decision IN ('same', 'take'))

-- name: door_of_fact
-- The door that the other source names, where it was not met before.
INSERT INTO places_household (area, stairwell, floor, door, source, valid_from, recorded_at)
SELECT %(area)s, %(stairwell)s, %(floor)s, %(door)s, %(source)s, %(at)s, %(at)s WHERE %(door)s <> ''
ON CONFLICT (area, stairwell, door) DO NOTHING

-- name: person_of_fact
-- The second person, as the other source names her; the number stays with whoever has it.
INSERT INTO places_person (household, area, name, name_key, pinyin, initials, birth_year, sex, bed, phone, phone_2, needs,
    found_area, source, valid_from, recorded_at)
SELECT (SELECT id FROM places_household h WHERE h.area = %(area)s AND h.stairwell = %(stairwell)s AND h.door = %(door)s
        AND %(door)s <> ''),
    %(area)s, %(name)s, %(name_key)s, %(pinyin)s, %(initials)s, %(birth_year)s, %(sex)s, %(bed)s, %(phone)s, %(phone_2)s,
    %(needs)s, %(area)s, %(source)s, %(at)s, %(at)s
RETURNING id

-- name: facts_ended
-- What was known of the person's name and door ends now; the first change also records what it was before.
WITH changes AS (
    SELECT p.id, c.attribute, c.old_value, p.valid_from, p.source
    FROM places_person p
    LEFT JOIN places_household h ON h.area = %(area)s AND h.stairwell = %(stairwell)s AND h.door = %(door)s,
    LATERAL (VALUES (1::smallint, p.name, %(name)s), (5::smallint, p.household::text, h.id::text))
        AS c (attribute, old_value, new_value)
    WHERE p.id = %(person)s AND c.new_value IS DISTINCT FROM c.old_value AND c.new_value IS NOT NULL
), ended AS (
    UPDATE places_person_fact f SET valid_to = greatest(f.valid_from, %(at)s) FROM changes c
    WHERE f.person = c.id AND f.attribute = c.attribute AND f.valid_to IS NULL
    RETURNING f.attribute
)
INSERT INTO places_person_fact (person, attribute, value, source, valid_from, valid_to, recorded_at)
SELECT c.id, c.attribute, c.old_value, c.source, least(c.valid_from, %(at)s), %(at)s, %(at)s FROM changes c
WHERE c.old_value IS NOT NULL AND NOT EXISTS (SELECT FROM ended e WHERE e.attribute = c.attribute)

-- name: facts_begun
-- The name and the door of the other source hold from now on.
INSERT INTO places_person_fact (person, attribute, value, source, valid_from, recorded_at)
SELECT p.id, c.attribute, c.new_value, %(source)s, %(at)s, %(at)s
FROM places_person p
LEFT JOIN places_household h ON h.area = %(area)s AND h.stairwell = %(stairwell)s AND h.door = %(door)s,
LATERAL (VALUES (1::smallint, p.name, %(name)s), (5::smallint, p.household::text, h.id::text))
    AS c (attribute, old_value, new_value)
WHERE p.id = %(person)s AND c.new_value IS DISTINCT FROM c.old_value AND c.new_value IS NOT NULL

-- name: fact_taken
-- The person as known now, under the name and behind the door of the other source.
UPDATE places_person p SET name = %(name)s, name_key = %(name_key)s, pinyin = %(pinyin)s, initials = %(initials)s,
    household = coalesce(h.id, p.household), area = %(area)s, found_area = %(area)s
FROM (SELECT 1) one
LEFT JOIN places_household h ON h.area = %(area)s AND h.stairwell = %(stairwell)s AND h.door = %(door)s
WHERE p.id = %(person)s

-- name: before_taken
-- The name and the door that a person had before a decision, where what it said still holds; else those of now.
SELECT coalesce(n.value, p.name), coalesce(h.area, p.area), coalesce(h.stairwell, ''), h.floor, coalesce(h.door, '')
FROM places_person p
LEFT JOIN LATERAL (
    SELECT e.value FROM places_person_fact f JOIN places_person_fact e
      ON e.person = f.person AND e.attribute = f.attribute AND e.valid_to = f.valid_from
    WHERE f.person = p.id AND f.attribute = 1 AND f.valid_to IS NULL AND f.valid_from = %(decided_at)s
    ORDER BY e.id DESC LIMIT 1) AS n ON true
LEFT JOIN LATERAL (
    SELECT e.value::bigint AS id FROM places_person_fact f JOIN places_person_fact e
      ON e.person = f.person AND e.attribute = f.attribute AND e.valid_to = f.valid_from
    WHERE f.person = p.id AND f.attribute = 5 AND f.valid_to IS NULL AND f.valid_from = %(decided_at)s
    ORDER BY e.id DESC LIMIT 1) AS d ON true
LEFT JOIN places_household h ON h.id = coalesce(d.id, p.household)
WHERE p.id = %(person)s

-- name: needs_ended
-- Needs that the other source adds are a dated fact, as an import would write it: what was known of them ends now.
WITH changes AS (
    SELECT id, needs, valid_from, source FROM places_person WHERE id = %(person)s AND needs <> (needs | %(needs)s)
), ended AS (
    UPDATE places_person_fact f SET valid_to = greatest(f.valid_from, %(at)s) FROM changes c
    WHERE f.person = c.id AND f.attribute = 4 AND f.valid_to IS NULL
    RETURNING f.person
)
INSERT INTO places_person_fact (person, attribute, value, source, valid_from, valid_to, recorded_at)
SELECT c.id, 4, c.needs::text, c.source, least(c.valid_from, %(at)s), %(at)s, %(at)s FROM changes c
WHERE NOT EXISTS (SELECT FROM ended e WHERE e.person = c.id)

-- name: needs_begun
-- The needs of both sources hold from now on.
INSERT INTO places_person_fact (person, attribute, value, source, valid_from, recorded_at)
SELECT id, 4, (needs | %(needs)s)::text, %(source)s, %(at)s, %(at)s
FROM places_person WHERE id = %(person)s AND needs <> (needs | %(needs)s)

-- name: filled
-- What was not known of the person and the other source says. A second telephone is kept beside the first.
UPDATE places_person SET
    phone = coalesce(phone, %(phone)s),
    phone_2 = CASE WHEN phone IS NOT NULL AND phone IS DISTINCT FROM %(phone)s THEN coalesce(phone_2, %(phone)s)
        ELSE coalesce(phone_2, %(phone_2)s) END,
    birth_year = coalesce(birth_year, %(birth_year)s), sex = coalesce(sex, %(sex)s),
    bed = CASE WHEN bed = '' THEN %(bed)s ELSE bed END, needs = needs | %(needs)s
WHERE id = %(person)s
