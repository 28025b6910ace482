-- What waits too long. Each statement takes one range and is bounded by %(limit)s; `total` counts all.
-- What somebody set aside is left out and not counted while that holds: a standing "now.<class>.<what>" (rules.Matter.word).
-- On what stands for many a word holds for those who were there when it was said, and for nobody who came later.
-- %(campaigns)s: open rounds; %(recent)s: also those closed of late; %(all)s: also any under which somebody still waits.

-- name: campaigns
-- Open campaigns with the end that their rules set; few rows.
SELECT id, name, area, opened_at, rules ->> 'until' FROM ledger_campaign WHERE closed_at IS NULL ORDER BY opened_at DESC, id DESC

-- name: followed
-- Closed rounds under which somebody of the scope still waits for a transfer or a retest, and all that closed since
-- %(since)s, because their samples may still be on the way.
SELECT c.id, c.closed_at > %(since)s AS recent FROM ledger_campaign AS c
WHERE c.closed_at > %(since)s OR (c.closed_at IS NOT NULL AND EXISTS (
  SELECT FROM ledger_counter AS k WHERE k.campaign = c.id AND k.kind = ANY (%(kinds)s::smallint[]) AND k.open > 0))

-- name: danger
-- People whose needs are a clinical danger and who have an open duty in which they did not take part yet. Needs are
-- rare, so the people lead: those who live in the range, and those whose duty was handed over to it. They wait since the
-- duty was opened: a call does not make the wait younger.
WITH who AS (
  SELECT p.id, p.needs FROM places_person AS p
  WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.needs <> 0 AND p.needs & %(needs)s <> 0
  UNION
  SELECT p.id, p.needs FROM ledger_transfer AS t
  JOIN ledger_duty AS d ON d.campaign = t.campaign AND d.kind = t.kind AND d.area = t.area AND d.origin = t.origin
  JOIN places_person AS p ON p.id = d.subject
  WHERE t.area BETWEEN %(lo)s AND %(hi)s AND t.campaign = ANY (%(all)s) AND d.outcome = 0 AND p.needs & %(needs)s <> 0
)
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.stage, coalesce(d.opened_at, d.stage_at), p.needs,
       count(*) OVER () AS total
FROM who AS p
JOIN ledger_duty AS d ON d.subject = p.id AND d.kind = ANY (%(kinds)s) AND d.outcome = 0
JOIN ledger_duty_kind AS k ON k.code = d.kind
WHERE d.campaign = ANY (%(all)s) AND (d.campaign = ANY (%(campaigns)s) OR d.kind <> ALL (%(of_all)s::smallint[]))
  AND d.area BETWEEN %(lo)s AND %(hi)s AND d.stage < k.took_part
  AND (d.mark <> 1 OR d.until <= %(now)s)
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = 1 AND s.subject = d.subject AND s.until > %(now)s
      AND s.name = format('now.danger.%%s.%%s.%%s', d.campaign, d.kind, d.occasion))
ORDER BY p.needs & %(gravest)s = 0, coalesce(d.opened_at, d.stage_at), d.subject LIMIT %(limit)s

