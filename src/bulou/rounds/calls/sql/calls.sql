-- Sites and calls: buildings and who serves them, who is to be called, how the queue stands. The swab is kind 1 with the
-- stages 0 to be called, 1 called, 2 sampled; a line that ADVANCEs it (act 2) to 1 is a call.

-- name: buildings
-- Buildings of the range with people who owe a swab in the round, or that a site serves: how many owe, how many are not
-- sampled yet, and the site.
SELECT a.id, coalesce(c.owed, 0), coalesce(c.missed, 0), s.unit
FROM places_area AS a
LEFT JOIN (
  SELECT k.area, (k.open + k.done)::int AS owed, coalesce(k.stages[1], 0) + coalesce(k.stages[2], 0) AS missed
  FROM ledger_counter AS k WHERE k.campaign = %(campaign)s AND k.kind = %(swab)s AND k.area BETWEEN %(lo)s AND %(hi)s
) AS c ON c.area = a.id
LEFT JOIN calls_serving AS s ON s.area = a.id AND s.until IS NULL
WHERE a.level = 5 AND a.closed_at IS NULL AND a.id BETWEEN %(lo)s AND %(hi)s AND (c.owed > 0 OR s.unit IS NOT NULL)
ORDER BY a.id

-- name: homes
-- By household who is to be called to a site: people to come down, those whom a team visits (they cannot come down), and
-- those who are sampled apart (symptoms, a positive antigen test) or not called at all (they test positive). Who owes the
-- swab here and lives elsewhere, or stands in no register, stands alone.
SELECT coalesce(h.id, -d.subject) AS key, d.area, coalesce(h.stairwell, ''), h.floor, coalesce(h.door, ''),
       count(*) FILTER (WHERE NOT w.visited AND w.apart IS NULL)::int,
       count(*) FILTER (WHERE w.visited AND w.apart IS NULL)::int,
       count(*) FILTER (WHERE w.apart IS NOT NULL)::int
FROM calls_serving AS s
JOIN ledger_duty AS d ON d.campaign = %(campaign)s AND d.kind = %(swab)s AND d.area = s.area AND d.occasion = 0
LEFT JOIN places_person AS p ON p.id = d.subject
LEFT JOIN places_household AS h ON h.id = p.household AND h.area = d.area,
LATERAL (
  SELECT coalesce(p.needs & %(visited)s <> 0, false) AS visited, (
    SELECT min(t.name) FROM ledger_standing AS t
    WHERE t.subject_kind = 1 AND t.subject = d.subject AND (t.until IS NULL OR t.until > %(now)s)
      AND ((t.name = 'infection' AND t.value = 'positive') OR (t.name = 'symptoms' AND t.value = 'yes')
        OR (t.name = 'antigen' AND t.value = 'positive'))) AS apart
) AS w
WHERE s.unit = %(unit)s AND s.until IS NULL AND d.outcome = 0 AND d.stage < 2
GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 3, 4, 5, 1

-- name: levels
-- Zone levels that hold now, of areas on the way down to the range and within it.
SELECT t.subject, t.value FROM ledger_standing AS t
WHERE t.subject_kind = 5 AND t.name = 'zone.level' AND (t.until IS NULL OR t.until > %(now)s)
  AND (t.subject = ANY (%(way)s::bigint[]) OR t.subject BETWEEN %(lo)s AND %(hi)s)

-- name: queue
-- The calls of a site: who has not been called, who was and has not been sampled, who was sampled, who of these without
-- having been called; when the group was called first, and since when somebody waits.
WITH mine AS (
  SELECT c.id, c.area, unnest(c.homes) AS home FROM calls_call AS c
  WHERE c.campaign = %(campaign)s AND c.unit = %(unit)s
),
member AS (
  SELECT m.id, p.id AS person, p.needs FROM mine AS m JOIN places_person AS p ON p.household = m.home
  WHERE m.home > 0 AND p.merged_into IS NULL
  UNION ALL
  SELECT m.id, -m.home, p.needs FROM mine AS m LEFT JOIN places_person AS p ON p.id = -m.home WHERE m.home < 0
),
owed AS (
  SELECT m.id, d.stage, d.stage_at, w.at AS called_at, d.outcome,
         coalesce(m.needs & %(visited)s <> 0, false) AS visited
  FROM member AS m
  JOIN ledger_duty AS d ON d.campaign = %(campaign)s AND d.kind = %(swab)s AND d.subject = m.person AND d.occasion = 0
  LEFT JOIN LATERAL (
    SELECT min(l.at) AS at FROM ledger_line AS l
    WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = 0
      AND l.act = 2 AND l.stage = 1 AND l.unheard = 0 AND d.stage > 0
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
  ) AS w ON true
  WHERE d.outcome IN (0, 1)
)
SELECT c.id, c.area, c.stairwell, c.part, c.people, c.seconds, c.at, c.source, cardinality(c.homes),
       count(*) FILTER (WHERE o.outcome = 0 AND o.stage = 0 AND NOT o.visited)::int,
       count(*) FILTER (WHERE o.outcome = 0 AND o.stage = 1)::int,
       count(*) FILTER (WHERE o.stage >= 2)::int,
       count(*) FILTER (WHERE o.stage >= 2 AND o.called_at IS NULL AND NOT o.visited)::int,
       min(o.called_at), min(o.stage_at) FILTER (WHERE o.outcome = 0 AND o.stage = 1)
