-- Which lines count (heard.py is the plain meaning): functions, installed again at each `bulou migrate`.
-- An order is an array (microseconds, journal, number, line); arrays compare element by element.

-- name: order
-- The place of a line in the order of everything.
CREATE OR REPLACE FUNCTION ledger_order(at timestamptz, journal bigint, number bigint, line integer) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[(extract(epoch FROM at) * 1000000)::bigint, journal, number, line]
$$

-- name: cause
-- Where duties follow from a carrier that was ever reported with a value: since when, whether the cause stands (the
-- carrier's folded state still says so), and where it is owed then. Carriers are folded and their lines judged before.
CREATE OR REPLACE FUNCTION ledger_cause(
  keys ledger_key[], OUT campaign integer, OUT kind smallint, OUT subject bigint, OUT occasion bigint,
  OUT at timestamptz, OUT stands boolean, OUT area bigint)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_mergejoin = off SET enable_nestloop = off SET enable_hashjoin = on AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
SELECT k.campaign, k.kind, k.subject, k.occasion,
       min(x.at),
       coalesce(bool_or(NOT c.dead AND d.stage >= r.stage AND d.value = ANY (r.vals)
                        AND (r.variants IS NULL OR d.variant = ANY (r.variants)) AND d.outcome <> 3), false),
       (array_agg(CASE WHEN p.outcome <> 3 THEN p.origin ELSE c.area END
                  ORDER BY c.at, c.journal, c.number, c.line))[1]
FROM unnest(keys) AS k
JOIN ledger_consequence AS r ON r.kind = k.kind
JOIN LATERAL (
  SELECT y.*, EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = y.journal AND v.number = y.number) AS dead
  FROM ledger_line AS y
  WHERE y.campaign = k.campaign AND y.kind = r.of_kind AND y.subject = k.subject AND y.act = 3
    AND y.carrier_kind = r.carrier_kind AND (NOT r.per_carrier OR y.carrier = k.occasion) OFFSET 0
) AS c ON true
JOIN LATERAL (
  SELECT y.at FROM ledger_line AS y
  WHERE y.campaign = k.campaign AND y.kind = r.carrier_kind AND y.subject = c.carrier AND y.occasion = 0
    AND y.act = 2 AND y.stage = r.stage AND y.value = ANY (r.vals) AND y.unheard = 0 OFFSET 0
) AS x ON true
JOIN LATERAL (
  SELECT y.* FROM ledger_duty AS y
  WHERE y.campaign = k.campaign AND y.kind = r.carrier_kind AND y.subject = c.carrier AND y.occasion = 0 OFFSET 0
) AS d ON true
LEFT JOIN LATERAL (
  SELECT y.* FROM ledger_duty AS y
  WHERE y.campaign = c.campaign AND y.kind = c.kind AND y.subject = c.subject AND y.occasion = c.occasion OFFSET 0
) AS p ON true
WHERE (r.per_carrier OR k.occasion = 0)
  AND (r.variants IS NULL OR EXISTS (
    SELECT FROM ledger_line AS o WHERE o.campaign = k.campaign AND o.kind = r.carrier_kind
      AND o.subject = c.carrier AND o.occasion = 0 AND o.act = 1 AND o.variant = ANY (r.variants)))
GROUP BY 1, 2, 3, 4
UNION ALL
-- A duty that leads to the next one of its subject.
SELECT k.campaign, k.kind, k.subject, k.occasion, min(x.at),
       coalesce(bool_or(NOT x.dead AND d.stage >= r.stage AND (r.vals IS NULL OR d.value = ANY (r.vals))
                        AND d.outcome <> 3), false),
       (array_agg(CASE WHEN d.outcome <> 3 THEN d.origin ELSE x.area END ORDER BY x.at, x.journal, x.number, x.line))[1]
FROM unnest(keys) AS k
JOIN ledger_consequence AS r ON r.kind = k.kind AND r.of_kind IS NULL
JOIN LATERAL (
  SELECT y.*, EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = y.journal AND v.number = y.number) AS dead
  FROM ledger_line AS y
  WHERE y.campaign = k.campaign AND y.kind = r.carrier_kind AND y.subject = k.subject AND y.occasion = k.occasion
    AND y.act = 2 AND y.stage = r.stage AND (r.vals IS NULL OR y.value = ANY (r.vals)) AND y.unheard = 0 OFFSET 0
) AS x ON true
JOIN LATERAL (
  SELECT y.* FROM ledger_duty AS y
  WHERE y.campaign = k.campaign AND y.kind = r.carrier_kind AND y.subject = k.subject AND y.occasion = k.occasion OFFSET 0
) AS d ON true
GROUP BY 1, 2, 3, 4;
END
$$

