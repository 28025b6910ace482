-- Verify, part four: the books as recorded against the books as recomputed.
-- Checks return (key, recorded, expected) as JSON texts, one row a difference; a null side is a row that is not there.

-- name: duty
-- Duties that differ from those folded anew, or are on one side only.
SELECT json_build_object('campaign', campaign, 'kind', kind, 'subject', subject, 'occasion', occasion)::text,
       CASE WHEN d.area IS NOT NULL THEN to_jsonb(d)::text END, CASE WHEN x.area IS NOT NULL THEN to_jsonb(x)::text END
FROM ledger_duty AS d FULL JOIN verify_duty AS x USING (campaign, kind, subject, occasion)
WHERE d IS DISTINCT FROM x

-- name: unheard
-- Lines at which it is noted that they do not count, or not, against who said them.
SELECT json_build_object('journal', journal, 'number', number, 'line', line)::text,
       coalesce(l.unheard, 0)::text, coalesce(x.unheard, 0)::text
FROM (SELECT journal, number, line, unheard FROM ledger_line WHERE unheard <> 0) AS l
FULL JOIN verify_unheard AS x USING (journal, number, line)
WHERE l.unheard IS DISTINCT FROM x.unheard

-- name: counter
-- A row of zeros says the same as no row.
WITH share AS (
  SELECT campaign, kind, origin AS area, frozen, outcome, mark, stage, true AS home FROM verify_duty WHERE outcome < 3
  UNION ALL
  SELECT campaign, kind, area, frozen, outcome, mark, stage, false FROM verify_duty WHERE outcome < 3
),
x AS (
  SELECT campaign, kind, area,
         count(*) FILTER (WHERE home AND frozen) AS frozen, count(*) FILTER (WHERE home AND NOT frozen) AS added,
         count(*) FILTER (WHERE NOT home AND outcome = 0) AS open,
         count(*) FILTER (WHERE NOT home AND outcome = 1) AS done,
         count(*) FILTER (WHERE NOT home AND outcome = 2) AS excused,
         count(*) FILTER (WHERE NOT home AND outcome = 0 AND mark = 1) AS deferred,
         count(*) FILTER (WHERE NOT home AND outcome = 0 AND mark = 2) AS refused,
         array_agg(stage) FILTER (WHERE NOT home AND outcome = 0) AS at_stage
  FROM share GROUP BY 1, 2, 3
),
staged AS (
  SELECT x.campaign, x.kind, x.area, array_agg(n ORDER BY stage) AS stages FROM x
  JOIN ledger_duty_kind AS k ON k.code = x.kind
  CROSS JOIN LATERAL (
    SELECT s.stage, count(a.stage) AS n FROM generate_series(0, k.final) AS s (stage)
    LEFT JOIN unnest(x.at_stage) AS a (stage) ON a.stage = s.stage GROUP BY s.stage) AS s
  GROUP BY 1, 2, 3
)
SELECT json_build_object('campaign', campaign, 'kind', kind, 'area', area)::text, r.figures::text, e.figures::text
FROM ledger_counter AS c FULL JOIN x USING (campaign, kind, area)
LEFT JOIN staged USING (campaign, kind, area)
JOIN ledger_duty_kind AS k ON k.code = kind
CROSS JOIN LATERAL (SELECT jsonb_build_object(
  'frozen', coalesce(c.frozen, 0), 'added', coalesce(c.added, 0), 'open', coalesce(c.open, 0),
  'done', coalesce(c.done, 0), 'excused', coalesce(c.excused, 0), 'deferred', coalesce(c.deferred, 0),
  'refused', coalesce(c.refused, 0), 'stages', ARRAY(
    SELECT coalesce(c.stages[n], 0) FROM generate_series(1, greatest(k.final + 1, cardinality(c.stages))) AS s (n))
  ) AS figures) AS r
CROSS JOIN LATERAL (SELECT jsonb_build_object(
  'frozen', coalesce(x.frozen, 0), 'added', coalesce(x.added, 0), 'open', coalesce(x.open, 0),
  'done', coalesce(x.done, 0), 'excused', coalesce(x.excused, 0), 'deferred', coalesce(x.deferred, 0),
  'refused', coalesce(x.refused, 0), 'stages', ARRAY(
    SELECT coalesce(staged.stages[n], 0) FROM generate_series(1, greatest(k.final + 1, cardinality(c.stages))) AS s (n))
  ) AS figures) AS e
WHERE r.figures <> e.figures

-- name: transfer
-- Pairs of origin and current area whose number differs from the duties between them.
SELECT json_build_object('campaign', campaign, 'kind', kind, 'origin', origin, 'area', area)::text,
       coalesce(t.n, 0)::text, coalesce(x.n, 0)::text
FROM ledger_transfer AS t
FULL JOIN (
  SELECT campaign, kind, origin, area, count(*) AS n FROM verify_duty
  WHERE outcome < 3 AND origin <> area GROUP BY 1, 2, 3, 4
) AS x USING (campaign, kind, origin, area)
WHERE coalesce(t.n, 0) <> coalesce(x.n, 0)

