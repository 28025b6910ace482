-- Households with something open, one row each.

-- name: listed
-- One page of households with something open, the worst first, beside the figures of all of them; a row without a
-- household where the page is empty. `grade`, the reason why a household stands where it does: 0 a positive waits to be
-- fetched or a request is a danger; 1 a request is late; 2 a request is open; 3 somebody needs dialysis; 4 a parcel is
-- owed; 5 somebody is not tested. Within a grade the oldest comes first: `since`. Who may not know of positives
-- (%(knows)s) gets an order and figures that do not tell of them either. A page begins after the last row of the one before.
WITH open AS (
  SELECT p.household, 1 AS untested, 0 AS asked, 0 AS late, 0 AS danger, 0 AS parcels, 0 AS dialysis, 0 AS positive,
         coalesce(d.opened_at, c.opened_at) AS since
  FROM ledger_duty AS d
  JOIN ledger_duty_kind AS k ON k.code = d.kind
  JOIN ledger_campaign AS c ON c.id = d.campaign
  JOIN places_person AS p ON p.id = d.subject
  WHERE d.campaign = ANY (ARRAY(SELECT id FROM ledger_campaign WHERE closed_at IS NULL)) AND d.kind = ANY (%(tests)s::smallint[])
    AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0 AND d.stage < k.took_part AND p.merged_into IS NULL
  UNION ALL
  SELECT d.subject, 0, 1,
         CASE WHEN (d.mark <> 1 OR d.until IS NULL OR d.until <= %(now)s)
                AND (d.due_at <= %(now)s OR (d.stage = 0 AND d.stage_at <= %(taken_up_since)s)) THEN 1 ELSE 0 END,
         CASE WHEN d.variant = ANY (%(dangers)s::smallint[]) THEN 1 ELSE 0 END, 0, 0, 0, d.opened_at
  FROM ledger_duty AS d
  WHERE d.campaign = ANY (ARRAY(SELECT id FROM ledger_campaign)) AND d.kind = %(request)s
    AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0
  UNION ALL
  SELECT d.subject, 0, 0, 0, 0, 1, 0, 0, coalesce(d.opened_at, c.opened_at)
  FROM ledger_duty AS d JOIN ledger_campaign AS c ON c.id = d.campaign
  WHERE d.campaign = ANY (ARRAY(SELECT id FROM ledger_campaign WHERE closed_at IS NULL)) AND d.kind = %(parcel)s
    AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0
  UNION ALL
  SELECT p.household, 0, 0, 0, 0, 0, 1, 0, NULL
  FROM places_person AS p
  WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.needs & %(dialysis)s <> 0 AND p.merged_into IS NULL
  UNION ALL
  SELECT p.household, 0, 0, 0, 0, 0, 0, 1, d.opened_at
  FROM ledger_duty AS d
  JOIN ledger_duty_kind AS k ON k.code = d.kind
  JOIN places_person AS p ON p.id = d.subject
  WHERE %(knows)s AND d.campaign = ANY (ARRAY(SELECT id FROM ledger_campaign)) AND d.kind = %(disposition)s
    AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0 AND d.stage < k.took_part AND p.merged_into IS NULL
),
household AS MATERIALIZED (
  SELECT o.*, CASE WHEN o.positive > 0 OR o.danger > 0 THEN 0 WHEN o.late > 0 THEN 1 WHEN o.asked > 0 THEN 2
                   WHEN o.dialysis > 0 THEN 3 WHEN o.parcels > 0 THEN 4 ELSE 5 END AS grade
  FROM (
    SELECT household, sum(untested)::int AS untested, sum(asked)::int AS asked, sum(late)::int AS late,
           sum(danger)::int AS danger, sum(parcels)::int AS parcels, sum(dialysis)::int AS dialysis,
           sum(positive)::int AS positive, coalesce(min(since), %(now)s) AS since
    FROM open WHERE household IS NOT NULL GROUP BY household
  ) AS o
  JOIN places_household AS h ON h.id = o.household
  WHERE h.area BETWEEN %(lo)s AND %(hi)s AND %(scope)s::int8multirange @> h.area
),
figure AS (
  SELECT count(*) AS n, count(*) FILTER (WHERE grade = 0) AS urgent, count(*) FILTER (WHERE late > 0) AS late,
         count(*) FILTER (WHERE asked > 0) AS asked, count(*) FILTER (WHERE dialysis > 0) AS dialysis,
         count(*) FILTER (WHERE parcels > 0) AS parcels, count(*) FILTER (WHERE untested > 0) AS untested
  FROM household
),
page AS (
  SELECT * FROM household
  WHERE (%(after_grade)s::int IS NULL
         OR (grade, since, household) > (%(after_grade)s::int, %(after_since)s::timestamptz, %(after_household)s::bigint))
    AND CASE %(show)s WHEN 'urgent' THEN grade = 0 WHEN 'late' THEN late > 0 WHEN 'asked' THEN asked > 0
                      WHEN 'dialysis' THEN dialysis > 0 WHEN 'parcels' THEN parcels > 0 WHEN 'untested' THEN untested > 0
                      ELSE true END
  ORDER BY grade, since, household LIMIT %(limit)s
)
SELECT f.*, p.household, p.untested, p.asked, p.late, p.danger, p.parcels, p.dialysis, p.positive, p.since, p.grade,
       h.area, h.stairwell, h.floor, h.door, l.handed_out, z.value, z.since
FROM figure AS f
LEFT JOIN page AS p ON true
LEFT JOIN places_household AS h ON h.id = p.household
LEFT JOIN LATERAL (
  SELECT max(d.stage_at) AS handed_out FROM ledger_duty AS d
  WHERE d.subject = p.household AND d.kind = %(parcel)s AND d.outcome = 1
) AS l ON true
LEFT JOIN LATERAL (
  SELECT t.value, t.since FROM ledger_standing AS t
  WHERE t.subject_kind = 5 AND t.name = 'zone.level' AND (t.until IS NULL OR t.until > %(now)s)
    AND t.subject = ANY (ARRAY(SELECT h.area >> b << b FROM unnest(%(shifts)s::int[]) AS b))
  ORDER BY t.subject DESC LIMIT 1
) AS z ON true
ORDER BY p.grade, p.since, p.household

-- name: owed
-- How many tests are open in an area, from the counters: whether there are too many to list each household.
SELECT coalesce(sum(open), 0)::bigint FROM ledger_counter
WHERE campaign = ANY (ARRAY(SELECT id FROM ledger_campaign WHERE closed_at IS NULL)) AND kind = ANY (%(tests)s::smallint[])
  AND area BETWEEN %(lo)s AND %(hi)s AND %(scope)s::int8multirange @> area

-- name: untested
-- Who is not tested of these households.
SELECT p.household, count(*)::int
FROM places_person AS p
JOIN ledger_duty AS d ON d.subject = p.id AND d.kind = ANY (%(tests)s::smallint[])
JOIN ledger_duty_kind AS k ON k.code = d.kind
WHERE p.household = ANY (%(homes)s::bigint[]) AND p.merged_into IS NULL AND d.outcome = 0 AND d.stage < k.took_part
  AND d.campaign = ANY (ARRAY(SELECT id FROM ledger_campaign WHERE closed_at IS NULL))
GROUP BY p.household