-- name: naming
-- Keys of the duties of which somebody said that they are those of the given subjects.
CREATE OR REPLACE FUNCTION ledger_naming(keys ledger_key[]) RETURNS SETOF ledger_key
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT l.campaign, l.kind, l.subject, l.occasion
  FROM unnest(keys) AS k CROSS JOIN LATERAL (
    SELECT y.* FROM ledger_line AS y
    WHERE y.campaign = k.campaign AND y.kind = k.kind AND y.same_as = k.subject AND y.occasion = k.occasion OFFSET 0) AS l;
END
$$

-- name: verdict
-- Of each line of the given duties, why it does not count: nothing (0), its journal did not answer for the place where the
-- duty stood (1), it accepts what was not offered (3). Lines of the batch are joined by hash, as in `ledger_fold`: a batch
-- may hold ten thousand of them.
CREATE OR REPLACE FUNCTION ledger_verdict(keys ledger_key[])
RETURNS TABLE (journal bigint, number bigint, line integer, was smallint, now integer)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_mergejoin = off SET enable_nestloop = off SET enable_hashjoin = on AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH RECURSIVE
  l AS MATERIALIZED (
    SELECT y.*, j.ranges, j.unit_kind, j.unit, ledger_order(y.at, y.journal, y.number, y.line) AS place,
           y.journal << 24 | y.number AS slot, y.ref_journal << 24 | y.ref_number AS ref,
           EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = y.journal AND v.number = y.number) AS dead
    FROM unnest(keys) AS k
    CROSS JOIN LATERAL (
      SELECT * FROM ledger_line AS y WHERE y.campaign = k.campaign AND y.kind = k.kind AND y.subject = k.subject
        AND y.occasion = k.occasion OFFSET 0) AS y
    CROSS JOIN LATERAL (
      SELECT i.ranges, i.unit_kind, i.unit FROM ledger_journal AS i WHERE i.id = y.journal OFFSET 0) AS j
  ),
  home AS MATERIALIZED (
    SELECT k.campaign, k.kind, k.subject, k.occasion, coalesce(o.area, c.area) AS area
    FROM unnest(keys) AS k
    LEFT JOIN (
      SELECT DISTINCT ON (campaign, kind, subject, occasion) campaign, kind, subject, occasion, area
      FROM l WHERE act = 1 AND NOT dead ORDER BY campaign, kind, subject, occasion, frozen DESC, place
    ) AS o USING (campaign, kind, subject, occasion)
    LEFT JOIN ledger_cause(keys) AS c USING (campaign, kind, subject, occasion)
  ),
  -- Offers, and acceptances of offers; an acceptance takes effect after its offer, however it is dated.
  event AS MATERIALIZED (
    SELECT e.*, row_number() OVER (PARTITION BY campaign, kind, subject, occasion ORDER BY moment, accepts) AS n
    FROM (
      SELECT campaign, kind, subject, occasion, journal, number, line, place AS moment, false AS accepts, slot, ranges,
             to_area
      FROM l WHERE act = 5 AND NOT dead
      UNION ALL
      SELECT a.campaign, a.kind, a.subject, a.occasion, a.journal, a.number, a.line, greatest(a.place, o.place), true,
             a.ref, a.ranges, a.area
      FROM l AS a JOIN l AS o USING (campaign, kind, subject, occasion)
      WHERE a.act = 6 AND o.act = 5 AND NOT a.dead AND NOT o.dead AND o.slot = a.ref AND o.to_area = a.area
    ) AS e
  ),
  -- Step by step: where the duty stands, which offers wait, which were accepted, and whether the event counts.
  walk AS (
    SELECT campaign, kind, subject, occasion, 0::bigint AS n, '{}'::bigint[] AS moment, area AS stands,
           '{}'::bigint[] AS waiting, '{}'::bigint[] AS taken, 0 AS unheard
    FROM home
    UNION ALL
    SELECT w.campaign, w.kind, w.subject, w.occasion, e.n, e.moment,
           CASE WHEN e.accepts AND e.slot = ANY (w.waiting) THEN e.to_area ELSE w.stands END,
           CASE WHEN e.accepts AND e.slot = ANY (w.waiting) THEN '{}'
                WHEN NOT e.accepts AND coalesce(e.ranges @> w.stands, true) THEN w.waiting || e.slot
                ELSE w.waiting END,
           CASE WHEN e.accepts AND e.slot = ANY (w.waiting) THEN w.taken || e.slot ELSE w.taken END,
           CASE WHEN e.accepts THEN CASE WHEN e.slot = ANY (w.waiting || w.taken) THEN 0 ELSE 3 END
                ELSE (NOT coalesce(e.ranges @> w.stands, true))::int END
    FROM walk AS w JOIN event AS e USING (campaign, kind, subject, occasion) WHERE e.n = w.n + 1
  ),
  -- Where the duty stood when a line was said.
  stood AS (
    SELECT l.journal, l.number, l.line, (array_agg(w.stands ORDER BY w.n DESC))[1] AS stands
    FROM l JOIN walk AS w USING (campaign, kind, subject, occasion)
    WHERE l.authority > 0 AND l.act NOT IN (5, 6) AND (w.n = 0 OR w.moment < l.place AND l.act <> 1)
    GROUP BY 1, 2, 3
  ),
  placed AS MATERIALIZED (
    SELECT l.*, coalesce(l.ranges @> s.stands, true) AS here
    FROM l LEFT JOIN stood AS s USING (journal, number, line)
    WHERE l.authority > 0 AND l.act NOT IN (5, 6)
  ),
  away AS MATERIALIZED (SELECT * FROM placed WHERE NOT here),
  -- Whom it was given to may speak of it, wherever he works: to whom last, before the line.
  given AS (
    SELECT a.journal, a.number, a.line, (array_agg(g.given_kind ORDER BY g.place DESC))[1] AS given_kind,
           (array_agg(g.given ORDER BY g.place DESC))[1] AS given
    FROM away AS a JOIN placed AS g USING (campaign, kind, subject, occasion)
    WHERE a.act NOT IN (1, 9) AND g.act = 9 AND g.here AND NOT g.dead AND g.place < a.place GROUP BY 1, 2, 3
  ),
  -- Who held or received what travels may report on it, and on what it carries.
  holder AS (
    SELECT DISTINCT campaign, kind, subject, occasion, journal FROM (
      SELECT campaign, kind, subject, occasion, journal FROM l WHERE act IN (1, 2, 3) AND authority = 0 AND NOT dead
      UNION ALL
      SELECT c.campaign, c.kind, c.subject, c.occasion, x.journal
      FROM (SELECT DISTINCT campaign, kind, subject, occasion FROM away WHERE authority = 2) AS k
      JOIN l AS c USING (campaign, kind, subject, occasion)
      CROSS JOIN LATERAL (
        SELECT y.journal, y.number FROM ledger_line AS y WHERE y.campaign = c.campaign AND y.kind = c.carrier_kind
          AND y.subject = c.carrier AND y.occasion = 0 AND y.act IN (1, 2, 3) AND y.authority = 0 OFFSET 0) AS x
      WHERE c.carrier IS NOT NULL AND NOT c.dead
        AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = x.journal AND v.number = x.number)
    ) AS h
  ),
  -- Of offers and acceptances, what the walk says; of those that are in no event, that nothing was offered.
  walked AS (
    SELECT e.journal, e.number, e.line, w.unheard
    FROM event AS e JOIN walk AS w USING (campaign, kind, subject, occasion, n)
  )
  SELECT l.journal, l.number, l.line, l.unheard AS was,
         CASE
           WHEN l.authority = 0 THEN 0
           WHEN l.act IN (5, 6) THEN CASE WHEN l.dead THEN 0 ELSE coalesce(e.unheard, 3) END
           WHEN a.journal IS NULL THEN 0
           WHEN (g.given_kind, g.given) IN ((6, l.journal), (l.unit_kind, l.unit)) THEN 0
           WHEN l.authority = 2 AND h.journal IS NOT NULL THEN 0
           ELSE 1
         END AS now
  FROM l
  LEFT JOIN walked AS e USING (journal, number, line)
  LEFT JOIN away AS a USING (journal, number, line)
  LEFT JOIN given AS g USING (journal, number, line)
  LEFT JOIN holder AS h ON h.campaign = l.campaign AND h.kind = l.kind AND h.subject = l.subject
    AND h.occasion = l.occasion AND h.journal = l.journal;
