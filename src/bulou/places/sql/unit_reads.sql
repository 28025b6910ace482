-- Units as pages show them. Under the session's scope.

-- name: listed
-- Units of a kind (0: of all) by name, in a range of areas (none: all in sight), open or closed, that have a word in name,
-- code, contact or telephone.
SELECT id, kind, area, name, code, contact, telephone, hours, attributes, source, since, until FROM places_unit
WHERE (%(kind)s = 0 OR kind = %(kind)s) AND area BETWEEN %(lo)s AND %(hi)s
  AND (%(state)s = 'all' OR (until IS NULL) = (%(state)s = 'open'))
  AND (%(q)s = '' OR position(lower(%(q)s) IN lower(name || ' ' || code || ' ' || contact || ' ' || telephone)) > 0)
  AND (%(after)s = 0 OR (name, id) > (SELECT a.name, a.id FROM places_unit AS a WHERE a.id = %(after)s))
ORDER BY name, id LIMIT %(limit)s

-- name: counts
-- How many open units there are of each kind in a range of areas.
SELECT kind, count(*) FROM places_unit WHERE area BETWEEN %(lo)s AND %(hi)s AND until IS NULL GROUP BY kind

-- name: of
-- Units by their numbers.
SELECT id, kind, area, name, code, contact, telephone, hours, attributes, source, since, until FROM places_unit
WHERE id = ANY (%(ids)s::bigint[])

-- name: coded
-- Units by their codes.
SELECT id, kind, area, name, code, contact, telephone, hours, attributes, source, since, until FROM places_unit
WHERE code = ANY (%(codes)s::text[])

-- name: changes
-- What was done to a unit, the latest first.
SELECT at, by, act, reason, before FROM places_unit_change WHERE unit = %(id)s ORDER BY id DESC LIMIT 200

-- name: open
-- Open units of some kinds (none named: of all), to be chosen by name.
SELECT id, kind, area, name, code FROM places_unit
WHERE until IS NULL AND (%(kinds)s::smallint[] = '{}' OR kind = ANY (%(kinds)s::smallint[])) ORDER BY name, id LIMIT %(limit)s

-- name: devices
-- Devices that a duty can be given to: in use, and all of their areas within the scope.
SELECT id, name FROM ledger_journal
WHERE kind = 'phone' AND revoked_at IS NULL AND closed_last IS NULL AND expires_at > %(now)s
  AND ranges <@ nullif(current_setting('bulou.scope', true), '')::int8multirange
ORDER BY name, id LIMIT %(limit)s

-- name: device_names
-- Names of devices.
SELECT id, name FROM ledger_journal WHERE id = ANY (%(ids)s::bigint[])

-- name: number
-- The number of the next unit.
SELECT nextval('places_unit_id_seq')

-- name: added
-- A new unit.
INSERT INTO places_unit
    (id, kind, area, last, name, code, contact, telephone, hours, attributes, source, since)
VALUES (%(id)s, %(kind)s, %(area)s, %(last)s, %(name)s, %(code)s, %(contact)s, %(telephone)s, %(hours)s, %(attributes)s,
        %(source)s, %(since)s)

-- name: changed
-- A unit as it is now.
UPDATE places_unit SET area = %(area)s, last = %(last)s, name = %(name)s, code = %(code)s, contact = %(contact)s,
    telephone = %(telephone)s, hours = %(hours)s, attributes = %(attributes)s
WHERE id = %(id)s

-- name: ended
-- A unit is closed (or, without a time, opened again), where it was not yet.
UPDATE places_unit SET until = %(until)s WHERE id = %(id)s AND (until IS NULL) = (%(until)s::timestamptz IS NOT NULL)

-- name: said
-- What was done to a unit.
INSERT INTO places_unit_change (unit, at, by, act, reason, before)
VALUES (%(id)s, %(at)s, %(by)s, %(act)s, %(reason)s, %(before)s)

-- name: named_areas
-- Open areas by their names.
SELECT id, name, name_en FROM places_area WHERE closed_at IS NULL AND (name = ANY (%(names)s::text[]) OR name_en = ANY (%(names)s::text[]))
