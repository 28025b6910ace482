-- The record of lists and sheets that were applied, and their undoing.

-- name: keep
-- A list or sheet.
INSERT INTO exchange_taken (what, "user", at, campaign, area, people, sheet)
VALUES (%(what)s, %(user)s, %(at)s, %(campaign)s, %(area)s, %(people)s, %(sheet)s) RETURNING id

-- name: keep_rows
-- Its people.
INSERT INTO exchange_taken_row (taken, line, person, area, kind, act, journal, number)
SELECT %(taken)s, line, person, area, kind, act, journal, number
FROM unnest(%(line)s::int[], %(person)s::bigint[], %(area)s::bigint[], %(kind)s::text[], %(act)s::text[],
            %(journal)s::bigint[], %(number)s::int[]) AS r (line, person, area, kind, act, journal, number)

-- name: recent
-- What was applied lately within the scope, the latest first.
SELECT t.id, t.what, t."user", t.at, t.campaign, c.name, t.people, t.sheet, t.undone_at, t.undone_by
FROM exchange_taken AS t LEFT JOIN ledger_campaign AS c ON c.id = t.campaign
WHERE t.at > %(since)s ORDER BY t.at DESC, t.id DESC LIMIT %(limit)s

-- name: one
-- One of them.
SELECT t.id, t.what, t."user", t.at, t.campaign, c.name, t.people, t.sheet, t.undone_at, t.undone_by
FROM exchange_taken AS t LEFT JOIN ledger_campaign AS c ON c.id = t.campaign WHERE t.id = %(taken)s

-- name: rows
-- Its people within the scope, whether the entry still counts, and how each stands now.
SELECT r.line, r.person, r.area, r.kind, r.act, r.journal, r.number, p.name, h.stairwell, h.floor, h.door,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = r.journal AND v.number = r.number) AS void,
       d.stage, d.mark, d.reason, d.until, d.outcome, d.stage_at
FROM exchange_taken_row AS r
LEFT JOIN places_person AS p ON p.id = r.person
LEFT JOIN places_household AS h ON h.id = p.household
LEFT JOIN ledger_duty AS d ON d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = r.person AND d.occasion = 0
WHERE r.taken = %(taken)s ORDER BY r.line, r.person

-- name: standing
-- Lines of a sheet that were taken and count, each with its record.
SELECT r.line, t.id FROM exchange_taken_row AS r JOIN exchange_taken AS t ON t.id = r.taken
WHERE t.sheet = %(sheet)s AND t.undone_at IS NULL
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = r.journal AND v.number = r.number)

-- name: undo
-- Compare and set: of two who undo at once the second changes nothing.
UPDATE exchange_taken SET undone_at = %(at)s, undone_by = %(user)s WHERE id = %(taken)s AND undone_at IS NULL
RETURNING id