-- name: balance
-- For each campaign and kind, and each node at each level of the tree: what is owed is accounted for. A transfer
-- within a node is neither received nor reassigned there.
WITH tree AS (
  SELECT * FROM unnest(%(levels)s::int[], %(shifts)s::int[]) AS t (level, shift)
),
share AS (
  SELECT c.campaign, c.kind, t.level, c.area >> t.shift << t.shift AS node,
         c.frozen + c.added AS owed, c.open + c.done + c.excused AS accounted
  FROM ledger_counter AS c CROSS JOIN tree AS t
  UNION ALL
  SELECT m.campaign, m.kind, t.level, m.area >> t.shift << t.shift, m.n, 0
  FROM ledger_transfer AS m CROSS JOIN tree AS t WHERE m.area >> t.shift <> m.origin >> t.shift
  UNION ALL
  SELECT m.campaign, m.kind, t.level, m.origin >> t.shift << t.shift, 0, m.n
  FROM ledger_transfer AS m CROSS JOIN tree AS t WHERE m.area >> t.shift <> m.origin >> t.shift
)
SELECT json_build_object('campaign', campaign, 'kind', kind, 'level', level, 'area', node)::text,
       sum(accounted)::text, sum(owed)::text
FROM share GROUP BY campaign, kind, level, node HAVING sum(owed) <> sum(accounted)

-- name: campaign
-- Campaigns whose frozen figure is not the number of their frozen lines.
SELECT json_build_object('campaign', c.id)::text, c.frozen::text, coalesce(x.n, 0)::text
FROM ledger_campaign AS c
LEFT JOIN (SELECT campaign, count(*) AS n FROM ledger_line WHERE act = 1 AND frozen GROUP BY 1) AS x ON x.campaign = c.id
WHERE c.frozen <> coalesce(x.n, 0)

-- name: holding
-- Holdings that differ from the sum of the movements that count.
WITH moved AS (
  SELECT m.* FROM ledger_movement AS m
  LEFT JOIN verify_dead AS v USING (journal, number)
  WHERE v.journal IS NULL
),
x AS (
  SELECT item_kind, item, holder_kind, holder, sum(quantity) AS quantity
  FROM (
    SELECT item_kind, item, to_kind AS holder_kind, to_id AS holder, quantity FROM moved
    UNION ALL SELECT item_kind, item, from_kind, from_id, -quantity FROM moved
  ) AS ends
  GROUP BY 1, 2, 3, 4 HAVING sum(quantity) <> 0
)
SELECT json_build_object('item_kind', item_kind, 'item', item, 'holder_kind', holder_kind, 'holder', holder)::text,
       h.quantity::text, x.quantity::text
FROM ledger_holding AS h FULL JOIN x USING (item_kind, item, holder_kind, holder)
WHERE h.quantity IS DISTINCT FROM x.quantity

-- name: conservation
-- What one holder has another one gave: over all holders an item sums to nothing.
SELECT json_build_object('item_kind', item_kind, 'item', item)::text, sum(quantity)::text, '0'
FROM ledger_holding GROUP BY item_kind, item HAVING sum(quantity) <> 0

-- name: standing
-- Standings that differ from the latest statement or consequence.
WITH place AS (
  SELECT k.subject_kind, d.subject, array_agg(DISTINCT p.area) AS areas
  FROM verify_duty AS d JOIN ledger_duty_kind AS k ON k.code = d.kind
  CROSS JOIN LATERAL (VALUES (d.area), (d.origin)) AS p (area)
  WHERE d.outcome < 3 AND (k.subject_kind, d.subject) IN (SELECT subject_kind, subject FROM ledger_statement WHERE authority > 0)
  GROUP BY 1, 2
),
said AS (
  SELECT s.subject_kind, s.subject, s.name, s.value, s.at AS since, s.until, s.area, s.journal, s.number, s.line
  FROM ledger_statement AS s
  JOIN ledger_journal AS j ON j.id = s.journal
  LEFT JOIN ledger_journal AS device ON s.subject_kind = 6 AND device.id = s.subject
  LEFT JOIN place AS p ON p.subject_kind = s.subject_kind AND p.subject = s.subject
  LEFT JOIN verify_dead AS v ON v.journal = s.journal AND v.number = s.number
  WHERE v.journal IS NULL
    AND (s.authority = 0
         OR (p.areas IS NULL OR EXISTS (SELECT FROM unnest(p.areas) AS a (area) WHERE j.ranges @> a.area))
            AND (device.id IS NULL OR device.ranges && j.ranges))
  UNION ALL
  SELECT k.subject_kind, d.subject, r.standing_name, r.standing_value, d.opened_at, NULL, d.origin, 0, 0, 0
  FROM verify_duty AS d
  JOIN ledger_duty_kind AS k ON k.code = d.kind
  JOIN ledger_consequence AS r ON r.kind = d.kind AND r.standing_name IS NOT NULL
  WHERE d.outcome < 3 AND NOT d.withdrawn
),
x AS (
  SELECT subject_kind, subject, name, value, since, until, area FROM (
    SELECT *, row_number() OVER (
      PARTITION BY subject_kind, subject, name
      ORDER BY since DESC, journal DESC, number DESC, line DESC, value COLLATE "C" DESC, area DESC) AS place
    FROM said) AS ranked
  WHERE place = 1
)
SELECT json_build_object('subject_kind', subject_kind, 'subject', subject, 'name', name)::text,
       CASE WHEN s.value IS NOT NULL THEN to_jsonb(s)::text END, CASE WHEN x.value IS NOT NULL THEN to_jsonb(x)::text END
