-- Reads of our figures and of the causes of a difference, for areas named in somebody else's table.

-- name: areas
-- Every open area within the reader's own, with the other names that it goes by, one a line.
SELECT a.id, a.level, a.name, a.name_en, coalesce(f.value, '')
FROM places_area AS a LEFT JOIN places_area_fact AS f ON f.area = a.id AND f.attribute = 4 AND f.valid_to IS NULL
WHERE a.closed_at IS NULL AND %(ranges)s::int8multirange @> a.id ORDER BY a.id

-- name: figures
-- Our figures of each area, from the counters: owed as the board counts it, covered, with a result, not sampled.
SELECT a.id, (c.open + c.done + c.excused + o.n)::bigint AS owed, (c.open + c.done - c.missed)::bigint AS covered,
       c.done::bigint, c.missed::bigint
FROM unnest(%(ids)s::bigint[], %(his)s::bigint[]) AS a (id, hi)
CROSS JOIN LATERAL (
  SELECT coalesce(sum(open), 0) AS open, coalesce(sum(done), 0) AS done, coalesce(sum(excused), 0) AS excused,
         coalesce(sum(stages[1] + CASE WHEN %(took_part)s > 1 THEN stages[2] ELSE 0 END
                      + CASE WHEN %(took_part)s > 2 THEN stages[3] ELSE 0 END), 0) AS missed
  FROM ledger_counter
  WHERE campaign = %(campaign)s AND kind = %(kind)s AND area BETWEEN a.id AND a.hi
) AS c
CROSS JOIN LATERAL (
  SELECT coalesce(sum(n), 0) AS n FROM ledger_transfer
  WHERE campaign = %(campaign)s AND kind = %(kind)s AND origin BETWEEN a.id AND a.hi AND area NOT BETWEEN a.id AND a.hi
) AS o

-- name: causes
-- How many persons each cause explains, by area and figure; each person under the first cause that holds. Positive: we
-- count them and the official figure does not. Whoever lives elsewhere and is registered here counts the other way, and so
-- does, of those not sampled, who was not sampled yet at the time of the cut (`since`).
WITH asked AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(his)s::bigint[], %(figures)s::text[]) AS a (id, hi, figure)
),
person AS (
  SELECT a.id, a.hi, a.figure, 1 AS sign, d.subject, d.occasion, d.frozen, d.stage, d.stage_at, d.opened_at, d.outcome
  FROM asked AS a
  JOIN ledger_duty AS d ON d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area BETWEEN a.id AND a.hi
  UNION ALL
  SELECT a.id, a.hi, a.figure, -1, d.subject, d.occasion, d.frozen, d.stage, d.stage_at, d.opened_at, d.outcome
  FROM asked AS a
  JOIN places_person AS p ON p.registered_area BETWEEN a.id AND a.hi
  JOIN ledger_duty AS d ON d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = p.id
                       AND d.area NOT BETWEEN a.id AND a.hi
  WHERE %(registration)s
),
took AS (
  SELECT *, outcome = 1 OR outcome = 0 AND stage >= %(took_part)s AS took FROM person
),
counted AS (
  SELECT d.id, d.hi, d.figure, d.sign, d.subject, d.frozen, d.figure = 'missed' AND d.took AS since,
         CASE
         WHEN d.figure = 'owed' OR d.figure = 'missed' AND NOT d.took THEN d.opened_at > %(cut)s
         WHEN d.figure = 'done' THEN d.stage_at > %(cut)s
         ELSE (d.figure <> 'missed' OR d.opened_at <= %(cut)s) AND d.stage_at > %(cut)s AND NOT EXISTS (
           SELECT FROM ledger_line AS l
           WHERE l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.subject = d.subject AND l.occasion = d.occasion
             AND l.act IN (2, 3) AND l.stage >= %(took_part)s AND l.at <= %(cut)s
             AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number))
         END AS late
  FROM took AS d
  WHERE CASE d.figure
        WHEN 'owed' THEN d.outcome < 3
        WHEN 'done' THEN d.outcome = 1
        WHEN 'missed' THEN d.outcome = 0 AND NOT d.took OR d.took AND d.sign > 0
        ELSE d.took END
),
caused AS (
  SELECT c.id, c.figure, CASE WHEN c.since THEN -c.sign ELSE c.sign END AS sign, c.sign > 0 AS here,
         CASE WHEN c.late THEN 'cut' WHEN c.since THEN NULL
              WHEN %(scope)s AND NOT c.frozen THEN 'scope'
              WHEN c.sign < 0 OR %(registration)s AND p.registered_area NOT BETWEEN c.id AND c.hi THEN 'registration'
              WHEN %(closed_loop)s AND EXISTS (
                SELECT FROM ledger_standing AS s
                WHERE s.subject_kind = 1 AND s.subject = c.subject AND s.name = 'closed_loop' AND s.value = 'inside')
              THEN 'closed_loop' END AS cause
  FROM counted AS c LEFT JOIN places_person AS p ON p.id = c.subject
)
SELECT id, figure, cause, sum(sign)::bigint FROM caused
WHERE cause IS NOT NULL AND (here OR cause = 'registration')
GROUP BY 1, 2, 3
