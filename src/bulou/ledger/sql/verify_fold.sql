-- Verify, part two: the duties recomputed for the whole ledger, tier by tier, by full passes and hash aggregates.
-- An order is an array (microseconds, journal, number, line): arrays compare element by element, so that the first or
-- latest line of a duty is a plain min or max, and what else is wanted of that line rides behind its order.
-- %(tier)s: the tier that is folded; all below it are done.

-- name: void
-- Which entries do not count: enough of those who may say so have said so (rules.void_counts).
INSERT INTO verify_void
WITH entitled AS (
  SELECT s.*, coalesce(w.voices, 1) AS voices
  FROM verify_void_said AS s
  JOIN ledger_entry AS e ON e.journal = s.journal AND e.number = s.number AND e.refusal IS NULL
  JOIN ledger_journal AS j ON j.id = s.by_journal
  LEFT JOIN unnest(%(several)s::text[], %(voices)s::int[]) AS w (kind, voices) ON w.kind = e.kind
  WHERE j.kind = ANY (%(desk)s::text[]) AND j.ranges @> e.area OR w.kind IS NULL AND s.by_journal = s.journal
),
loud AS (
  SELECT journal, number FROM entitled GROUP BY journal, number HAVING count(DISTINCT by_journal) >= max(voices)
)
SELECT DISTINCT e.journal, e.number, e.by_journal, e.by_number FROM entitled AS e JOIN loud USING (journal, number)

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

-- name: homes
-- Where each duty of the tier is owed at first: by the frozen list, else the first find, else what it follows from.
CREATE TEMPORARY TABLE verify_home ON COMMIT DROP AS
SELECT campaign, kind, subject, occasion, coalesce(o.owe[6], c.area) AS area
FROM (
  SELECT l.campaign, l.kind, l.subject, l.occasion,
         min(ARRAY[1 - l.frozen::int, (extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line, l.area]) AS owe
  FROM ledger_line AS l
  JOIN ledger_duty_kind AS k ON k.code = l.kind AND k.tier = %(tier)s
  LEFT JOIN verify_dead AS v ON v.journal = l.journal AND v.number = l.number
  WHERE l.act = 1 AND v.journal IS NULL GROUP BY 1, 2, 3, 4
) AS o
FULL JOIN verify_cause AS c USING (campaign, kind, subject, occasion)

-- name: walks
-- Where handed-over duties of the tier stood, step by step: offers by those who answer for them wait, an acceptance of one
-- takes effect after its offer and ends the others.
CREATE TEMPORARY TABLE verify_walk ON COMMIT DROP AS
WITH RECURSIVE l AS MATERIALIZED (
  SELECT l.*, ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line] AS place
  FROM ledger_line AS l
  JOIN ledger_duty_kind AS k ON k.code = l.kind AND k.tier = %(tier)s
  LEFT JOIN verify_dead AS v ON v.journal = l.journal AND v.number = l.number
  WHERE l.act IN (5, 6) AND v.journal IS NULL
),
event AS MATERIALIZED (
  SELECT *, row_number() OVER (PARTITION BY campaign, kind, subject, occasion ORDER BY moment, act) AS n FROM (
    SELECT l.campaign, l.kind, l.subject, l.occasion, l.journal, l.number, l.line, l.act, l.place AS moment,
           l.journal || ':' || l.number AS offer, l.to_area, j.ranges
    FROM l JOIN ledger_journal AS j ON j.id = l.journal WHERE l.act = 5
    UNION ALL
    SELECT a.campaign, a.kind, a.subject, a.occasion, a.journal, a.number, a.line, a.act, greatest(a.place, o.place),
           o.journal || ':' || o.number, a.area, NULL
    FROM l AS a
    JOIN l AS o ON o.act = 5 AND o.campaign = a.campaign AND o.kind = a.kind AND o.subject = a.subject
     AND o.occasion = a.occasion AND o.journal = a.ref_journal AND o.number = a.ref_number AND o.to_area = a.area
    WHERE a.act = 6
  ) AS e
),
walk AS (
  SELECT e.campaign, e.kind, e.subject, e.occasion, 0::bigint AS n, NULL::bigint[] AS moment, h.area AS stands,
         '{}'::text[] AS waiting, '{}'::text[] AS taken, false AS counts, NULL::bigint AS journal, NULL::bigint AS number,
         NULL::integer AS line, NULL::smallint AS act, NULL::bigint AS to_area, false AS moves
  FROM (SELECT DISTINCT campaign, kind, subject, occasion FROM event) AS e
  LEFT JOIN verify_home AS h USING (campaign, kind, subject, occasion)
  UNION ALL
  SELECT w.campaign, w.kind, w.subject, w.occasion, e.n, e.moment,
         CASE WHEN e.act = 6 AND e.offer = ANY (w.waiting) THEN e.to_area ELSE w.stands END,
         CASE WHEN e.act = 6 AND e.offer = ANY (w.waiting) THEN '{}'
              WHEN e.act = 5 AND (w.stands IS NULL OR e.ranges @> w.stands) THEN w.waiting || e.offer
              ELSE w.waiting END,
         CASE WHEN e.act = 6 AND e.offer = ANY (w.waiting) THEN w.taken || e.offer ELSE w.taken END,
         CASE WHEN e.act = 6 THEN e.offer = ANY (w.waiting) OR e.offer = ANY (w.taken)
              ELSE w.stands IS NULL OR e.ranges @> w.stands END,
         e.journal, e.number, e.line, e.act, e.to_area, e.act = 6 AND e.offer = ANY (w.waiting)
  FROM walk AS w JOIN event AS e USING (campaign, kind, subject, occasion) WHERE e.n = w.n + 1
)
SELECT *, n = max(n) OVER (PARTITION BY campaign, kind, subject, occasion) AS last FROM walk

