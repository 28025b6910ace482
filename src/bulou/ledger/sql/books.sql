-- What the functions of the books share. Installed again, like them, at each `bulou migrate`.

-- name: functions_dropped
-- Makes way for this version's functions: a function that returns something else now cannot be replaced in place. Policies
-- that ask one of them go first; they are made anew in the same transaction.
DO $$
DECLARE
  old regprocedure;
  asking record;
BEGIN
  FOR asking IN
    SELECT DISTINCT p.polname, p.polrelid::regclass AS held
    FROM pg_depend AS d
    JOIN pg_policy AS p ON p.oid = d.objid
    JOIN pg_proc AS f ON f.oid = d.refobjid
    WHERE d.classid = 'pg_policy'::regclass AND d.refclassid = 'pg_proc'::regclass
      AND f.pronamespace = 'public'::regnamespace AND f.proname LIKE 'ledger\_%'
  LOOP
    EXECUTE format('DROP POLICY %I ON %s', asking.polname, asking.held);
  END LOOP;
  FOR old IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'ledger\_%' LOOP
    EXECUTE format('DROP FUNCTION %s', old);
  END LOOP;
END $$

-- name: types
-- What is passed between statements in sets: the key of a duty; how many duties more or fewer stand so; what is added to
-- a duty, and alike to a range of subjects; a carrier as it stands now. Made anew with the functions that take them.
DROP TYPE IF EXISTS ledger_key, ledger_delta, ledger_news, ledger_group, ledger_carrier;
CREATE TYPE ledger_key AS (campaign integer, kind smallint, subject bigint, occasion bigint);
CREATE TYPE ledger_delta AS (
  campaign integer, kind smallint, area bigint, origin bigint, frozen boolean, outcome smallint, stage smallint,
  mark smallint, n integer);
CREATE TYPE ledger_news AS (
  tier smallint, campaign integer, kind smallint, subject bigint, occasion bigint, final smallint, stage smallint,
  at timestamptz, takes smallint, value smallint, ranges int8multirange);
CREATE TYPE ledger_group AS (
  tier smallint, campaign integer, kind smallint, occasion bigint, final smallint, stage smallint, at timestamptz,
  takes smallint, value smallint, ranges int8multirange, head integer, tail integer);
CREATE TYPE ledger_carrier AS (
  campaign integer, kind smallint, subject bigint, stage smallint, stage_at timestamptz, variant smallint,
  value smallint)

-- name: added
-- The sums of two rows of figures, place by place; the shorter one counts as nothing where it ends.
CREATE OR REPLACE FUNCTION ledger_added(a integer[], b integer[]) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(coalesce(x, 0) + coalesce(y, 0) ORDER BY n) FROM unnest(a, b) WITH ORDINALITY AS s (x, y, n)
$$

-- name: counted
-- Adds to the counters and transfers what changed in a batch, and tells the neighbourhoods (22 bits lie below one, see
-- news.py) whose counters moved.
CREATE OR REPLACE FUNCTION ledger_count(deltas ledger_delta[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
WITH state AS (SELECT d.*, d.n AS w FROM unnest(deltas) AS d WHERE d.outcome <> 3),
share AS (
  SELECT campaign, kind, origin AS area, w * frozen::int AS frozen, w * (NOT frozen)::int AS added,
         0 AS open, 0 AS done, 0 AS excused, 0 AS deferred, 0 AS refused, NULL::smallint AS stage
  FROM state
  UNION ALL
  SELECT campaign, kind, area, 0, 0,
         w * (outcome = 0)::int, w * (outcome = 1)::int, w * (outcome = 2)::int,
         w * (outcome = 0 AND mark = 1)::int, w * (outcome = 0 AND mark = 2)::int,
         CASE WHEN outcome = 0 THEN stage END
  FROM state
),
staged AS (
  SELECT campaign, kind, area, array_agg(n ORDER BY stage) AS stages
  FROM (
    SELECT g.campaign, g.kind, g.area, s.stage, coalesce(sum(h.open), 0)::int AS n
    FROM (SELECT DISTINCT campaign, kind, area FROM share) AS g
    JOIN ledger_duty_kind AS k ON k.code = g.kind
    CROSS JOIN LATERAL generate_series(0, k.final) AS s (stage)
    LEFT JOIN share AS h ON h.campaign = g.campaign AND h.kind = g.kind AND h.area = g.area AND h.stage = s.stage
    GROUP BY 1, 2, 3, 4
  ) AS one
  GROUP BY 1, 2, 3
),
delta AS (
  SELECT campaign, kind, area, sum(frozen)::int AS frozen, sum(added)::int AS added, sum(open)::int AS open,
         sum(done)::int AS done, sum(excused)::int AS excused, sum(deferred)::int AS deferred,
         sum(refused)::int AS refused
  FROM share GROUP BY 1, 2, 3
),
counted AS (
  INSERT INTO ledger_counter AS c (campaign, kind, area, frozen, added, open, done, excused, deferred, refused, stages)
  SELECT campaign, kind, area, frozen, added, open, done, excused, deferred, refused, stages
  FROM delta JOIN staged USING (campaign, kind, area)
  WHERE (frozen, added, open, done, excused, deferred, refused) <> (0, 0, 0, 0, 0, 0, 0) OR 0 <> ANY (stages)
  ORDER BY campaign, kind, area
  ON CONFLICT (campaign, kind, area) DO UPDATE SET
    frozen = c.frozen + excluded.frozen, added = c.added + excluded.added, open = c.open + excluded.open,
    done = c.done + excluded.done, excused = c.excused + excluded.excused,
    deferred = c.deferred + excluded.deferred, refused = c.refused + excluded.refused,
    stages = ledger_added(c.stages, excluded.stages)
)
INSERT INTO ledger_transfer AS t (campaign, kind, origin, area, n)
SELECT campaign, kind, origin, area, sum(w)::int FROM state WHERE origin <> area
GROUP BY 1, 2, 3, 4 HAVING sum(w) <> 0 ORDER BY 1, 2, 3, 4
ON CONFLICT (campaign, kind, origin, area) DO UPDATE SET n = t.n + excluded.n;
PERFORM pg_notify('bulou_ledger', CASE WHEN count(*) <= 400 THEN string_agg(node::text, ',' ORDER BY node) ELSE '' END)
FROM (
  SELECT DISTINCT unnest(ARRAY[area, origin]) >> 22 << 22 AS node FROM unnest(deltas)
) AS moved
HAVING count(*) > 0;
END
$$

-- name: line_checksum
-- A number that stands for one owed line: 52 bits of a SHA-256, so that it is the same on every machine and version.
CREATE OR REPLACE FUNCTION ledger_line_checksum(
  campaign integer, kind smallint, subject bigint, occasion bigint, area bigint, due timestamptz)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ('x' || left(encode(sha256(convert_to(
    campaign || ':' || kind || ':' || subject || ':' || occasion || ':' || area
    || coalesce(':' || (extract(epoch FROM due) * 1000000)::bigint, ''), 'UTF8')), 'hex'), 13))::bit(52)::bigint
$$
