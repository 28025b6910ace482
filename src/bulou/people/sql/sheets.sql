-- What is known of one person, one household and one tube. All by index; the scope of the session decides what is seen.

-- name: duties
-- What a person owed and owes, in all rounds, the latest round first.
SELECT d.campaign, c.name, c.closed_at, d.kind, d.occasion, d.area, d.stage, d.stage_at, d.mark, d.reason, d.until,
       d.outcome, d.takes, d.offered_to
FROM ledger_duty AS d LEFT JOIN ledger_campaign AS c ON c.id = d.campaign
WHERE d.subject = %(person)s AND d.kind = ANY (%(kinds)s)
ORDER BY c.opened_at DESC NULLS LAST, d.campaign DESC, d.kind, d.occasion LIMIT 200

-- name: story
-- What was reported on a person in all rounds, and on the tubes and boxes that carried the samples, the latest first.
WITH own AS (
  SELECT * FROM ledger_line
  WHERE campaign = ANY (ARRAY(SELECT id FROM ledger_campaign)) AND kind = ANY (%(kinds)s) AND subject = %(person)s
),
tube AS (SELECT DISTINCT campaign, carrier_kind AS kind, carrier AS subject FROM own WHERE carrier IS NOT NULL),
tube_line AS (
  SELECT l.* FROM tube AS t JOIN ledger_line AS l
    ON l.campaign = t.campaign AND l.kind = t.kind AND l.subject = t.subject
),
box AS (SELECT DISTINCT campaign, carrier_kind AS kind, carrier AS subject FROM tube_line WHERE carrier IS NOT NULL),
told AS (
  SELECT * FROM own
  UNION ALL SELECT * FROM tube_line WHERE act <> 1
  UNION ALL
  SELECT l.* FROM box AS b JOIN ledger_line AS l
    ON l.campaign = b.campaign AND l.kind = b.kind AND l.subject = b.subject WHERE l.act = 2
)
SELECT t.at, t.journal, t.number, t.kind, t.subject, t.act, t.stage, t.value, t.carrier_kind, t.carrier, t.reason,
       t.until, t.area, t.campaign, e.kind AS said, e.received_at, j.name AS by, j.kind AS by_kind,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = t.journal AND v.number = t.number) AS void,
       t.unheard <> 0 AS unheard
FROM told AS t
JOIN ledger_journal AS j ON j.id = t.journal
LEFT JOIN ledger_entry AS e ON e.journal = t.journal AND e.number = t.number
ORDER BY t.at DESC, t.journal DESC, t.number DESC, t.line
LIMIT 500

-- name: stated
-- What was said of a subject's standing, the latest first.
SELECT s.at, s.journal, s.number, s.name, s.value, s.until, s.area, e.received_at, j.name AS by, j.kind AS by_kind,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = s.journal AND v.number = s.number) AS void
FROM ledger_statement AS s
JOIN ledger_journal AS j ON j.id = s.journal
LEFT JOIN ledger_entry AS e ON e.journal = s.journal AND e.number = s.number
WHERE s.subject_kind = %(kind)s AND s.subject = %(subject)s AND s.name !~ '^(now|taken)[.]'
ORDER BY s.at DESC, s.journal DESC, s.number DESC LIMIT 200

-- name: standings
-- How a subject stands now, and until when.
SELECT name, value, since, until, area FROM ledger_standing
WHERE subject_kind = %(kind)s AND subject = %(subject)s AND name !~ '^(now|taken)[.]' ORDER BY name

-- name: holdings
-- What a subject holds, and in whose care it is.
SELECT item_kind, item, holder_kind, holder, quantity FROM ledger_holding
WHERE holder_kind = %(kind)s AND holder = %(subject)s
UNION ALL
SELECT item_kind, item, holder_kind, holder, quantity FROM ledger_holding
WHERE item_kind = %(kind)s AND item = %(subject)s
ORDER BY 1, 2, 3, 4 LIMIT 100

-- name: household
-- A door; `seen_in`: the area through which the caller sees it.
SELECT h.id, h.area, h.stairwell, h.floor, h.door, h.valid_from, h.closed_at,
       coalesce((SELECT max(places_seen_in(p.id, p.area)) FROM places_person AS p WHERE p.household = h.id), h.area) AS seen_in
