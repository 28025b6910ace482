-- Photos: looks, and what may go. Row level security narrows each statement to what its reader answers for.

-- name: look
-- A photo was shown; at most once an hour for each reader.
INSERT INTO attachments_photo_look (photo, area, at, by)
SELECT p.id, p.area, %(now)s, %(by)s FROM attachments_photo AS p
WHERE p.id = %(photo)s AND NOT EXISTS (
  SELECT FROM attachments_photo_look AS l
  WHERE l.photo = p.id AND l.by = %(by)s AND l.at > %(now)s - interval '1 hour')

-- name: over
-- Marks as gone the photos whose time is over; gives their digests.
UPDATE attachments_photo SET removed_at = %(now)s, removed_by = %(by)s, removed_why = %(why)s
WHERE removed_at IS NULL AND keep_until <= %(now)s RETURNING digest

-- name: wanted
-- Which of these digests a photo still has.
SELECT DISTINCT p.digest FROM attachments_photo AS p
WHERE p.removed_at IS NULL AND p.digest = ANY (%(digests)s)

-- name: duty_area
-- Where a duty stands.
SELECT d.area FROM ledger_duty AS d
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = %(subject)s AND d.occasion = %(occasion)s

-- name: declared
-- Of which duty an entry speaks that has come and counts, with its content: campaign, kind, subject, occasion, area, entry.
-- Each of its duties: whether a field names a photo is seen in the content.
SELECT DISTINCT l.campaign, l.kind, l.subject, l.occasion, l.area, e.raw
FROM ledger_line AS l JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
WHERE l.journal = %(journal)s AND l.number = %(number)s AND e.refusal IS NULL
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.campaign, l.kind, l.subject, l.occasion LIMIT 1
