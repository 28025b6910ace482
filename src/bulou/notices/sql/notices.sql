-- Audiences counted, deliveries made, claimed and settled, receipts, who was not reached.

-- name: count
-- How many households and people an audience names, and how many of the households have a telephone.
SELECT count(*)::int, coalesce(sum(a.people), 0)::int, count(*) FILTER (WHERE cardinality(a.phones) > 0)::int
FROM notices_audience(
  %(lo)s, %(hi)s, %(now)s, %(shifts)s, %(levels)s, %(needs)s, %(terms)s::jsonb
) AS a

-- name: deliver
-- One delivery for each household of the audience over each channel; a text message for each telephone.
INSERT INTO notices_delivery
  (notice, household, area, channel, address, met, people, state, made_at, not_before, tries, sent_at, answer)
SELECT %(notice)s, a.household, a.area, c.channel, c.address, a.met, a.people,
       CASE c.channel WHEN 'sms' THEN 'waiting' ELSE 'sent' END, %(now)s, %(now)s, 0,
       CASE c.channel WHEN 'sms' THEN NULL ELSE %(now)s END, ''
FROM notices_audience(
  %(lo)s, %(hi)s, %(now)s, %(shifts)s, %(levels)s, %(needs)s, %(terms)s::jsonb
) AS a
CROSS JOIN LATERAL (
  SELECT one, '' FROM unnest(%(channels)s::text[]) AS one WHERE one <> 'sms'
  UNION ALL SELECT 'sms', p FROM unnest(a.phones) AS p WHERE 'sms' = ANY (%(channels)s::text[]) AND p <> ''
) AS c (channel, address)
ON CONFLICT (notice, household, channel, address) DO NOTHING

-- name: names
-- Names of people who live in a range and stand in a text without spaces.
SELECT DISTINCT p.name FROM places_person AS p
WHERE p.area BETWEEN %(lo)s AND %(hi)s AND length(p.name_key) > 1 AND position(lower(p.name_key) IN %(text)s) > 0
LIMIT 5

-- name: claim
-- Takes messages that are due; those that somebody took and did not settle within two minutes are taken again.
UPDATE notices_delivery AS d SET state = 'sending', claimed_at = %(now)s, tries = d.tries + 1
FROM (
  SELECT w.id FROM notices_delivery AS w JOIN notices_notice AS n ON n.id = w.notice
  WHERE w.channel = 'sms' AND w.not_before <= %(now)s AND n.state = 'sent' AND (n.urgent OR NOT %(quiet)s)
    AND (w.state = 'waiting' OR (w.state = 'sending' AND w.claimed_at < %(stale)s))
  ORDER BY n.urgent DESC, w.not_before, w.id LIMIT %(most)s FOR UPDATE OF w SKIP LOCKED
) AS due
WHERE d.id = due.id
RETURNING d.id, d.notice, d.area, d.address, d.met, d.people, d.tries

-- name: had
-- How many messages each telephone had since a time.
SELECT d.address, count(*)::int FROM notices_delivery AS d
WHERE d.state = 'sent' AND d.channel = 'sms' AND d.address = ANY (%(addresses)s::text[]) AND d.sent_at > %(since)s
GROUP BY 1

-- name: settle
-- What became of a message that was taken.
UPDATE notices_delivery SET state = %(state)s, sent_at = %(sent)s, not_before = %(next)s, answer = %(answer)s
WHERE id = %(id)s AND state = 'sending'

-- name: cancel
-- Messages of a notice that did not go out yet stay here.
UPDATE notices_delivery SET state = 'cancelled' WHERE notice = %(notice)s AND state = 'waiting'

-- name: tallies
-- By channel and state: deliveries, and how many were seen or confirmed.
SELECT d.channel, d.state, count(*)::int, count(d.seen_at)::int, count(d.confirmed_at)::int
FROM notices_delivery AS d WHERE d.notice = %(notice)s GROUP BY 1, 2 ORDER BY 1, 2

-- name: unreached
-- Households that a notice did not reach (rules.reached), with the visit that is owed to them, by door.
SELECT h.id, h.area, h.stairwell, h.floor, h.door, v.outcome, v.stage
FROM (
  SELECT d.household, bool_or(d.seen_at IS NOT NULL) AS seen, bool_or(d.confirmed_at IS NOT NULL) AS confirmed,
         bool_or(d.channel = 'sms' AND d.state = 'sent') AS texted
  FROM notices_delivery AS d WHERE d.notice = %(notice)s GROUP BY 1
) AS r
JOIN places_household AS h ON h.id = r.household
LEFT JOIN ledger_duty AS v
  ON v.campaign = %(campaign)s AND v.kind = %(kind)s AND v.subject = r.household AND v.occasion = %(notice)s
WHERE NOT (r.confirmed OR coalesce(v.outcome IN (1, 2), false) OR (NOT %(receipt)s AND (r.seen OR r.texted)))
ORDER BY h.area, h.stairwell, h.floor NULLS LAST, h.door, h.id LIMIT %(most)s

-- name: doors
-- Doors of a notice's slips.
SELECT h.area, h.stairwell, h.door, d.met, d.people FROM notices_delivery AS d
JOIN places_household AS h ON h.id = d.household
WHERE d.notice = %(notice)s AND d.channel = 'slip'
ORDER BY h.area, h.stairwell, h.floor NULLS LAST, h.door, h.id LIMIT %(most)s

-- name: household
-- What was sent to a household's page, the latest first.
SELECT d.id, d.notice, d.met, d.people, d.confirmed_at FROM notices_delivery AS d
JOIN notices_notice AS n ON n.id = d.notice
WHERE d.household = %(household)s AND d.channel = 'page' AND d.area = %(area)s AND n.sent_at > %(since)s
ORDER BY n.sent_at DESC, n.id DESC LIMIT 10

-- name: seen
-- Notices were shown to a household.
UPDATE notices_delivery SET seen_at = %(now)s WHERE id = ANY (%(ids)s::bigint[]) AND seen_at IS NULL

-- name: confirm
-- A household says that it knows of a notice.
UPDATE notices_delivery SET confirmed_at = %(now)s, seen_at = coalesce(seen_at, %(now)s)
WHERE notice = %(notice)s AND household = %(household)s AND channel = 'page' AND confirmed_at IS NULL

-- name: campaigns
-- Rounds and programmes that run, with the kinds of duty that people of a range have in them.
SELECT c.id, c.name, k.kind FROM ledger_campaign AS c
JOIN LATERAL (
  SELECT DISTINCT n.kind FROM ledger_counter AS n WHERE n.campaign = c.id AND n.area BETWEEN %(lo)s AND %(hi)s
) AS k ON true
WHERE c.closed_at IS NULL ORDER BY c.opened_at DESC, c.id, k.kind LIMIT 40
