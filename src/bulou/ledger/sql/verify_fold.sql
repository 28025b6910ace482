-- Verify, part two: the duties recomputed for the whole ledger, tier by tier, by full passes and hash aggregates.
-- An order is an array (microseconds, journal, number, line): arrays compare element by element, so that the first or
-- latest line of a duty is a plain min or max, and what else is wanted of that line rides behind its order.

-- name: facts
-- All that a duty's own lines say, and that a carrier is spoken of by the lines it carries.
CREATE TEMPORARY TABLE verify_fact ON COMMIT DROP AS
SELECT campaign, kind, subject, occasion,
  min(ARRAY[us, journal, number, line, area]) AS mention,
  min(ARRAY[us, journal, number, line, area, frozen::int, coalesce(variant, -1)]) FILTER (WHERE act = 1 AND live) AS owe,
  max(ARRAY[stage, -us]) FILTER (WHERE act IN (2, 3) AND live) AS reached,
  max(ARRAY[us, journal, number, line, value]) FILTER (WHERE act = 2 AND live AND value IS NOT NULL) AS told,
  max(ARRAY[us, journal, number, line, mark]) FILTER (WHERE act = 4 AND live) AS word,
  max(ARRAY[us, journal, number, line]) FILTER (WHERE act IN (2, 3) AND live AND stage >= took_part) AS part
FROM (
  SELECT l.campaign, l.kind, l.subject, l.occasion, (extract(epoch FROM l.at) * 1000000)::bigint AS us, l.journal,
         l.number, l.line, l.area, l.act, l.stage, l.frozen, l.variant, l.value, l.mark, k.took_part,
         v.journal IS NULL AS live
  FROM ledger_line AS l
  JOIN ledger_duty_kind AS k ON k.code = l.kind
  LEFT JOIN (SELECT DISTINCT journal, number FROM verify_void) AS v ON v.journal = l.journal AND v.number = l.number
  UNION ALL
  SELECT campaign, carrier_kind, carrier, 0, (extract(epoch FROM at) * 1000000)::bigint, journal,
         number, line, area, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM ledger_line WHERE carrier IS NOT NULL AND carrier_kind IS NOT NULL
) AS said
GROUP BY 1, 2, 3, 4

-- name: carries
-- Which carrier took which duty, and by which line; dead lines stay, because a cause that was voided leaves its trace.
CREATE TEMPORARY TABLE verify_carry ON COMMIT DROP AS
SELECT l.campaign, l.kind, l.subject, l.occasion, l.carrier_kind, l.carrier, l.again, l.area,
       ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line] AS place, v.journal IS NULL AS live
FROM ledger_line AS l
LEFT JOIN (SELECT DISTINCT journal, number FROM verify_void) AS v ON v.journal = l.journal AND v.number = l.number
WHERE l.act = 3

-- name: takes
-- By how many carriers each duty was taken that were not meant as a repeat.
CREATE TEMPORARY TABLE verify_take ON COMMIT DROP AS
SELECT campaign, kind, subject, occasion, count(*) AS takes
FROM (SELECT DISTINCT campaign, kind, subject, occasion, carrier_kind, carrier FROM verify_carry WHERE live AND NOT again) AS c
GROUP BY 1, 2, 3, 4

-- name: words
-- The latest word on a duty, where the subject did not take part after it.
CREATE TEMPORARY TABLE verify_word ON COMMIT DROP AS
SELECT f.campaign, f.kind, f.subject, f.occasion, l.mark, l.reason, l.until
FROM verify_fact AS f
JOIN ledger_line AS l ON l.journal = f.word[2] AND l.number = f.word[3] AND l.line = f.word[4]
WHERE f.word[5] > 0 AND (f.part IS NULL OR f.part < f.word[1:4])

