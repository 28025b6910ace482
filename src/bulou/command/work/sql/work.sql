-- Duties of a declared kind, as people work on them: hundreds or thousands, sorted by how pressing they are.

-- name: duties
-- Duties with what the registers know of their subjects, the most pressing first: danger, then late, then the longest
-- wait. `due` is the nearest end of the stage's clocks and of what an order says; a deferral counts until it runs out.
-- %(stages)s ... %(wholes)s: the clocks by stage. A page begins after %(after)s.
SELECT * FROM (
  SELECT o.*, CASE WHEN o.outcome <> 0 THEN 3 WHEN o.danger THEN 0 WHEN o.due <= %(now)s THEN 1 ELSE 2 END AS grade,
         coalesce(o.opened_at, o.stage_at, 'epoch') AS began
  FROM (
    SELECT d.campaign, d.subject, d.occasion, d.area, d.stage, d.stage_at, d.opened_at, d.outcome, d.mark, d.reason, d.until,
           d.offered_to, d.variant, d.value, d.unheard, d.disputed, d.returns, d.given_kind, d.given, d.due_at, d.withdrawn,
           p.name, p.phone, coalesce(p.needs, 0) AS needs, p.household, h.stairwell, h.floor, h.door,
           coalesce(p.needs, 0) & %(needs)s <> 0 OR coalesce(d.variant = ANY (%(dangers)s::smallint[]), false) AS danger,
           CASE WHEN d.mark = 1 AND d.until > %(now)s THEN d.until
                ELSE least(d.stage_at + make_interval(mins => w.step), d.opened_at + make_interval(mins => w.whole), d.due_at,
                           CASE WHEN d.mark = 1 THEN d.until END) END AS due
    FROM ledger_duty AS d
    LEFT JOIN unnest(%(stages)s::smallint[], %(steps)s::integer[], %(wholes)s::integer[]) AS w (stage, step, whole)
      ON w.stage = d.stage
    LEFT JOIN places_person AS p ON %(personal)s AND p.id = d.subject
    LEFT JOIN places_household AS h ON h.id = CASE WHEN %(domestic)s THEN d.subject ELSE p.household END
    WHERE d.campaign = ANY (ARRAY(SELECT id FROM ledger_campaign WHERE NOT %(covered)s OR closed_at IS NULL)) AND d.kind = %(kind)s
      AND d.area BETWEEN %(lo)s AND %(hi)s AND %(scope)s::int8multirange @> d.area AND d.outcome = ANY (%(outcomes)s::smallint[])
      AND (%(stage)s < 0 OR d.stage = %(stage)s) AND (%(subject)s = 0 OR d.subject = %(subject)s)
      AND (%(given)s = '' OR (d.given IS NOT NULL) = (%(given)s = 'yes'))
      AND (%(mark)s < 0 OR d.mark = %(mark)s)
  ) AS o
) AS o
WHERE (NOT %(late)s OR o.due <= %(now)s) AND (NOT %(danger)s OR o.danger)
  AND (%(after)s::int IS NULL OR (o.grade, o.began, o.campaign, o.subject, o.occasion)
       > (%(after)s::int, %(after_began)s::timestamptz, %(after_campaign)s::int, %(after_subject)s::bigint, %(after_occasion)s::bigint))
ORDER BY o.grade, o.began, o.campaign, o.subject, o.occasion LIMIT %(limit)s

-- name: counts
-- How many there are at each stage, and of these late, in danger, refused and not given to anybody.
SELECT o.stage, count(*), count(*) FILTER (WHERE o.due <= %(now)s), count(*) FILTER (WHERE o.danger),
       count(*) FILTER (WHERE o.mark = 2), count(*) FILTER (WHERE NOT o.has)
