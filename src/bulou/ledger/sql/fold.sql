-- Functions that bring the books up to date with the lines. Installed again at each `bulou migrate`.

-- name: fold
-- The state of the duties under `keys`, folded from their lines, their carriers and their causes.
-- Carriers must be folded before what they carry, causes before what follows: the caller goes by tiers.
CREATE OR REPLACE FUNCTION ledger_fold(keys ledger_key[]) RETURNS SETOF ledger_duty
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_mergejoin = off SET enable_nestloop = off SET enable_hashjoin = on AS $$
BEGIN
-- Tables are reached through LATERAL ... OFFSET 0, one index look-up a key, so that no plan ever reads a table whole,
-- however large it is and whatever the statistics say; the rows of the batch itself are joined by hash, whose number
-- the planner cannot know and would join in nested loops. One generic plan a session: planning costs more than running.
RETURN QUERY
WITH k AS MATERIALIZED (
  SELECT key.*, kind.final, kind.took_part
  FROM unnest(keys) AS key JOIN ledger_duty_kind AS kind ON kind.code = key.kind
),
line AS MATERIALIZED (
  SELECT line.*, k.took_part,
         ledger_order(line.at, line.journal, line.number, line.line) AS place, voided.yes AS dead,
         NOT voided.yes AND line.unheard = 0 AS counts,
         -- What was broken or lost on the way carries nobody any more.
         line.act = 3 AND EXISTS (
           SELECT FROM ledger_duty AS c WHERE c.campaign = line.campaign AND c.kind = line.carrier_kind
             AND c.subject = line.carrier AND c.occasion = 0 AND c.outcome = 2) AS lost
  FROM k CROSS JOIN LATERAL (
    SELECT y.* FROM ledger_line AS y
    WHERE y.campaign = k.campaign AND y.kind = k.kind AND y.subject = k.subject AND y.occasion = k.occasion OFFSET 0
  ) AS line
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = line.journal AND v.number = line.number) AS yes
  ) AS voided
),
-- What was done before a duty was last taken back to an earlier stage does not hold any more.
l AS MATERIALIZED (
  SELECT *, counts AND (back IS NULL OR place >= back) AS holds FROM (
    SELECT *, max(place) FILTER (WHERE act = 8 AND counts)
              OVER (PARTITION BY campaign, kind, subject, occasion) AS back FROM line) AS line
),
-- The frozen list, or the first line that owes the duty, says where, since when, and in which form.
owe AS (
  SELECT DISTINCT ON (campaign, kind, subject, occasion)
         campaign, kind, subject, occasion, area, frozen, variant, at
  FROM l WHERE act = 1 AND counts
  ORDER BY campaign, kind, subject, occasion, frozen DESC, place
),
-- Ranks reached by the duty's own lines, and through what carries it.
reached AS (
  SELECT campaign, kind, subject, occasion, stage, at FROM l WHERE act IN (2, 3, 8) AND holds AND NOT lost
  UNION ALL
  SELECT l.campaign, l.kind, l.subject, l.occasion, c.stage, d.stage_at
  FROM l
  CROSS JOIN LATERAL (
    SELECT y.* FROM ledger_duty AS y
    WHERE y.campaign = l.campaign AND y.kind = l.carrier_kind AND y.subject = l.carrier AND y.occasion = 0 OFFSET 0
  ) AS d
  JOIN ledger_carriage AS c
    ON c.carrier_kind = d.kind AND c.kind = l.kind AND d.stage >= c.carrier_stage
   AND (c.variants IS NULL OR d.variant = ANY (c.variants)) AND (c.vals IS NULL OR d.value = ANY (c.vals))
  WHERE l.act = 3 AND l.holds AND NOT l.lost AND d.stage_at IS NOT NULL
),
top AS (
  SELECT DISTINCT ON (campaign, kind, subject, occasion) campaign, kind, subject, occasion, stage, at
  FROM reached ORDER BY campaign, kind, subject, occasion, stage DESC, at
),
-- The value that stands: a report gives way to a later number of its journal and to one that names it as corrected; of
-- what remains the gravest, where reports contradict each other, else the latest. And how many carriers were taken that
-- were not meant as a repeat.
said AS (
  SELECT l.*, k.gravest, l.journal << 24 | l.number AS slot
  FROM l JOIN ledger_duty_kind AS k ON k.code = l.kind WHERE l.act = 2 AND l.value IS NOT NULL AND l.holds
),
left_standing AS (
  SELECT s.*, NOT EXISTS (
    SELECT FROM said AS o
    WHERE o.campaign = s.campaign AND o.kind = s.kind AND o.subject = s.subject AND o.occasion = s.occasion
      AND (o.journal = s.journal AND (o.number, o.line) > (s.number, s.line) OR s.slot = ANY (o.corrects))
      AND (s.corrects IS NULL OR o.slot <> ALL (s.corrects))) AS stands
  FROM said AS s
),
told AS (
  SELECT campaign, kind, subject, occasion,
         CASE WHEN gravest IS NULL THEN (array_agg(value ORDER BY place DESC))[1]
              ELSE (array_agg(value ORDER BY rank))[1] END AS value,
         CASE WHEN gravest IS NULL THEN 0 ELSE count(DISTINCT value) - 1 END AS disputed
  FROM (
    SELECT s.*, array_position(gravest, value) AS rank,
           bool_or(stands) OVER (PARTITION BY campaign, kind, subject, occasion) AS any_stands
    FROM left_standing AS s
  ) AS s
  WHERE (stands OR NOT any_stands) AND (gravest IS NULL OR rank IS NOT NULL)
  GROUP BY campaign, kind, subject, occasion, gravest
),
taken AS (
  SELECT campaign, kind, subject, occasion, count(DISTINCT (carrier_kind, carrier)) AS takes
  FROM l WHERE act = 3 AND holds AND NOT lost AND NOT again GROUP BY 1, 2, 3, 4
),
-- The latest word, unless the subject took part after it.
word AS (
  SELECT DISTINCT ON (campaign, kind, subject, occasion) l.*
  FROM l WHERE act = 4 AND holds
  ORDER BY campaign, kind, subject, occasion, place DESC
),
held_word AS (
  SELECT w.* FROM word AS w
  WHERE w.mark > 0 AND NOT EXISTS (
    SELECT FROM l WHERE l.campaign = w.campaign AND l.kind = w.kind AND l.subject = w.subject
      AND l.occasion = w.occasion AND l.act IN (2, 3) AND l.holds AND l.stage >= l.took_part AND l.place > w.place)
),
-- Reassignment: the latest acceptance that counts; then any later offer that counts and waits. An acceptance takes effect
-- after its offer, however it is dated; said again it changes nothing.
accepted AS (
  SELECT DISTINCT ON (campaign, kind, subject, occasion) campaign, kind, subject, occasion, to_area, moment
  FROM (
    SELECT a.campaign, a.kind, a.subject, a.occasion, o.to_area, min(greatest(a.place, o.place)) AS moment
    FROM l AS a JOIN l AS o USING (campaign, kind, subject, occasion)
    WHERE a.act = 6 AND o.act = 5 AND a.counts AND o.counts
      AND (o.journal, o.number) = (a.ref_journal, a.ref_number) AND o.to_area = a.area
    GROUP BY 1, 2, 3, 4, 5, o.place
  ) AS first
  ORDER BY campaign, kind, subject, occasion, moment DESC
),
offered AS (
  SELECT DISTINCT ON (o.campaign, o.kind, o.subject, o.occasion)
         o.campaign, o.kind, o.subject, o.occasion, o.to_area
  FROM l AS o LEFT JOIN accepted AS a USING (campaign, kind, subject, occasion)
  WHERE o.act = 5 AND o.counts AND (a.moment IS NULL OR o.place > a.moment)
  ORDER BY o.campaign, o.kind, o.subject, o.occasion, o.place DESC
),
-- To whom it was given last, until when it is to be done, and how often it was taken back.
rest AS (
  SELECT campaign, kind, subject, occasion,
         (array_agg(given_kind ORDER BY place DESC) FILTER (WHERE act = 9))[1] AS given_kind,
         (array_agg(given ORDER BY place DESC) FILTER (WHERE act = 9))[1] AS given,
         (array_agg(due ORDER BY place DESC) FILTER (WHERE due IS NOT NULL))[1] AS due,
         count(*) FILTER (WHERE act = 8) AS returns
  FROM l WHERE counts AND (act IN (8, 9) OR due IS NOT NULL) GROUP BY 1, 2, 3, 4
),
-- What a duty follows from.
cause AS (
  SELECT * FROM ledger_cause(keys)
),
-- Something was reported about the duty, or it carries something: the row exists, owed or not.
known AS (
  SELECT DISTINCT ON (campaign, kind, subject, occasion) campaign, kind, subject, occasion, area
  FROM (
    SELECT campaign, kind, subject, occasion, area, at, journal, number, line FROM l
    UNION ALL
    SELECT k.campaign, k.kind, k.subject, k.occasion, y.area, y.at, y.journal, y.number, y.line
    FROM k CROSS JOIN LATERAL (
      SELECT c.* FROM ledger_line AS c
      WHERE c.campaign = k.campaign AND c.carrier_kind = k.kind AND c.carrier = k.subject OFFSET 0) AS y
    WHERE k.occasion = 0
  ) AS mention
  ORDER BY campaign, kind, subject, occasion, at, journal, number, line
)
SELECT k.campaign, k.kind, k.subject, k.occasion,
       CASE WHEN owed.yes THEN coalesce(a.to_area, owe.area, cause.area)
            ELSE coalesce(known.area, cause.area) END AS area,
       CASE WHEN owed.yes THEN coalesce(owe.area, cause.area) ELSE coalesce(known.area, cause.area) END AS origin,
       coalesce(owe.frozen, false) AS frozen,
       coalesce(top.stage, 0)::smallint AS stage,
       coalesce(top.at, owed.at) AS stage_at,
       owed.at AS opened_at,
       (CASE WHEN NOT owed.yes THEN 3
             WHEN coalesce(top.stage, 0) >= k.final THEN 1
             WHEN gone.yes OR w.mark = 3 THEN 2
             ELSE 0 END)::smallint AS outcome,
       (CASE WHEN owed.yes AND coalesce(top.stage, 0) < k.final AND NOT gone.yes AND w.mark IN (1, 2)
             THEN w.mark ELSE 0 END)::smallint AS mark,
       CASE WHEN NOT owed.yes OR coalesce(top.stage, 0) >= k.final THEN NULL
            WHEN gone.yes THEN 'cause_withdrawn' ELSE w.reason END AS reason,
       CASE WHEN owed.yes AND coalesce(top.stage, 0) < k.final AND NOT gone.yes THEN w.until END AS until,
       CASE WHEN owed.yes THEN offered.to_area END AS offered_to,
       owe.variant, told.value, coalesce(taken.takes, 0)::smallint AS takes, gone.yes AS withdrawn,
       (SELECT count(*) FROM l WHERE l.campaign = k.campaign AND l.kind = k.kind AND l.subject = k.subject
          AND l.occasion = k.occasion AND l.unheard > 0 AND NOT l.dead)::smallint AS unheard,
       a.moment IS NOT NULL AS moved, coalesce(told.disputed, 0)::smallint AS disputed,
       coalesce(rest.returns, 0)::smallint AS returns, CASE WHEN rest.given > 0 THEN rest.given_kind END AS given_kind,
       nullif(rest.given, 0) AS given, rest.due AS due_at
