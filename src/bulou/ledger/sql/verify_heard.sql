-- Verify, part two: which lines and voids count, for the whole ledger, tier by tier (heard.py is the plain meaning).
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