FROM ledger_standing AS s FULL JOIN x USING (subject_kind, subject, name)
WHERE (s.value, s.since, s.until, s.area) IS DISTINCT FROM (x.value, x.since, x.until, x.area)

-- name: journal
-- Journals whose own figures differ from the entries that are kept.
WITH x AS (
  SELECT journal, max(number) AS highest, count(*) AS held, count(*) FILTER (WHERE number = place) AS upto
  FROM (SELECT journal, number, row_number() OVER (PARTITION BY journal ORDER BY number) AS place FROM ledger_entry) AS e
  GROUP BY journal
),
ending AS (
  SELECT n.journal, max(n.last) AS last FROM verify_ending AS n
  LEFT JOIN verify_dead AS v USING (journal, number)
  WHERE v.journal IS NULL GROUP BY 1
)
SELECT json_build_object('journal', coalesce(j.id, x.journal))::text,
       CASE WHEN j.id IS NOT NULL THEN jsonb_build_object(
         'highest', j.highest, 'held', j.held, 'upto', j.upto, 'closed_last', j.closed_last)::text END,
       jsonb_build_object('highest', coalesce(x.highest, 0), 'held', coalesce(x.held, 0), 'upto', coalesce(x.upto, 0),
                          'closed_last', n.last)::text
FROM ledger_journal AS j FULL JOIN x ON x.journal = j.id LEFT JOIN ending AS n ON n.journal = coalesce(j.id, x.journal)
WHERE (j.highest, j.held, j.upto, j.closed_last)
      IS DISTINCT FROM (coalesce(x.highest, 0), coalesce(x.held, 0), coalesce(x.upto, 0), n.last)

-- name: sample
-- Duties to be folded by the plain rules as well: random, but fixed by the seed.
SELECT campaign, kind, subject, occasion FROM verify_duty
ORDER BY hashint8extended(subject, %(seed)s + kind), campaign, occasion LIMIT %(n)s

-- name: lines_about
-- The lines on the given duties, and the lines by which they carry.
WITH k AS (
  SELECT * FROM unnest(%(campaign)s::int[], %(kind)s::smallint[], %(subject)s::bigint[], %(occasion)s::bigint[])
    AS k (campaign, kind, subject, occasion)
)
SELECT l.* FROM k JOIN ledger_line AS l USING (campaign, kind, subject, occasion)
UNION
SELECT l.* FROM k JOIN ledger_line AS l ON l.campaign = k.campaign AND l.carrier_kind = k.kind AND l.carrier = k.subject
WHERE k.occasion = 0

-- name: causing
-- For duties that may follow from others: the duties of their subject through which they do; of a kind that follows from
-- another one as such, the one under the same key.
SELECT k.campaign, r.carrier_kind, k.subject, k.occasion
FROM unnest(%(campaign)s::int[], %(kind)s::smallint[], %(subject)s::bigint[], %(occasion)s::bigint[])
  AS k (campaign, kind, subject, occasion)
JOIN ledger_consequence AS r ON r.kind = k.kind AND r.of_kind IS NULL
UNION
SELECT DISTINCT l.campaign, l.kind, l.subject, l.occasion
FROM unnest(%(campaign)s::int[], %(kind)s::smallint[], %(subject)s::bigint[], %(occasion)s::bigint[])
  AS k (campaign, kind, subject, occasion)
JOIN ledger_consequence AS r ON r.kind = k.kind
JOIN ledger_line AS l ON l.campaign = k.campaign AND l.kind = r.of_kind AND l.subject = k.subject AND l.act = 3
 AND l.carrier_kind = r.carrier_kind AND (NOT r.per_carrier OR l.carrier = k.occasion)

-- name: raws
-- Entries, and those that void them.
WITH k AS (SELECT * FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number))
SELECT e.journal, e.number, e.kind, e.raw, e.refusal FROM ledger_entry AS e
WHERE (e.journal, e.number) IN (
  SELECT journal, number FROM k
  UNION SELECT v.by_journal, v.by_number FROM verify_void_said AS v JOIN k USING (journal, number))

-- name: recorded
-- The recorded duties under the given keys, for the sample.
SELECT d.* FROM unnest(%(campaign)s::int[], %(kind)s::smallint[], %(subject)s::bigint[], %(occasion)s::bigint[])
  AS k (campaign, kind, subject, occasion)
JOIN ledger_duty AS d USING (campaign, kind, subject, occasion)
