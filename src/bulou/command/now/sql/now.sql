-- What needs a decision. Each statement takes one range and is bounded by %(limit)s; `total` counts all.
-- What somebody set aside until a time to come (a standing "now.<class>") is left out and not counted.

-- name: campaigns
-- Open campaigns; few rows.
SELECT id, name, area FROM ledger_campaign WHERE closed_at IS NULL ORDER BY opened_at DESC, id DESC LIMIT 20

-- name: danger
-- People whose needs are a clinical danger and who have an open duty. Needs are rare, so the people lead.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.stage, d.stage_at, d.opened_at, p.needs, p.name,
       count(*) OVER () AS total
FROM places_person AS p
JOIN ledger_duty AS d ON d.subject = p.id AND d.kind = ANY (%(kinds)s) AND d.outcome = 0
WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.needs <> 0 AND p.needs & %(needs)s <> 0
  AND d.campaign = ANY (%(campaigns)s) AND d.area BETWEEN %(lo)s AND %(hi)s AND d.stage < %(part)s
  AND (d.mark <> 1 OR d.until < %(now)s)
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = 1 AND s.subject = d.subject AND s.name = 'now.danger'
      AND s.until > %(now)s)
ORDER BY p.needs & %(gravest)s = 0, coalesce(d.stage_at, d.opened_at), d.subject LIMIT %(limit)s

-- name: late
-- Open duties of the kinds with few of them (tubes, boxes, retests, dispositions) beyond `soon` minutes of their stage.
-- The counters lead to the leaves that have any.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.stage, d.stage_at, d.minutes, late,
       count(*) OVER (PARTITION BY late) AS total
FROM (
  SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.stage, d.stage_at, w.minutes,
         d.stage_at <= %(now)s - make_interval(mins => w.minutes) AS late
  FROM ledger_counter AS c
  JOIN ledger_duty AS d ON d.campaign = c.campaign AND d.kind = c.kind AND d.area = c.area AND d.outcome = 0
  JOIN unnest(%(limit_kinds)s::smallint[], %(limit_stages)s::smallint[], %(limit_minutes)s::integer[],
              %(subject_kinds)s::smallint[]) AS w (kind, stage, minutes, subject_kind)
    ON w.kind = d.kind AND w.stage = d.stage
  WHERE c.campaign = ANY (%(campaigns)s) AND c.kind = ANY (%(kinds)s) AND c.area BETWEEN %(lo)s AND %(hi)s
    AND c.open > 0 AND d.stage_at <= %(now)s - make_interval(secs => w.minutes * 60 * %(soon)s / 100)
    AND (d.mark <> 1 OR d.until < %(now)s)
    AND NOT EXISTS (
      SELECT FROM ledger_standing AS s WHERE s.subject_kind = w.subject_kind AND s.subject = d.subject
        AND s.name IN ('now.overdue', 'now.soon') AND s.until > %(now)s)
) AS d
ORDER BY late DESC, kind = 5 DESC, stage_at + make_interval(mins => minutes), subject LIMIT %(limit)s

-- name: conflicts
-- Subjects taken twice, and reports about duties nobody opened, once they stand longer than a movement takes. Not what is
-- void by now, nor a mere word on a label that was never used: that is how a broken one is reported.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.takes, d.outcome, d.stage_at, count(*) OVER () AS total
FROM ledger_duty AS d
JOIN ledger_duty_kind AS k ON k.code = d.kind
WHERE d.campaign = ANY (%(campaigns)s) AND d.area BETWEEN %(lo)s AND %(hi)s AND (d.outcome = 3 OR d.takes > 1)
  AND (d.outcome <> 3 OR EXISTS (
    SELECT FROM ledger_line AS l WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject
      AND l.occasion = d.occasion AND (k.subject_kind = 1 OR l.act IN (2, 3))
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)))
  AND coalesce(d.stage_at, '-infinity') <= %(now)s - make_interval(mins => %(grace)s)
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = k.subject_kind AND s.subject = d.subject
      AND s.name = 'now.conflict' AND s.until > %(now)s)