FROM (
  SELECT d.stage, d.mark, d.given IS NOT NULL AS has,
         coalesce(p.needs, 0) & %(needs)s <> 0 OR coalesce(d.variant = ANY (%(dangers)s::smallint[]), false) AS danger,
         CASE WHEN d.mark = 1 AND d.until > %(now)s THEN d.until
              ELSE least(d.stage_at + make_interval(mins => w.step), d.opened_at + make_interval(mins => w.whole), d.due_at,
                         CASE WHEN d.mark = 1 THEN d.until END) END AS due
  FROM ledger_duty AS d
  LEFT JOIN unnest(%(stages)s::smallint[], %(steps)s::integer[], %(wholes)s::integer[]) AS w (stage, step, whole)
    ON w.stage = d.stage
  LEFT JOIN places_person AS p ON %(personal)s AND p.id = d.subject
  WHERE d.campaign = ANY (ARRAY(SELECT id FROM ledger_campaign WHERE NOT %(covered)s OR closed_at IS NULL)) AND d.kind = %(kind)s
    AND d.area BETWEEN %(lo)s AND %(hi)s AND %(scope)s::int8multirange @> d.area AND d.outcome = 0
) AS o
GROUP BY o.stage

-- name: coverage
-- Open, done and excused by the part of the range (%(shift)s: bits below such a part), from the counters; and how many
-- of the open ones are late.
SELECT c.part, c.open, c.done, c.excused, coalesce(l.late, 0)
FROM (
  SELECT area >> %(shift)s << %(shift)s AS part, sum(open)::bigint AS open, sum(done)::bigint AS done,
         sum(excused)::bigint AS excused
  FROM ledger_counter
  WHERE kind = %(kind)s AND campaign = ANY (ARRAY(SELECT id FROM ledger_campaign WHERE NOT %(covered)s OR closed_at IS NULL)) AND area BETWEEN %(lo)s AND %(hi)s
    AND %(scope)s::int8multirange @> area
  GROUP BY 1
) AS c
LEFT JOIN (
  SELECT d.area >> %(shift)s << %(shift)s AS part, count(*) AS late
  FROM ledger_duty AS d
  LEFT JOIN unnest(%(stages)s::smallint[], %(steps)s::integer[], %(wholes)s::integer[]) AS w (stage, step, whole)
    ON w.stage = d.stage
  WHERE d.campaign = ANY (ARRAY(SELECT id FROM ledger_campaign WHERE NOT %(covered)s OR closed_at IS NULL)) AND d.kind = %(kind)s
    AND d.area BETWEEN %(lo)s AND %(hi)s AND %(scope)s::int8multirange @> d.area AND d.outcome = 0
    AND CASE WHEN d.mark = 1 AND d.until > %(now)s THEN d.until
             ELSE least(d.stage_at + make_interval(mins => w.step), d.opened_at + make_interval(mins => w.whole), d.due_at,
                        CASE WHEN d.mark = 1 THEN d.until END) END <= %(now)s
  GROUP BY 1
) AS l USING (part)
WHERE c.open + c.done + c.excused > 0 ORDER BY c.part

-- name: hold
-- Duties by their keys, held until the transaction ends: who comes second sees what the first one did.
SELECT d.campaign, d.subject, d.occasion
FROM ledger_duty AS d
JOIN unnest(%(campaigns)s::int[], %(subjects)s::bigint[], %(occasions)s::bigint[]) AS k (campaign, subject, occasion)
  USING (campaign, subject, occasion)
WHERE d.kind = %(kind)s ORDER BY d.campaign, d.subject, d.occasion FOR NO KEY UPDATE OF d

-- name: of
-- Duties by their keys, as in `duties`.
SELECT o.*, CASE WHEN o.outcome <> 0 THEN 3 WHEN o.danger THEN 0 WHEN o.due <= %(now)s THEN 1 ELSE 2 END AS grade,
       coalesce(o.opened_at, o.stage_at, 'epoch') AS began
