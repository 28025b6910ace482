-- What the work pack by buildings holds. Each statement runs once, whatever the ranges are.

-- name: areas
-- Open areas of the ranges, and those on the way down to them.
SELECT a.id, a.name, a.name_en FROM places_area AS a
WHERE a.id = ANY (%(way)s::bigint[]) OR (a.closed_at IS NULL
  AND EXISTS (SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi) WHERE a.id BETWEEN r.lo AND r.hi))
ORDER BY a.id

-- name: told
-- Standings that hold now: of areas on the way and within, of people who live within and of guests (field.sql). Read beyond the device's own
-- areas, because a test or a zone may have been entered elsewhere.
SELECT s.subject_kind, s.subject, s.name, s.value FROM ledger_standing AS s
WHERE s.subject_kind = 5 AND s.name = %(zone)s AND s.subject = ANY (%(areas)s::bigint[])
  AND (s.until IS NULL OR s.until > %(at)s)
UNION ALL
SELECT s.subject_kind, s.subject, s.name, s.value
FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
JOIN places_person AS p ON p.area BETWEEN r.lo AND r.hi AND p.merged_into IS NULL
JOIN ledger_standing AS s ON s.subject_kind = 1 AND s.subject = p.id AND s.name = ANY (%(names)s::text[])
WHERE s.value = ANY (%(values)s::text[]) AND (s.until IS NULL OR s.until > %(at)s)
UNION ALL
SELECT s.subject_kind, s.subject, s.name, s.value
FROM unnest(%(guests)s::bigint[]) AS g (id)
JOIN ledger_standing AS s ON s.subject_kind = 1 AND s.subject = g.id AND s.name = ANY (%(names)s::text[])
WHERE s.value = ANY (%(values)s::text[]) AND (s.until IS NULL OR s.until > %(at)s)

-- name: lost
-- Tubes of the ranges, and of the device itself, whose sample is not to be had, with those of the ranges who are in them:
-- the label came from outside the ledger (holder 12) more than once, or a word says that it is broken or lost. From the
-- tubes to the people: there are ten times as many of these.
WITH range AS (
  SELECT lo, hi FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
),
campaign AS (SELECT id FROM unnest(%(campaigns)s::int[]) AS c (id)),
tube AS MATERIALIZED (
  SELECT d.campaign, d.subject AS label, d.outcome FROM campaign AS c CROSS JOIN range AS r
  JOIN ledger_duty AS d ON d.campaign = c.id AND d.kind = %(tube)s AND d.area BETWEEN r.lo AND r.hi
  UNION
  SELECT d.campaign, d.subject, d.outcome FROM ledger_movement AS m CROSS JOIN campaign AS c
  JOIN ledger_duty AS d ON d.campaign = c.id AND d.kind = %(tube)s AND d.subject = m.item AND d.occasion = 0
  WHERE m.journal = %(journal)s AND m.item_kind = %(item)s AND m.from_kind = 12
),
gone AS MATERIALIZED (
  SELECT campaign, label, 'broken' AS why FROM tube WHERE outcome = 2
  UNION ALL
  SELECT campaign, label, 'twice' FROM tube WHERE outcome <> 2 AND EXISTS (
    SELECT FROM ledger_holding AS h
    WHERE h.item_kind = %(item)s AND h.item = tube.label AND h.holder_kind = 12 AND h.holder = 0 AND h.quantity < -1)
)
SELECT g.campaign, g.label AS tube, g.why, array_agg(DISTINCT l.subject ORDER BY l.subject) AS persons
FROM gone AS g
JOIN ledger_line AS l ON l.campaign = g.campaign AND l.carrier_kind = %(tube)s AND l.carrier = g.label
JOIN ledger_duty AS d ON d.campaign = l.campaign AND d.kind = l.kind AND d.subject = l.subject AND d.occasion = l.occasion
JOIN range AS r ON d.area BETWEEN r.lo AND r.hi
WHERE l.kind = %(swab)s
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
GROUP BY g.campaign, g.label, g.why ORDER BY g.campaign, g.label

-- name: single
-- Who of the ranges, or of the guests, has a tube of her own by the rule of a round (rounds.scope). Why is not told.
SELECT t.campaign, array_agg(t.person ORDER BY t.person) AS persons
FROM scope_treated AS t JOIN places_person AS p ON p.id = t.person
WHERE t.campaign = ANY (%(campaigns)s::int[]) AND t.treatment = 'single' AND p.merged_into IS NULL
  AND (t.person = ANY (%(guests)s::bigint[]) OR EXISTS (
    SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi) WHERE p.area BETWEEN r.lo AND r.hi))
GROUP BY t.campaign ORDER BY t.campaign