FROM k
LEFT JOIN owe USING (campaign, kind, subject, occasion)
LEFT JOIN cause USING (campaign, kind, subject, occasion)
LEFT JOIN known USING (campaign, kind, subject, occasion)
LEFT JOIN top USING (campaign, kind, subject, occasion)
LEFT JOIN told USING (campaign, kind, subject, occasion)
LEFT JOIN taken USING (campaign, kind, subject, occasion)
LEFT JOIN held_word AS w USING (campaign, kind, subject, occasion)
LEFT JOIN accepted AS a USING (campaign, kind, subject, occasion)
LEFT JOIN offered USING (campaign, kind, subject, occasion)
LEFT JOIN rest USING (campaign, kind, subject, occasion)
CROSS JOIN LATERAL (
  SELECT owe.at IS NOT NULL OR cause.at IS NOT NULL AS yes, least(owe.at, cause.at) AS at) AS owed
CROSS JOIN LATERAL (
  SELECT owe.at IS NULL AND cause.at IS NOT NULL AND NOT cause.stands AS yes) AS gone
WHERE known.campaign IS NOT NULL OR cause.campaign IS NOT NULL;
END
$$

-- name: refold_tier
-- Folds duties of one tier anew. The rows are there and locked before their lines are read, in one order for all
-- transactions, so that two batches that meet in a duty see each other's lines and cannot deadlock. Returns what changed.
CREATE OR REPLACE FUNCTION ledger_refold_tier(keys ledger_key[]) RETURNS ledger_delta[]
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  before ledger_duty[];
  after ledger_duty[];
