-- Of whom somebody is said to be the same person.

-- name: other
-- The person whose record stays, within the reader's scope, and whether that record is itself called a duplicate here.
SELECT p.area, EXISTS (
  SELECT FROM ledger_duty AS d
  WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = p.id AND d.outcome = 2
    AND d.reason = 'same_person')
FROM places_person AS p WHERE p.id = %(person)s AND p.merged_into IS NULL
