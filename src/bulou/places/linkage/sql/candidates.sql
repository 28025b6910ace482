-- Of DuckDB: which records of two sources may be one person. Each statement is one reason to compare two of them;
-- ``$part`` of ``$parts`` is a share of the keys, so that what is held at a time stays small.

-- name: empty
-- The pairs to be compared; a pair may stand here several times.
CREATE OR REPLACE TABLE found (l BIGINT, r BIGINT)

-- name: number
-- One identity number.
INSERT INTO found SELECT l.unique_id, r.unique_id FROM prepared l JOIN prepared r ON l.number = r.number
WHERE l.unique_id < r.unique_id AND l.mask & r.mask = 0 AND hash(l.number) % $parts = $part AND hash(r.number) % $parts = $part

-- name: phone
-- One telephone.
INSERT INTO found SELECT l.unique_id, r.unique_id FROM prepared l JOIN prepared r ON l.phone = r.phone
WHERE l.unique_id < r.unique_id AND l.mask & r.mask = 0 AND hash(l.phone) % $parts = $part AND hash(r.phone) % $parts = $part

-- name: name_birth
-- One name and one day of birth, wherever.
INSERT INTO found SELECT l.unique_id, r.unique_id FROM prepared l JOIN prepared r ON l.name = r.name AND l.birth = r.birth
WHERE l.unique_id < r.unique_id AND l.mask & r.mask = 0 AND hash(l.birth) % $parts = $part AND hash(r.birth) % $parts = $part

-- name: sound_birth
-- One sound and one day of birth within a compound.
INSERT INTO found SELECT l.unique_id, r.unique_id FROM prepared l
JOIN prepared r ON l.sound = r.sound AND l.birth = r.birth AND l.compound = r.compound
WHERE l.unique_id < r.unique_id AND l.mask & r.mask = 0 AND l.name <> r.name
  AND hash(l.birth) % $parts = $part AND hash(r.birth) % $parts = $part

-- name: door
-- One door, with names of which one may be the other, or one day of birth.
INSERT INTO found SELECT l.unique_id, r.unique_id FROM prepared l JOIN prepared r ON l.door = r.door
WHERE l.unique_id < r.unique_id AND l.mask & r.mask = 0 AND hash(l.door) % $parts = $part AND hash(r.door) % $parts = $part
  AND (l.name = r.name OR l.birth = r.birth OR l.sound = r.sound OR l.letters = r.letters
       OR levenshtein(l.name, r.name) <= 1)
  AND NOT EXISTS (FROM crowded c WHERE c.door = l.door)

-- name: building
-- One name in one building, where one of the two lists does not say the door.
INSERT INTO found SELECT l.unique_id, r.unique_id FROM prepared l
JOIN prepared r ON l.compound = r.compound AND l.building = r.building AND l.name = r.name
WHERE l.unique_id < r.unique_id AND l.mask & r.mask = 0 AND (l.room IS NULL OR r.room IS NULL)
  AND hash(l.compound) % $parts = $part AND hash(r.compound) % $parts = $part

-- name: building_sound
-- One sound in one building, likewise.
INSERT INTO found SELECT l.unique_id, r.unique_id FROM prepared l
JOIN prepared r ON l.compound = r.compound AND l.building = r.building AND l.sound = r.sound
WHERE l.unique_id < r.unique_id AND l.mask & r.mask = 0 AND l.name <> r.name AND (l.room IS NULL OR r.room IS NULL)
  AND hash(l.compound) % $parts = $part AND hash(r.compound) % $parts = $part

-- name: building_letters
-- The same characters in another order in one building, likewise.
INSERT INTO found SELECT l.unique_id, r.unique_id FROM prepared l
JOIN prepared r ON l.compound = r.compound AND l.building = r.building AND l.letters = r.letters
WHERE l.unique_id < r.unique_id AND l.mask & r.mask = 0 AND l.name <> r.name AND (l.room IS NULL OR r.room IS NULL)
  AND hash(l.compound) % $parts = $part AND hash(r.compound) % $parts = $part

-- name: compound
-- One name in one compound, where one of the two lists does not say the building.
INSERT INTO found SELECT l.unique_id, r.unique_id FROM prepared l JOIN prepared r ON l.compound = r.compound AND l.name = r.name
WHERE l.unique_id < r.unique_id AND l.mask & r.mask = 0 AND (l.building IS NULL OR r.building IS NULL)
  AND (l.room IS NULL OR r.room IS NULL OR l.room = r.room)
  AND hash(l.compound) % $parts = $part AND hash(r.compound) % $parts = $part

-- name: pairs
-- Each pair once, as Splink takes it.
CREATE OR REPLACE TABLE pairs AS
SELECT l AS join_key_l, r AS join_key_r, '0' AS match_key FROM (SELECT DISTINCT l, r FROM found)
ORDER BY join_key_l, join_key_r
