-- What a user's acts on the list need, and how they are taken back.

-- name: stand
-- Where the duties that a form names stand, as far as they lie within the scope.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area
FROM unnest(%(campaigns)s::int[], %(kinds)s::smallint[], %(subjects)s::bigint[], %(occasions)s::bigint[])
  AS k (campaign, kind, subject, occasion)
JOIN ledger_duty AS d USING (campaign, kind, subject, occasion)

-- name: voidable
-- An entry of the scope as far as it can be voided: where it happened, what it is, whether it counts now; and, to be
-- named before it is done, when, by which device, and of how many duties it speaks. `asked`: another than the user says
-- that it does not count.
SELECT e.area, e.kind, EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number),
       e.at, j.name, (SELECT count(*) FROM ledger_line AS a WHERE a.journal = e.journal AND a.number = e.number),
       EXISTS (SELECT FROM ledger_void_said AS v WHERE v.journal = e.journal AND v.number = e.number
         AND v.by_journal NOT IN (SELECT w.journal FROM now_writer AS w WHERE w.user_id = %(user)s)) AS asked
FROM ledger_entry AS e JOIN ledger_journal AS j ON j.id = e.journal
WHERE e.journal = %(journal)s AND e.number = %(number)s AND e.refusal IS NULL

-- name: offer
-- The latest offer of a duty to an area: the entry that an acceptance names.
SELECT l.journal, l.number FROM ledger_line AS l
JOIN ledger_duty AS d USING (campaign, kind, subject, occasion)
WHERE l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.subject = %(subject)s AND l.occasion = %(occasion)s
  AND l.act = 5 AND l.to_area = %(to_area)s AND d.offered_to = %(to_area)s AND d.outcome = 0 AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.at DESC, l.journal DESC, l.number DESC LIMIT 1

-- name: unheard_said
-- A report on a duty that does not count, with its content: the one asked for, else the latest.
SELECT l.journal, l.number, l.act, l.unheard, l.area, l.at, e.kind, j.name, e.raw
FROM ledger_line AS l JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
JOIN ledger_journal AS j ON j.id = l.journal
WHERE l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.subject = %(subject)s AND l.occasion = %(occasion)s
  AND l.unheard <> 0 AND l.act <> 7 AND (%(journal)s = 0 OR l.journal = %(journal)s AND l.number = %(number)s)
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.at DESC, l.journal DESC, l.number DESC LIMIT 1

-- name: results
-- The results of a duty that count, the latest first: each by its journal and number.
SELECT l.journal, l.number, l.value FROM ledger_line AS l
WHERE l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.subject = %(subject)s AND l.occasion = %(occasion)s
  AND l.act = 2 AND l.value IS NOT NULL AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.at DESC, l.journal DESC, l.number DESC

-- name: recent
-- What a user did on the list since %(since)s and has not taken back: all entries of one kind and one moment are one act. With the
-- content of the first, and the names of the first people whom the act is about.
SELECT e.journal, min(e.number), max(e.number), e.at, count(*), (array_agg(e.kind ORDER BY e.number))[1],
       (array_agg(e.raw ORDER BY e.number))[1], (array_agg(p.name ORDER BY e.number) FILTER (WHERE p.name IS NOT NULL))[:3]
FROM now_writer AS w
JOIN ledger_journal AS j ON j.id = w.journal
JOIN ledger_entry AS e ON e.journal = w.journal AND e.number > j.highest - %(look_back)s
LEFT JOIN LATERAL (
  SELECT p.name
  FROM (SELECT l.subject FROM ledger_line AS l JOIN ledger_duty_kind AS k ON k.code = l.kind AND k.subject_kind = 1
        WHERE l.journal = e.journal AND l.number = e.number
        UNION ALL
        SELECT s.subject FROM ledger_statement AS s
        WHERE s.journal = e.journal AND s.number = e.number AND s.subject_kind = 1) AS about
  JOIN places_person AS p ON p.id = about.subject LIMIT 1
) AS p ON true
WHERE w.user_id = %(user)s AND e.at >= %(since)s AND e.refusal IS NULL AND e.kind = ANY (%(kinds)s::text[])
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number)
GROUP BY e.journal, e.at, e.kind ORDER BY e.at DESC, e.journal LIMIT 5

-- name: undoable
-- The entries of one act of a user that still count. `given`: an offer that was accepted meanwhile, which is a fact of
-- another area and read in every scope.
SELECT e.number, e.area, e.at,
       EXISTS (SELECT FROM ledger_line AS o
         JOIN ledger_line AS l USING (campaign, kind, subject, occasion)
         WHERE o.journal = e.journal AND o.number = e.number AND o.act = 5
           AND l.act = 6 AND l.ref_journal = o.journal AND l.ref_number = o.number AND l.unheard = 0
           AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)) AS given
FROM now_writer AS w JOIN ledger_entry AS e ON e.journal = w.journal
WHERE w.user_id = %(user)s AND e.journal = %(journal)s AND e.number BETWEEN %(first)s AND %(last)s
  AND e.refusal IS NULL AND e.kind = ANY (%(kinds)s::text[])
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number)
ORDER BY e.number

-- name: first_district
-- Where a word is entered that is about all areas: no entry lies at the root.
SELECT min(id) FROM places_area WHERE parent = 0 AND closed_at IS NULL AND %(scope)s::int8multirange @> id