-- name: unheard
-- The tier's lines that do not count, because of who said them (heard.py).
INSERT INTO verify_unheard
WITH bound AS (
  SELECT l.campaign, l.kind, l.subject, l.occasion, l.journal, l.number, l.line, l.act, l.authority, l.given_kind, l.given,
         ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line] AS place, v.journal IS NULL AS live
  FROM ledger_line AS l
  JOIN ledger_duty_kind AS k ON k.code = l.kind AND k.tier = %(tier)s
  LEFT JOIN verify_dead AS v ON v.journal = l.journal AND v.number = l.number
  WHERE l.authority > 0
),
placed AS (
  SELECT b.journal, b.number, b.line, (max(w.moment || w.stands))[5] AS stands
  FROM bound AS b
  JOIN verify_walk AS w USING (campaign, kind, subject, occasion)
  WHERE b.act NOT IN (1, 5, 6) AND w.moves AND w.moment < b.place GROUP BY 1, 2, 3
),
there AS (
  SELECT b.*, j.unit_kind, j.unit, NOT j.ranges @> coalesce(p.stands, h.area) AS away FROM bound AS b
  JOIN verify_home AS h USING (campaign, kind, subject, occasion)
  JOIN ledger_journal AS j ON j.id = b.journal
  LEFT JOIN placed AS p ON p.journal = b.journal AND p.number = b.number AND p.line = b.line
  WHERE b.act NOT IN (5, 6)
),
-- To whom a duty was given when something was said from away. A duty that nobody owes is given by anybody.
gift AS (
  SELECT b.campaign, b.kind, b.subject, b.occasion, b.place, b.given_kind, b.given FROM bound AS b
  LEFT JOIN there AS t ON t.journal = b.journal AND t.number = b.number AND t.line = b.line
  WHERE b.act = 9 AND b.live AND NOT coalesce(t.away, false)
),
gifted AS (
  SELECT t.journal, t.number, t.line FROM there AS t
  JOIN gift AS g USING (campaign, kind, subject, occasion)
  WHERE t.away AND t.act NOT IN (1, 9) AND g.place < t.place
  GROUP BY t.journal, t.number, t.line, t.unit_kind, t.unit
  HAVING (max(g.place || g.given_kind::bigint || g.given))[5:6] IN (ARRAY[6, t.journal], ARRAY[t.unit_kind::bigint, t.unit])
),
away AS (
  SELECT t.* FROM there AS t
  LEFT JOIN gifted AS g ON g.journal = t.journal AND g.number = t.number AND g.line = t.line
  WHERE t.away AND g.journal IS NULL
),
-- Who had the subject, or what carried it, in hand.
hand AS (
  SELECT a.journal, a.number, a.line FROM away AS a
  JOIN ledger_line AS x ON x.campaign = a.campaign AND x.kind = a.kind AND x.subject = a.subject
   AND x.occasion = a.occasion AND x.journal = a.journal
  LEFT JOIN verify_dead AS v ON v.journal = x.journal AND v.number = x.number
  WHERE a.authority = 2 AND x.act IN (1, 2, 3) AND x.authority = 0 AND v.journal IS NULL
  UNION
  SELECT a.journal, a.number, a.line FROM away AS a
  JOIN verify_carry AS c USING (campaign, kind, subject, occasion)
  JOIN ledger_line AS x ON x.campaign = c.campaign AND x.kind = c.carrier_kind AND x.subject = c.carrier
   AND x.occasion = 0 AND x.journal = a.journal
  LEFT JOIN verify_dead AS v ON v.journal = x.journal AND v.number = x.number
  WHERE a.authority = 2 AND c.live AND x.act IN (1, 2, 3) AND x.authority = 0 AND v.journal IS NULL
)
SELECT a.journal, a.number, a.line, 1 FROM away AS a
LEFT JOIN hand AS h ON h.journal = a.journal AND h.number = a.number AND h.line = a.line WHERE h.journal IS NULL
UNION ALL
SELECT b.journal, b.number, b.line, CASE WHEN b.act = 5 THEN 1 ELSE 3 END
FROM bound AS b
LEFT JOIN verify_walk AS w ON w.journal = b.journal AND w.number = b.number AND w.line = b.line
WHERE b.act IN (5, 6) AND b.live AND NOT coalesce(w.counts, false)