FROM calls_call AS c LEFT JOIN owed AS o ON o.id = c.id
WHERE c.campaign = %(campaign)s AND c.unit = %(unit)s
GROUP BY c.id ORDER BY c.at NULLS LAST, c.id

-- name: to_call
-- Whom a call means now, with the place where each owes: not called, not sampled, nobody who is visited or kept apart.
SELECT d.area, d.subject
FROM calls_call AS c
JOIN LATERAL (
  SELECT p.id FROM places_person AS p
  WHERE p.household = ANY (c.homes) AND p.merged_into IS NULL AND p.needs & %(visited)s = 0
  UNION ALL
  SELECT -home FROM unnest(c.homes) AS home WHERE home < 0
) AS m ON true
JOIN ledger_duty AS d ON d.campaign = c.campaign AND d.kind = %(swab)s AND d.subject = m.id AND d.occasion = 0
WHERE c.id = %(call)s AND d.outcome = 0 AND d.stage = 0 AND NOT EXISTS (
  SELECT FROM ledger_standing AS t
  WHERE t.subject_kind = 1 AND t.subject = d.subject AND (t.until IS NULL OR t.until > %(now)s)
    AND ((t.name = 'infection' AND t.value = 'positive') OR (t.name = 'symptoms' AND t.value = 'yes')
      OR (t.name = 'antigen' AND t.value = 'positive')))
ORDER BY 1, 2

-- name: planned
-- Which calls of a round there are in the range, for sites by number: how many groups, people, and how many without a time.
SELECT c.unit, count(*)::int, sum(c.people)::int, count(*) FILTER (WHERE c.at IS NULL)::int, min(c.at),
       max(c.at + c.seconds * interval '1 second')
FROM calls_call AS c WHERE c.campaign = %(campaign)s AND c.area BETWEEN %(lo)s AND %(hi)s GROUP BY 1

-- name: phones
-- Phones in use that answer for one of the buildings: how many by site.
SELECT s.unit, count(DISTINCT j.id)::int
FROM calls_serving AS s JOIN ledger_journal AS j
  ON j.kind = 'phone' AND j.revoked_at IS NULL AND j.expires_at > %(now)s AND j.ranges @> s.area
WHERE s.until IS NULL AND s.area BETWEEN %(lo)s AND %(hi)s GROUP BY 1

-- name: end_serving
-- Buildings leave the site that served them.
UPDATE calls_serving SET until = %(now)s
WHERE until IS NULL AND area = ANY (%(areas)s::bigint[]) AND (%(unit)s = 0 OR unit <> %(unit)s)
RETURNING area

-- name: serve
-- Buildings are served by a site from now on; whoever is already stays.
INSERT INTO calls_serving (area, unit, since, by)
SELECT a, %(unit)s, %(now)s, %(by)s FROM unnest(%(areas)s::bigint[]) AS a
ON CONFLICT (area) WHERE until IS NULL DO NOTHING

-- name: below
-- Open buildings of a range.
SELECT id FROM places_area WHERE level = 5 AND closed_at IS NULL AND id BETWEEN %(lo)s AND %(hi)s ORDER BY id

-- name: doors
-- The doors of the calls, for the printed sheet: by call the households' doors in order.
SELECT c.id, array_agg(h.door ORDER BY h.floor NULLS LAST, h.door, h.id)
FROM calls_call AS c JOIN places_household AS h ON h.id = ANY (c.homes)
WHERE c.campaign = %(campaign)s AND c.area BETWEEN %(lo)s AND %(hi)s GROUP BY c.id

-- name: own_calls
-- Entries of a journal that called people down and still count.
SELECT e.number, e.area FROM ledger_entry AS e
WHERE e.journal = %(journal)s AND e.number BETWEEN %(first)s AND %(last)s AND e.kind = 'swab.called'
  AND e.refusal IS NULL AND e.received_at >= %(since)s
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number)
ORDER BY e.number

-- name: in_pack
-- The timetable of some rounds within the ranges, with the name and lanes of each site, in the order of the calls.
SELECT c.campaign, c.unit AS site, coalesce(u.name, '') AS site_name,
       CASE WHEN u.attributes ->> 'lanes' ~ '^[0-9]{1,3}$' THEN greatest(1, (u.attributes ->> 'lanes')::int) ELSE 1 END
         AS lanes,
       c.area, c.stairwell, c.part, max(c.part) OVER (PARTITION BY c.campaign, c.area, c.stairwell)::int AS parts,
       c.at, c.homes
FROM calls_call AS c LEFT JOIN places_unit AS u ON u.id = c.unit
WHERE c.campaign = ANY (%(campaigns)s::int[]) AND EXISTS (
  SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi) WHERE c.area BETWEEN r.lo AND r.hi)
ORDER BY c.at NULLS LAST, c.id
