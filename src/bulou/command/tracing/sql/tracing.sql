-- What the house knows of cases, of who lives with them, and of contacts.

-- name: households
-- Everybody in a household in which somebody tests positive, and since when who does: null for the others.
SELECT p.id, p.household, p.area, (
  SELECT min(s.since) FROM ledger_standing AS s
  WHERE s.subject_kind = 1 AND s.subject = p.id AND s.name = %(name)s AND s.value = %(value)s
    AND (s.until IS NULL OR s.until > %(now)s))
FROM places_person AS p
WHERE p.merged_into IS NULL AND p.household = ANY (ARRAY(
  SELECT q.household FROM ledger_standing AS s JOIN places_person AS q ON q.id = s.subject
  WHERE s.subject_kind = 1 AND s.name = %(name)s AND s.value = %(value)s AND (s.until IS NULL OR s.until > %(now)s)
    AND q.household IS NOT NULL AND q.merged_into IS NULL))
ORDER BY p.household, p.id

-- name: contacts
-- Contacts that are owed something or were, released ones as well: how they stand, and whether they test positive themselves.
SELECT d.subject, d.area, d.outcome, d.reason, EXISTS (
  SELECT FROM ledger_standing AS s WHERE s.subject_kind = 1 AND s.subject = d.subject AND s.name = %(name)s
    AND s.value = %(value)s AND (s.until IS NULL OR s.until > %(now)s))
FROM ledger_duty AS d WHERE d.kind = %(kind)s AND d.outcome IN (0, 1, 2) AND d.occasion = 0 ORDER BY d.subject

-- name: cases
-- What was said of whose contacts they are, as far as it counts.
SELECT l.subject, e.raw
FROM unnest(%(campaigns)s::int[], %(subjects)s::bigint[]) AS k (campaign, subject)
JOIN ledger_line AS l USING (campaign, subject)
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
WHERE l.kind = %(kind)s AND e.kind IN ('contact.named', 'contact.exposed') AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.at, l.journal, l.number

-- name: positive
-- Which of these people test positive, as long as the result stands.
SELECT s.subject FROM ledger_standing AS s
WHERE s.subject_kind = 1 AND s.subject = ANY (%(persons)s::bigint[]) AND s.name = %(name)s AND s.value = %(value)s
  AND (s.until IS NULL OR s.until > %(now)s)
