-- Sealed tubes that are not as their round's rule says.

-- name: filled
-- Tubes of open rounds received since a time (null: all) that may not be by the rule: by entry how many people are in it, of
-- these how many have a tube of their own by the rule, and how many households. A second swab is not of the round's list.
-- Act 3 is the line by which a tube carries a swab; kind 2 is the tube.
WITH round AS (
  SELECT c.id, c.opened_at, c.rules, CASE WHEN c.rules ->> 'pool_size' ~ '^[0-9]{1,2}$' THEN (c.rules ->> 'pool_size')::int END
    AS pool
  FROM ledger_campaign AS c WHERE c.closed_at IS NULL AND c.kind = 'pcr'
)
SELECT f.campaign, f.tube, f.journal, f.number, f.area, f.at, f.received_at, f.people, f.singles, f.homes, r.rules::text
FROM (
  SELECT l.campaign, l.carrier AS tube, e.journal, e.number, e.area, e.at, e.received_at, count(*)::int AS people,
         count(t.person)::int AS singles, count(DISTINCT coalesce(p.household, -l.subject))::int AS homes
  FROM ledger_entry AS e
  JOIN ledger_line AS l ON l.journal = e.journal AND l.number = e.number
  LEFT JOIN scope_treated AS t ON t.campaign = l.campaign AND t.person = l.subject AND t.treatment = 'single'
  LEFT JOIN places_person AS p ON p.id = l.subject
  WHERE e.kind = 'tube.sealed' AND e.refusal IS NULL
    AND e.received_at > coalesce(%(since)s, (SELECT min(opened_at) FROM round))
    AND l.kind = %(swab)s AND l.act = 3 AND l.carrier_kind = 2 AND NOT l.again
  GROUP BY l.campaign, l.carrier, e.journal, e.number
) AS f JOIN round AS r ON r.id = f.campaign
WHERE f.people > r.pool OR f.singles > 0 AND f.people > 1 OR r.rules ->> 'scope.sealed' = 'household' AND f.homes > 1

-- name: found
-- One of them, once.
INSERT INTO scope_misfilled (campaign, tube, area, journal, number, at, heard_at, over, singles, homes)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (journal, number) DO NOTHING

-- name: listed
-- Those of a round in a range that still count, the latest first: (tube, area, time, people too many, singles, households).
SELECT m.tube, d.area, m.at, m.over, m.singles, m.homes
FROM scope_misfilled AS m
JOIN ledger_duty AS d ON d.campaign = m.campaign AND d.kind = 2 AND d.subject = m.tube AND d.occasion = 0
WHERE m.campaign = %(campaign)s AND m.area BETWEEN %(lo)s AND %(hi)s AND d.outcome NOT IN (2, 3)
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = m.journal AND v.number = m.number)
ORDER BY m.at DESC, m.tube LIMIT %(limit)s
