-- Who owes a swab when a round opens: the scope rule "residents-1".

-- name: owe
-- Everybody whose record is current, except those who stand as positive: they await transfer under their own clock.
INSERT INTO opening (subject, area)
SELECT p.id, p.area FROM places_person AS p
WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.merged_into IS NULL
  AND NOT EXISTS (
    SELECT FROM ledger_standing AS s
    WHERE s.subject_kind = 1 AND s.subject = p.id AND s.name = 'infection' AND s.value = 'positive'
      AND (s.until IS NULL OR s.until > %(at)s))

-- name: out_of_scope
-- How many residents the rule leaves out.
SELECT count(*) FROM places_person AS p
WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.merged_into IS NULL
  AND NOT EXISTS (SELECT FROM opening AS o WHERE o.subject = p.id)

-- name: open_rounds
-- Rounds that are open, with the area that each covers.
SELECT id, area, opened_at FROM ledger_campaign WHERE closed_at IS NULL AND kind = 'pcr' ORDER BY id

-- name: newcomers
-- Who came to the register after the opening, or moved since, and owes nothing in the round: by building, and whether the
-- scope rule leaves them out (they stand as positive: their clock runs elsewhere). Attribute 5 of a fact is the door.
SELECT p.area, p.id, EXISTS (
  SELECT FROM ledger_standing AS s
  WHERE s.subject_kind = 1 AND s.subject = p.id AND s.name = 'infection' AND s.value = 'positive'
    AND (s.until IS NULL OR s.until > %(at)s)) AS out_of_scope
FROM places_person AS p
WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.merged_into IS NULL
  AND (p.recorded_at > %(since)s OR EXISTS (
    SELECT FROM places_person_fact AS f WHERE f.person = p.id AND f.attribute = 5 AND f.recorded_at > %(since)s))
  AND NOT EXISTS (
    SELECT FROM ledger_duty AS d
    WHERE d.campaign = %(campaign)s AND d.kind = %(swab)s AND d.subject = p.id AND d.occasion = 0 AND d.outcome <> 3)
ORDER BY p.area, p.id

-- name: open_pool
-- Members of an abnormal pool whose individual retest is still open: owed, deferred.
SELECT DISTINCT o.subject FROM opening AS o
JOIN ledger_duty AS d ON d.subject = o.subject AND d.kind = 4 AND d.outcome = 0 AND d.campaign <> %(campaign)s
ORDER BY 1
