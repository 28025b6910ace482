-- What follows from tests that people reported, whatever the way they came.

-- name: running
-- Whether a self-test is being held anywhere.
SELECT EXISTS (SELECT FROM ledger_campaign AS c JOIN ledger_counter AS k ON k.campaign = c.id AND k.kind = %(kind)s
  WHERE c.closed_at IS NULL)

-- name: reported
-- Open self-tests of people who reported one since the opening: the report does it. Who reported nothing readable still owes.
SELECT d.campaign, d.area, d.subject, s.value, s.since
FROM ledger_duty AS d
JOIN ledger_campaign AS c ON c.id = d.campaign AND c.closed_at IS NULL
JOIN ledger_standing AS s ON s.subject_kind = 1 AND s.subject = d.subject AND s.name = %(name)s
WHERE d.kind = %(kind)s AND d.occasion = 0 AND d.outcome = 0 AND d.stage = 0
  AND s.value IN ('negative', 'positive') AND s.since >= c.opened_at
ORDER BY d.campaign, d.subject LIMIT %(limit)s

-- name: positive
-- People whose latest test at home is positive and of whom no recheck was asked since; not whom a laboratory has found
-- positive already.
SELECT p.id, p.area, s.since
FROM ledger_standing AS s
JOIN places_person AS p ON p.id = s.subject AND p.merged_into IS NULL
WHERE s.subject_kind = 1 AND s.name = %(name)s AND s.value = 'positive'
  AND NOT EXISTS (SELECT FROM ledger_standing AS i WHERE i.subject_kind = 1 AND i.subject = s.subject
    AND i.name = 'infection' AND i.value = 'positive' AND (i.until IS NULL OR i.until > %(now)s))
  AND NOT EXISTS (SELECT FROM ledger_duty AS d WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = s.subject
    AND (d.outcome = 0 OR d.opened_at >= s.since))
ORDER BY s.since, p.id LIMIT %(limit)s
