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
-- Tubes and boxes that somebody passed on who was never seen to have them: a hand-over or a sealing is missing. What is a
-- conflict already is left out. %(items)s, %(item_kinds)s: kinds of item, each with the kind of its duty. `since`: the
-- first report after the sealing.
-- The few such holdings lead to their duties: left to itself the planner, which cannot know what a scope leaves, walked
-- all duties of a district to look each up among them.
WITH held AS MATERIALIZED (
  SELECT DISTINCT item_kind, item FROM ledger_holding
  WHERE quantity < 0 AND (holder_kind <> 12 OR quantity < -1) AND holder_kind <> 12
)
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, t.since, count(*) OVER () AS total
FROM held
JOIN unnest(%(items)s::smallint[], %(item_kinds)s::smallint[]) AS k (item, kind) ON k.item = held.item_kind
CROSS JOIN LATERAL (
  SELECT campaign, kind, subject, occasion, area, stage_at FROM ledger_duty AS d
  WHERE d.subject = held.item AND d.kind = k.kind
    AND d.campaign = ANY (%(recent)s) AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome <> 3 AND d.takes <= 1
  OFFSET 0
) AS d
CROSS JOIN LATERAL (
  SELECT coalesce(min(l.at) FILTER (WHERE l.stage > 1), d.stage_at) AS since, max(e.received_at) AS heard
  FROM ledger_line AS l LEFT JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
  WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
    AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
) AS t
WHERE coalesce(t.since, '-infinity') <= %(now)s - make_interval(mins => %(grace)s)
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = held.item_kind AND s.subject = d.subject AND s.until > %(now)s
      AND s.name = format('now.conflict.%%s.%%s.%%s', d.campaign, d.kind, d.occasion)
      AND s.since >= coalesce(t.heard, '-infinity'))
ORDER BY t.since NULLS FIRST, d.kind, d.subject LIMIT %(limit)s

-- name: sealed
-- Tubes whose label came from outside the ledger (holder 12) by more than one entry: two tubes may bear one label. Left
-- out once the tube counts as lost: its people owe again. A matter of each area in which it was sealed, whichever came
-- first: read beyond the reader's areas, of which a device, a time and a place are told. `foreign`: the tube's duty lies
-- outside of the reader's own areas (%(own)s). `since`: the second sealing. %(tube)s: the kind of its duty.
WITH held AS MATERIALIZED (
  SELECT item FROM ledger_holding
  WHERE quantity < 0 AND (holder_kind <> 12 OR quantity < -1) AND holder_kind = 12 AND item_kind = 3
)
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, t.since, t.told, NOT %(own)s::int8multirange @> d.area,
       count(*) OVER () AS total
FROM held
CROSS JOIN LATERAL (
  SELECT campaign, kind, subject, occasion, area FROM ledger_duty AS d
  WHERE d.subject = held.item AND d.kind = %(tube)s AND d.campaign = ANY (%(recent)s) AND d.outcome NOT IN (2, 3)
  OFFSET 0
) AS d
CROSS JOIN LATERAL (
  SELECT max(at) FILTER (WHERE place = 2) AS since, max(heard) AS heard, bool_or(area BETWEEN %(lo)s AND %(hi)s) AS here,
         jsonb_agg(jsonb_build_array(said, by, extract(epoch FROM at), area, NULL, NULL, 0) ORDER BY place) AS told
  FROM (
    SELECT l.at, l.area, e.kind AS said, e.received_at AS heard, j.name AS by,
           row_number() OVER (ORDER BY l.at, l.journal, l.number) AS place
    FROM ledger_line AS l JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
    JOIN ledger_journal AS j ON j.id = l.journal
    WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion AND l.act = 1
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
  ) AS seal
) AS t
WHERE t.since <= %(now)s - make_interval(mins => %(grace)s) AND (d.area BETWEEN %(lo)s AND %(hi)s OR t.here AND NOT %(listed)s::int8multirange @> d.area)
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = 3 AND s.subject = d.subject AND s.until > %(now)s
      AND s.name = format('now.conflict.sealed.%%s.%%s.%%s', d.campaign, d.kind, d.occasion) AND s.since >= t.heard
      AND %(own)s::int8multirange @> d.area)
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = 5 AND s.subject = ANY (%(nodes)s) AND s.until > %(now)s
      AND s.name = format('now.conflict.sealed.%%s.%%s.%%s.%%s', d.campaign, d.kind, d.occasion, d.subject)
      AND s.since >= t.heard)