-- name: leaves
-- Each building with a digest of its content; the content itself only where the device has another. A person who is
-- owed something here and lives elsewhere comes without a name, unless the duty was handed over to here: such a guest
-- (field.sql) comes with name and door, and the door with its area. Of `secret` duties only that they are open is told.
-- Of the sheets of paper of open rounds: who stands on which line. Of a closed round there are only those who still wait
-- under it: for a second swab, for a transfer, or in an abnormal pool (a swab that is held).
WITH range AS (
  SELECT lo, hi FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
),
person AS MATERIALIZED (
  SELECT p.id, p.area, p.household, p.name, p.needs
  FROM range AS r JOIN places_person AS p ON p.area BETWEEN r.lo AND r.hi WHERE p.merged_into IS NULL
),
guest AS (
  SELECT * FROM unnest(
    %(guest)s::bigint[], %(guest_area)s::bigint[], %(guest_household)s::bigint[], %(guest_name)s::text[],
    %(guest_needs)s::int[], %(guest_stairwell)s::text[], %(guest_floor)s::int[], %(guest_door)s::text[]
  ) AS g (id, area, household, name, needs, stairwell, floor, door)
),
owed AS (
  SELECT d.subject, min(d.area) AS area, bool_or(d.outcome = 0 AND k.code <> ALL (%(secret)s::smallint[])) AS open,
         bool_or(d.outcome = 0 AND (k.code = ANY (%(secret)s::smallint[]) OR d.stage = %(held)s)) AS away,
         json_agg(json_build_object(
           'campaign', d.campaign, 'kind', k.name, 'occasion', d.occasion, 'stage', d.stage, 'outcome', d.outcome,
           'mark', d.mark, 'reason', d.reason, 'until', d.until, 'takes', d.takes
         ) ORDER BY d.campaign, d.kind, d.occasion) FILTER (WHERE k.code <> ALL (%(secret)s::smallint[])) AS duties
  FROM unnest(%(campaigns)s::int[], %(closed)s::boolean[]) AS c (id, closed)
  CROSS JOIN range AS r
  JOIN ledger_duty_kind AS k ON k.code = ANY (%(kinds)s::smallint[])
  JOIN ledger_duty AS d ON d.campaign = c.id AND d.kind = k.code AND d.area BETWEEN r.lo AND r.hi
  WHERE NOT c.closed OR (d.outcome = 0 AND (d.kind <> ALL (%(of_all)s::smallint[]) OR d.stage = %(held)s))
  GROUP BY d.subject
),
persons AS (
  SELECT coalesce(p.area, o.area) AS area, json_agg(json_build_object(
    'id', coalesce(p.id, o.subject), 'household', coalesce(p.household, g.household),
    'name', coalesce(p.name, g.name, ''),
    'team_needed', coalesce(coalesce(p.needs, g.needs) & %(visited)s <> 0, false),
    'keep_away', coalesce(o.away, false) OR coalesce(p.id, o.subject) = ANY (%(away)s::bigint[]),
    'watch', coalesce(coalesce(p.needs, g.needs) & %(dangers)s <> 0, false),
    'symptoms', coalesce(p.id, o.subject) = ANY (%(symptoms)s::bigint[]),
    'duties', coalesce(o.duties, '[]'::json)
  ) ORDER BY p.household, coalesce(p.id, o.subject)) AS told
  FROM person AS p FULL JOIN owed AS o ON o.subject = p.id LEFT JOIN guest AS g ON g.id = o.subject
  WHERE p.id IS NOT NULL OR o.open
  GROUP BY coalesce(p.area, o.area)
),
doors AS (
  SELECT h.area, json_agg(
    CASE WHEN h.home IS NULL
      THEN json_build_object('id', h.id, 'stairwell', h.stairwell, 'floor', h.floor, 'door', h.door)
      ELSE json_build_object('id', h.id, 'stairwell', h.stairwell, 'floor', h.floor, 'door', h.door, 'area', h.home) END
    ORDER BY h.home NULLS FIRST, h.stairwell, h.floor, h.door, h.id) AS told
  FROM (
    SELECT h.area, h.id, h.stairwell, h.floor, h.door, NULL::bigint AS home
    FROM range AS r JOIN places_household AS h ON h.area BETWEEN r.lo AND r.hi WHERE h.closed_at IS NULL
    UNION
    SELECT o.area, g.household, g.stairwell, g.floor, g.door, g.area
    FROM guest AS g JOIN owed AS o ON o.subject = g.id WHERE g.household IS NOT NULL
  ) AS h
  GROUP BY h.area
),
papers AS (
  SELECT s.area, json_agg(
    json_build_object('journal', s.journal, 'persons', s.persons) ORDER BY s.journal) AS told
  FROM range AS r JOIN rounds_sheet AS s ON s.area BETWEEN r.lo AND r.hi
  WHERE s.campaign IN (SELECT c.id FROM unnest(%(campaigns)s::int[], %(closed)s::boolean[]) AS c (id, closed) WHERE NOT c.closed)
  GROUP BY s.area
),
leaf AS (
  SELECT area, json_build_object(
    'area', area, 'zone', z.zone, 'households', coalesce(d.told, '[]'::json), 'persons', coalesce(p.told, '[]'::json),
    'sheets', coalesce(s.told, '[]'::json)
  )::text AS content
  FROM doors AS d FULL JOIN persons AS p USING (area)
  LEFT JOIN papers AS s USING (area)
  LEFT JOIN unnest(%(zoned)s::bigint[], %(zones)s::text[]) AS z (area, zone) USING (area)
),
stamped AS (
  SELECT area, content, left(encode(sha256(convert_to(content, 'UTF8')), 'hex'), 32) AS digest FROM leaf
)
SELECT area, s.digest, CASE WHEN h.digest IS DISTINCT FROM s.digest THEN s.content END AS content
FROM stamped AS s
LEFT JOIN unnest(%(have)s::bigint[], %(digests)s::text[]) AS h (area, digest) USING (area)
ORDER BY area
