-- Verify, part three: the duties recomputed for the whole ledger, tier by tier, by full passes and hash aggregates.
-- An order is an array (microseconds, journal, number, line): arrays compare element by element, so that the first or
-- latest line of a duty is a plain min or max, and what else is wanted of that line rides behind its order.
-- %(tier)s: the tier that is folded; all below it are done.

-- name: prepare
-- What the tiers leave for those above, and for the comparison.
CREATE TEMPORARY TABLE verify_dead ON COMMIT DROP AS SELECT DISTINCT journal, number FROM verify_void;
CREATE TEMPORARY TABLE verify_unheard (journal bigint, number bigint, line integer, unheard smallint) ON COMMIT DROP;
CREATE TEMPORARY TABLE verify_duty (LIKE ledger_duty) ON COMMIT DROP

-- name: carries
-- Which carrier took which duty, and by which line; dead lines stay, because a cause that was voided leaves its trace.
CREATE TEMPORARY TABLE verify_carry ON COMMIT DROP AS
SELECT l.campaign, l.kind, l.subject, l.occasion, l.carrier_kind, l.carrier, l.again, l.area,
       ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line] AS place, v.journal IS NULL AS live
FROM ledger_line AS l LEFT JOIN verify_dead AS v ON v.journal = l.journal AND v.number = l.number
WHERE l.act = 3

-- name: causes
-- What the tier's duties follow from: each carry, with the first report that counts and gave the carrier the value.
CREATE TEMPORARY TABLE verify_cause ON COMMIT DROP AS
WITH rule AS (
  SELECT r.* FROM ledger_consequence AS r JOIN ledger_duty_kind AS k ON k.code = r.kind WHERE k.tier = %(tier)s
),
form AS (
  SELECT campaign, kind, subject, array_agg(DISTINCT variant) AS variants
  FROM ledger_line WHERE act = 1 AND occasion = 0 AND variant IS NOT NULL GROUP BY 1, 2, 3
),
told AS (
  SELECT r.id AS rule, l.campaign, l.kind, l.subject, min(l.at) AS at
  FROM rule AS r
  JOIN ledger_line AS l ON l.kind = r.carrier_kind AND l.stage = r.stage AND l.value = ANY (r.vals)
  LEFT JOIN verify_unheard AS u ON u.journal = l.journal AND u.number = l.number AND u.line = l.line
  LEFT JOIN form AS f ON f.campaign = l.campaign AND f.kind = l.kind AND f.subject = l.subject
  WHERE l.act = 2 AND l.occasion = 0 AND u.journal IS NULL AND (r.variants IS NULL OR r.variants && f.variants)
  GROUP BY 1, 2, 3, 4
)
SELECT c.campaign, r.kind, c.subject, CASE WHEN r.per_carrier THEN t.subject ELSE 0 END AS occasion, min(t.at) AS at,
       (min(c.place || CASE WHEN p.outcome < 3 THEN p.origin ELSE c.area END))[5] AS area,
       coalesce(bool_or(c.live AND d.outcome < 3 AND d.stage >= r.stage AND d.value = ANY (r.vals)
                        AND (r.variants IS NULL OR d.variant = ANY (r.variants))), false) AS stands
FROM told AS t
JOIN rule AS r ON r.id = t.rule
JOIN verify_carry AS c
  ON c.campaign = t.campaign AND c.carrier_kind = t.kind AND c.carrier = t.subject AND c.kind = r.of_kind
LEFT JOIN verify_duty AS d ON d.campaign = t.campaign AND d.kind = t.kind AND d.subject = t.subject AND d.occasion = 0
LEFT JOIN verify_duty AS p ON p.campaign = c.campaign AND p.kind = c.kind AND p.subject = c.subject
 AND p.occasion = c.occasion
GROUP BY 1, 2, 3, 4
UNION ALL
-- A duty that leads to the next one of its subject.
SELECT l.campaign, r.kind, l.subject, l.occasion, min(l.at),
       (min(ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line,
                  CASE WHEN d.outcome < 3 THEN d.origin ELSE l.area END]))[5],
       coalesce(bool_or(v.journal IS NULL AND d.outcome < 3 AND d.stage >= r.stage
                        AND (r.vals IS NULL OR d.value = ANY (r.vals))), false)