ORDER BY t.since, d.subject LIMIT %(limit)s

-- name: misfilled
-- Tubes that are not as their round's rule says (rounds.scope.following): too full, or shared by who has one of her own.
-- Left out once the tube counts as lost, its report as void, or somebody has looked into it. %(tube)s: the kind of its duty.
SELECT campaign, kind, subject, occasion, area, at, told, count(*) OVER () AS total
FROM (
  SELECT DISTINCT ON (d.campaign, d.subject) d.campaign, d.kind, d.subject, d.occasion, d.area, m.at, (
    SELECT jsonb_agg(jsonb_build_array('tube.sealed', j.name, extract(epoch FROM m.at), d.area, w.n, w.what, 0) ORDER BY w.place)
    FROM (VALUES (1, 'over', m.over), (2, 'single', m.singles), (3, 'homes', m.homes)) AS w (place, what, n) WHERE w.n > 0
  ) AS told
  FROM scope_misfilled AS m
  JOIN ledger_duty AS d ON d.campaign = m.campaign AND d.kind = %(tube)s AND d.subject = m.tube AND d.occasion = 0
  JOIN ledger_journal AS j ON j.id = m.journal
  WHERE m.campaign = ANY (%(recent)s) AND m.area BETWEEN %(lo)s AND %(hi)s AND d.outcome NOT IN (2, 3)
    AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = m.journal AND v.number = m.number)
    AND NOT EXISTS (
      SELECT FROM ledger_standing AS s WHERE s.subject_kind = 3 AND s.subject = d.subject AND s.until > %(now)s
        AND s.name = format('now.conflict.misfilled.%%s.%%s.%%s', d.campaign, d.kind, d.occasion) AND s.since >= m.heard_at)
  ORDER BY d.campaign, d.subject, m.heard_at DESC
) AS m
ORDER BY at, subject LIMIT %(limit)s

-- name: unheard
-- Duties with reports that do not count, by the device that reported last and the kind of duty: those that say something
-- new, later than the last word of those who answer for the duty, and that nobody has reviewed since they came. Of tubes
-- and what they carry nothing is new that stands already; of what is done only another result is. %(members)s of each are
-- named, with their latest report; of one device its last word. Under their own policy such reports are read by who answers for the duty.
SELECT campaign, kind, journal, name, count(*) AS n, min(since), min(area), max(area),
       to_jsonb((array_agg(jsonb_build_array(kind, subject, occasion, stage, area, extract(epoch FROM since), n, last)
                           ORDER BY since, subject))[:%(members)s]),
       count(*) OVER () AS total
