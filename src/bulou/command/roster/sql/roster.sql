-- What a decision on a doubt finds in the ledger.

-- name: owed_twice
-- Duties of open rounds that two records of one person owe: which of the two is the duplicate, and of whom. Who took part
-- (was swabbed) stays; else the one on record does. Where both took part both are true.
SELECT d.campaign, d.kind, d.occasion, CASE WHEN one.stays THEN d.area ELSE o.area END,
    CASE WHEN one.stays THEN d.subject ELSE o.subject END, CASE WHEN one.stays THEN o.subject ELSE d.subject END
FROM ledger_duty d
JOIN ledger_campaign c ON c.id = d.campaign AND c.closed_at IS NULL
JOIN ledger_duty_kind k ON k.code = d.kind AND k.subject_kind = 1
JOIN ledger_duty o ON o.campaign = d.campaign AND o.kind = d.kind AND o.occasion = d.occasion AND o.subject = %(person)s
CROSS JOIN LATERAL (SELECT d.stage < k.took_part AS stays) AS one
WHERE d.subject = %(other)s AND d.outcome < 2 AND o.outcome < 2 AND (d.stage < k.took_part OR o.stage < k.took_part)
ORDER BY d.campaign, d.kind, d.occasion

-- name: excused_as_same
-- Duties of open rounds that were closed because the other record is the same person.
SELECT d.campaign, d.kind, d.occasion, d.area, d.subject
FROM ledger_duty d
JOIN ledger_campaign c ON c.id = d.campaign AND c.closed_at IS NULL
JOIN ledger_duty_kind k ON k.code = d.kind AND k.subject_kind = 1
WHERE d.subject IN (%(person)s, %(other)s) AND d.outcome = 2 AND d.reason = 'same_person'
ORDER BY d.campaign, d.kind, d.occasion

-- name: set_aside
-- Duties of open rounds that wait until somebody has decided whether the person is on the list already.
SELECT d.campaign, d.kind, d.occasion, d.area, d.subject
FROM ledger_duty d JOIN ledger_campaign c ON c.id = d.campaign AND c.closed_at IS NULL
WHERE d.subject = %(other)s AND d.outcome = 0 AND d.mark = 1 AND d.reason = 'maybe_listed'
ORDER BY d.campaign, d.kind, d.occasion

-- name: waits_again
-- Duties of open rounds of a person whose doubt is open again: they wait as before, unless there was a swab meanwhile.
SELECT d.campaign, d.kind, d.occasion, d.area, d.subject
FROM ledger_duty d
JOIN ledger_campaign c ON c.id = d.campaign AND c.closed_at IS NULL
JOIN ledger_duty_kind k ON k.code = d.kind
WHERE d.subject = %(other)s AND d.kind = %(swab)s AND d.occasion = 0 AND d.outcome = 0 AND d.mark = 0 AND d.stage < k.took_part
ORDER BY d.campaign, d.kind, d.occasion