-- name: late
-- What people are owed beyond the end of a clock (rules.Clock), or shortly before it: retests and transfers; and swabs
-- whose pool was abnormal and for which no retest is open. The counters lead to the leaves that have any: stage 4 of a
-- swab is "held". A deferral that has run out is late whatever the clock says (`put_off`: that is the reason), and so is
-- what an order says is due.
SELECT campaign, kind, subject, occasion, area, stage, since, due, late, put_off, count(*) OVER (PARTITION BY late) AS total
FROM (
  SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.stage, t.due, t.due <= %(now)s AS late,
         CASE WHEN w.whole IS NULL THEN d.stage_at ELSE coalesce(d.opened_at, d.stage_at) END AS since,
         d.mark = 1 AS put_off
  FROM ledger_counter AS c
  JOIN ledger_duty AS d ON d.campaign = c.campaign AND d.kind = c.kind AND d.area = c.area AND d.outcome = 0
  JOIN unnest(%(limit_kinds)s::smallint[], %(limit_stages)s::smallint[], %(steps)s::integer[], %(wholes)s::integer[],
              %(notices)s::integer[]) AS w (kind, stage, step, whole, notice)
    ON w.kind = d.kind AND w.stage = d.stage
  JOIN ledger_duty_kind AS k ON k.code = d.kind
  CROSS JOIN LATERAL (
    SELECT least(d.stage_at + make_interval(mins => w.step), d.opened_at + make_interval(mins => w.whole), d.due_at,
                 CASE WHEN d.mark = 1 THEN d.until END) AS due
  ) AS t
  WHERE c.campaign = ANY (%(all)s) AND c.kind = ANY (%(kinds)s) AND c.area BETWEEN %(lo)s AND %(hi)s
    AND CASE WHEN c.kind = ANY (%(of_all)s::smallint[]) THEN c.stages[5] ELSE c.open END > 0
    AND t.due - make_interval(mins => w.notice) <= %(now)s
    AND (d.mark <> 1 OR d.until <= %(now)s)
    AND (d.kind <> ALL (%(of_all)s::smallint[]) OR NOT EXISTS (
      SELECT FROM ledger_duty AS r WHERE r.campaign = d.campaign AND r.kind = %(retest)s AND r.subject = d.subject AND r.outcome = 0))
    AND NOT EXISTS (
      SELECT FROM ledger_standing AS s WHERE s.subject_kind = k.subject_kind AND s.subject = d.subject AND s.until > %(now)s
        AND (s.name = format('now.overdue.%%s.%%s.%%s', d.campaign, d.kind, d.occasion)
             OR (t.due > %(now)s AND s.name = format('now.soon.%%s.%%s.%%s', d.campaign, d.kind, d.occasion))))
) AS d
ORDER BY late DESC, kind = %(gravest)s DESC, due, subject LIMIT %(limit)s

-- name: items
-- Tubes and boxes beyond the limit of their stage, or shortly before it, by the device that reported on them last (a
-- tube's box speaks for the tube) and by where they are stuck. `subject` ... `stage`: the single one, where it is one.
-- %(members)s of each are named, the longest first. Read beyond the reader's areas, because a laboratory may report
-- elsewhere: of that, only the device's name is shown. Lines of authority 0 show that their device had the thing in hand.
SELECT campaign, journal, name, phase, late, count(*) AS n, count(*) FILTER (WHERE kind = %(box)s) AS boxes, min(stage_at),
       min(due), min(area), max(area),
       (array_agg(ARRAY[kind, subject, occasion, stage, area, extract(epoch FROM stage_at)::bigint] ORDER BY due, subject))[:%(members)s],
       count(*) OVER (PARTITION BY late) AS total
FROM (
  SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.stage, d.stage_at, t.due, t.due <= %(now)s AS late, w.phase,
         h.journal, j.name
  FROM ledger_counter AS c
  JOIN ledger_duty AS d ON d.campaign = c.campaign AND d.kind = c.kind AND d.area = c.area AND d.outcome = 0
  JOIN unnest(%(limit_kinds)s::smallint[], %(limit_stages)s::smallint[], %(steps)s::integer[], %(notices)s::integer[],
              %(phases)s::smallint[]) AS w (kind, stage, step, notice, phase)
    ON w.kind = d.kind AND w.stage = d.stage
  JOIN ledger_duty_kind AS k ON k.code = d.kind
  CROSS JOIN LATERAL (SELECT d.stage_at + make_interval(mins => w.step) AS due) AS t
  CROSS JOIN LATERAL (
    SELECT told.journal FROM (
      SELECT l.at, l.journal, l.number FROM ledger_line AS l
      WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
        AND l.authority = 0
      UNION ALL
      SELECT b.at, b.journal, b.number FROM ledger_line AS l JOIN ledger_line AS b
        ON b.campaign = l.campaign AND b.kind = l.carrier_kind AND b.subject = l.carrier
      WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
        AND l.carrier IS NOT NULL AND b.authority = 0
    ) AS told
    WHERE NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = told.journal AND v.number = told.number)
    ORDER BY told.at DESC, told.journal DESC LIMIT 1
  ) AS h
  JOIN ledger_journal AS j ON j.id = h.journal
  WHERE c.campaign = ANY (%(recent)s) AND c.kind = ANY (%(kinds)s) AND c.area BETWEEN %(lo)s AND %(hi)s AND c.open > 0
    AND t.due - make_interval(mins => w.notice) <= %(now)s AND (d.mark <> 1 OR d.until <= %(now)s)
    AND NOT EXISTS (
      SELECT FROM ledger_standing AS s WHERE s.subject_kind = k.subject_kind AND s.subject = d.subject AND s.until > %(now)s
        AND (s.name = format('now.overdue.%%s.%%s.%%s', d.campaign, d.kind, d.occasion)
             OR (t.due > %(now)s AND s.name = format('now.soon.%%s.%%s.%%s', d.campaign, d.kind, d.occasion))))
    AND NOT EXISTS (
      SELECT FROM unnest(%(nodes)s::bigint[]) AS node
      JOIN ledger_standing AS s ON s.subject_kind = CASE WHEN node = 0 THEN 6 ELSE 5 END
       AND s.subject = CASE WHEN node = 0 THEN h.journal ELSE node END
       AND s.name = format('now.%%s.items.%%s.%%s.%%s', CASE WHEN t.due <= %(now)s THEN 'overdue' ELSE 'soon' END,
                           d.campaign, w.phase, h.journal)
      WHERE s.until > %(now)s
        AND s.since >= CASE WHEN t.due <= %(now)s THEN t.due ELSE t.due - make_interval(mins => w.notice) END)
) AS item
GROUP BY campaign, journal, name, phase, late
ORDER BY late DESC, min(due), journal, phase LIMIT %(limit)s

