-- Reads of single duties below a node, driven by the counters: leaves with open duties first, then their duties.

-- name: missed
-- One page of open duties in the order of area and subject, after a key. `state` chooses which:
-- missed: not yet sampled; or one of new, called, deferred, refused, waiting (sampled, no result), all.
-- The counters say how many such duties a leaf has at most (`possible`) and at least (`sure`; less only where marks and
-- stages are counted apart). No more leaves are opened than fill the page, however many lie before or behind it; where
-- the two agree, each leaf has one, and `leaves` ends the walk through the counters as well.
WITH counted AS (
  SELECT area, possible, greatest(sure, 0) AS sure
  FROM ledger_counter,
  LATERAL (
    SELECT stages[1] + CASE WHEN %(took_part)s > 1 THEN stages[2] ELSE 0 END
         + CASE WHEN %(took_part)s > 2 THEN stages[3] ELSE 0 END + CASE WHEN %(took_part)s > 3 THEN stages[4] ELSE 0 END
         + CASE WHEN %(took_part)s > 4 THEN stages[5] ELSE 0 END AS missed
  ) AS m,
  LATERAL (
    SELECT CASE %(state)s
           WHEN 'missed' THEN missed WHEN 'new' THEN stages[1] WHEN 'called' THEN missed - stages[1]
           WHEN 'deferred' THEN deferred WHEN 'refused' THEN refused
           WHEN 'waiting' THEN open - missed ELSE open END AS possible,
           CASE WHEN %(state)s IN ('new', 'called') THEN deferred + refused ELSE 0 END AS doubtful
  ) AS n,
  LATERAL (SELECT possible - doubtful AS sure) AS o
  WHERE campaign = %(campaign)s AND kind = %(kind)s AND area BETWEEN %(after_area)s AND %(hi)s AND possible > 0
  ORDER BY area LIMIT %(leaves)s
),
leaf AS (
  SELECT area, sum(CASE WHEN area > %(after_area)s THEN sure ELSE 0 END)
                 OVER (ORDER BY area ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM counted
),
page AS MATERIALIZED (
  SELECT d.*
  FROM leaf
  CROSS JOIN LATERAL (
    SELECT * FROM ledger_duty AS d
    WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area = leaf.area AND d.outcome = 0
      AND (d.area, d.subject, d.occasion) > (%(after_area)s, %(after_subject)s, %(after_occasion)s)
      AND CASE %(state)s
          WHEN 'missed' THEN d.stage < %(took_part)s
          WHEN 'new' THEN d.stage = 0 AND d.mark = 0
          WHEN 'called' THEN d.stage > 0 AND d.stage < %(took_part)s AND d.mark = 0
          WHEN 'deferred' THEN d.mark = 1
          WHEN 'refused' THEN d.mark = 2
          WHEN 'waiting' THEN d.stage >= %(took_part)s
          ELSE true END
    ORDER BY d.subject, d.occasion LIMIT %(limit)s
  ) AS d
  WHERE coalesce(leaf.before, 0) < %(limit)s
  ORDER BY d.area, d.subject, d.occasion LIMIT %(limit)s
)
SELECT d.area, d.subject, d.occasion, d.stage, d.stage_at, d.mark, d.reason, d.until, d.offered_to,
       p.name, h.stairwell, h.floor, h.door, p.area AS home
FROM page AS d
LEFT JOIN places_person AS p ON p.id = d.subject
LEFT JOIN places_household AS h ON h.id = p.household
ORDER BY d.area, d.subject, d.occasion

-- name: building
-- Every duty of a kind in one building with its person and door; whoever is registered elsewhere comes last.
SELECT d.subject, d.occasion, d.stage, d.stage_at, d.mark, d.reason, d.until, d.outcome, d.takes,
       p.name, p.household, h.stairwell, h.floor, h.door, p.area AS home
FROM ledger_duty AS d
LEFT JOIN places_person AS p ON p.id = d.subject
LEFT JOIN places_household AS h ON h.id = p.household
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area BETWEEN %(lo)s AND %(hi)s
ORDER BY p.area NOT BETWEEN %(lo)s AND %(hi)s, h.stairwell NULLS LAST, h.floor NULLS LAST, h.door NULLS LAST, h.id, d.subject, d.occasion

-- name: telephones
-- By what persons can be reached.
SELECT id, phone FROM places_person WHERE id = ANY (%(persons)s::bigint[])

-- name: duties_of
-- All duties of one person in a campaign.
SELECT kind, occasion, area, origin, frozen, stage, stage_at, opened_at, outcome, mark, reason, until, offered_to,
       takes, withdrawn
FROM ledger_duty
WHERE campaign = %(campaign)s AND subject = %(person)s AND kind = ANY (%(kinds)s)
ORDER BY kind, occasion

-- name: timeline
-- What was reported about a person, and about the tubes and boxes that carried the samples, in the order of everything.
WITH own AS (
  SELECT * FROM ledger_line
  WHERE campaign = %(campaign)s AND subject = %(person)s AND kind = ANY (%(kinds)s)
),
tube AS (SELECT DISTINCT carrier_kind AS kind, carrier AS subject FROM own WHERE carrier IS NOT NULL),
tube_line AS (
  SELECT l.* FROM tube JOIN ledger_line AS l
    ON l.campaign = %(campaign)s AND l.kind = tube.kind AND l.subject = tube.subject
),
box AS (SELECT DISTINCT carrier_kind AS kind, carrier AS subject FROM tube_line WHERE carrier IS NOT NULL),
told AS (
  SELECT * FROM own
  UNION ALL SELECT * FROM tube_line WHERE act <> 1
  UNION ALL
  SELECT l.* FROM box JOIN ledger_line AS l
    ON l.campaign = %(campaign)s AND l.kind = box.kind AND l.subject = box.subject WHERE l.act = 2
)
SELECT t.at, t.journal, t.number, t.kind, t.subject, t.act, t.stage, t.value, t.carrier, t.mark, t.reason, t.until,
       e.kind AS said, j.name AS by,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = t.journal AND v.number = t.number) AS void,
       t.unheard <> 0 AS unheard