FROM (
  SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.stage, t.n, t.since, t.last, j.id AS journal, j.name
  FROM ledger_duty AS d
  JOIN ledger_duty_kind AS k ON k.code = d.kind
  CROSS JOIN LATERAL (
    SELECT count(*) AS n, min(l.at) AS since, max(e.received_at) AS heard,
           (array_agg(l.journal ORDER BY l.at DESC, l.journal DESC, l.number DESC))[1] AS journal,
           (array_agg(jsonb_build_array(e.kind, f.name, extract(epoch FROM l.at), l.area, l.value, l.reason, l.unheard)
                      ORDER BY l.at DESC, l.journal DESC, l.number DESC))[1] AS last
    FROM ledger_line AS l
    JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
    JOIN ledger_journal AS f ON f.id = l.journal
    WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
      AND l.unheard <> 0
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
      AND CASE l.act
            WHEN 1 THEN d.outcome = 0 AND d.stage < k.took_part
            WHEN 2 THEN CASE WHEN l.value IS NULL THEN d.outcome <> 1 AND l.stage > d.stage
                             ELSE l.value IS DISTINCT FROM d.value END
            WHEN 4 THEN d.outcome <> 1 AND coalesce(l.mark, 0) <> CASE WHEN d.outcome = 2 THEN 3 ELSE d.mark END
                        AND NOT EXISTS (
                          SELECT FROM ledger_line AS y
                          WHERE y.campaign = l.campaign AND y.kind = l.kind AND y.subject = l.subject
                            AND y.occasion = l.occasion AND y.act = 4 AND y.journal = l.journal AND y.number > l.number)
            WHEN 5 THEN d.outcome <> 1 AND l.to_area IS DISTINCT FROM d.offered_to
            WHEN 6 THEN d.outcome <> 1 AND l.area <> d.area
            ELSE l.act <> 7 END
      AND NOT EXISTS (
        SELECT FROM ledger_line AS y JOIN ledger_entry AS r ON r.journal = y.journal AND r.number = y.number
        WHERE y.campaign = l.campaign AND y.kind = l.kind AND y.subject = l.subject AND y.occasion = l.occasion
          AND y.unheard = 0
          AND (y.act = 7 AND r.received_at >= e.received_at OR y.act IN (4, 5) AND y.at >= l.at AND l.value IS NULL)
          AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = y.journal AND v.number = y.number))
  ) AS t
  JOIN ledger_journal AS j ON j.id = t.journal
  WHERE d.campaign = ANY (%(all)s) AND (d.campaign = ANY (%(recent)s) OR k.subject_kind = 1 AND d.kind <> ALL (%(of_all)s))
    AND d.area BETWEEN %(lo)s AND %(hi)s AND d.unheard > 0 AND d.outcome <> 3
    AND t.since <= %(now)s - make_interval(mins => %(grace)s)
    AND NOT EXISTS (
      SELECT FROM ledger_standing AS s WHERE s.subject_kind = k.subject_kind AND s.subject = d.subject AND s.until > %(now)s
        AND s.name = format('now.conflict.unheard.%%s.%%s.%%s', d.campaign, d.kind, d.occasion) AND s.since >= t.heard)
    AND NOT EXISTS (
      SELECT FROM unnest(%(nodes)s::bigint[]) AS node
      JOIN ledger_standing AS s ON s.subject_kind = CASE WHEN node = 0 THEN 6 ELSE 5 END
       AND s.subject = CASE WHEN node = 0 THEN t.journal ELSE node END
       AND s.name = format('now.conflict.unheard.%%s.%%s.%%s', d.campaign, d.kind, t.journal)
      WHERE s.until > %(now)s AND s.since >= t.heard)
) AS met
GROUP BY campaign, kind, journal, name ORDER BY count(*) DESC, min(since), journal LIMIT %(limit)s

-- name: disputed
-- Results that contradict each other: those that give way to no other (heard.counted_value). A matter of the area in which
-- the tube was sealed, which decides, and of those from which the results came: read beyond the reader's areas, of which a
-- label, values, devices and times are told. `foreign`: as there. `since`: the first report of the
-- second value. Left out once somebody has reviewed what had come. The few such duties come first: see `lent`.
WITH rare AS MATERIALIZED (
  SELECT campaign, kind, subject, occasion, area FROM ledger_duty WHERE disputed > 0 AND outcome <> 3
)
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, t.since, t.told, NOT %(own)s::int8multirange @> d.area,
       count(*) OVER () AS total