FROM (
  SELECT d.campaign, d.subject, d.occasion, d.area, d.stage, d.stage_at, d.opened_at, d.outcome, d.mark, d.reason, d.until,
         d.offered_to, d.variant, d.value, d.unheard, d.disputed, d.returns, d.given_kind, d.given, d.due_at, d.withdrawn,
         p.name, p.phone, coalesce(p.needs, 0) AS needs, p.household, h.stairwell, h.floor, h.door,
         coalesce(p.needs, 0) & %(needs)s <> 0 OR coalesce(d.variant = ANY (%(dangers)s::smallint[]), false) AS danger,
         CASE WHEN d.mark = 1 AND d.until > %(now)s THEN d.until
              ELSE least(d.stage_at + make_interval(mins => w.step), d.opened_at + make_interval(mins => w.whole), d.due_at,
                         CASE WHEN d.mark = 1 THEN d.until END) END AS due
  FROM unnest(%(campaigns)s::int[], %(subjects)s::bigint[], %(occasions)s::bigint[]) AS k (campaign, subject, occasion)
  JOIN ledger_duty AS d USING (campaign, subject, occasion)
  LEFT JOIN unnest(%(stages)s::smallint[], %(steps)s::integer[], %(wholes)s::integer[]) AS w (stage, step, whole)
    ON w.stage = d.stage
  LEFT JOIN places_person AS p ON %(personal)s AND p.id = d.subject
  LEFT JOIN places_household AS h ON h.id = CASE WHEN %(domestic)s THEN d.subject ELSE p.household END
  WHERE d.kind = %(kind)s AND %(scope)s::int8multirange @> d.area
) AS o
ORDER BY grade, began, campaign, subject, occasion

-- name: said
-- The entries of declared steps on duties that count, oldest first: of a field the latest value stands.
SELECT l.campaign, l.subject, l.occasion, e.kind, e.raw
FROM unnest(%(campaigns)s::int[], %(subjects)s::bigint[], %(occasions)s::bigint[]) AS k (campaign, subject, occasion)
JOIN ledger_line AS l USING (campaign, subject, occasion)
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
WHERE l.kind = %(kind)s AND e.kind = ANY (%(steps)s::text[]) AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.at, l.journal, l.number

-- name: timeline
-- What was reported of a duty: who said it, when, with which content, whether it counts. `user`: of a desk's journal.
SELECT e.journal, e.number, e.at, e.received_at, e.kind, e.area, j.name, j.kind AS by_kind, e.raw,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number) AS void,
       max(l.unheard) AS unheard, max(l.stage) FILTER (WHERE l.act = 2) AS stage, min(l.act) AS act, max(w.user_id) AS user_id
FROM ledger_line AS l
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
JOIN ledger_journal AS j ON j.id = e.journal
LEFT JOIN now_writer AS w ON w.journal = e.journal
WHERE l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.subject = %(subject)s AND l.occasion = %(occasion)s
GROUP BY e.journal, e.number, e.at, e.received_at, e.kind, e.area, j.name, j.kind, e.raw
ORDER BY e.at, e.journal, e.number LIMIT 200

-- name: doers
-- Who took each duty to each stage last, as far as it counts: a user of the desk by a negative number, else the journal.
SELECT DISTINCT ON (l.campaign, l.subject, l.occasion, l.stage)
       l.campaign, l.subject, l.occasion, l.stage, coalesce(-w.user_id, l.journal)
FROM unnest(%(campaigns)s::int[], %(subjects)s::bigint[], %(occasions)s::bigint[]) AS k (campaign, subject, occasion)
JOIN ledger_line AS l USING (campaign, subject, occasion)
LEFT JOIN now_writer AS w ON w.journal = l.journal
WHERE l.kind = %(kind)s AND l.act = 2 AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.campaign, l.subject, l.occasion, l.stage, l.at DESC, l.journal DESC, l.number DESC

-- name: person
-- Whether somebody is on the register and within the scope.
SELECT id FROM places_person WHERE id = %(person)s AND merged_into IS NULL

-- name: household
-- The same of a household.
SELECT id FROM places_household WHERE id = %(household)s AND closed_at IS NULL

-- name: home
-- Where somebody or a household is found, with the door; of a person the name.
SELECT coalesce(p.area, h.area), p.name, h.stairwell, h.floor, h.door
FROM (SELECT %(subject)s::bigint AS id) AS s
LEFT JOIN places_person AS p ON %(personal)s AND p.id = s.id AND p.merged_into IS NULL
LEFT JOIN places_household AS h ON h.id = CASE WHEN %(personal)s THEN p.household ELSE s.id END AND h.closed_at IS NULL
WHERE p.id IS NOT NULL OR (NOT %(personal)s AND h.id IS NOT NULL)

-- name: area
-- Whether an area is open and within the scope.
SELECT id FROM places_area WHERE id = %(area)s AND closed_at IS NULL