-- name: same_person
-- Of the tier's lines those that say "the same person as X" of whom X does not owe it, or is named a duplicate himself.
INSERT INTO verify_unheard
WITH l AS (
  SELECT l.campaign, l.kind, l.subject, l.occasion, l.journal, l.number, l.line, l.act, l.same_as, l.at,
         v.journal IS NULL AS live
  FROM ledger_line AS l
  JOIN ledger_duty_kind AS k ON k.code = l.kind AND k.tier = %(tier)s
  LEFT JOIN verify_dead AS v ON v.journal = l.journal AND v.number = l.number
  LEFT JOIN verify_unheard AS u ON u.journal = l.journal AND u.number = l.number AND u.line = l.line
  WHERE l.act = 4 AND u.journal IS NULL
),
latest AS (
  SELECT campaign, kind, subject, occasion,
         (max(ARRAY[(extract(epoch FROM at) * 1000000)::bigint, journal, number, line, (same_as IS NOT NULL)::int]))[5] = 1
           AS duplicate
  FROM l WHERE live GROUP BY 1, 2, 3, 4
)
SELECT l.journal, l.number, l.line, 2 FROM l
LEFT JOIN latest AS x ON x.campaign = l.campaign AND x.kind = l.kind AND x.subject = l.same_as AND x.occasion = l.occasion
LEFT JOIN (
  SELECT DISTINCT o.campaign, o.kind, o.subject, o.occasion
  FROM ledger_line AS o LEFT JOIN verify_dead AS v ON v.journal = o.journal AND v.number = o.number
  WHERE o.act = 1 AND v.journal IS NULL AND EXISTS (SELECT FROM l WHERE l.same_as IS NOT NULL)
) AS o ON o.campaign = l.campaign AND o.kind = l.kind AND o.subject = l.same_as AND o.occasion = l.occasion
WHERE l.same_as IS NOT NULL
  AND (coalesce(x.duplicate, false)
       OR o.campaign IS NULL AND l.kind NOT IN (SELECT r.kind FROM ledger_consequence AS r))

-- name: eyes
-- Of the tier's lines those that reach a stage which is not for whoever did an earlier one last before it.
INSERT INTO verify_unheard
WITH l AS (
  SELECT l.*, k.not_by[l.stage + 1] AS other, coalesce(j.actor, j.id) AS eyes, u.unheard AS why, v.journal IS NULL AS live,
         ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line] AS place
  FROM ledger_line AS l
  JOIN ledger_duty_kind AS k ON k.code = l.kind AND k.tier = %(tier)s AND k.not_by IS NOT NULL
  JOIN ledger_journal AS j ON j.id = l.journal
  LEFT JOIN verify_dead AS v ON v.journal = l.journal AND v.number = l.number
  LEFT JOIN verify_unheard AS u ON u.journal = l.journal AND u.number = l.number AND u.line = l.line
  WHERE l.act IN (2, 3)
)
SELECT l.journal, l.number, l.line, 4 FROM l
JOIN l AS x ON x.campaign = l.campaign AND x.kind = l.kind AND x.subject = l.subject AND x.occasion = l.occasion
 AND x.stage = l.other AND x.live AND x.why IS DISTINCT FROM 1 AND x.place < l.place
WHERE l.other >= 0 AND l.why IS NULL
GROUP BY l.journal, l.number, l.line, l.eyes HAVING (max(x.place || x.eyes))[5] = l.eyes

-- name: back
-- Since when what was done on a duty of the tier holds: since it was last taken back to an earlier stage.
CREATE TEMPORARY TABLE verify_back ON COMMIT DROP AS
SELECT l.campaign, l.kind, l.subject, l.occasion, count(*) AS returns,
       max(ARRAY[(extract(epoch FROM l.at) * 1000000)::bigint, l.journal, l.number, l.line]) AS back
FROM ledger_line AS l
JOIN ledger_duty_kind AS k ON k.code = l.kind AND k.tier = %(tier)s
LEFT JOIN verify_dead AS v ON v.journal = l.journal AND v.number = l.number
LEFT JOIN verify_unheard AS u ON u.journal = l.journal AND u.number = l.number AND u.line = l.line
WHERE l.act = 8 AND v.journal IS NULL AND u.journal IS NULL GROUP BY 1, 2, 3, 4

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
