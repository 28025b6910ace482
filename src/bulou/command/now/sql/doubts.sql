-- What does not fit together. Each statement is one kind of doubt, takes one range and is bounded by %(limit)s; `total`
-- counts all. A word (a standing "now.conflict.<what>", rules.Matter.word) holds for what had been received when it was
-- said: what comes later is a new doubt. `since` is when the doubt arose, whatever happened to its subject afterwards.

-- name: twice
-- Subjects taken twice, once they stand so longer than a movement takes: since the second tube, or box, took them.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.takes, t.since, count(*) OVER () AS total
FROM ledger_duty AS d
JOIN ledger_duty_kind AS k ON k.code = d.kind
CROSS JOIN LATERAL (
  SELECT coalesce(min(at) FILTER (WHERE place = 2), d.stage_at) AS since, max(heard) AS heard
  FROM (
    SELECT min(l.at) AS at, max(e.received_at) AS heard, row_number() OVER (ORDER BY min(l.at)) AS place
    FROM ledger_line AS l LEFT JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
    WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
      AND l.act = 3 AND NOT l.again
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
    GROUP BY l.carrier_kind, l.carrier
  ) AS taken
) AS t
WHERE d.campaign = ANY (%(recent)s) AND d.area BETWEEN %(lo)s AND %(hi)s AND d.takes > 1 AND d.outcome <> 3
  AND coalesce(t.since, '-infinity') <= %(now)s - make_interval(mins => %(grace)s)
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = k.subject_kind AND s.subject = d.subject AND s.until > %(now)s
      AND s.name = format('now.conflict.%%s.%%s.%%s', d.campaign, d.kind, d.occasion)
      AND s.since >= coalesce(t.heard, '-infinity'))
ORDER BY d.takes DESC, t.since NULLS FIRST, d.kind, d.subject LIMIT %(limit)s

-- name: unknown
-- Reports about duties nobody opened, by the device that reported first and the kind of duty. Not what is void by now,
-- nor a mere word on a label that was never used: that is how a broken one is reported. %(members)s of each are named.
SELECT campaign, kind, journal, name, count(*) AS n, min(since), min(area), max(area),
       (array_agg(ARRAY[kind, subject, occasion, 0, area, extract(epoch FROM since)::bigint] ORDER BY since, subject))[:%(members)s],
       count(*) OVER () AS total
FROM (
  SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, t.journal, j.name, t.since
  FROM ledger_duty AS d
  JOIN ledger_duty_kind AS k ON k.code = d.kind
  CROSS JOIN LATERAL (
    SELECT (array_agg(l.journal ORDER BY l.at, l.journal))[1] AS journal, min(l.at) AS since, max(e.received_at) AS heard
    FROM ledger_line AS l LEFT JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
    WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
      AND (k.subject_kind = 1 OR l.act IN (2, 3))
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
  ) AS t
  JOIN ledger_journal AS j ON j.id = t.journal
  WHERE d.campaign = ANY (%(recent)s) AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 3
    AND t.since <= %(now)s - make_interval(mins => %(grace)s)
    AND NOT EXISTS (
      SELECT FROM ledger_standing AS s WHERE s.subject_kind = k.subject_kind AND s.subject = d.subject AND s.until > %(now)s
        AND s.name = format('now.conflict.%%s.%%s.%%s', d.campaign, d.kind, d.occasion) AND s.since >= t.heard)
    AND NOT EXISTS (
      SELECT FROM unnest(%(nodes)s::bigint[]) AS node
      JOIN ledger_standing AS s ON s.subject_kind = 6 AND s.subject = t.journal
       AND s.name = format('now.conflict.unknown.%%s.%%s.%%s', d.campaign, d.kind, node)
      WHERE s.until > %(now)s AND s.since >= t.heard)
) AS met
GROUP BY campaign, kind, journal, name ORDER BY count(*) DESC, min(since), journal LIMIT %(limit)s

