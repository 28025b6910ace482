-- The digest of a row of the registries, by which its record is held against it (table places_written). It is over the
-- columns that say something, so that a column added later changes none.

-- name: area_digest
-- The digest of an area.
CREATE OR REPLACE FUNCTION places_area_digest(a places_area) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT substring(sha256(convert_to(concat_ws(' ',
    a.id, a.parent, a.level, quote_literal(a.name), 'en ' || quote_literal(nullif(a.name_en, '')),
    'code ' || quote_literal(nullif(a.code, '')), 'x ' || nullif(a.x, 0), 'y ' || nullif(a.y, 0),
    'from ' || trunc(extract(epoch FROM a.valid_from) * 1000000),
    'closed ' || trunc(extract(epoch FROM a.closed_at) * 1000000)), 'UTF8')) FOR 16)
$$

-- name: household_digest
-- The digest of a door.
CREATE OR REPLACE FUNCTION places_household_digest(h places_household) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT substring(sha256(convert_to(concat_ws(' ',
    h.id, h.area, 'stairwell ' || quote_literal(nullif(h.stairwell, '')), 'floor ' || h.floor,
    'door ' || quote_literal(nullif(h.door, '')), 'source ' || h.source,
    'from ' || trunc(extract(epoch FROM h.valid_from) * 1000000),
    'recorded ' || trunc(extract(epoch FROM h.recorded_at) * 1000000),
    'closed ' || trunc(extract(epoch FROM h.closed_at) * 1000000)), 'UTF8')) FOR 16)
$$

-- name: person_digest
-- The digest of a person. What the database makes of the name and the telephone is not in it.
CREATE OR REPLACE FUNCTION places_person_digest(p places_person) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT substring(sha256(convert_to(concat_ws(' ',
    p.id, p.area, 'household ' || p.household, quote_literal(p.name), quote_literal(p.name_key),
    'pinyin ' || quote_literal(nullif(p.pinyin, '')), 'initials ' || quote_literal(nullif(p.initials, '')),
    'born ' || p.birth_year, 'phone ' || quote_literal(p.phone), 'tail ' || quote_literal(p.id_tail),
    'number ' || encode(p.id_digest, 'hex'), 'key ' || p.key_version, 'card ' || quote_literal(p.card),
    'needs ' || nullif(p.needs, 0), 'registered ' || p.registered_area, 'found ' || p.found_area,
    'source ' || p.source, 'from ' || trunc(extract(epoch FROM p.valid_from) * 1000000),
    'recorded ' || trunc(extract(epoch FROM p.recorded_at) * 1000000), 'merged ' || p.merged_into,
    'sex ' || p.sex, 'bed ' || quote_literal(nullif(p.bed, '')), 'second phone ' || quote_literal(p.phone_2)), 'UTF8')) FOR 16)
$$
