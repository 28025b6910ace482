-- What the functions of the books share. Installed again, like them, at each `bulou migrate`.

-- name: functions_dropped
-- Makes way for this version's functions: a function that returns something else now cannot be replaced in place.
DO $$
DECLARE
  old regprocedure;
BEGIN
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

-- name: counted
-- Adds to the counters and transfers what changed in a batch, and tells the neighbourhoods (22 bits lie below one, see
-- news.py) whose counters moved.
CREATE OR REPLACE FUNCTION ledger_count(deltas ledger_delta[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
WITH state AS (SELECT d.*, d.n AS w FROM unnest(deltas) AS d WHERE d.outcome <> 3),
share AS (
  SELECT campaign, kind, origin AS area, w * frozen::int AS frozen, w * (NOT frozen)::int AS added,
         0 AS open, 0 AS done, 0 AS excused, 0 AS deferred, 0 AS refused,
         0 AS s0, 0 AS s1, 0 AS s2, 0 AS s3, 0 AS s4, 0 AS s5
  FROM state
  UNION ALL
  SELECT campaign, kind, area, 0, 0,
         w * (outcome = 0)::int, w * (outcome = 1)::int, w * (outcome = 2)::int,
         w * (outcome = 0 AND mark = 1)::int, w * (outcome = 0 AND mark = 2)::int,
         w * (outcome = 0 AND stage = 0)::int, w * (outcome = 0 AND stage = 1)::int,
         w * (outcome = 0 AND stage = 2)::int, w * (outcome = 0 AND stage = 3)::int,
         w * (outcome = 0 AND stage = 4)::int, w * (outcome = 0 AND stage = 5)::int
  FROM state
),
delta AS (
  SELECT campaign, kind, area, sum(frozen)::int AS frozen, sum(added)::int AS added, sum(open)::int AS open,
         sum(done)::int AS done, sum(excused)::int AS excused, sum(deferred)::int AS deferred,
         sum(refused)::int AS refused, sum(s0)::int AS s0, sum(s1)::int AS s1, sum(s2)::int AS s2,
         sum(s3)::int AS s3, sum(s4)::int AS s4, sum(s5)::int AS s5
  FROM share GROUP BY 1, 2, 3
),
counted AS (
  INSERT INTO ledger_counter AS c
    (campaign, kind, area, frozen, added, open, done, excused, deferred, refused,
     stage_0, stage_1, stage_2, stage_3, stage_4, stage_5)
  SELECT campaign, kind, area, frozen, added, open, done, excused, deferred, refused, s0, s1, s2, s3, s4, s5
  FROM delta
  WHERE (frozen, added, open, done, excused, deferred, refused, s0, s1, s2, s3, s4, s5)
     <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  ORDER BY campaign, kind, area
  ON CONFLICT (campaign, kind, area) DO UPDATE SET
    frozen = c.frozen + excluded.frozen, added = c.added + excluded.added, open = c.open + excluded.open,
    done = c.done + excluded.done, excused = c.excused + excluded.excused,
    deferred = c.deferred + excluded.deferred, refused = c.refused + excluded.refused,
    stage_0 = c.stage_0 + excluded.stage_0, stage_1 = c.stage_1 + excluded.stage_1,
    stage_2 = c.stage_2 + excluded.stage_2, stage_3 = c.stage_3 + excluded.stage_3,
    stage_4 = c.stage_4 + excluded.stage_4, stage_5 = c.stage_5 + excluded.stage_5
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
CREATE OR REPLACE FUNCTION ledger_line_checksum(campaign integer, kind smallint, subject bigint, occasion bigint, area bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ('x' || left(encode(sha256(convert_to(
    campaign || ':' || kind || ':' || subject || ':' || occasion || ':' || area, 'UTF8')), 'hex'), 13))::bit(52)::bigint
$$