FROM rule AS r
JOIN ledger_line AS l ON l.kind = r.carrier_kind AND l.act = 2 AND l.stage = r.stage
 AND (r.vals IS NULL OR l.value = ANY (r.vals))
LEFT JOIN verify_unheard AS u ON u.journal = l.journal AND u.number = l.number AND u.line = l.line
LEFT JOIN verify_dead AS v ON v.journal = l.journal AND v.number = l.number
LEFT JOIN verify_duty AS d ON d.campaign = l.campaign AND d.kind = l.kind AND d.subject = l.subject AND d.occasion = l.occasion
WHERE r.of_kind IS NULL AND u.journal IS NULL GROUP BY 1, 2, 3, 4

-- name: facts
-- All that the tier's duties' own lines say, as far as they count, and that a carrier is spoken of by what it carries.
CREATE TEMPORARY TABLE verify_fact ON COMMIT DROP AS
SELECT campaign, kind, subject, occasion,
  min(ARRAY[us, journal, number, line, area]) AS mention,
  min(ARRAY[1 - frozen::int, us, journal, number, line, area, frozen::int, coalesce(variant, -1)])
    FILTER (WHERE act = 1 AND live) AS owe,
  max(ARRAY[stage, -us]) FILTER (WHERE act IN (2, 8) AND holds) AS reached,
  max(ARRAY[us, journal, number, line, mark]) FILTER (WHERE act = 4 AND holds) AS word,
  max(ARRAY[us, journal, number, line]) FILTER (WHERE act IN (2, 3) AND holds AND stage >= took_part) AS part,
  max(ARRAY[us, journal, number, line, given_kind, given]) FILTER (WHERE act = 9 AND live) AS gift,
  max(ARRAY[us, journal, number, line, (extract(epoch FROM due) * 1000000)::bigint])
    FILTER (WHERE due IS NOT NULL AND live) AS due,
  count(*) FILTER (WHERE unheard) AS unheard
FROM (
  SELECT l.campaign, l.kind, l.subject, l.occasion, (extract(epoch FROM l.at) * 1000000)::bigint AS us, l.journal,
         l.number, l.line, l.area, l.act, l.stage, l.frozen, l.variant, l.mark, k.took_part,
         l.given_kind, l.given, l.due,
         v.journal IS NULL AND u.journal IS NULL AS live, v.journal IS NULL AND u.journal IS NOT NULL AS unheard,
         v.journal IS NULL AND u.journal IS NULL
           AND (b.back IS NULL
                OR ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line] >= b.back) AS holds
  FROM ledger_line AS l
  JOIN ledger_duty_kind AS k ON k.code = l.kind AND k.tier = %(tier)s
  LEFT JOIN verify_dead AS v ON v.journal = l.journal AND v.number = l.number
  LEFT JOIN verify_unheard AS u ON u.journal = l.journal AND u.number = l.number AND u.line = l.line
  LEFT JOIN verify_back AS b ON b.campaign = l.campaign AND b.kind = l.kind AND b.subject = l.subject
   AND b.occasion = l.occasion
  UNION ALL
  SELECT campaign, carrier_kind, carrier, 0, (extract(epoch FROM at) * 1000000)::bigint, journal,
         number, line, area, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL
  FROM ledger_line JOIN ledger_duty_kind AS k ON k.code = carrier_kind AND k.tier = %(tier)s
  WHERE carrier IS NOT NULL
) AS said
GROUP BY 1, 2, 3, 4

