-- What hangs on areas that are split or merged.

-- name: hanging
-- Open rounds that owe something there, units in use, devices that stand for a part of it alone, owners of desks, and zone
-- levels that hold there.
SELECT
  (SELECT count(DISTINCT k.campaign) FROM ledger_counter AS k JOIN ledger_campaign AS c ON c.id = k.campaign
   WHERE c.closed_at IS NULL AND k.open > 0
     AND EXISTS (SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi) WHERE k.area BETWEEN r.lo AND r.hi)),
  (SELECT count(*) FROM places_unit AS u
   WHERE u.until IS NULL AND EXISTS (SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi) WHERE u.area BETWEEN r.lo AND r.hi)),
  (SELECT count(*) FROM ledger_journal AS j WHERE j.kind IN ('phone', 'courier', 'laboratory') AND j.revoked_at IS NULL
     AND j.expires_at > %(now)s
     AND EXISTS (SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
                 WHERE j.ranges && int8multirange(int8range(r.lo, r.hi, '[]'))
                   AND NOT j.ranges @> int8multirange(int8range(%(above_lo)s, %(above_hi)s, '[]')))),
  (SELECT count(*) FROM now_owner AS o
   WHERE EXISTS (SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi) WHERE o.area BETWEEN r.lo AND r.hi)),
  (SELECT count(*) FROM ledger_standing AS t
   WHERE t.subject_kind = 5 AND t.name = 'zone.level' AND t.value <> 'lifted' AND (t.until IS NULL OR t.until > %(now)s)
     AND EXISTS (SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi) WHERE t.subject BETWEEN r.lo AND r.hi))

-- name: stairwells
-- The stairwells of a building with their doors: how many, the first and the last, and their numbers.
SELECT stairwell, count(*), min(door), max(door), array_agg(id ORDER BY id) FROM places_household
WHERE area = %(area)s GROUP BY stairwell ORDER BY stairwell

-- name: doors
-- The doors of a building one by one.
SELECT id, stairwell, door FROM places_household WHERE area = %(area)s ORDER BY stairwell, floor NULLS FIRST, door, id

-- name: people
-- People by area directly below a node.
SELECT p.area >> %(shift)s << %(shift)s, count(*) FROM places_person AS p
WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.merged_into IS NULL GROUP BY 1

-- name: successors
-- Which areas took the place of one, and of which it took the place.
SELECT a.id, ARRAY[a.name, a.name_en], true FROM places_succession AS s JOIN places_area AS a ON a.id = s.successor WHERE s.area = %(area)s
UNION ALL
SELECT a.id, ARRAY[a.name, a.name_en], false FROM places_succession AS s JOIN places_area AS a ON a.id = s.area WHERE s.successor = %(area)s
ORDER BY 3 DESC, 1