-- name: deferred
-- People without a swab whose deferral has run out, by the part of the range in which they live
-- (%(shift)s: bits below such a part). %(members)s of each are named, the longest first.
SELECT campaign, area >> %(shift)s << %(shift)s AS part, count(*) AS n, min(until),
       (array_agg(ARRAY[kind, subject, occasion, stage, area, extract(epoch FROM until)::bigint] ORDER BY until, subject))[:%(members)s],
       count(*) OVER () AS total
FROM (
  SELECT campaign, kind, subject, occasion, stage, area, until
  FROM ledger_duty AS d
  WHERE d.mark = 1 AND d.area BETWEEN %(lo)s AND %(hi)s AND d.kind = %(kind)s AND d.outcome = 0
    AND d.campaign = ANY (%(campaigns)s) AND d.until <= %(now)s AND d.stage < %(part)s
    AND NOT EXISTS (
      SELECT FROM ledger_standing AS s WHERE s.subject_kind = 1 AND s.subject = d.subject AND s.until > %(now)s
        AND s.name = format('now.overdue.%%s.%%s.%%s', d.campaign, d.kind, d.occasion))
    AND NOT EXISTS (
      SELECT FROM ledger_standing AS s WHERE s.subject_kind = 5 AND s.subject = d.area >> %(shift)s << %(shift)s
        AND s.name = format('now.overdue.deferred.%%s.0.%%s', d.campaign, d.area >> %(shift)s << %(shift)s)
        AND s.until > %(now)s AND s.since >= d.until)
) AS expired
GROUP BY 1, 2 ORDER BY min(until), part LIMIT %(limit)s

-- name: unsampled
-- People without a swab in rounds whose planned end (%(ends)s) is over, by the part of the range in which they live.
SELECT campaign, part, n, ended, count(*) OVER () AS total
FROM (
  SELECT c.campaign, c.area >> %(shift)s << %(shift)s AS part, sum(c.stages[1] + c.stages[2])::bigint AS n, r.ended
  FROM unnest(%(ended)s::int[], %(ends)s::timestamptz[]) AS r (campaign, ended)
  JOIN ledger_counter AS c ON c.campaign = r.campaign
  WHERE c.kind = %(kind)s AND c.area BETWEEN %(lo)s AND %(hi)s
  GROUP BY 1, 2, r.ended
) AS c
WHERE n > 0 AND NOT EXISTS (
  SELECT FROM ledger_standing AS s WHERE s.subject_kind = 5 AND s.subject = part AND s.until > %(now)s
    AND s.name = format('now.overdue.unsampled.%%s.0.%%s', campaign, part))