FROM rare AS d
JOIN ledger_duty_kind AS k ON k.code = d.kind
CROSS JOIN LATERAL (
  WITH report AS (
    SELECT l.at, l.area, l.value, l.journal, l.number, l.journal << 24 | l.number AS slot, coalesce(l.corrects, '{}') AS corrects
    FROM ledger_line AS l
    WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
      AND l.act = 2 AND l.value IS NOT NULL AND l.unheard = 0
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
  ),
  stands AS (
    SELECT r.*, min(r.at) OVER (PARTITION BY r.value) AS first
    FROM report AS r
    WHERE NOT EXISTS (
      SELECT FROM report AS o
      WHERE o.slot <> ALL (r.corrects) AND (o.journal = r.journal AND o.number > r.number OR r.slot = ANY (o.corrects)))
  )
  SELECT max(s.first) AS since, max(e.received_at) AS heard, bool_or(s.area BETWEEN %(lo)s AND %(hi)s) AS here,
         jsonb_agg(jsonb_build_array(e.kind, j.name, extract(epoch FROM s.at), s.area, s.value, NULL, 0)
                   ORDER BY array_position(k.gravest, s.value), s.at, j.name) AS told
  FROM stands AS s
  JOIN ledger_entry AS e ON e.journal = s.journal AND e.number = s.number
  JOIN ledger_journal AS j ON j.id = s.journal
) AS t
WHERE d.campaign = ANY (%(recent)s) AND (d.area BETWEEN %(lo)s AND %(hi)s OR t.here AND NOT %(listed)s::int8multirange @> d.area)
  AND NOT EXISTS (
    SELECT FROM ledger_line AS y JOIN ledger_entry AS r ON r.journal = y.journal AND r.number = y.number
    WHERE y.campaign = d.campaign AND y.kind = d.kind AND y.subject = d.subject AND y.occasion = d.occasion
      AND y.act = 7 AND y.unheard = 0 AND r.received_at >= t.heard
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = y.journal AND v.number = y.number))
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = k.subject_kind AND s.subject = d.subject AND s.until > %(now)s
      AND s.name = format('now.conflict.disputed.%%s.%%s.%%s', d.campaign, d.kind, d.occasion) AND s.since >= t.heard
      AND %(own)s::int8multirange @> d.area)
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = 5 AND s.subject = ANY (%(nodes)s) AND s.until > %(now)s
      AND s.name = format('now.conflict.disputed.%%s.%%s.%%s.%%s', d.campaign, d.kind, d.occasion, d.subject)
      AND s.since >= t.heard)
ORDER BY t.since, d.subject LIMIT %(limit)s

-- name: short
-- Boxes in which another number of tubes was counted than was packed; a tube that counts as lost since then is not
-- missing. Of closed rounds for two days: what has no result by then is a late tube. Read beyond the reader's areas,
-- because a box may hold tubes of several: of them a number is told. `since`: the count. %(box)s: the kind of the duty.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, p.n, t.at, t.told, count(*) OVER () AS total
FROM ledger_duty AS d
CROSS JOIN LATERAL (
  SELECT count(DISTINCT l.subject) AS n FROM ledger_line AS l
  WHERE l.campaign = d.campaign AND l.carrier_kind = d.kind AND l.carrier = d.subject AND l.act = 3
    AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
) AS p
CROSS JOIN LATERAL (
  SELECT l.at, e.received_at AS heard,
         jsonb_build_array(jsonb_build_array(e.kind, j.name, extract(epoch FROM l.at), l.area, l.value, NULL, 0)) AS told
  FROM ledger_line AS l JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
  JOIN ledger_journal AS j ON j.id = l.journal
  WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
    AND l.act = 2 AND l.value IS NOT NULL AND l.unheard = 0
    AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
  ORDER BY l.at DESC, l.journal DESC, l.number DESC LIMIT 1
) AS t
WHERE d.campaign = ANY (%(recent)s) AND (d.campaign = ANY (%(campaigns)s) OR d.stage_at > %(now)s - interval '2 days')
  AND d.kind = %(box)s AND d.area BETWEEN %(lo)s AND %(hi)s AND d.value IS NOT NULL AND d.outcome <> 3
  AND p.n <> d.value AND t.at <= %(now)s - make_interval(mins => %(grace)s)
  AND p.n - d.value <> (
    SELECT count(DISTINCT l.subject) FROM ledger_line AS l
    JOIN ledger_duty AS x ON x.campaign = l.campaign AND x.kind = l.kind AND x.subject = l.subject AND x.occasion = l.occasion
    WHERE l.campaign = d.campaign AND l.carrier_kind = d.kind AND l.carrier = d.subject AND l.act = 3 AND x.outcome = 2
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number))
  AND NOT EXISTS (
    SELECT FROM ledger_line AS y JOIN ledger_entry AS r ON r.journal = y.journal AND r.number = y.number
    WHERE y.campaign = d.campaign AND y.kind = d.kind AND y.subject = d.subject AND y.occasion = d.occasion
      AND y.act = 7 AND y.unheard = 0 AND r.received_at >= t.heard
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = y.journal AND v.number = y.number))
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = 4 AND s.subject = d.subject AND s.until > %(now)s
      AND s.name = format('now.conflict.short.%%s.%%s.%%s', d.campaign, d.kind, d.occasion) AND s.since >= t.heard)