-- name: values
-- The value that stands: of one journal the latest number, unless it was named as corrected; of what remains the gravest,
-- or the latest where no gravity is declared.
CREATE TEMPORARY TABLE verify_value ON COMMIT DROP AS
WITH said AS MATERIALIZED (
  SELECT l.campaign, l.kind, l.subject, l.occasion, l.journal, l.number, l.line, l.value, l.corrects, k.gravest,
         l.journal * 16777216 + l.number AS slot, array_position(k.gravest, l.value) AS rank,
         ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line, l.value] AS place
  FROM ledger_line AS l
  JOIN ledger_duty_kind AS k ON k.code = l.kind AND k.tier = %(tier)s
  LEFT JOIN verify_dead AS v ON v.journal = l.journal AND v.number = l.number
  LEFT JOIN verify_unheard AS u ON u.journal = l.journal AND u.number = l.number AND u.line = l.line
  LEFT JOIN verify_back AS b ON b.campaign = l.campaign AND b.kind = l.kind AND b.subject = l.subject
   AND b.occasion = l.occasion
  WHERE l.act = 2 AND l.value IS NOT NULL AND v.journal IS NULL AND u.journal IS NULL
    AND (b.back IS NULL OR ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line] >= b.back)
),
beaten AS (
  SELECT DISTINCT s.journal, s.number, s.line
  FROM said AS s JOIN said AS o USING (campaign, kind, subject, occasion)
  WHERE (o.journal = s.journal AND ROW(o.number, o.line) > ROW(s.number, s.line) OR s.slot = ANY (o.corrects))
    AND NOT coalesce(o.slot = ANY (s.corrects), false)
),
ranked AS (
  SELECT s.*, b.journal IS NULL AS stands, count(*) FILTER (WHERE b.journal IS NULL) OVER key AS standing
  FROM said AS s LEFT JOIN beaten AS b USING (journal, number, line)
  WINDOW key AS (PARTITION BY campaign, kind, subject, occasion)
)
SELECT campaign, kind, subject, occasion,
       CASE WHEN gravest IS NULL THEN (max(place))[5] ELSE gravest[min(rank)] END AS value,
       CASE WHEN gravest IS NULL THEN 0 ELSE count(DISTINCT rank) - 1 END AS disputed
FROM ranked WHERE (stands OR standing = 0) AND (gravest IS NULL OR rank IS NOT NULL)
GROUP BY campaign, kind, subject, occasion, gravest

-- name: words
-- The latest word on a duty of the tier, where the subject did not take part after it.
CREATE TEMPORARY TABLE verify_word ON COMMIT DROP AS
SELECT f.campaign, f.kind, f.subject, f.occasion, l.mark, l.reason, l.until
FROM verify_fact AS f
JOIN ledger_line AS l ON l.journal = f.word[2] AND l.number = f.word[3] AND l.line = f.word[4]
WHERE f.word[5] > 0 AND (f.part IS NULL OR f.part < f.word[1:4])

-- name: tier
-- The duties of the tier, from the lines, and from the carriers and causes of the tiers below.
INSERT INTO verify_duty (campaign, kind, subject, occasion, area, origin, frozen, stage, stage_at, opened_at, outcome,
                         mark, reason, until, offered_to, variant, value, takes, withdrawn, unheard, moved, disputed,
                         returns, given_kind, given, due_at)
