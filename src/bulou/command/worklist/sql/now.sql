-- What the list shows around its matters, and one matter in full.

-- name: named
-- Names of the persons on the list, to be masked.
SELECT id, name FROM places_person WHERE id = ANY (%(persons)s::bigint[])

-- name: one
-- A duty as it stands, with what its person needs.
SELECT d.area, d.stage, d.stage_at, d.opened_at, d.outcome, d.takes, d.mark, d.until, d.reason, d.withdrawn,
       coalesce(p.needs, 0), p.name
FROM ledger_duty AS d
LEFT JOIN places_person AS p ON %(personal)s AND p.id = d.subject
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = %(subject)s AND d.occasion = %(occasion)s

-- name: device
-- The name of a device that works in the scope.
SELECT name FROM ledger_journal WHERE id = %(journal)s AND ranges && %(scope)s::int8multirange

-- name: reports
-- What was reported of a duty: who said it, when, through which device, in which tube, how much the same entry says
-- besides, whether it still counts, and why it never did. %(beyond)s: read in every scope, where laboratories and devices
-- of other areas (not %(own)s) contradict each other; of these alone who sealed, counted and what the result is.
SELECT e.journal, e.number, e.at, e.kind, e.area, j.name, j.kind, max(l.carrier_kind), max(l.carrier), max(l.value),
       (SELECT count(*) FROM ledger_line AS a WHERE a.journal = e.journal AND a.number = e.number) AS said,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number) AS void,
       max(l.unheard), min(l.act), min(l.reason)
FROM ledger_line AS l
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
JOIN ledger_journal AS j ON j.id = e.journal
WHERE l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.subject = %(subject)s AND l.occasion = %(occasion)s
  AND (NOT %(beyond)s OR %(own)s::int8multirange @> l.area OR l.act = 1 OR l.value IS NOT NULL)
GROUP BY e.journal, e.number, e.at, e.kind, e.area, j.name, j.kind ORDER BY e.at, e.journal, e.number LIMIT 60

-- name: taken
-- Who sees to what, while that holds.
SELECT s.subject_kind, s.subject, s.name, s.value
FROM unnest(%(kinds)s::smallint[], %(subjects)s::bigint[], %(names)s::text[]) AS k (subject_kind, subject, name)
JOIN ledger_standing AS s USING (subject_kind, subject, name) WHERE s.until > %(now)s

-- name: owner_areas
-- Areas that may have an owner of their own: districts to compounds' committees.
SELECT id, level, ARRAY[name, name_en] FROM places_area
WHERE closed_at IS NULL AND level <= 3 AND %(scope)s::int8multirange @> id ORDER BY id LIMIT 1000