FROM told AS t
JOIN ledger_journal AS j ON j.id = t.journal
LEFT JOIN ledger_entry AS e ON e.journal = t.journal AND e.number = t.number
ORDER BY t.at, t.journal, t.number, t.line
LIMIT 500

-- name: go_on_looking
-- One row a person shown by name, but for those of whom the same look of the same user is on record since a time.
-- Only what is written takes a number.
WITH shown AS MATERIALIZED (
  SELECT p, a, row_number() OVER (ORDER BY place) AS place
  FROM unnest(%(persons)s::bigint[], %(areas)s::bigint[]) WITH ORDINALITY AS s (p, a, place)
  WHERE NOT EXISTS (
    SELECT FROM places_look_up AS l
    WHERE l.person = p AND l."user" = %(user)s AND l.reason = %(reason)s AND l.at > %(since)s AND l.at <= %(now)s)
),
-- Materialized, so that numbers are taken once and not a row.
taken AS MATERIALIZED (SELECT ledger_next('look', %(user)s, count(*)) AS first FROM shown HAVING count(*) > 0)
INSERT INTO places_look_up (number, person, area, "user", reason, at)
SELECT first + place - 1, p, places_seen_in(p, a), %(user)s, %(reason)s, %(now)s FROM taken CROSS JOIN shown

-- name: positive
-- Which of these persons test positive: by a duty to be brought to a place that follows from a result, by a standing, or
-- by a test at home. The duty lies where the person does, so that whoever sees the person sees it.
SELECT p.id, d.stage, d.outcome, d.mark, i.value, a.value IS NOT NULL
FROM unnest(%(persons)s::bigint[]) AS p (id)
LEFT JOIN LATERAL (
  SELECT stage, outcome, mark FROM ledger_duty
  WHERE kind = %(kind)s AND subject = p.id AND NOT withdrawn AND outcome <> 3
  ORDER BY outcome <> 0, campaign DESC LIMIT 1
) AS d ON true
LEFT JOIN ledger_standing AS i
  ON i.subject_kind = 1 AND i.subject = p.id AND i.name = 'infection' AND i.value IN ('positive', 'negative')
    AND (i.until IS NULL OR i.until > %(now)s)
LEFT JOIN ledger_standing AS a
  ON a.subject_kind = 1 AND a.subject = p.id AND a.name = 'antigen' AND a.value = 'positive'
    AND (a.until IS NULL OR a.until > %(now)s)
WHERE d.outcome IS NOT NULL OR i.value = 'positive' OR a.value IS NOT NULL
