-- Reads of the levels of areas: which units there are, how they are held, what was found there.

-- name: units
-- Open compounds of a range, and of the buildings those that are asked for by number.
SELECT a.id FROM places_area AS a
WHERE a.closed_at IS NULL AND a.id BETWEEN %(lo)s AND %(hi)s AND (a.level = 4 OR a.id = ANY (%(also)s::bigint[]))
ORDER BY a.id

-- name: held
-- The levels that hold now, of all areas: a level is public, and that of a street may have been set by the district.
SELECT s.subject, s.value, s.since, s.until FROM ledger_standing AS s
WHERE s.subject_kind = 5 AND s.name = 'zone.level' AND (s.until IS NULL OR s.until > %(now)s)

-- name: positives
-- How many people who live in a building tested positive on which day, since a day; nobody is named.
SELECT p.area, (s.since AT TIME ZONE %(zone)s)::date AS day, count(*)
FROM ledger_standing AS s JOIN places_person AS p ON p.id = s.subject
WHERE s.subject_kind = 1 AND s.name = 'infection' AND s.value = 'positive' AND s.since >= %(since)s
  AND p.merged_into IS NULL AND p.area BETWEEN %(lo)s AND %(hi)s
GROUP BY 1, 2 ORDER BY 1, 2

-- name: rounds
-- The day of the latest round, by unit, in which everybody who was owed a sample has a result; %(shifts)s: how many bits
-- are below a unit, for each level that is asked for. Who was excused with evidence is not waited for.
SELECT shift, area, max(day) FROM (
  SELECT s.shift, (k.area >> s.shift) << s.shift AS area, (c.opened_at AT TIME ZONE %(zone)s)::date AS day
  FROM ledger_campaign AS c JOIN ledger_counter AS k ON k.campaign = c.id
  CROSS JOIN unnest(%(shifts)s::int[]) AS s (shift)
  WHERE c.kind NOT IN ('standing', 'covered') AND c.opened_at >= %(since)s AND c.opened_at <= %(now)s
    AND k.kind = %(swab)s AND k.area BETWEEN %(lo)s AND %(hi)s
  GROUP BY 1, 2, 3, c.id HAVING sum(k.open) = 0 AND sum(k.done) > 0
) AS clean GROUP BY shift, area

-- name: reviews
-- When the open reviews of units are due.
SELECT d.subject, d.due_at FROM ledger_duty AS d
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.outcome = 0 AND d.area BETWEEN %(lo)s AND %(hi)s

-- name: decisions
-- What was decided on some units, the earliest first: by which journal, with the content; void ones not.
SELECT s.subject, s.at, s.value, s.until, e.kind, e.raw, j.name
FROM ledger_statement AS s
JOIN ledger_entry AS e ON e.journal = s.journal AND e.number = s.number AND e.refusal IS NULL
LEFT JOIN ledger_journal AS j ON j.id = s.journal
WHERE s.subject_kind = 5 AND s.subject = ANY (%(areas)s::bigint[]) AND s.name = 'zone.level'
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = s.journal AND v.number = s.number)
ORDER BY s.at, s.journal, s.number, s.line

-- name: kept
-- What was said at the reviews of a unit besides: kept until another date.
SELECT l.at, l.due, e.raw, j.name
FROM ledger_line AS l
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number AND e.refusal IS NULL AND e.kind = 'zone.kept'
LEFT JOIN ledger_journal AS j ON j.id = l.journal
WHERE l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.subject = %(area)s AND l.occasion = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.at DESC LIMIT 100

-- name: recent
-- A user's acts of the last hour on levels that can be taken back: the entries of one moment and kind.
SELECT e.journal, min(e.number), max(e.number), e.at, e.kind, count(*), array_agg(e.area ORDER BY e.number)
FROM now_writer AS w
JOIN ledger_journal AS j ON j.id = w.journal
JOIN ledger_entry AS e ON e.journal = w.journal AND e.number > j.highest - 1000
WHERE w.user_id = %(user)s AND e.at >= %(since)s AND e.refusal IS NULL AND e.kind = ANY (%(kinds)s::text[])
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number)
GROUP BY e.journal, e.at, e.kind ORDER BY e.at DESC LIMIT 5

-- name: undoable
-- The entries of one act of a user that still count.
SELECT e.number, e.area, e.at
FROM now_writer AS w JOIN ledger_entry AS e ON e.journal = w.journal
WHERE w.user_id = %(user)s AND e.journal = %(journal)s AND e.number BETWEEN %(first)s AND %(last)s
  AND e.refusal IS NULL AND e.kind = ANY (%(kinds)s::text[])
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number)
ORDER BY e.number

-- name: lists
-- The lists that some streets published, the latest first.
SELECT s.subject, s.journal, s.number, s.at, s.value, e.raw, j.name
FROM ledger_statement AS s
JOIN ledger_entry AS e ON e.journal = s.journal AND e.number = s.number AND e.refusal IS NULL
LEFT JOIN ledger_journal AS j ON j.id = s.journal
WHERE s.subject_kind = 5 AND s.subject = ANY (%(areas)s::bigint[]) AND s.name = 'zone.published'
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = s.journal AND v.number = s.number)
ORDER BY s.at DESC, s.journal DESC, s.number DESC LIMIT %(most)s

-- name: streets
-- The open streets and towns of the reader's ranges.
SELECT a.id FROM places_area AS a
WHERE a.closed_at IS NULL AND a.level = 2 AND %(scope)s::int8multirange @> a.id ORDER BY a.id

-- name: found
-- People of a range who tested positive since a moment, by building, moment, and whether they were quarantined as
-- contacts just before; nobody is named.
SELECT p.area, s.since, (s.since AT TIME ZONE %(zone)s)::date AS day, coalesce(q.value = 'contact', false) AS held,
       count(*)
FROM ledger_standing AS s JOIN places_person AS p ON p.id = s.subject
LEFT JOIN LATERAL (
  SELECT t.value FROM ledger_statement AS t
  WHERE t.subject_kind = 1 AND t.subject = s.subject AND t.name = 'quarantine' AND t.at < s.since
    AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = t.journal AND v.number = t.number)
  ORDER BY t.at DESC, t.journal DESC, t.number DESC LIMIT 1
) AS q ON true
WHERE s.subject_kind = 1 AND s.name = 'infection' AND s.value = 'positive' AND s.since >= %(since)s
  AND p.merged_into IS NULL AND p.area BETWEEN %(lo)s AND %(hi)s
GROUP BY 1, 2, 3, 4

-- name: past
-- Every level that was set, of all areas, void ones not: levels are public.
SELECT s.subject, s.at, s.value, s.until FROM ledger_statement AS s
WHERE s.subject_kind = 5 AND s.name = 'zone.level' AND s.subject = ANY (%(areas)s::bigint[])
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = s.journal AND v.number = s.number)
