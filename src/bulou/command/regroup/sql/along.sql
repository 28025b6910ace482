-- What moves along with areas that are split or merged, and what hangs on them still.

-- name: units
-- Open units of areas themselves: number, area, name.
SELECT id, area, name FROM places_unit WHERE area = ANY (%(areas)s::bigint[]) AND until IS NULL ORDER BY id

-- name: serving
-- Which site serves which of some buildings.
SELECT area, unit FROM calls_serving WHERE area = ANY (%(areas)s::bigint[]) AND until IS NULL ORDER BY area

-- name: serving_ended
-- The buildings that are no more are served no more.
UPDATE calls_serving SET until = %(now)s WHERE area = ANY (%(before)s::bigint[]) AND until IS NULL

-- name: serving_begun
-- Those in their place are, by the same site; of several that became one the first counts.
INSERT INTO calls_serving (area, unit, since, by)
SELECT DISTINCT ON (t.area) t.area, t.unit, %(now)s, %(by)s
FROM unnest(%(after)s::bigint[], %(units)s::bigint[]) WITH ORDINALITY AS t (area, unit, place) ORDER BY t.area, t.place
ON CONFLICT (area) WHERE until IS NULL DO NOTHING

-- name: devices
-- Devices in use that stand for a part of some areas alone, and not for what lies above them.
SELECT j.id, j.name FROM ledger_journal AS j
WHERE j.kind IN ('phone', 'courier', 'laboratory') AND j.revoked_at IS NULL AND j.expires_at > %(now)s
  AND EXISTS (SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
              WHERE j.ranges && int8multirange(int8range(r.lo, r.hi, '[]')))
  AND NOT j.ranges @> int8multirange(int8range(%(above_lo)s, %(above_hi)s, '[]'))
ORDER BY j.id LIMIT 60

-- name: owners
-- Owners that are registered on some areas still.
SELECT o.area, o.name FROM now_owner AS o
WHERE EXISTS (SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi) WHERE o.area BETWEEN r.lo AND r.hi)
ORDER BY o.area, o.desk LIMIT 60

-- name: zones
-- Zone levels of some areas that hold now.
SELECT t.subject, t.value FROM ledger_standing AS t
WHERE t.subject_kind = 5 AND t.name = 'zone.level' AND t.value <> 'lifted' AND (t.until IS NULL OR t.until > %(now)s)
  AND EXISTS (SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi) WHERE t.subject BETWEEN r.lo AND r.hi)
ORDER BY t.subject LIMIT 60