BEGIN
  -- Once more where another batch took a row away while this one waited for it.
  LOOP
    INSERT INTO ledger_duty (campaign, kind, subject, occasion, area, origin, frozen, stage, outcome, mark, takes, withdrawn,
                             unheard, moved, disputed, returns)
    SELECT k.campaign, k.kind, k.subject, k.occasion, 0, 0, false, 0, 3, 0, 0, false, 0, false, 0, 0
    FROM unnest(keys) AS k ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING;
    SELECT array_agg(d) INTO before FROM (
      SELECT d.* FROM (SELECT * FROM unnest(keys) AS k ORDER BY 1, 2, 3, 4) AS k
      CROSS JOIN LATERAL (
        SELECT y.* FROM ledger_duty AS y
        WHERE y.campaign = k.campaign AND y.kind = k.kind AND y.subject = k.subject AND y.occasion = k.occasion
        FOR UPDATE) AS d) AS d;
    EXIT WHEN coalesce(cardinality(before), 0) = cardinality(keys);
  END LOOP;
  PERFORM ledger_judge(keys);
  SELECT array_agg(f) INTO after FROM ledger_fold(keys) AS f;
  UPDATE ledger_duty AS d SET
    area = f.area, origin = f.origin, frozen = f.frozen, stage = f.stage, stage_at = f.stage_at,
    opened_at = f.opened_at, outcome = f.outcome, mark = f.mark, reason = f.reason, until = f.until,
    offered_to = f.offered_to, variant = f.variant, value = f.value, takes = f.takes, withdrawn = f.withdrawn,
    unheard = f.unheard, moved = f.moved, disputed = f.disputed, returns = f.returns, given_kind = f.given_kind,
    given = f.given, due_at = f.due_at
  FROM (
    -- Found one by one by their keys, whatever the statistics say of a table that has just been filled.
    SELECT a.*, was.place FROM unnest(after) AS a CROSS JOIN LATERAL (
      SELECT y.ctid AS place FROM ledger_duty AS y
      WHERE y.campaign = a.campaign AND y.kind = a.kind AND y.subject = a.subject AND y.occasion = a.occasion
        AND y IS DISTINCT FROM a OFFSET 0) AS was) AS f
  WHERE d.ctid = f.place;
  -- A duty that nothing speaks of any more (an entry gave way to its variant) leaves no row behind.
  IF coalesce(cardinality(after), 0) < cardinality(before) THEN
    DELETE FROM ledger_duty AS d USING unnest(keys) AS k
    WHERE d.campaign = k.campaign AND d.kind = k.kind AND d.subject = k.subject AND d.occasion = k.occasion
      AND NOT EXISTS (SELECT FROM unnest(after) AS f WHERE f.campaign = k.campaign AND f.kind = k.kind
                      AND f.subject = k.subject AND f.occasion = k.occasion);
  END IF;
  RETURN ARRAY (
    SELECT (campaign, kind, area, origin, frozen, outcome, stage, mark, sum(w))::ledger_delta FROM (
      SELECT b.*, -1 AS w FROM unnest(before) AS b UNION ALL SELECT a.*, 1 FROM unnest(after) AS a) AS state
    GROUP BY campaign, kind, area, origin, frozen, outcome, stage, mark HAVING sum(w) <> 0);