-- name: running
-- Open campaigns of a covered kind with their figures within the scope, the newest first.
SELECT c.id, c.name, c.area, c.opened_at, sum(k.open)::bigint, sum(k.done)::bigint, sum(k.excused)::bigint
FROM ledger_campaign AS c JOIN ledger_counter AS k ON k.campaign = c.id AND k.kind = %(kind)s
WHERE c.kind = %(covered)s AND c.closed_at IS NULL GROUP BY c.id ORDER BY c.opened_at DESC, c.id DESC

-- name: rules
-- What a campaign fixed when it was opened.
SELECT r.key, r.value FROM ledger_campaign AS c, jsonb_each_text(c.rules) AS r WHERE c.id = %(campaign)s

-- name: cover_count
-- How many households or people there are in a range, of the part that is asked for (see `cover`).
SELECT count(*) FROM (
  SELECT id, area, NULL::int AS needs FROM places_household WHERE NOT %(personal)s AND area BETWEEN %(lo)s AND %(hi)s AND closed_at IS NULL
  UNION ALL
  SELECT id, area, needs FROM places_person WHERE %(personal)s AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL
) AS s
WHERE (%(needs)s = 0 OR s.needs & %(needs)s <> 0 OR EXISTS (
         SELECT FROM places_person AS p WHERE NOT %(personal)s AND p.household = s.id AND p.merged_into IS NULL AND p.needs & %(needs)s <> 0))
  AND (%(standing)s = '' OR EXISTS (
         SELECT FROM ledger_standing AS t WHERE t.subject_kind = %(subject_kind)s AND t.subject = s.id AND t.name = %(standing)s
           AND t.value = %(value)s AND (t.until IS NULL OR t.until > %(now)s)))
  AND (%(level)s = '' OR (
         SELECT z.value FROM ledger_standing AS z WHERE z.subject_kind = 5 AND z.name = %(level)s
           AND z.subject = ANY (SELECT s.area >> b << b FROM unnest(%(shifts)s::int[]) AS b) AND (z.until IS NULL OR z.until > %(now)s)
         ORDER BY z.subject DESC LIMIT 1) = ANY (%(values)s::text[]))

-- name: cover
-- Each of them owes it, by the time that was said. Of a part: those that have one of the needs, or of whose household
-- somebody has; that have the standing themselves; that lie in an area with the level, the nearest one above counting.
INSERT INTO opening (subject, area, due)
SELECT s.id, s.area, %(due)s::timestamptz FROM (
  SELECT id, area, NULL::int AS needs FROM places_household WHERE NOT %(personal)s AND area BETWEEN %(lo)s AND %(hi)s AND closed_at IS NULL
  UNION ALL
  SELECT id, area, needs FROM places_person WHERE %(personal)s AND area BETWEEN %(lo)s AND %(hi)s AND merged_into IS NULL
) AS s
WHERE (%(needs)s = 0 OR s.needs & %(needs)s <> 0 OR EXISTS (
         SELECT FROM places_person AS p WHERE NOT %(personal)s AND p.household = s.id AND p.merged_into IS NULL AND p.needs & %(needs)s <> 0))
  AND (%(standing)s = '' OR EXISTS (
         SELECT FROM ledger_standing AS t WHERE t.subject_kind = %(subject_kind)s AND t.subject = s.id AND t.name = %(standing)s
           AND t.value = %(value)s AND (t.until IS NULL OR t.until > %(now)s)))
  AND (%(level)s = '' OR (
         SELECT z.value FROM ledger_standing AS z WHERE z.subject_kind = 5 AND z.name = %(level)s
           AND z.subject = ANY (SELECT s.area >> b << b FROM unnest(%(shifts)s::int[]) AS b) AND (z.until IS NULL OR z.until > %(now)s)
         ORDER BY z.subject DESC LIMIT 1) = ANY (%(values)s::text[]))

-- name: circumstances
-- Which of these standings are so, of these subjects.
SELECT subject, name FROM ledger_standing
WHERE subject_kind = %(kind)s AND subject = ANY (%(subjects)s::bigint[]) AND name = ANY (%(names)s::text[]) AND value = 'yes'
  AND until IS NULL

-- name: members
-- Who lives in these households.
SELECT id, household FROM places_person WHERE household = ANY (%(homes)s::bigint[]) AND merged_into IS NULL