ORDER BY d.takes DESC, d.stage_at NULLS FIRST, d.kind, d.subject LIMIT %(limit)s

-- name: lent
-- Tubes and boxes that somebody passed on who was never seen to have them: a hand-over or a sealing is missing; and
-- labels that came from outside the ledger (holder 12) more than once: `sealed` twice. What is a conflict already is left
-- out. %(items)s, %(item_kinds)s: kinds of item, each with the kind of its duty.
-- The few such holdings lead to their duties: left to itself the planner, which cannot know what a scope leaves, walked
-- all duties of a district to look each up among them.
WITH held AS MATERIALIZED (
  SELECT item_kind, item, bool_or(holder_kind = 12) AS sealed
  FROM ledger_holding
  WHERE quantity < 0 AND (holder_kind <> 12 OR quantity < -1) AND (holder_kind <> 12 OR item_kind = 3)
  GROUP BY item_kind, item
)
SELECT d.*, held.sealed, count(*) OVER () AS total
FROM held
JOIN unnest(%(items)s::smallint[], %(item_kinds)s::smallint[]) AS k (item, kind) ON k.item = held.item_kind
CROSS JOIN LATERAL (
  SELECT campaign, kind, subject, occasion, area, stage_at FROM ledger_duty AS d
  WHERE d.subject = held.item AND d.kind = k.kind
    AND d.campaign = ANY (%(campaigns)s) AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome <> 3 AND d.takes <= 1
    AND coalesce(d.stage_at, '-infinity') <= %(now)s - make_interval(mins => %(grace)s)
  OFFSET 0
) AS d
WHERE NOT EXISTS (
  SELECT FROM ledger_standing AS s WHERE s.subject_kind = held.item_kind AND s.subject = d.subject
    AND s.name = 'now.conflict' AND s.until > %(now)s)
ORDER BY d.stage_at NULLS FIRST, d.kind, d.subject LIMIT %(limit)s

-- name: doubtful
-- Devices with entries that somebody should look at: refused, with two contents under a number, with a corrected time.
-- What came before the latest word on it (a standing "now.conflict.<what>") is not counted again; what comes after is.
SELECT e.journal, j.name, w.what, count(*) AS n, min(e.received_at), min(e.area), count(*) OVER () AS total
FROM ledger_entry AS e
JOIN ledger_journal AS j ON j.id = e.journal
CROSS JOIN LATERAL unnest(CASE WHEN e.refusal IS NULL THEN e.flags ELSE e.flags || '{refused}'::text[] END) AS w (what)
LEFT JOIN ledger_standing AS s
  ON s.subject_kind = 6 AND s.subject = e.journal AND s.name = 'now.conflict.' || w.what AND s.until > %(now)s
WHERE (e.refusal IS NOT NULL OR e.flags <> '{}') AND e.area BETWEEN %(lo)s AND %(hi)s
  AND (s.since IS NULL OR e.received_at > s.since)
GROUP BY e.journal, j.name, w.what ORDER BY w.what DESC, min(e.received_at), e.journal LIMIT %(limit)s