END
$$

-- name: carried
-- Keys of what the given duties carry or carried.
CREATE OR REPLACE FUNCTION ledger_carried(keys ledger_key[]) RETURNS SETOF ledger_key
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT l.campaign, l.kind, l.subject, l.occasion
  FROM unnest(keys) AS k CROSS JOIN LATERAL (
    SELECT y.* FROM ledger_line AS y
    WHERE y.campaign = k.campaign AND y.carrier_kind = k.kind AND y.carrier = k.subject OFFSET 0) AS l
  WHERE k.occasion = 0;
END
$$

-- name: following
-- Keys of the duties that follow, or once followed, from what carries the given duties.
CREATE OR REPLACE FUNCTION ledger_following(keys ledger_key[]) RETURNS SETOF ledger_key
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT k.campaign, r.kind, k.subject, CASE WHEN r.per_carrier THEN c.carrier ELSE 0 END
  FROM unnest(keys) AS k
  JOIN ledger_consequence AS r ON r.of_kind = k.kind
  CROSS JOIN LATERAL (
    SELECT y.* FROM ledger_line AS y
    WHERE y.campaign = k.campaign AND y.kind = k.kind AND y.subject = k.subject AND y.occasion = k.occasion
      AND y.act = 3 AND y.carrier_kind = r.carrier_kind OFFSET 0) AS c
  CROSS JOIN LATERAL (
    SELECT true FROM ledger_line AS x WHERE x.campaign = k.campaign AND x.kind = r.carrier_kind
      AND x.subject = c.carrier AND x.occasion = 0 AND x.act = 2 AND x.stage = r.stage AND x.value = ANY (r.vals)
    LIMIT 1) AS told
  UNION SELECT k.campaign, r.kind, k.subject, k.occasion
  FROM unnest(keys) AS k JOIN ledger_consequence AS r ON r.carrier_kind = k.kind AND r.of_kind IS NULL
  CROSS JOIN LATERAL (
    SELECT true FROM ledger_line AS x WHERE x.campaign = k.campaign AND x.kind = k.kind AND x.subject = k.subject
      AND x.occasion = k.occasion AND x.act = 2 AND x.stage = r.stage AND (r.vals IS NULL OR x.value = ANY (r.vals))
    LIMIT 1) AS told;
