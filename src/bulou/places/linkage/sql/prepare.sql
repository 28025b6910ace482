-- Of DuckDB, not of the ledger's database: lists of several sources in the form in which they are compared.

-- name: records
-- One row for what sources say of one person. `mask` has a bit for each source whose list names the person: a list names
-- a person once, so that two records with a bit in common are two people. 0: of no list.
CREATE OR REPLACE TABLE records (
  id BIGINT, mask BIGINT, name VARCHAR, number VARCHAR, birth VARCHAR, phone VARCHAR,
  compound VARCHAR, building VARCHAR, room VARCHAR
)

-- name: numbers
-- Identity numbers as nearly all are written, 18 characters with a right check digit (ISO 7064 MOD 11-2: 48 times the sum of
-- the weights is what the digits' codes are too high by) and a day; a digest is its own key. Other forms are cleaned by
-- ``documents.read_document``; what is in neither table is no number.
CREATE OR REPLACE TABLE number_keys AS
WITH written AS (SELECT DISTINCT number FROM records WHERE number <> '')
SELECT number AS raw, number AS key, try_cast(substr(number, 7, 4) || '-' || substr(number, 11, 2) || '-' || substr(number, 13, 2) AS DATE)::VARCHAR AS birth
FROM written
WHERE regexp_full_match(number, '[1-8][0-9]{16}[0-9X]')
  AND substr('10X98765432', ((ascii(substr(number, 1, 1)) * 7 + ascii(substr(number, 2, 1)) * 9 + ascii(substr(number, 3, 1)) * 10
          + ascii(substr(number, 4, 1)) * 5 + ascii(substr(number, 5, 1)) * 8 + ascii(substr(number, 6, 1)) * 4
          + ascii(substr(number, 7, 1)) * 2 + ascii(substr(number, 8, 1)) * 1 + ascii(substr(number, 9, 1)) * 6
          + ascii(substr(number, 10, 1)) * 3 + ascii(substr(number, 11, 1)) * 7 + ascii(substr(number, 12, 1)) * 9
          + ascii(substr(number, 13, 1)) * 10 + ascii(substr(number, 14, 1)) * 5 + ascii(substr(number, 15, 1)) * 8
          + ascii(substr(number, 16, 1)) * 4 + ascii(substr(number, 17, 1)) * 2)
          - 4800) % 11 + 1, 1) = substr(number, 18, 1)
  AND try_cast(substr(number, 7, 4) || '-' || substr(number, 11, 2) || '-' || substr(number, 13, 2) AS DATE) >= DATE '1900-01-01'
  AND NOT number LIKE '%000'
UNION ALL SELECT number, number, NULL FROM written WHERE length(number) >= 32

-- name: odd_numbers
-- Numbers written in another form than 18 characters.
SELECT DISTINCT number FROM records
WHERE number <> '' AND length(number) < 32 AND NOT regexp_full_match(number, '[0-9]{17}[0-9X]')

-- name: odd_phones
-- Telephones written otherwise than as a mobile's eleven digits.
SELECT DISTINCT phone FROM records WHERE phone <> '' AND NOT regexp_full_match(phone, '1[3-9][0-9]{9}')

-- name: prepared
-- The same with what follows from it. What is empty says nothing. Doors are one value where all of it is known.
-- A list that says no day of birth has the one of its own number.
CREATE OR REPLACE TABLE prepared AS
WITH keyed AS (
  SELECT r.id, r.mask, n.key AS name, n.sound, k.key AS number, CASE WHEN regexp_full_match(r.phone, '1[3-9][0-9]{9}') THEN r.phone ELSE p.key END AS phone, c.key AS compound, b.key AS building,
         d.key AS room, nullif(coalesce(nullif(r.birth, ''), k.birth), '') AS birth
  FROM records r
  LEFT JOIN number_keys k ON k.raw = r.number
  LEFT JOIN name_keys n ON n.raw = r.name
  LEFT JOIN phone_keys p ON p.raw = r.phone
  LEFT JOIN part_keys c ON c.kind = 'compound' AND c.raw = r.compound
  LEFT JOIN part_keys b ON b.kind = 'building' AND b.raw = r.building
  LEFT JOIN part_keys d ON d.kind = 'room' AND d.raw = r.room
)
SELECT k.id AS unique_id, k.mask, k.name, k.sound,
       list_aggregate(list_sort(string_split(k.name, '')), 'string_agg', '') AS letters, k.number, k.birth, k.phone, k.compound, k.building, k.room,
       CASE WHEN k.compound IS NOT NULL AND k.building IS NOT NULL AND k.room IS NOT NULL
            THEN k.compound || '/' || k.building || '/' || k.room END AS door
FROM keyed k
ORDER BY unique_id

-- name: crowded_phones
-- Telephones that many people have: of an office, of a guard; they say nothing.
UPDATE prepared SET phone = NULL WHERE phone IN (
  SELECT phone FROM prepared WHERE phone IS NOT NULL GROUP BY phone, mask HAVING count(*) > 6
)

-- name: crowded_doors
-- Doors behind which are more people than a family: dormitories, whole buildings under one number.
CREATE OR REPLACE TABLE crowded AS
SELECT door FROM prepared WHERE door IS NOT NULL GROUP BY door, mask HAVING count(*) > 40