-- name: labels
-- Rolls of labels of a street's devices or of a part of it; a wider range asks street by street. `finished`: the device
-- closed its journal and some labels are accounted for nowhere. Else: those who work the same areas have fewer tubes
-- left than the people there still need, %(in_a_tube)s to a tube. %(range)s: how a roll is written; what is written
-- otherwise is no roll.
SELECT journal, name, area, finished, n, since, count(*) OVER (PARTITION BY finished) AS total
FROM (
  SELECT DISTINCT ON (finished, CASE WHEN finished THEN journal::text ELSE ranges::text END)
         journal, name, area, finished, since,
         CASE WHEN finished THEN unused
              ELSE (people + %(in_a_tube)s - 1) / %(in_a_tube)s - sum(unused) OVER (PARTITION BY finished, ranges) END AS n
  FROM (
    SELECT j.id AS journal, j.name, j.ranges, j.heard_at AS since, j.closed_last IS NOT NULL AS finished, r.area,
           r.issued - r.used AS unused, p.people
    FROM ledger_journal AS j
    CROSS JOIN LATERAL (
      SELECT min(t.area) AS area, sum(greatest(r.last / 10 - r.first / 10 + 1, 0))::bigint AS issued,
             sum((SELECT count(DISTINCT d.subject) FROM ledger_duty AS d
                  WHERE d.kind = ANY (%(carriers)s) AND d.subject BETWEEN r.first AND r.last
                    AND (d.outcome <> 3 OR d.stage = 0)))::bigint AS used
      FROM ledger_standing AS t,
      LATERAL (
        SELECT CASE WHEN t.value ~ %(range)s THEN split_part(t.value, '-', 1)::bigint END AS first,
               CASE WHEN t.value ~ %(range)s THEN split_part(t.value, '-', 2)::bigint END AS last
      ) AS r
      WHERE t.subject_kind = 6 AND t.subject = j.id AND t.name LIKE 'device.labels.%%'
    ) AS r
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(c.stage_0 + c.stage_1 - c.excused), 0)::bigint AS people
      FROM unnest(j.ranges) AS a (part)
      JOIN ledger_counter AS c ON c.area >= lower(a.part) AND c.area < upper(a.part)
      WHERE c.campaign = ANY (%(campaigns)s) AND c.kind = %(swab)s
    ) AS p
    WHERE %(hi)s::bigint - %(lo)s::bigint <= %(street)s
      AND j.ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]')) AND j.kind = 'phone'
      AND j.revoked_at IS NULL AND r.issued > 0 AND r.area BETWEEN %(lo)s AND %(hi)s
      AND (j.closed_last IS NOT NULL OR j.expires_at > %(now)s)
  ) AS device
  ORDER BY finished, CASE WHEN finished THEN journal::text ELSE ranges::text END, unused
) AS roll
WHERE n > 0 AND NOT EXISTS (
  SELECT FROM ledger_standing AS s WHERE s.subject_kind = 6 AND s.subject = journal
    AND s.name = CASE WHEN finished THEN 'now.conflict.labels' ELSE 'now.shortage' END AND s.until > %(now)s)
ORDER BY n DESC, journal LIMIT %(limit)s

-- name: named
-- Names of the persons on the list, to be masked.
SELECT id, name FROM places_person WHERE id = ANY (%(persons)s::bigint[])

-- name: one
-- A duty as it stands, with what its person needs; `sealed`: its label came from outside the ledger more than once.
SELECT d.area, d.stage, coalesce(d.stage_at, d.opened_at), d.outcome, d.takes, coalesce(p.needs, 0), p.name,
       EXISTS (SELECT FROM ledger_holding AS h WHERE h.item_kind = %(subject_kind)s AND h.item = d.subject
         AND h.holder_kind = 12 AND h.quantity < -1) AS sealed
FROM ledger_duty AS d
LEFT JOIN places_person AS p ON %(personal)s AND p.id = d.subject
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = %(subject)s AND d.occasion = %(occasion)s

-- name: device
-- The name of a device that works in the scope.
SELECT name FROM ledger_journal WHERE id = %(journal)s AND ranges && %(scope)s::int8multirange

-- name: voidable
-- An entry of the scope as far as it can be voided: where it happened, what it is, whether it counts now.
SELECT e.area, e.kind, EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number)
FROM ledger_entry AS e WHERE e.journal = %(journal)s AND e.number = %(number)s AND e.refusal IS NULL

