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
-- Subjects taken twice, and reports about duties nobody opened, once they stand longer than a movement takes.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.takes, d.outcome, d.stage_at, count(*) OVER () AS total
FROM ledger_duty AS d
JOIN ledger_duty_kind AS k ON k.code = d.kind
WHERE d.campaign = ANY (%(campaigns)s) AND d.area BETWEEN %(lo)s AND %(hi)s AND (d.outcome = 3 OR d.takes > 1)
  AND coalesce(d.stage_at, '-infinity') <= %(now)s - make_interval(mins => %(grace)s)
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = k.subject_kind AND s.subject = d.subject
      AND s.name = 'now.conflict' AND s.until > %(now)s)
ORDER BY d.takes DESC, d.stage_at NULLS FIRST, d.kind, d.subject LIMIT %(limit)s

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
           AND s.value NOT IN ('', 'no') AND (s.until IS NULL OR s.until > %(now)s)), ''),
       coalesce((SELECT min(s.name) FROM ledger_standing AS s
         WHERE s.subject_kind = o.deputy_kind AND s.subject = o.deputy_subject AND s.name = ANY (%(away)s)
           AND s.value NOT IN ('', 'no') AND (s.until IS NULL OR s.until > %(now)s)), '')
FROM now_owner AS o WHERE o.area = ANY (%(areas)s)

-- name: writer
-- The journal of a desk user within a scope, while it can still write.
SELECT journal FROM now_writer WHERE user_id = %(user)s AND scope = %(scope)s AND expires_at > %(now)s

-- name: keep_writer
-- Keep the user's journal of a scope in place of one that has run out.
INSERT INTO now_writer (user_id, scope, journal, expires_at) VALUES (%(user)s, %(scope)s, %(journal)s, %(expires)s)
ON CONFLICT (user_id, scope) DO UPDATE SET journal = EXCLUDED.journal, expires_at = EXCLUDED.expires_at
