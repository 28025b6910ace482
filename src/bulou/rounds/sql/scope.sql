-- Who owes a swab when a round opens, and who comes to it later. Whom the round's rule treats otherwise: scope/sql/scope.sql.

-- name: owe
-- Everybody whose record is current, except whom the scope rule leaves out.
INSERT INTO opening (subject, area)
SELECT p.id, p.area FROM places_person AS p
WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.merged_into IS NULL
  AND NOT EXISTS (SELECT FROM unnest(%(out)s::bigint[]) AS o (id) WHERE o.id = p.id)

-- name: open_rounds
-- Rounds that are open, with the area that each covers, and since when the register may hold people whom the opening did
-- not see: an import that was under way then commits row by row under the time at which it began.
SELECT c.id, c.area, c.opened_at, least(c.opened_at, (
  SELECT min(r.started_at) FROM places_import_run AS r
  WHERE r.finished_at IS NULL OR r.started_at BETWEEN c.opened_at - interval '1 day' AND c.opened_at))
FROM ledger_campaign AS c WHERE c.closed_at IS NULL AND c.kind = 'pcr' ORDER BY c.id

-- name: newcomers
-- Who came to the register or moved since %(since)s and owes nothing in the round: by building, and whether the scope rule
-- leaves them out; of these, whom the opening at %(opened)s left out already is not told again. Attribute 5 of a fact is the door.
SELECT n.area, n.id, n.out_of_scope FROM (
SELECT p.area, p.id, p.recorded_at > %(opened)s AS late, p.id = ANY (%(out)s::bigint[]) AS out_of_scope
FROM places_person AS p
WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.merged_into IS NULL
  AND (p.recorded_at >= %(since)s OR EXISTS (
    SELECT FROM places_person_fact AS f WHERE f.person = p.id AND f.attribute = 5 AND f.recorded_at >= %(since)s))
  AND NOT EXISTS (
    SELECT FROM ledger_duty AS d
    WHERE d.campaign = %(campaign)s AND d.kind = %(swab)s AND d.subject = p.id AND d.occasion = 0 AND d.outcome <> 3)
) AS n WHERE n.late OR NOT n.out_of_scope OR EXISTS (
  SELECT FROM places_person_fact AS f WHERE f.person = n.id AND f.attribute = 5 AND f.recorded_at > %(opened)s)
ORDER BY n.area, n.id

-- name: ended_unlisted
-- What these people owed in open rounds when the list was taken back that named them.
SELECT d.campaign, d.kind, d.occasion, d.area, d.subject
FROM ledger_duty AS d
JOIN ledger_campaign AS c ON c.id = d.campaign AND c.closed_at IS NULL
JOIN ledger_duty_kind AS k ON k.code = d.kind AND k.subject_kind = 1
WHERE d.subject = ANY (%(persons)s::bigint[]) AND d.outcome = 2 AND d.reason = %(reason)s
ORDER BY d.campaign, d.kind, d.occasion, d.subject

-- name: owed_by
-- What these people owe in open rounds and have not taken part in.
SELECT d.campaign, d.kind, d.occasion, d.area, d.subject
FROM ledger_duty AS d
JOIN ledger_campaign AS c ON c.id = d.campaign AND c.closed_at IS NULL
JOIN ledger_duty_kind AS k ON k.code = d.kind AND k.subject_kind = 1
WHERE d.subject = ANY (%(persons)s::bigint[]) AND d.outcome = 0 AND d.kind = ANY (%(kinds)s)
ORDER BY d.campaign, d.kind, d.occasion, d.area, d.subject
