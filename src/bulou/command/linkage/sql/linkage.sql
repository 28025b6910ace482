-- What a run of the linkage finds in register and ledger when it writes.

-- name: homes
-- Where people live and how much the register knows of them: who has a number stays, then whom more lists name.
SELECT p.id, p.area, p.id_digest IS NOT NULL AS numbered,
       (SELECT count(*) FROM places_import_seen AS s WHERE s.person = p.id) AS named
FROM places_person AS p WHERE p.id = ANY (%(persons)s::bigint[]) AND p.merged_into IS NULL

-- name: asked_before
-- Of these people, whom a visit was asked for already, or who were named in one as the other of two.
SELECT d.subject FROM ledger_duty AS d
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = ANY (%(persons)s::bigint[])
UNION
SELECT (convert_from(e.raw, 'UTF8')::jsonb -> 'body' ->> 'other')::bigint
FROM ledger_entry AS e WHERE e.journal = %(journal)s AND e.kind = 'visit.asked' AND e.refusal IS NULL

-- name: owed_twice
-- Duties of open campaigns that a second record owes beside the record that stays: which of the two is the duplicate's. Who
-- took part stays; else the record that stays does. Where both took part both are true.
SELECT d.campaign, d.kind, d.occasion, CASE WHEN one.stays THEN d.area ELSE o.area END,
       CASE WHEN one.stays THEN d.subject ELSE o.subject END, CASE WHEN one.stays THEN o.subject ELSE d.subject END
FROM places_person AS p
JOIN ledger_duty AS d ON d.subject = p.id AND d.outcome < 2 AND d.kind <> %(visit)s
JOIN ledger_campaign AS c ON c.id = d.campaign AND c.closed_at IS NULL
JOIN ledger_duty_kind AS k ON k.code = d.kind AND k.subject_kind = 1
JOIN ledger_duty AS o ON o.campaign = d.campaign AND o.kind = d.kind AND o.occasion = d.occasion AND o.subject = p.merged_into
CROSS JOIN LATERAL (SELECT d.stage < k.took_part AS stays) AS one
WHERE p.id = ANY (%(persons)s::bigint[]) AND p.merged_into IS NOT NULL AND o.outcome < 2
  AND (d.stage < k.took_part OR o.stage < k.took_part)
ORDER BY d.campaign, d.kind, d.occasion, d.subject

-- name: merged_by
-- Second records that a run merged and that are merged by it still: whose latest word is an entry of that run.
SELECT s.subject, p.area
FROM ledger_standing AS s
JOIN ledger_statement AS m ON m.subject_kind = 1 AND m.subject = s.subject AND m.name = 'same_as' AND m.at = s.since
JOIN ledger_entry AS e ON e.journal = m.journal AND e.number = m.number AND e.kind = 'person.merged'
JOIN places_person AS p ON p.id = s.subject
WHERE s.subject_kind = 1 AND s.name = 'same_as' AND s.value <> '' AND e.journal = %(journal)s
  AND (convert_from(e.raw, 'UTF8')::jsonb -> 'body' ->> 'run')::bigint = %(run)s
ORDER BY p.area, s.subject

-- name: excused_as_same
-- Duties of open campaigns that ended because these second records were merged, or that the other one's ended so.
SELECT d.campaign, d.kind, d.occasion, d.area, d.subject
FROM ledger_duty AS d
JOIN ledger_campaign AS c ON c.id = d.campaign AND c.closed_at IS NULL
WHERE d.subject = ANY (%(persons)s::bigint[]) AND d.outcome = 2 AND d.reason = 'same_person'
ORDER BY d.campaign, d.kind, d.occasion, d.subject

-- name: roots
-- Whose record each of these is by now.
SELECT id, coalesce(merged_into, id) FROM places_person WHERE id = ANY (%(persons)s::bigint[])

-- name: merged_under
-- Second records of an area, whoever merged them.
SELECT id FROM places_person WHERE merged_into IS NOT NULL AND area BETWEEN %(lo)s AND %(hi)s ORDER BY id