WITH tier AS (
  SELECT code, final FROM ledger_duty_kind WHERE tier = %(tier)s
),
-- What was carried by something that arrived or may still arrive, not by what was lost.
carry AS (
  SELECT c.* FROM verify_carry AS c
  JOIN tier AS t ON t.code = c.kind
  LEFT JOIN verify_duty AS d ON d.campaign = c.campaign AND d.kind = c.carrier_kind AND d.subject = c.carrier
   AND d.occasion = 0
  LEFT JOIN verify_back AS b ON b.campaign = c.campaign AND b.kind = c.kind AND b.subject = c.subject
   AND b.occasion = c.occasion
  LEFT JOIN verify_unheard AS u ON u.journal = c.place[2] AND u.number = c.place[3] AND u.line = c.place[4]
  WHERE c.live AND u.journal IS NULL AND d.outcome IS DISTINCT FROM 2 AND (b.back IS NULL OR c.place >= b.back)
),
own AS (
  SELECT c.campaign, c.kind, c.subject, c.occasion, max(ARRAY[l.stage, -c.place[1]]) AS reached,
         count(DISTINCT (c.carrier_kind, c.carrier)) FILTER (WHERE NOT c.again) AS takes
  FROM carry AS c JOIN ledger_line AS l ON l.journal = c.place[2] AND l.number = c.place[3] AND l.line = c.place[4]
  GROUP BY 1, 2, 3, 4
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
  FROM carry AS c JOIN lift AS l USING (campaign, kind, carrier_kind, carrier) GROUP BY 1, 2, 3, 4
),
joined AS (
  SELECT campaign, kind, subject, occasion, f.mention[5] AS spoken, c.area AS caused, f.owe,
         f.owe IS NOT NULL OR c.area IS NOT NULL AS owed,
         f.owe IS NULL AND c.area IS NOT NULL AND NOT c.stands AS withdrawn,
         least(timestamptz 'epoch' + f.owe[2] * interval '1 microsecond', c.at) AS opened_at,
         greatest(f.reached, o.reached, b.reached) AS reached, coalesce(f.unheard, 0) AS unheard,
         f.gift, f.due, coalesce(o.takes, 0) AS takes, t.final
  FROM verify_fact AS f
  FULL JOIN verify_cause AS c USING (campaign, kind, subject, occasion)
  LEFT JOIN own AS o USING (campaign, kind, subject, occasion)
  LEFT JOIN brought AS b USING (campaign, kind, subject, occasion)
  JOIN tier AS t ON t.code = kind
),
state AS (
  SELECT *, coalesce(reached[1], 0) AS stage, coalesce(reached[1], 0) >= final AS done,
         CASE WHEN owed THEN coalesce(owe[6], caused) ELSE coalesce(spoken, caused) END AS origin
  FROM joined
),
walked AS (
  SELECT w.campaign, w.kind, w.subject, w.occasion,
         (max(w.moment || w.stands) FILTER (WHERE w.moves))[5] AS area,
         max(w.moment) FILTER (WHERE w.moves) AS accepted
  FROM verify_walk AS w GROUP BY 1, 2, 3, 4
),
place AS (
  SELECT p.campaign, p.kind, p.subject, p.occasion, p.area,
         (max(o.moment || o.to_area) FILTER (WHERE p.accepted IS NULL OR o.moment > p.accepted))[5] AS offered_to
  FROM walked AS p
  LEFT JOIN verify_walk AS o ON o.campaign = p.campaign AND o.kind = p.kind AND o.subject = p.subject
   AND o.occasion = p.occasion AND o.act = 5 AND o.counts
  GROUP BY 1, 2, 3, 4, 5
)
SELECT s.campaign, s.kind, s.subject, s.occasion,
       CASE WHEN s.owed THEN coalesce(p.area, s.origin) ELSE s.origin END, s.origin,
       coalesce(s.owe[7] = 1, false), s.stage,
       coalesce(timestamptz 'epoch' - s.reached[2] * interval '1 microsecond', s.opened_at), s.opened_at,
       CASE WHEN NOT s.owed THEN 3 WHEN s.done THEN 1 WHEN s.withdrawn OR w.mark = 3 THEN 2 ELSE 0 END,
       CASE WHEN s.owed AND NOT s.done AND NOT s.withdrawn AND w.mark < 3 THEN w.mark ELSE 0 END,
       CASE WHEN NOT s.owed OR s.done THEN NULL WHEN s.withdrawn THEN 'cause_withdrawn' ELSE w.reason END,
       CASE WHEN s.owed AND NOT s.done AND NOT s.withdrawn THEN w.until END,
       CASE WHEN s.owed THEN p.offered_to END,
       nullif(s.owe[8], -1), n.value, s.takes, s.withdrawn, s.unheard, p.area IS NOT NULL, coalesce(n.disputed, 0),
       coalesce(b.returns, 0), CASE WHEN s.gift[6] > 0 THEN s.gift[5] END, nullif(s.gift[6], 0),
       timestamptz 'epoch' + s.due[5] * interval '1 microsecond'
FROM state AS s
LEFT JOIN verify_value AS n USING (campaign, kind, subject, occasion)
LEFT JOIN verify_word AS w USING (campaign, kind, subject, occasion)
LEFT JOIN place AS p USING (campaign, kind, subject, occasion)
LEFT JOIN verify_back AS b USING (campaign, kind, subject, occasion)

-- name: done
-- Makes way for the next tier.
DROP TABLE verify_cause, verify_home, verify_walk, verify_fact, verify_value, verify_word, verify_back