END
$$

-- name: judge
-- Notes at the lines of the given duties, of one tier, why they do not count: first what `ledger_verdict` says; then of
-- those that say "the same person as" (2), and of stages that are not for whoever did an earlier one (4). Most duties
-- have no line that needs it. The duties' rows are locked by the caller.
CREATE OR REPLACE FUNCTION ledger_judge(keys ledger_key[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_mergejoin = off SET enable_nestloop = on SET enable_hashjoin = off AS $$
DECLARE
  mine ledger_key[];
BEGIN
  mine := ARRAY (
    SELECT k FROM unnest(keys) AS k WHERE EXISTS (
      SELECT FROM ledger_line AS y WHERE y.campaign = k.campaign AND y.kind = k.kind AND y.subject = k.subject
        AND y.occasion = k.occasion AND y.authority > 0)
      OR EXISTS (SELECT FROM ledger_duty_kind AS d WHERE d.code = k.kind AND d.not_by IS NOT NULL));
  IF cardinality(mine) = 0 THEN
    RETURN;
  END IF;
  UPDATE ledger_line AS y SET unheard = v.now FROM (SELECT * FROM ledger_verdict(mine) AS v WHERE v.was <> v.now OFFSET 0) AS v
  WHERE y.journal = v.journal AND y.number = v.number AND y.line = v.line;

  -- The same person as X: X must owe it too (a kind that follows from another shows that in no line), and must not be
  -- named a duplicate himself by the latest word of those who answer for him.
  WITH l AS MATERIALIZED (
    SELECT y.*, EXISTS (SELECT FROM ledger_consequence AS r WHERE r.kind = y.kind) AS follows
    FROM unnest(mine) AS k
    CROSS JOIN LATERAL (
      SELECT * FROM ledger_line AS y WHERE y.campaign = k.campaign AND y.kind = k.kind AND y.subject = k.subject
        AND y.occasion = k.occasion AND y.same_as IS NOT NULL AND y.unheard <> 1 OFFSET 0) AS y
  ),
  verdict AS (
    SELECT l.journal, l.number, l.line, l.unheard AS was,
           CASE WHEN (l.follows OR coalesce(x.owed, false)) AND NOT coalesce(x.duplicate, false) THEN 0 ELSE 2 END AS now
    FROM l CROSS JOIN LATERAL (
      SELECT bool_or(y.act = 1) AS owed,
             (array_agg(y.same_as IS NOT NULL ORDER BY ledger_order(y.at, y.journal, y.number, y.line) DESC)
              FILTER (WHERE y.act = 4 AND y.unheard <> 1))[1] AS duplicate
      FROM ledger_line AS y
      WHERE y.campaign = l.campaign AND y.kind = l.kind AND y.subject = l.same_as AND y.occasion = l.occasion
        AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = y.journal AND v.number = y.number)) AS x
  )
  UPDATE ledger_line AS y SET unheard = v.now FROM verdict AS v
  WHERE y.journal = v.journal AND y.number = v.number AND y.line = v.line AND v.was <> v.now;

  -- A stage that is not for whoever did an earlier one: who did that last, before this line.
  WITH l AS MATERIALIZED (
    SELECT y.*, d.not_by[y.stage + 1] AS other, coalesce(j.actor, j.id) AS eyes,
           ledger_order(y.at, y.journal, y.number, y.line) AS place,
           EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = y.journal AND v.number = y.number) AS dead
    FROM unnest(mine) AS k
    JOIN ledger_duty_kind AS d ON d.code = k.kind AND d.not_by IS NOT NULL
    CROSS JOIN LATERAL (
      SELECT * FROM ledger_line AS y WHERE y.campaign = k.campaign AND y.kind = k.kind AND y.subject = k.subject
        AND y.occasion = k.occasion AND y.act IN (2, 3) AND y.unheard <> 1 OFFSET 0) AS y
    JOIN ledger_journal AS j ON j.id = y.journal
  )
  UPDATE ledger_line AS y SET unheard = 4 FROM l
  WHERE y.journal = l.journal AND y.number = l.number AND y.line = l.line AND l.other >= 0 AND l.unheard = 0
    AND l.eyes = (
      SELECT x.eyes FROM l AS x WHERE x.campaign = l.campaign AND x.kind = l.kind AND x.subject = l.subject
        AND x.occasion = l.occasion AND x.stage = l.other AND NOT x.dead AND x.place < l.place
      ORDER BY x.place DESC LIMIT 1);
END
$$