-- name: places
-- Where accepted offers brought a duty, and the newest offer after that which nobody accepted.
CREATE TEMPORARY TABLE verify_place ON COMMIT DROP AS
WITH l AS MATERIALIZED (
  SELECT l.campaign, l.kind, l.subject, l.occasion, l.act, l.journal, l.number, l.area, l.to_area, l.ref_journal,
         l.ref_number, ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line] AS place
  FROM ledger_line AS l
  LEFT JOIN (SELECT DISTINCT journal, number FROM verify_void) AS v ON v.journal = l.journal AND v.number = l.number
  WHERE l.act IN (5, 6) AND v.journal IS NULL
),
offer AS (
  SELECT o.campaign, o.kind, o.subject, o.occasion, o.place, o.to_area, max(a.place) AS accepted
  FROM l AS o
  LEFT JOIN l AS a ON a.act = 6 AND a.campaign = o.campaign AND a.kind = o.kind AND a.subject = o.subject
   AND a.occasion = o.occasion AND a.ref_journal = o.journal AND a.ref_number = o.number AND a.area = o.to_area
  WHERE o.act = 5 GROUP BY 1, 2, 3, 4, 5, 6
),
seen AS (
  SELECT *, max(accepted) OVER (PARTITION BY campaign, kind, subject, occasion) AS latest FROM offer
)
SELECT campaign, kind, subject, occasion, (max(accepted || to_area) FILTER (WHERE accepted IS NOT NULL))[5] AS area,
       (max(place || to_area) FILTER (WHERE accepted IS NULL AND (latest IS NULL OR place > latest)))[5] AS offered_to
FROM seen GROUP BY 1, 2, 3, 4

-- name: causes
-- Each way in which a duty follows: the carry, and the first report that gave the carrier the value.
CREATE TEMPORARY TABLE verify_cause ON COMMIT DROP AS
WITH form AS (
  SELECT campaign, kind, subject, array_agg(DISTINCT variant) AS variants
  FROM ledger_line WHERE act = 1 AND occasion = 0 AND variant IS NOT NULL GROUP BY 1, 2, 3
),
told AS (
  SELECT r.id AS rule, l.campaign, l.kind, l.subject, min(l.at) AS at
  FROM ledger_consequence AS r
  JOIN ledger_line AS l ON l.kind = r.carrier_kind AND l.stage = r.stage AND l.value = ANY (r.vals)
  LEFT JOIN form AS f ON f.campaign = l.campaign AND f.kind = l.kind AND f.subject = l.subject
  WHERE l.act = 2 AND l.occasion = 0 AND (r.variants IS NULL OR r.variants && f.variants)
  GROUP BY 1, 2, 3, 4
)
SELECT t.campaign, r.kind, c.subject, CASE WHEN r.per_carrier THEN t.subject ELSE 0 END AS occasion,
       r.id AS rule, t.kind AS carrier_kind, t.subject AS carrier, t.at,
       c.kind AS of_kind, c.occasion AS of_occasion, c.area, c.place, c.live
FROM told AS t
JOIN ledger_consequence AS r ON r.id = t.rule
JOIN verify_carry AS c
  ON c.campaign = t.campaign AND c.carrier_kind = t.kind AND c.carrier = t.subject AND c.kind = r.of_kind

-- name: duties
-- An empty table of duties, to be filled tier by tier.
CREATE TEMPORARY TABLE verify_duty (LIKE ledger_duty) ON COMMIT DROP

-- name: tier
-- The duties of one tier, from the lines, and from the carriers and causes of the tiers below.
INSERT INTO verify_duty (campaign, kind, subject, occasion, area, origin, frozen, stage, stage_at, opened_at, outcome,
                         mark, reason, until, offered_to, variant, value, takes, withdrawn)
