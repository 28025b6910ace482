-- The record of looks, exports and broken glass.

-- name: looks
-- Looks at named persons, the latest first, before a key. Each filter is off when it is null or empty.
SELECT l.id, l.at, l."user", l.reason, l.person, l.area, p.name
FROM places_look_up AS l LEFT JOIN places_person AS p ON p.id = l.person
WHERE (l.at, l.id) < (%(before)s, %(before_id)s) AND l.at >= %(since)s
  AND (%(user)s = '' OR l."user" = %(user)s)
  AND (%(persons)s::bigint[] IS NULL OR l.person = ANY (%(persons)s::bigint[]))
  AND (%(reasons)s::text[] IS NULL OR EXISTS (
    SELECT FROM unnest(%(reasons)s::text[]) AS r (code) WHERE position(r.code IN l.reason) > 0))
ORDER BY l.at DESC, l.id DESC LIMIT %(limit)s

-- name: exports
-- Lists that left the desk, the latest first.
SELECT id, at, "user", what, filter::text, rows, masked, area FROM people_export
WHERE (at, id) < (%(before)s, %(before_id)s) AND at >= %(since)s
  AND (%(user)s = '' OR "user" = %(user)s)
  AND (%(reasons)s::text[] IS NULL OR EXISTS (
    SELECT FROM unnest(%(reasons)s::text[]) AS r (code) WHERE position(r.code IN what) > 0))
ORDER BY at DESC, id DESC LIMIT %(limit)s

-- name: glasses
-- Broken glass, what nobody has judged first.
SELECT g.id, g.at, g."user", g.how, g.kind, g.why, g.person, g.area, g.until, g.verdict, g.note, g.reviewed_by,
       g.reviewed_at, p.name
FROM people_glass AS g LEFT JOIN places_person AS p ON p.id = g.person
WHERE (g.at, g.id) < (%(before)s, %(before_id)s) AND g.at >= %(since)s
  AND (%(user)s = '' OR g."user" = %(user)s)
  AND (%(persons)s::bigint[] IS NULL OR g.person = ANY (%(persons)s::bigint[]))
  AND (%(reasons)s::text[] IS NULL OR EXISTS (
    SELECT FROM unnest(%(reasons)s::text[]) AS r (code) WHERE position(r.code IN g.kind || ' ' || g.why) > 0))
ORDER BY g.verdict <> '', g.at DESC, g.id DESC LIMIT %(limit)s

-- name: named
-- The persons of a name, for the filter of whom was looked at.
SELECT id FROM places_person WHERE name_key COLLATE "C" = %(name)s AND area BETWEEN %(lo)s AND %(hi)s LIMIT 500

-- name: review
-- Compare and set: of two reviews at once the second changes nothing. Nobody judges the own look.
UPDATE people_glass SET verdict = %(verdict)s, note = %(note)s, reviewed_by = %(user)s, reviewed_at = %(at)s
WHERE id = %(grant)s AND verdict = '' AND "user" <> %(user)s RETURNING id

-- name: glass_named
-- Whether the record is there, for those who answer for its area.
SELECT "user", verdict FROM people_glass WHERE id = %(grant)s

-- name: exact
-- The one person that a telephone, a code, or a tail with a name means. Two rows: it is not exact.
SELECT id, area FROM places_person
WHERE merged_into IS NULL
  AND CASE %(how)s WHEN 'code' THEN id = %(person)s ELSE true END
  AND (%(how)s <> 'phone' OR phone_end COLLATE "C" = %(enohp)s OR phone_2_end COLLATE "C" = %(enohp)s)
  AND (%(how)s <> 'tail' OR id_tail COLLATE "C" = %(tail)s)
  AND (%(how)s <> 'tail' OR name_key COLLATE "C" = %(name)s)
LIMIT 2

-- name: tries
-- How often a user tried in vain since a time.
SELECT count(*) FROM people_glass WHERE "user" = %(user)s AND person IS NULL AND at > %(since)s

-- name: break
-- A glass is broken, or was tried in vain (no person).
INSERT INTO people_glass (number, "user", person, area, how, kind, why, at, until, verdict, note)
VALUES (ledger_next('emergency', %(user)s, 1), %(user)s, %(person)s, %(area)s, %(how)s, %(kind)s, %(why)s, %(at)s,
        %(until)s, '', '')
RETURNING id

-- name: live
-- The user's grant for a person, while it lasts.
SELECT id, person, area, kind, why, until FROM people_glass
WHERE "user" = %(user)s AND person = %(person)s AND until > %(now)s ORDER BY until DESC LIMIT 1

-- name: only
-- This transaction sees this person and no other; empty: as before.
SELECT set_config('bulou.person', %(person)s, true)