-- name: reports
-- What was reported of a duty: who said it, when, through which device, in which tube, how much the same entry says
-- besides, and whether it still counts.
SELECT e.journal, e.number, e.at, e.kind, e.area, j.name, j.kind, max(l.carrier_kind), max(l.carrier), max(l.value),
       (SELECT count(*) FROM ledger_line AS a WHERE a.journal = e.journal AND a.number = e.number) AS said,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number) AS void
FROM ledger_line AS l
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
JOIN ledger_journal AS j ON j.id = e.journal
WHERE l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.subject = %(subject)s AND l.occasion = %(occasion)s
GROUP BY e.journal, e.number, e.at, e.kind, e.area, j.name, j.kind ORDER BY e.at, e.journal, e.number LIMIT 60

-- name: doubted
-- The entries of a device that the list counts as doubtful, the latest first.
SELECT e.number, e.at, e.kind, e.refusal, e.refused_field, e.flags, e.received_at
FROM ledger_entry AS e
WHERE e.journal = %(journal)s AND e.area BETWEEN %(lo)s AND %(hi)s
  AND CASE WHEN %(what)s = 'refused' THEN e.refusal IS NOT NULL ELSE e.flags @> ARRAY[%(what)s] END
ORDER BY e.received_at DESC, e.number DESC LIMIT 60

-- name: silent
-- Journals with missing numbers; devices that said something and then nothing; and those taken out of service without
-- a closing entry: what they did not send comes no more by itself.
SELECT j.id, j.name, greatest(j.highest, coalesce(j.closed_last, 0)) - j.held AS missing, j.heard_at,
       j.revoked_at IS NOT NULL AS revoked,
       (SELECT min(lower(r)) FROM unnest(j.ranges) AS r) AS area, count(*) OVER () AS total
FROM ledger_journal AS j
WHERE j.ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]')) AND j.kind NOT IN ('system', 'desk')
  AND (j.held < greatest(j.highest, coalesce(j.closed_last, 0))
       OR (j.closed_last IS NULL AND j.highest > 0
           AND (j.revoked_at IS NOT NULL OR j.heard_at < %(now)s - make_interval(mins => %(silent)s))))
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = 6 AND s.subject = j.id AND s.name = 'now.silent'
      AND s.until > %(now)s)
ORDER BY j.revoked_at IS NULL, j.heard_at NULLS FIRST, j.id LIMIT %(limit)s

-- name: shortages
-- Stores whose need (a standing "need.<good>" with a number) is above what they hold.
SELECT s.subject, s.area, split_part(s.name, '.', 2)::bigint AS good, s.value::bigint AS need,
       coalesce(h.quantity, 0)::bigint AS held, s.since, count(*) OVER () AS total
FROM ledger_standing AS s
LEFT JOIN ledger_holding AS h
  ON h.item_kind = 11 AND h.item = split_part(s.name, '.', 2)::bigint AND h.holder_kind = 7 AND h.holder = s.subject
WHERE s.subject_kind = 7 AND s.name ~ '^need[.][0-9]{1,15}$' AND s.value ~ '^[0-9]{1,9}$'
  AND s.area BETWEEN %(lo)s AND %(hi)s AND coalesce(h.quantity, 0) < s.value::bigint
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS t WHERE t.subject_kind = 7 AND t.subject = s.subject AND t.name = 'now.shortage'
      AND t.until > %(now)s)
ORDER BY s.since, s.subject LIMIT %(limit)s

-- name: totals
-- Duties that are open in the range, and when a journal of it was last heard.
SELECT (SELECT coalesce(sum(open), 0)::bigint FROM ledger_counter
        WHERE campaign = ANY (%(campaigns)s) AND area BETWEEN %(lo)s AND %(hi)s),
       (SELECT max(heard_at) FROM ledger_journal WHERE ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]')))