ORDER BY n DESC, part LIMIT %(limit)s

-- name: unreached
-- What is owed to everybody of an area besides rounds (distributions), where its limit is over and somebody was not
-- reached, by the part of the range; without a limit so many hours (%(hours)s) after it began.
SELECT campaign, kind, part, n, ended, count(*) OVER () AS total
FROM (
  SELECT c.id AS campaign, k.kind, k.area >> %(shift)s << %(shift)s AS part, sum(k.open)::bigint AS n,
         coalesce((c.rules ->> 'due')::timestamptz, c.opened_at + make_interval(hours => %(hours)s)) AS ended
  FROM ledger_campaign AS c JOIN ledger_counter AS k ON k.campaign = c.id
  WHERE c.kind = %(covered)s AND c.closed_at IS NULL AND k.area BETWEEN %(lo)s AND %(hi)s
    AND coalesce((c.rules ->> 'due')::timestamptz, c.opened_at + make_interval(hours => %(hours)s)) <= %(now)s
  GROUP BY c.id, k.kind, part, c.rules, c.opened_at
) AS c
WHERE n > 0 AND NOT EXISTS (
  SELECT FROM ledger_standing AS s WHERE s.subject_kind = 5 AND s.subject = part AND s.until > %(now)s
    AND s.name = format('now.overdue.unreached.%%s.0.%%s', campaign, part))
ORDER BY n DESC, part LIMIT %(limit)s

-- name: planned
-- Rounds of the whole range or of a part of it whose planned end is over or near while people are without a swab.
SELECT campaign, area, n, late
FROM (
  SELECT r.campaign, r.area, r.late, sum(c.stages[1] + c.stages[2])::bigint AS n
  FROM unnest(%(planned)s::int[], %(areas)s::bigint[], %(lates)s::boolean[]) AS r (campaign, area, late)
  JOIN ledger_counter AS c ON c.campaign = r.campaign
  WHERE r.area BETWEEN %(lo)s AND %(hi)s AND c.kind = %(kind)s AND c.area BETWEEN %(lo)s AND %(hi)s
  GROUP BY 1, 2, 3
) AS c
WHERE n > 0 AND NOT EXISTS (
  SELECT FROM ledger_standing AS s WHERE s.subject_kind = 5 AND s.subject = area AND s.until > %(now)s
    AND s.name = ANY (ARRAY[format('now.overdue.plan.%%s.0.%%s', campaign, area),
                            CASE WHEN NOT late THEN format('now.soon.plan.%%s.0.%%s', campaign, area) END]))

-- name: offers
-- Open duties that are offered to an area of the range, wherever they lie now; since the first offer to it that counts:
-- to ask again does not make the wait younger.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.offered_to, o.at, count(*) OVER () AS total
FROM ledger_duty AS d
CROSS JOIN LATERAL (
  SELECT min(l.at) AS at FROM ledger_line AS l
  WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion AND l.act = 5
    AND l.to_area = d.offered_to AND l.unheard = 0
    AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
) AS o
WHERE d.offered_to BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0 AND d.campaign = ANY (%(all)s)
  AND (d.campaign = ANY (%(campaigns)s) OR d.kind <> ALL (%(of_all)s::smallint[]))
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s WHERE s.subject_kind = 5 AND s.subject = d.offered_to AND s.until > %(now)s
      AND s.name = format('now.offer.%%s.%%s.%%s.%%s', d.campaign, d.kind, d.occasion, d.subject))
ORDER BY d.kind <> ALL (%(of_all)s::smallint[]) DESC, o.at, d.kind, d.subject LIMIT %(limit)s

-- name: totals
-- Duties that are open in the range, and when a journal of it was last heard. Of closed rounds what is still followed.
SELECT (SELECT coalesce(sum(open), 0)::bigint FROM ledger_counter
        WHERE campaign = ANY (%(all)s) AND (campaign = ANY (%(campaigns)s) OR kind <> ALL (%(of_all)s::smallint[]))
          AND area BETWEEN %(lo)s AND %(hi)s),
       (SELECT max(heard_at) FROM ledger_journal WHERE ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]')))