WITH tier AS (
  SELECT code, final FROM ledger_duty_kind WHERE tier = %(tier)s
),
-- What a carrier brings to all that it carries, once a carrier; then the furthest of all that carried a duty.
lift AS (
  SELECT d.campaign, d.kind AS carrier_kind, d.subject AS carrier, g.kind,
         max(ARRAY[g.stage, -(extract(epoch FROM d.stage_at) * 1000000)::bigint]) AS reached
  FROM verify_duty AS d
  JOIN ledger_carriage AS g ON g.carrier_kind = d.kind AND d.stage >= g.carrier_stage
  WHERE g.kind IN (SELECT code FROM tier) AND d.occasion = 0 AND d.stage_at IS NOT NULL
    AND (g.variants IS NULL OR d.variant = ANY (g.variants)) AND (g.vals IS NULL OR d.value = ANY (g.vals))
  GROUP BY 1, 2, 3, 4
),
brought AS (
  SELECT c.campaign, c.kind, c.subject, c.occasion, max(l.reached) AS reached
  FROM verify_carry AS c JOIN lift AS l USING (campaign, kind, carrier_kind, carrier)
  WHERE c.live GROUP BY 1, 2, 3, 4
),
cause AS (
  SELECT c.campaign, c.kind, c.subject, c.occasion, min(c.at) AS at,
         min(c.place || CASE WHEN p.outcome < 3 THEN p.origin ELSE c.area END) AS first,
         coalesce(bool_or(c.live AND d.outcome < 3 AND d.stage >= r.stage AND d.value = ANY (r.vals)
                          AND (r.variants IS NULL OR d.variant = ANY (r.variants))), false) AS stands
  FROM verify_cause AS c
  JOIN ledger_consequence AS r ON r.id = c.rule
  LEFT JOIN verify_duty AS d ON d.campaign = c.campaign AND d.kind = c.carrier_kind AND d.subject = c.carrier AND d.occasion = 0
  LEFT JOIN verify_duty AS p ON p.campaign = c.campaign AND p.kind = c.of_kind AND p.subject = c.subject
   AND p.occasion = c.of_occasion
  WHERE c.kind IN (SELECT code FROM tier) GROUP BY 1, 2, 3, 4
),
fact AS (
  SELECT * FROM verify_fact WHERE kind IN (SELECT code FROM tier)
),
joined AS (
  SELECT campaign, kind, subject, occasion, f.mention[5] AS spoken, c.first[5] AS caused, f.owe,
         f.owe IS NOT NULL OR c.first IS NOT NULL AS owed,
         f.owe IS NULL AND c.first IS NOT NULL AND NOT c.stands AS withdrawn,
         least(timestamptz 'epoch' + f.owe[1] * interval '1 microsecond', c.at) AS opened_at,
         greatest(f.reached, b.reached) AS reached, f.told, t.final
  FROM fact AS f
  FULL JOIN cause AS c USING (campaign, kind, subject, occasion)
  LEFT JOIN brought AS b USING (campaign, kind, subject, occasion)
  JOIN tier AS t ON t.code = kind
),
state AS (
  SELECT *, coalesce(reached[1], 0) AS stage, coalesce(reached[1], 0) >= final AS done,
         CASE WHEN owed THEN coalesce(owe[5], caused) ELSE coalesce(spoken, caused) END AS origin
  FROM joined
)
SELECT s.campaign, s.kind, s.subject, s.occasion,
       CASE WHEN s.owed THEN coalesce(p.area, s.origin) ELSE s.origin END, s.origin,
       coalesce(s.owe[6] = 1, false), s.stage,
       coalesce(timestamptz 'epoch' - s.reached[2] * interval '1 microsecond', s.opened_at), s.opened_at,
       CASE WHEN NOT s.owed THEN 3 WHEN s.done THEN 1 WHEN s.withdrawn OR w.mark = 3 THEN 2 ELSE 0 END,
       CASE WHEN s.owed AND NOT s.done AND NOT s.withdrawn AND w.mark < 3 THEN w.mark ELSE 0 END,
       CASE WHEN NOT s.owed OR s.done THEN NULL WHEN s.withdrawn THEN 'cause_withdrawn' ELSE w.reason END,
       CASE WHEN s.owed AND NOT s.done AND NOT s.withdrawn THEN w.until END,
       CASE WHEN s.owed THEN p.offered_to END,
       nullif(s.owe[7], -1), s.told[5], coalesce(n.takes, 0), s.withdrawn
FROM state AS s
LEFT JOIN verify_take AS n USING (campaign, kind, subject, occasion)
LEFT JOIN verify_word AS w USING (campaign, kind, subject, occasion)
LEFT JOIN verify_place AS p USING (campaign, kind, subject, occasion)