-- name: offers
-- Open duties that are offered to an area of the range, wherever they lie now.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.offered_to, o.at, count(*) OVER () AS total
FROM ledger_duty AS d
CROSS JOIN LATERAL (
  SELECT max(l.at) AS at FROM ledger_line AS l
  WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion AND l.act = 5
) AS o
WHERE d.offered_to BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0 AND d.campaign = ANY (%(campaigns)s)
ORDER BY o.at, d.kind, d.subject LIMIT %(limit)s

-- name: offer
-- The latest offer of a duty to an area: the entry that an acceptance names.
SELECT l.journal, l.number FROM ledger_line AS l
JOIN ledger_duty AS d USING (campaign, kind, subject, occasion)
WHERE l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.subject = %(subject)s AND l.occasion = %(occasion)s
  AND l.act = 5 AND l.to_area = %(to_area)s AND d.offered_to = %(to_area)s AND d.outcome = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.at DESC, l.journal DESC, l.number DESC LIMIT 1

-- name: taken
-- Who sees to what, while that holds.
SELECT s.subject, s.name, s.value
FROM unnest(%(kinds)s::smallint[], %(subjects)s::bigint[], %(names)s::text[]) AS k (subject_kind, subject, name)
JOIN ledger_standing AS s USING (subject_kind, subject, name) WHERE s.until > %(now)s

-- name: choices
-- Areas to narrow the list to: those of the way, and the children of the last.
SELECT id, level, ARRAY[name, name_en] FROM places_area
WHERE closed_at IS NULL AND (id = ANY (%(way)s::bigint[]) OR parent = ANY (%(below)s::bigint[])) ORDER BY id LIMIT 600

-- name: receivers
-- Streets and neighbourhoods of the districts.
SELECT id, level, ARRAY[name, name_en] FROM places_area AS a
WHERE closed_at IS NULL AND level IN (2, 3)
  AND EXISTS (SELECT FROM unnest(%(districts)s::bigint[]) AS d WHERE d >> 39 IN (0, a.id >> 39)) ORDER BY id LIMIT 1000

-- name: first_district
-- Where a word on a device of all areas is entered: no entry lies at the root.
SELECT min(id) FROM places_area WHERE parent = 0 AND closed_at IS NULL AND %(scope)s::int8multirange @> id

-- name: owner_areas
-- Areas that may have an owner of their own: districts to compounds' committees.
SELECT id, level, ARRAY[name, name_en] FROM places_area
WHERE closed_at IS NULL AND level <= 3 AND %(scope)s::int8multirange @> id ORDER BY id LIMIT 1000

-- name: owners
-- Owners within the scope, each with the standing that keeps one away now.
SELECT o.area, o.desk, o.name, o.telephone, o.deputy, o.deputy_telephone,
       coalesce((SELECT min(s.name) FROM ledger_standing AS s
         WHERE s.subject_kind = o.kind AND s.subject = o.subject AND s.name = ANY (%(away)s)
           AND s.value NOT IN ('', 'no', 'negative', 'ended') AND (s.until IS NULL OR s.until > %(now)s)), ''),
       coalesce((SELECT min(s.name) FROM ledger_standing AS s
         WHERE s.subject_kind = o.deputy_kind AND s.subject = o.deputy_subject AND s.name = ANY (%(away)s)
           AND s.value NOT IN ('', 'no', 'negative', 'ended') AND (s.until IS NULL OR s.until > %(now)s)), '')
FROM now_owner AS o WHERE o.area = ANY (%(areas)s)

-- name: writer
-- The journal of a desk user within a scope, while it can still write.
SELECT journal FROM now_writer WHERE user_id = %(user)s AND scope = %(scope)s AND expires_at > %(now)s

-- name: keep_writer
-- Keep the user's journal of a scope in place of one that has run out.
INSERT INTO now_writer (user_id, scope, journal, expires_at) VALUES (%(user)s, %(scope)s, %(journal)s, %(expires)s)
ON CONFLICT (user_id, scope) DO UPDATE SET journal = EXCLUDED.journal, expires_at = EXCLUDED.expires_at
