-- Functions of the quick way: what a batch adds to duties, beside those that are folded anew. Tier by tier, so that
-- carriers are there before what they carry; rows are met in the order of their keys, counters once at the end.

-- name: first
-- Writes rows of duties of which nothing was heard before. `left_over`: those that were there after all.
CREATE OR REPLACE FUNCTION ledger_first(rows ledger_duty[], OUT deltas ledger_delta[], OUT left_over ledger_key[])
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  written ledger_key[];
BEGIN
  WITH w AS (
    INSERT INTO ledger_duty SELECT f.* FROM unnest(rows) AS f ORDER BY campaign, kind, subject, occasion
    ON CONFLICT DO NOTHING
    RETURNING campaign, kind, subject, occasion, area, origin, frozen, outcome, stage, mark
  )
  SELECT (SELECT array_agg(d::ledger_delta) FROM (
            SELECT campaign, kind, area, origin, frozen, outcome, stage, mark, count(*)::int
            FROM w GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) AS d),
         (SELECT array_agg((campaign, kind, subject, occasion)::ledger_key) FROM w)
  INTO deltas, written;
  IF coalesce(cardinality(written), 0) < cardinality(rows) THEN
    left_over := ARRAY (
      SELECT (f.campaign, f.kind, f.subject, f.occasion)::ledger_key FROM unnest(rows) AS f
      EXCEPT SELECT k FROM unnest(written) AS k);
  END IF;
  -- Of whom it was said that he is the same person as one who owes only now; and of what something was stated.
  left_over := left_over || ARRAY (SELECT n FROM ledger_naming(written) AS n) || ARRAY (
    SELECT w FROM unnest(written) AS w JOIN ledger_duty_kind AS k ON k.code = w.kind
    WHERE EXISTS (SELECT FROM ledger_statement AS s
                  WHERE s.subject_kind = k.subject_kind AND s.subject = w.subject AND s.authority > 0));
END
$$

-- name: add
-- Adds to the rows of owed duties, where their state allows it without looking back. `brought`: news that came through a
-- carrier, whose earlier news they may replace; then a later time at the same stage says too little. News with ranges
-- count from a journal that answers for the place; where the duty was handed over, or something did not count, that takes
-- all lines.
-- `left_over`: duties to be folded anew. `carriers`: what changed and may carry others.
CREATE OR REPLACE FUNCTION ledger_add(
  news ledger_news[], brought boolean,
  OUT deltas ledger_delta[], OUT left_over ledger_key[], OUT carriers ledger_carrier[])
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  added ledger_key[];
BEGIN
  WITH u AS (
    UPDATE ledger_duty AS d SET
      stage = greatest(d.stage, a.stage),
      stage_at = CASE WHEN a.stage > d.stage THEN a.at WHEN a.stage = d.stage THEN least(d.stage_at, a.at)
                      ELSE d.stage_at END,
      outcome = (greatest(d.stage, a.stage) >= a.final)::int::smallint,
      value = coalesce(d.value, a.value),
      takes = d.takes + a.takes
    FROM (SELECT n.* FROM unnest(news) AS n ORDER BY campaign, kind, subject, occasion) AS a
    WHERE d.campaign = a.campaign AND d.kind = a.kind AND d.subject = a.subject AND d.occasion = a.occasion
      AND d.outcome < 2 AND d.mark = 0 AND NOT d.withdrawn AND d.unheard = 0 AND d.returns = 0
      AND (a.ranges IS NULL OR a.ranges @> d.area AND NOT d.moved)
      AND (a.value IS NULL OR d.value IS NULL)
      AND NOT (brought AND a.stage = d.stage AND a.at > d.stage_at)
    RETURNING d.campaign, d.kind, d.subject, d.occasion, d.area, d.origin, d.frozen, d.variant,
      old.outcome AS outcome_was, old.stage AS stage_was, old.stage_at AS stage_at_was, old.value AS value_was,
      new.outcome, new.stage, new.stage_at, new.value
  ),
  change AS (
    SELECT campaign, kind, area, origin, frozen, outcome_was, stage_was, outcome, stage, count(*)::int AS n
    FROM u WHERE (outcome_was, stage_was) <> (outcome, stage) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
  )
  SELECT (SELECT array_agg(d::ledger_delta) FROM (
            SELECT campaign, kind, area, origin, frozen, outcome_was, stage_was, 0::smallint, -n FROM change
            UNION ALL SELECT campaign, kind, area, origin, frozen, outcome, stage, 0::smallint, n FROM change) AS d),
         (SELECT array_agg((campaign, kind, subject, occasion)::ledger_key) FROM u),
         (SELECT array_agg((campaign, kind, subject, stage, stage_at, variant, value)::ledger_carrier) FROM u
          WHERE occasion = 0 AND kind IN (SELECT c.carrier_kind FROM ledger_carriage AS c)
            AND ((stage_was, stage_at_was, value_was) IS DISTINCT FROM (stage, stage_at, value)
                 -- Who received a box may speak of its tubes from now on.
                 OR kind IN (SELECT c.carrier_kind FROM ledger_carriage AS c JOIN ledger_duty_kind AS y
                             ON y.code = c.kind AND y.travels)))
  INTO deltas, added, carriers;
  IF coalesce(cardinality(added), 0) < cardinality(news) THEN
    left_over := ARRAY (
      SELECT (n.campaign, n.kind, n.subject, n.occasion)::ledger_key FROM unnest(news) AS n
      EXCEPT SELECT k FROM unnest(added) AS k);
  END IF;
