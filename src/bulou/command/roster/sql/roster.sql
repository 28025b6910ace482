-- What a decision on a doubt finds in the ledger.

-- name: owed_twice
-- Duties of rounds that are open, which a second record of a person owes beside the first.
SELECT d.campaign, d.kind, d.occasion, d.area
FROM ledger_duty d JOIN ledger_campaign c ON c.id = d.campaign AND c.closed_at IS NULL
JOIN ledger_duty_kind k ON k.code = d.kind AND k.subject_kind = 1
WHERE d.subject = %(other)s AND d.outcome = 0 AND EXISTS (
    SELECT FROM ledger_duty o
    WHERE o.campaign = d.campaign AND o.kind = d.kind AND o.occasion = d.occasion AND o.subject = %(person)s AND o.outcome < 3)
ORDER BY d.campaign, d.kind, d.occasion

-- name: excused_as_same
-- Duties of rounds that are open, which were closed because another record is the same person.
SELECT d.campaign, d.kind, d.occasion, d.area
FROM ledger_duty d JOIN ledger_campaign c ON c.id = d.campaign AND c.closed_at IS NULL
JOIN ledger_duty_kind k ON k.code = d.kind AND k.subject_kind = 1
WHERE d.subject = %(other)s AND d.outcome = 2 AND d.reason = 'same_person'
ORDER BY d.campaign, d.kind, d.occasion