END
$$

-- name: refold
-- Folds duties anew, tier by tier, and with them what they carry and what follows. Gives the keys that it folded, and
-- what changed.
CREATE OR REPLACE FUNCTION ledger_refold(asked ledger_key[], OUT keys ledger_key[], OUT deltas ledger_delta[])
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  highest smallint := (SELECT max(tier) FROM ledger_duty_kind);
  mine ledger_key[];
BEGIN
  FOR t IN 0 .. highest LOOP
    -- Who is said to be the same person as one of these.
    asked := asked || ARRAY (SELECT n FROM ledger_naming(asked) AS n);
    SELECT array_agg(k) INTO mine FROM (
      SELECT DISTINCT k.campaign, k.kind, k.subject, k.occasion
      FROM unnest(asked) AS k JOIN ledger_duty_kind AS d ON d.code = k.kind AND d.tier = t
      ORDER BY 1, 2, 3, 4) AS k;
    CONTINUE WHEN mine IS NULL;
    deltas := deltas || ledger_refold_tier(mine);
    asked := asked || ARRAY (SELECT c FROM ledger_carried(mine) AS c) || ARRAY (SELECT f FROM ledger_following(mine) AS f);
    keys := keys || mine;
  END LOOP;
END
$$

-- name: restand
-- Folds standings anew: the latest statement, or the duty that stands for one.
CREATE OR REPLACE FUNCTION ledger_restand(kinds smallint[], subjects bigint[], names text[]) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  -- One lock a standing: its row may not exist yet.
  PERFORM pg_advisory_xact_lock(h) FROM (
    SELECT DISTINCT hashtextextended(k::text || ':' || s::text || ':' || n, 7) AS h
    FROM unnest(kinds, subjects, names) AS key (k, s, n) ORDER BY 1) AS lock;
  WITH key AS (
    SELECT DISTINCT k AS subject_kind, s AS subject, n AS name FROM unnest(kinds, subjects, names) AS key (k, s, n)
  ),
  said AS (
    SELECT key.*, m.value, m.at, m.journal, m.number, m.line, m.until, m.area
    FROM key JOIN ledger_statement AS m USING (subject_kind, subject, name)
    JOIN ledger_journal AS j ON j.id = m.journal
    WHERE NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = m.journal AND v.number = m.number)
      -- It counts where the journal answers for a place where the subject owes something, or where the device works.
      AND (m.authority = 0 OR NOT EXISTS (
        SELECT FROM ledger_duty AS d JOIN ledger_duty_kind AS k ON k.code = d.kind AND k.subject_kind = m.subject_kind
        WHERE d.subject = m.subject AND d.outcome <> 3
        HAVING NOT bool_or(j.ranges @> d.area OR j.ranges @> d.origin)))
      AND (m.authority = 0 OR m.subject_kind <> 6 OR NOT EXISTS (
        SELECT FROM ledger_journal AS device WHERE device.id = m.subject AND NOT device.ranges && j.ranges))
    UNION ALL
    SELECT key.*, r.standing_value, d.opened_at, 0, 0, 0, NULL, d.origin
    FROM key
    JOIN ledger_consequence AS r ON r.standing_name = key.name
    JOIN ledger_duty_kind AS kind ON kind.code = r.kind AND kind.subject_kind = key.subject_kind
    JOIN ledger_duty AS d ON d.kind = r.kind AND d.subject = key.subject
    WHERE d.outcome <> 3 AND NOT d.withdrawn
  ),
  latest AS (
    SELECT DISTINCT ON (subject_kind, subject, name) * FROM said
    ORDER BY subject_kind, subject, name, at DESC, journal DESC, number DESC, line DESC, value DESC, area DESC
  ),
  gone AS (
    DELETE FROM ledger_standing AS s USING key
    WHERE (s.subject_kind, s.subject, s.name) = (key.subject_kind, key.subject, key.name)
      AND NOT EXISTS (SELECT FROM latest AS t WHERE (t.subject_kind, t.subject, t.name) = (s.subject_kind, s.subject, s.name))
  )
  INSERT INTO ledger_standing AS s (subject_kind, subject, name, value, since, until, area)
  SELECT subject_kind, subject, name, value, at, until, area FROM latest ORDER BY 1, 2, 3
  ON CONFLICT (subject_kind, subject, name) DO UPDATE
    SET value = excluded.value, since = excluded.since, until = excluded.until, area = excluded.area;
END
$$
