-- True coverage: who can be drawn, who reported of them, who may go, what was found. The swab is kind 1 and was taken from
-- stage 2 on; the re-visit is kind 51 of its standing programme, its occasion the round.

-- name: strata
-- People by stratum: the area at a level of the tree (%(shift)s bits below it) with what the ledger says; and those who
-- are to be tested and not sampled, as kind "missed".
SELECT d.area >> %(shift)s << %(shift)s,
       CASE WHEN d.outcome = 2 THEN 'excused' WHEN d.stage >= 2 THEN 'sampled' ELSE 'missed' END, count(*)::int
FROM ledger_duty AS d
WHERE d.campaign = %(campaign)s AND d.kind = %(swab)s AND d.occasion = 0 AND d.area BETWEEN %(lo)s AND %(hi)s
  AND d.outcome <> 3
GROUP BY 1, 2 ORDER BY 1, 2

-- name: draw
-- Of each stratum the first people in the order of a digest of seed and number: the same as rules.drawn.
SELECT r.person, r.area, r.stratum, r.kind FROM (
  SELECT d.subject AS person, d.area, s.area AS stratum, s.kind, s.n, row_number() OVER (
    PARTITION BY s.area, s.kind ORDER BY sha256(convert_to(%(seed)s::text || ':' || d.subject::text, 'UTF8'))) AS place
  FROM ledger_duty AS d
  JOIN unnest(%(areas)s::bigint[], %(kinds)s::text[], %(ns)s::int[]) AS s (area, kind, n)
    ON s.area = d.area >> %(shift)s << %(shift)s
   AND s.kind = CASE WHEN d.outcome = 2 THEN 'excused' WHEN d.stage >= 2 THEN 'sampled' END
  WHERE d.campaign = %(campaign)s AND d.kind = %(swab)s AND d.occasion = 0 AND d.area BETWEEN %(lo)s AND %(hi)s
    AND d.outcome <> 3
) AS r WHERE r.place <= r.n ORDER BY r.area, r.person

-- name: did
-- Which journals reported of people's swabs in a round: samples, calls and words. Who opened the list did not.
SELECT DISTINCT l.subject, l.journal FROM ledger_line AS l
WHERE l.campaign = %(campaign)s AND l.kind = %(swab)s AND l.subject = ANY (%(people)s::bigint[]) AND l.act <> 1

-- name: phones
-- Phones in use that can be given re-visits: of inspectors and of volunteers, with their ranges.
SELECT j.id, j.ranges::text, f.role = 'inspector' FROM ledger_journal AS j JOIN field_device AS f ON f.journal = j.id
WHERE j.kind = 'phone' AND f.role IN ('inspector', 'volunteer') AND j.revoked_at IS NULL AND j.expires_at > %(due)s
  AND j.ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]'))
ORDER BY j.id

-- name: found
-- What was found of a draw, by stratum: the record holds, does not, or nobody was reached (yet). What a journal answered
-- of somebody of whom it had reported itself does not count: such a person was not reached by anybody else.
WITH one AS (
  SELECT x.draw, x.stratum, x.kind, d.stage, d.outcome, coalesce(d.value, 0) AS value, EXISTS (
    SELECT FROM ledger_line AS a JOIN ledger_line AS w
      ON w.campaign = %(campaign)s AND w.kind = %(swab)s AND w.subject = a.subject AND w.act <> 1 AND w.journal = a.journal
    JOIN ledger_journal AS j ON j.id = a.journal AND j.kind = 'phone'
    WHERE a.campaign = d.campaign AND a.kind = d.kind AND a.subject = d.subject AND a.occasion = d.occasion
      AND a.act = 2 AND a.unheard = 0
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = a.journal AND v.number = a.number)) AS own
  FROM coverage_drawn AS x
  LEFT JOIN ledger_duty AS d ON d.campaign = %(programme)s AND d.kind = %(revisit)s AND d.subject = x.person
    AND d.occasion = %(campaign)s
  WHERE x.draw = %(draw)s
)
SELECT s.area, s.kind, s.size,
       count(*) FILTER (WHERE NOT o.own AND o.outcome = 1 AND o.value IN (0, 3))::int,
       count(*) FILTER (WHERE NOT o.own AND ((o.outcome = 0 AND o.stage = 1) OR (o.outcome = 1 AND o.value IN (1, 2))))::int,
       count(*) FILTER (WHERE o.own OR o.stage IS NULL OR o.outcome = 2 OR (o.outcome = 0 AND o.stage = 0))::int
FROM coverage_stratum AS s LEFT JOIN one AS o ON o.stratum = s.area AND o.kind = s.kind
WHERE s.draw = %(draw)s GROUP BY s.id, s.area, s.kind, s.size ORDER BY s.area, s.kind DESC

-- name: standing
-- How the re-visits of a draw stand: not yet given to anybody, open, to be decided, late, done, ended unreached.
SELECT count(*)::int,
       count(*) FILTER (WHERE d.outcome = 0 AND d.stage = 0 AND d.given IS NULL)::int,
       count(*) FILTER (WHERE d.outcome = 0 AND d.stage = 0)::int,
       count(*) FILTER (WHERE d.outcome = 0 AND d.stage = 1)::int,
       count(*) FILTER (WHERE d.outcome = 0 AND d.stage = 0 AND d.due_at < %(now)s)::int,
       count(*) FILTER (WHERE d.outcome = 1)::int, count(*) FILTER (WHERE d.outcome = 2)::int
FROM coverage_drawn AS x
LEFT JOIN ledger_duty AS d ON d.campaign = %(programme)s AND d.kind = %(revisit)s AND d.subject = x.person
  AND d.occasion = %(campaign)s
WHERE x.draw = %(draw)s

-- name: ungiven
-- Whom nobody has been given of a draw.
SELECT x.person, x.area FROM coverage_drawn AS x
JOIN ledger_duty AS d ON d.campaign = %(programme)s AND d.kind = %(revisit)s AND d.subject = x.person
  AND d.occasion = %(campaign)s
WHERE x.draw = %(draw)s AND d.outcome = 0 AND d.stage = 0 AND d.given IS NULL ORDER BY x.area, x.person

-- name: newest
-- The newest draw of a round that covers exactly an area.
SELECT id FROM coverage_draw WHERE campaign = %(campaign)s AND area = %(area)s ORDER BY id DESC LIMIT 1