END
$$

-- name: brought
-- What changed carriers bring to the duties they carry: the best news for each.
CREATE OR REPLACE FUNCTION ledger_brought(carriers ledger_carrier[]) RETURNS SETOF ledger_news
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT ON (l.campaign, l.kind, l.subject, l.occasion)
    k.tier, l.campaign, l.kind, l.subject, l.occasion, k.final, c.stage, d.stage_at, 0::smallint, NULL::smallint,
    NULL::int8multirange
  FROM unnest(carriers) AS d
  CROSS JOIN LATERAL (
    SELECT y.* FROM ledger_line AS y
    WHERE y.campaign = d.campaign AND y.carrier_kind = d.kind AND y.carrier = d.subject OFFSET 0) AS l
  JOIN ledger_carriage AS c
    ON c.carrier_kind = d.kind AND c.kind = l.kind AND d.stage >= c.carrier_stage
   AND (c.variants IS NULL OR d.variant = ANY (c.variants)) AND (c.vals IS NULL OR d.value = ANY (c.vals))
  JOIN ledger_duty_kind AS k ON k.code = l.kind
  WHERE NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
  ORDER BY l.campaign, l.kind, l.subject, l.occasion, c.stage DESC, d.stage_at;
END
$$

-- name: advance
-- Brings book one up to date with a batch: first mentions, additions, then what must be folded anew with all that hangs
-- on it. The quick part may be wrong where it met a carrier that was there before: then the carrier is left over, and
-- folding it anew folds what it carries. Returns the keys that were folded anew.
CREATE OR REPLACE FUNCTION ledger_advance(rows ledger_duty[], groups ledger_group[], subjects bigint[], again ledger_key[])
RETURNS SETOF ledger_key
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  highest smallint := (SELECT max(tier) FROM ledger_duty_kind);
  deltas ledger_delta[] := '{}';
  brought ledger_news[] := '{}';
  mine ledger_news[];
  fresh ledger_duty[];
  keys ledger_key[];
  f record;
BEGIN
  FOR t IN 0 .. highest LOOP
    SELECT array_agg(r) INTO fresh FROM unnest(rows) AS r JOIN ledger_duty_kind AS k ON k.code = r.kind AND k.tier = t;
    IF fresh IS NOT NULL THEN
      SELECT * INTO f FROM ledger_first(fresh);
      deltas := deltas || f.deltas;
      again := again || f.left_over;
    END IF;
    SELECT array_agg((g.tier, g.campaign, g.kind, s.subject, g.occasion, g.final, g.stage, g.at, g.takes, g.value,
                      g.ranges)::ledger_news)
    INTO mine FROM unnest(groups) AS g CROSS JOIN LATERAL unnest(subjects[g.head : g.tail]) AS s (subject)
    WHERE g.tier = t;
    IF mine IS NOT NULL THEN
      SELECT * INTO f FROM ledger_add(mine, false);
      deltas := deltas || f.deltas;
      again := again || f.left_over;
      IF f.carriers IS NOT NULL THEN
        brought := brought || ARRAY (SELECT b FROM ledger_brought(f.carriers) AS b);
      END IF;
    END IF;
    CONTINUE WHEN cardinality(brought) = 0;
    SELECT array_agg(n) INTO mine FROM (
      SELECT DISTINCT ON (campaign, kind, subject, occasion) * FROM unnest(brought) AS n WHERE n.tier = t
      ORDER BY campaign, kind, subject, occasion, stage DESC, at) AS n;
    IF mine IS NOT NULL THEN
      SELECT * INTO f FROM ledger_add(mine, true);
      deltas := deltas || f.deltas;
      again := again || f.left_over;
      IF f.carriers IS NOT NULL THEN
        brought := brought || ARRAY (SELECT b FROM ledger_brought(f.carriers) AS b);
      END IF;
    END IF;
  END LOOP;
  IF cardinality(again) > 0 THEN
    SELECT * INTO f FROM ledger_refold(again);
    deltas := deltas || f.deltas;
    keys := f.keys;
  END IF;
  PERFORM ledger_count(deltas);
  RETURN QUERY SELECT k.campaign, k.kind, k.subject, k.occasion FROM unnest(keys) AS k;
END
$$
