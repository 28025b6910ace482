-- What rows of the registries and of the record of looks say to the seal. A text never changes: a column that is added later
-- comes last and says nothing where it is null. Times are microseconds since 1970.

-- name: look
-- Somebody looked at a named person.
INSERT INTO seal_said
SELECT id::text, at, concat_ws(' ', 'look', id, number, quote_literal("user"), person, area, quote_literal(reason),
                               trunc(extract(epoch FROM at) * 1000000))
FROM places_look_up WHERE at >= %(since)s

-- name: written
-- What a writer left of the registries.
INSERT INTO seal_said
SELECT id::text, at, concat_ws(' ', 'written', id, quote_literal(by), what, trunc(extract(epoch FROM at) * 1000000),
  encode(sha256(convert_to(array_to_string(ids, ' ') || ':' || digests::text, 'UTF8')), 'hex'))
FROM places_written

-- name: fact
-- A dated fact of a person or an area, but for its end.
INSERT INTO seal_said
SELECT 'person ' || id, recorded_at, concat_ws(' ', 'fact person', id, person, attribute, coalesce(quote_literal(value), '-'),
  coalesce(source::text, '-'), trunc(extract(epoch FROM valid_from) * 1000000),
  trunc(extract(epoch FROM recorded_at) * 1000000))
FROM places_person_fact
UNION ALL
SELECT 'area ' || id, recorded_at, concat_ws(' ', 'fact area', id, area, attribute, quote_literal(value),
  quote_literal(source), trunc(extract(epoch FROM valid_from) * 1000000),
  trunc(extract(epoch FROM recorded_at) * 1000000))
FROM places_area_fact

-- name: fact_end
-- The end of a dated fact.
INSERT INTO seal_said
SELECT 'person ' || id, valid_to, concat_ws(' ', 'fact_end person', id, trunc(extract(epoch FROM valid_to) * 1000000))
FROM places_person_fact WHERE valid_to IS NOT NULL
UNION ALL
SELECT 'area ' || id, valid_to, concat_ws(' ', 'fact_end area', id, trunc(extract(epoch FROM valid_to) * 1000000))
FROM places_area_fact WHERE valid_to IS NOT NULL

-- name: import
-- A list that was imported to its end, and the office that it came from.
INSERT INTO seal_said
SELECT r.id::text, r.finished_at, concat_ws(' ', 'import', r.id, r.source, quote_literal(s.name), quote_literal(r.file_name),
  encode(r.digest, 'hex'), r.next_row, r.read, r.added, r.changed, r.unchanged, r.rejected, r.skipped,
  trunc(extract(epoch FROM r.valid_from) * 1000000), trunc(extract(epoch FROM r.started_at) * 1000000),
  trunc(extract(epoch FROM r.finished_at) * 1000000), nullif(r.flagged, 0), nullif(r.doubts, 0))
FROM places_import_run AS r JOIN places_source AS s ON s.id = r.source WHERE r.finished_at IS NOT NULL

-- name: doubt
-- A question whether two are one person, as it was raised; decisions leave their record in places_written.
INSERT INTO seal_said
SELECT id::text, since, concat_ws(' ', 'doubt', id, kind, area, other_area, person, encode(sha256(convert_to(said::text, 'UTF8')), 'hex'),
  coalesce(encode(id_digest, 'hex'), '-'), coalesce(key_version::text, '-'), coalesce(source::text, '-'), coalesce(run::text, '-'),
  quote_literal(sheet), coalesce(line::text, '-'), encode(fingerprint, 'hex'), trunc(extract(epoch FROM since) * 1000000),
  CASE WHEN kind = 'found' THEN other END)
FROM places_doubt
