-- What the pages of rounds show: what is prepared, what is known before a round begins, what is open when it ends.

-- name: below
-- People and doors below a node by child, with the children that have nobody. %(shift)s: bits below the child's level.
WITH person AS (
  SELECT p.area >> %(shift)s << %(shift)s AS child, count(*) AS people,
         count(*) FILTER (WHERE p.household IS NULL OR h.door = '') AS without_door
  FROM places_person AS p LEFT JOIN places_household AS h ON h.id = p.household
  WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.merged_into IS NULL GROUP BY 1
),
door AS (
  SELECT area >> %(shift)s << %(shift)s AS child, count(*) AS doors FROM places_household
  WHERE area BETWEEN %(lo)s AND %(hi)s AND closed_at IS NULL AND door <> '' GROUP BY 1
),
node AS (
  SELECT id FROM places_area WHERE closed_at IS NULL AND (parent = %(lo)s OR (%(whole)s AND id = %(lo)s))
  UNION SELECT child FROM person UNION SELECT child FROM door
)
SELECT node.id, CASE WHEN a.id IS NOT NULL THEN ARRAY[a.name, a.name_en] END,
       coalesce(person.people, 0), coalesce(door.doors, 0), coalesce(person.without_door, 0)
FROM node LEFT JOIN person ON person.child = node.id LEFT JOIN door ON door.child = node.id
LEFT JOIN places_area AS a ON a.id = node.id
ORDER BY node.id

-- name: doubts
-- Doubts of the roster that nobody has decided.
SELECT count(*) FROM places_doubt WHERE decided_at IS NULL AND area BETWEEN %(lo)s AND %(hi)s

-- name: unowned
-- Streets and neighbourhoods of the area (of a smaller one its neighbourhood) without an owner: how many there are, how
-- many have none, and the names of the first.
SELECT count(*), count(*) FILTER (WHERE o.area IS NULL),
       (array_agg(a.id ORDER BY a.id) FILTER (WHERE o.area IS NULL))[:%(named)s]
FROM places_area AS a LEFT JOIN now_owner AS o ON o.area = a.id AND o.desk = 'area'
WHERE a.closed_at IS NULL AND a.level IN (2, 3) AND (a.id BETWEEN %(lo)s AND %(hi)s OR a.id = %(above)s)

-- name: unphoned
-- Neighbourhoods of the area (of a smaller one itself) in which no phone is enrolled: how many there are, how many have
-- none, and the names of the first.
SELECT count(*), count(*) FILTER (WHERE NOT f.phone), (array_agg(f.id ORDER BY f.id) FILTER (WHERE NOT f.phone))[:%(named)s]
FROM (
  SELECT a.id, EXISTS (
    SELECT FROM ledger_journal AS j
    WHERE j.kind = 'phone' AND j.revoked_at IS NULL AND j.expires_at > %(now)s
      AND j.ranges && int8multirange(int8range(a.id, a.id | (1::bigint << %(below)s) - 1, '[]'))) AS phone
  FROM places_area AS a
  WHERE a.closed_at IS NULL AND a.level = %(level)s AND a.id BETWEEN %(lo)s AND %(hi)s
) AS f

-- name: devices
-- Devices that may report in the area, by kind.
SELECT kind, count(*) FROM ledger_journal
WHERE kind IN ('phone', 'courier', 'laboratory') AND revoked_at IS NULL AND expires_at > %(now)s
  AND ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]'))
GROUP BY 1

-- name: labels
-- Labels issued to devices of the area. A text that is no range is none.
SELECT coalesce(sum(greatest(r.last / 10 - r.first / 10 + 1, 0)), 0)::bigint
FROM ledger_journal AS j
JOIN ledger_standing AS t ON t.subject_kind = 6 AND t.subject = j.id AND t.name LIKE 'device.labels.%%',
LATERAL (SELECT substring(t.value FROM '^([0-9]{1,16})-[0-9]{1,16}$')::bigint AS first,
                substring(t.value FROM '^[0-9]{1,16}-([0-9]{1,16})$')::bigint AS last) AS r
WHERE j.ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]')) AND r.first <= r.last

-- name: next_number
-- The number of the next round: above those that there are, and those that are being opened.
SELECT greatest(coalesce((SELECT max(id) FROM ledger_campaign WHERE kind <> 'standing'), 0), coalesce((SELECT max(campaign) FROM opening_draft), 0)) + 1

-- name: is_open
-- Whether the opening of a round was done: its number is only ever given to one.
SELECT EXISTS (SELECT FROM ledger_campaign WHERE id = %(campaign)s)

-- name: counted
-- How many duties of the rounds' own kind there are, and how many are open, within the reader's ranges.
SELECT c.campaign, sum(c.frozen + c.added)::bigint, sum(c.open)::bigint
FROM ledger_counter AS c
WHERE c.campaign = ANY (%(campaigns)s::int[]) AND c.kind = %(kind)s GROUP BY 1

-- name: open_by_stage
-- What is open in a round, by kind of duty and stage.
SELECT kind, stage, count(*) FROM ledger_duty WHERE campaign = %(campaign)s AND outcome = 0 GROUP BY 1, 2 ORDER BY 1, 2

-- name: closing
-- By whom a round was closed, when, and with which reasons.
SELECT j.name, e.at, convert_from(e.raw, 'UTF8')::jsonb -> 'body' -> 'open'
FROM ledger_entry AS e JOIN ledger_journal AS j ON j.id = e.journal
WHERE e.kind = 'round.closed' AND e.area = %(area)s AND e.refusal IS NULL
  AND (convert_from(e.raw, 'UTF8')::jsonb -> 'body' ->> 'campaign')::int = %(campaign)s
ORDER BY e.at DESC LIMIT 1