FROM places_household AS h WHERE h.id = %(household)s

-- name: members
-- Who lives behind a door, each with the state in one round.
SELECT p.id, p.name, p.area, p.birth_year, p.phone, p.needs,
       d.area, d.stage, d.stage_at, d.mark, d.reason, d.until, d.outcome, d.takes, d.offered_to
FROM places_person AS p
LEFT JOIN ledger_duty AS d
  ON d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = p.id AND d.occasion = 0
WHERE p.household = %(household)s AND p.merged_into IS NULL ORDER BY p.id LIMIT 100

-- name: tube
-- The duty on a tube, in each round that knows it.
SELECT d.campaign, c.name, c.kind, d.area, d.stage, d.stage_at, d.outcome, d.variant, d.value, d.takes
FROM ledger_duty AS d LEFT JOIN ledger_campaign AS c ON c.id = d.campaign
WHERE d.subject = %(label)s AND d.kind = %(tube)s ORDER BY d.campaign DESC LIMIT 10

-- name: entries
-- Every entry on a tube in a round: from the swab through the box to the result. `verified`: the bytes that are kept
-- still have the digest that was taken when they came.
WITH own AS (
  SELECT * FROM ledger_line WHERE campaign = %(campaign)s AND kind = %(tube)s AND subject = %(label)s
),
box AS (SELECT DISTINCT carrier_kind AS kind, carrier AS subject FROM own WHERE carrier IS NOT NULL),
told AS (
  SELECT journal, number FROM own
  UNION
  SELECT journal, number FROM ledger_line
  WHERE campaign = %(campaign)s AND carrier_kind = %(tube)s AND carrier = %(label)s
  UNION
  SELECT l.journal, l.number FROM box AS b JOIN ledger_line AS l
    ON l.campaign = %(campaign)s AND l.kind = b.kind AND l.subject = b.subject WHERE l.act = 2
)
SELECT e.at, e.journal, e.number, e.kind, e.area, e.received_at, encode(e.digest, 'hex'),
       substring(sha256(e.raw) FOR 16) = e.digest AS verified, e.flags, j.name, j.kind,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number) AS void,
       (SELECT min(b.subject) FROM box AS b) AS box,
       EXISTS (SELECT FROM own AS l WHERE l.journal = e.journal AND l.number = e.number AND l.unheard <> 0) AS unheard
FROM told AS t
JOIN ledger_entry AS e ON e.journal = t.journal AND e.number = t.number
JOIN ledger_journal AS j ON j.id = e.journal
ORDER BY e.at, e.journal, e.number LIMIT 200

-- name: carried
-- Who is in a tube, and how each one's duty stands.
SELECT DISTINCT d.kind, d.area, d.subject, d.occasion, d.stage, d.stage_at, d.mark, d.reason, d.until, d.outcome,
       d.takes, d.offered_to, p.name
FROM ledger_line AS l
JOIN ledger_duty AS d
  ON d.campaign = l.campaign AND d.kind = l.kind AND d.subject = l.subject AND d.occasion = l.occasion
LEFT JOIN places_person AS p ON p.id = d.subject
WHERE l.campaign = %(campaign)s AND l.carrier_kind = %(tube)s AND l.carrier = %(label)s
ORDER BY d.kind, d.subject LIMIT 100

-- name: counted
-- The counter of each leaf beside a count of its duties, one by one.
SELECT c.area, c.open, c.done, c.excused, n.open, n.done, n.excused
FROM ledger_counter AS c
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE d.outcome = 0) AS open, count(*) FILTER (WHERE d.outcome = 1) AS done,
         count(*) FILTER (WHERE d.outcome = 2) AS excused
  FROM ledger_duty AS d WHERE d.campaign = c.campaign AND d.kind = c.kind AND d.area = c.area
) AS n
WHERE c.campaign = %(campaign)s AND c.kind = %(kind)s AND c.area = ANY (%(areas)s::bigint[])
ORDER BY c.area