ORDER BY abs(p.n - d.value) DESC, t.at, d.subject LIMIT %(limit)s

-- name: packed
-- The tubes of a box that are on their way still, as far as the scope holds them.
SELECT DISTINCT x.kind, x.subject, x.occasion, x.stage, x.area, extract(epoch FROM x.stage_at)::bigint AS since
FROM ledger_line AS l
JOIN ledger_duty AS x ON x.campaign = l.campaign AND x.kind = l.kind AND x.subject = l.subject AND x.occasion = l.occasion
WHERE l.campaign = %(campaign)s AND l.carrier_kind = %(kind)s AND l.carrier = %(subject)s AND l.act = 3
  AND x.outcome = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY x.stage, x.subject LIMIT 200

-- name: voids
-- Devices of whose entries somebody says that they do not count who may not say so alone: another area, or one of the two
-- voices that an opening needs. A matter of where the entry lies; who said it works elsewhere, so that this is read in
-- every scope: names of devices and counts. `by`: one of them; `voices`: how many there are.
SELECT e.journal, j.name, count(DISTINCT e.number) AS n, min(w.received_at), min(e.area), min(b.name) AS by,
       count(DISTINCT b.id) AS voices, count(*) OVER () AS total
FROM ledger_void_said AS s
JOIN ledger_entry AS e ON e.journal = s.journal AND e.number = s.number
JOIN ledger_entry AS w ON w.journal = s.by_journal AND w.number = s.by_number
JOIN ledger_journal AS j ON j.id = e.journal
JOIN ledger_journal AS b ON b.id = s.by_journal
WHERE e.area BETWEEN %(lo)s AND %(hi)s AND e.refusal IS NULL
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = s.journal AND v.number = s.number)
  AND NOT EXISTS (
    SELECT FROM unnest(%(nodes)s::bigint[]) AS node
    JOIN ledger_standing AS t ON t.subject_kind = 6 AND t.subject = e.journal AND t.name = format('now.conflict.voids.%%s', node)
    WHERE t.until > %(now)s AND t.since >= w.received_at)
GROUP BY e.journal, j.name ORDER BY min(w.received_at), e.journal LIMIT %(limit)s

-- name: voids_said
-- The entries of a device of which somebody says so, and who: the latest first.
SELECT e.number, e.at, e.kind, min(b.name), max(w.received_at)
FROM ledger_void_said AS s
JOIN ledger_entry AS e ON e.journal = s.journal AND e.number = s.number
JOIN ledger_entry AS w ON w.journal = s.by_journal AND w.number = s.by_number
JOIN ledger_journal AS b ON b.id = s.by_journal
WHERE s.journal = %(journal)s AND e.area BETWEEN %(lo)s AND %(hi)s AND e.refusal IS NULL
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = s.journal AND v.number = s.number)
GROUP BY e.number, e.at, e.kind ORDER BY max(w.received_at) DESC, e.number DESC LIMIT 60

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

-- name: within
-- A device that lies wholly in the scope.
SELECT 1 FROM ledger_journal WHERE id = %(journal)s AND %(scope)s::int8multirange @> ranges
