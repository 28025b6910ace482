-- Door cards, the limits on tries, and what a household may know of its own matters.

-- name: name_card
-- Names the digest whose card this transaction may find.
SELECT set_config('bulou.card', %(digest)s, true)

-- name: found
-- The household of a card that holds.
SELECT c.household, c.area FROM residents_card AS c WHERE c.digest = %(digest)s AND c.ended_at IS NULL

-- name: homes
-- The open households of a range that have a door, with the time of the card that hangs there.
SELECT h.id, h.area, h.stairwell, h.door, c.made_at
FROM places_household AS h
LEFT JOIN residents_card AS c ON c.household = h.id AND c.ended_at IS NULL
WHERE h.area BETWEEN %(lo)s AND %(hi)s AND h.closed_at IS NULL AND h.door <> ''
ORDER BY h.area, h.stairwell, h.floor NULLS LAST, h.door, h.id LIMIT %(most)s

-- name: counts
-- By node below an area: households with a door, and those of them with a card.
SELECT h.area >> %(shift)s << %(shift)s AS node, count(*)::int, count(c.id)::int
FROM places_household AS h
LEFT JOIN residents_card AS c ON c.household = h.id AND c.ended_at IS NULL
WHERE h.area BETWEEN %(lo)s AND %(hi)s AND h.closed_at IS NULL AND h.door <> ''
GROUP BY 1 ORDER BY 1

-- name: end
-- Cards of households no longer hold.
UPDATE residents_card SET ended_at = %(now)s, ended_by = %(by)s, reason = %(reason)s
WHERE household = ANY (%(homes)s::bigint[]) AND ended_at IS NULL

-- name: hang
-- New cards.
INSERT INTO residents_card (household, area, digest, made_at, made_by, ended_by, reason)
SELECT * , %(now)s, %(by)s, '', ''
FROM unnest(%(homes)s::bigint[], %(areas)s::bigint[], %(digests)s::bytea[])

-- name: try
-- Counts a try in its window; gives how many there were before it.
INSERT INTO residents_tried AS t (what, who, since, n) VALUES (%(what)s, %(who)s, %(since)s, 1)
ON CONFLICT (what, who, since) DO UPDATE SET n = t.n + 1
RETURNING n - 1

-- name: tried
-- How many tries there were in a window.
SELECT n FROM residents_tried WHERE what = %(what)s AND who = %(who)s AND since = %(since)s

-- name: forget
-- Tries of windows that are long over.
DELETE FROM residents_tried WHERE since < %(before)s

-- name: door
-- The household's own door.
SELECT h.stairwell, h.floor, h.door FROM places_household AS h WHERE h.id = %(household)s AND h.area = %(area)s

-- name: due
-- Rounds that run: how many of the household still owe a sample, how many owed one, and when the round began.
SELECT c.id, c.name, count(*) FILTER (WHERE d.outcome = 0 AND d.stage < %(sampled)s)::int, count(*)::int
FROM places_person AS p
JOIN ledger_duty AS d ON d.subject = p.id AND d.kind = %(swab)s AND d.occasion = 0 AND d.outcome IN (0, 1)
JOIN ledger_campaign AS c ON c.id = d.campaign AND c.closed_at IS NULL
WHERE p.household = %(household)s AND p.merged_into IS NULL
GROUP BY c.id, c.name, c.opened_at ORDER BY c.opened_at DESC LIMIT 3

-- name: slots
-- When the household is called down in rounds that run, and to which site.
SELECT c.campaign, c.at, coalesce(u.name, ''), coalesce(u.hours, '')
FROM calls_call AS c
JOIN ledger_campaign AS k ON k.id = c.campaign AND k.closed_at IS NULL
LEFT JOIN places_unit AS u ON u.id = c.unit
WHERE c.area = %(area)s AND c.homes @> ARRAY[%(household)s::bigint] ORDER BY c.at NULLS LAST LIMIT 3

-- name: level
-- How the nearest area on the way up is held.
SELECT t.subject, t.value, t.since, t.until FROM ledger_standing AS t
WHERE t.subject_kind = 5 AND t.name = 'zone.level' AND t.subject = ANY (%(way)s::bigint[])
  AND (t.until IS NULL OR t.until > %(now)s)
ORDER BY t.subject DESC LIMIT 1

-- name: requests
-- What the household asked for, the latest first.
SELECT d.campaign, d.subject, d.occasion FROM ledger_duty AS d
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = %(household)s AND d.outcome IN (0, 1, 2)
ORDER BY d.opened_at DESC NULLS LAST, d.occasion DESC LIMIT 20

-- name: members
-- Who lives in the household, with what a second fact is held to. Never shown.
SELECT p.id, p.birth_year, p.phone, p.phone_2, p.id_tail FROM places_person AS p
WHERE p.household = %(household)s AND p.merged_into IS NULL ORDER BY p.id LIMIT 100

-- name: own
-- The person who proved who he is.
SELECT p.name FROM places_person AS p WHERE p.id = %(person)s AND p.household = %(household)s AND p.merged_into IS NULL

-- name: samples
-- The person's samples of the latest rounds; whether something followed from one, or reports contradict each other.
SELECT c.name, d.stage, d.stage_at, d.outcome, d.disputed > 0 OR EXISTS (
  SELECT FROM ledger_duty AS f WHERE f.campaign = d.campaign AND f.subject = d.subject AND f.kind = %(disposition)s
)
FROM ledger_duty AS d
JOIN ledger_campaign AS c ON c.id = d.campaign
WHERE d.kind = %(swab)s AND d.subject = %(person)s AND d.occasion = 0
ORDER BY c.opened_at DESC, c.id DESC LIMIT 5

-- name: standings
-- What holds of the person now.
SELECT t.name, t.value, t.since, t.until FROM ledger_standing AS t
WHERE t.subject_kind = 1 AND t.subject = %(person)s AND t.name IN ('antigen', 'infection', 'quarantine')
  AND (t.until IS NULL OR t.until > %(now)s)

-- name: move
-- Where the person's transfer stands, if one is owed.
SELECT d.stage, d.stage_at FROM ledger_duty AS d
WHERE d.kind = %(kind)s AND d.subject = %(person)s AND d.outcome = 0 ORDER BY d.opened_at DESC NULLS LAST LIMIT 1

-- name: journal
-- The journal in which residents' words are written.
SELECT id FROM ledger_journal WHERE kind = 'resident' AND revoked_at IS NULL ORDER BY id LIMIT 1

-- name: hold
-- One after the other for each household, so that two taps on the same button say one thing.
SELECT pg_advisory_xact_lock(hashtextextended('residents', %(household)s))