-- name: lent
-- Tubes and boxes that somebody passed on who was never seen to have them: a hand-over or a sealing is missing; and
-- labels that came from outside the ledger (holder 12) more than once: `sealed` twice. What is a conflict already is left
-- out. %(items)s, %(item_kinds)s: kinds of item, each with the kind of its duty. `since`: the first report after the
-- sealing, or the second sealing.
-- The few such holdings lead to their duties: left to itself the planner, which cannot know what a scope leaves, walked
-- all duties of a district to look each up among them.
WITH held AS MATERIALIZED (
  SELECT item_kind, item, bool_or(holder_kind = 12) AS sealed
  FROM ledger_holding
  WHERE quantity < 0 AND (holder_kind <> 12 OR quantity < -1) AND (holder_kind <> 12 OR item_kind = 3)
  GROUP BY item_kind, item
)
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, t.since, held.sealed, count(*) OVER () AS total
FROM held
JOIN unnest(%(items)s::smallint[], %(item_kinds)s::smallint[]) AS k (item, kind) ON k.item = held.item_kind
CROSS JOIN LATERAL (
  SELECT campaign, kind, subject, occasion, area, stage_at FROM ledger_duty AS d
  WHERE d.subject = held.item AND d.kind = k.kind
    AND d.campaign = ANY (%(recent)s) AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome <> 3 AND d.takes <= 1
  OFFSET 0
) AS d
CROSS JOIN LATERAL (
  SELECT coalesce(min(at) FILTER (WHERE CASE WHEN held.sealed THEN act = 1 AND place > 1 ELSE stage > 1 END), d.stage_at) AS since,
         max(heard) AS heard
  FROM (
    SELECT l.at, l.act, l.stage, e.received_at AS heard, row_number() OVER (PARTITION BY l.act ORDER BY l.at) AS place
    FROM ledger_line AS l LEFT JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
    WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
  ) AS told
) AS t
WHERE coalesce(t.since, '-infinity') <= %(now)s - make_interval(mins => %(grace)s)
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = held.item_kind AND s.subject = d.subject AND s.until > %(now)s
      AND s.name = format('now.conflict.%%s.%%s.%%s', d.campaign, d.kind, d.occasion)
      AND s.since >= coalesce(t.heard, '-infinity'))
ORDER BY t.since NULLS FIRST, d.kind, d.subject LIMIT %(limit)s

-- name: doubtful
-- Devices with entries that somebody should look at: refused, with two contents under a number, with a corrected time.
-- They are the matter of those where the entry lies; one that speaks of an area that is not the device's own lies with
-- the device. Read in every scope for that reason: the answer is a device's name and a count.
SELECT e.journal, j.name, w.what, count(*) AS n, min(e.received_at), min(e.place), count(*) OVER () AS total
FROM (
  SELECT e.journal, e.refusal, e.flags, e.received_at, e.area AS place
  FROM ledger_entry AS e JOIN ledger_journal AS own ON own.id = e.journal AND own.ranges @> e.area
  WHERE (e.refusal IS NOT NULL OR e.flags <> '{}') AND e.area BETWEEN %(lo)s AND %(hi)s
  UNION ALL
  SELECT e.journal, e.refusal, e.flags, e.received_at, lower(own.ranges)
  FROM ledger_journal AS own JOIN ledger_entry AS e ON e.journal = own.id
  WHERE lower(own.ranges) BETWEEN %(lo)s AND %(hi)s AND (e.refusal IS NOT NULL OR e.flags <> '{}') AND NOT own.ranges @> e.area
) AS e
JOIN ledger_journal AS j ON j.id = e.journal
CROSS JOIN LATERAL unnest(CASE WHEN e.refusal IS NULL THEN e.flags ELSE e.flags || '{refused}'::text[] END) AS w (what)
WHERE NOT EXISTS (
  SELECT FROM unnest(%(nodes)s::bigint[]) AS node
  JOIN ledger_standing AS s ON s.subject_kind = 6 AND s.subject = e.journal
   AND s.name = format('now.conflict.%%s.%%s', w.what, node)
  WHERE s.until > %(now)s AND s.since >= e.received_at)
GROUP BY e.journal, j.name, w.what ORDER BY w.what DESC, min(e.received_at), e.journal LIMIT %(limit)s

-- name: doubted
-- The entries of a device that the list counts as doubtful, the latest first.
SELECT e.number, e.at, e.kind, e.refusal, e.refused_field, e.flags, e.received_at
FROM ledger_entry AS e JOIN ledger_journal AS j ON j.id = e.journal
WHERE e.journal = %(journal)s
  AND (CASE WHEN j.ranges @> e.area THEN e.area ELSE lower(j.ranges) END) BETWEEN %(lo)s AND %(hi)s
  AND CASE WHEN %(what)s = 'refused' THEN e.refusal IS NOT NULL ELSE e.flags @> ARRAY[%(what)s] END
ORDER BY e.received_at DESC, e.number DESC LIMIT 60
