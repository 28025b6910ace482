-- Sheets of paper: who is printed, and what of a sheet was taken back.

-- name: residents
-- Whose swab is still to be taken in the range: where they live, if that is in the range too, else where the duty stands;
-- and both places; and whether the round gives them a tube of their own.
SELECT p.id, p.name, CASE WHEN p.area BETWEEN %(lo)s AND %(hi)s THEN p.area ELSE d.area END, coalesce(h.stairwell, ''),
       h.floor, coalesce(h.door, ''), d.area AS owed,
       EXISTS (SELECT FROM scope_treated AS t WHERE t.campaign = d.campaign AND t.person = p.id AND t.treatment = 'single')
         AS single, p.area AS home
FROM ledger_duty AS d
JOIN places_person AS p ON p.id = d.subject
LEFT JOIN places_household AS h ON h.id = p.household
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0
  AND d.stage < %(part)s AND p.merged_into IS NULL

-- name: campaign
-- The named open round, or the newest that covers the area.
SELECT id, name FROM ledger_campaign
WHERE closed_at IS NULL AND kind = 'pcr' AND (%(campaign)s = 0 OR id = %(campaign)s) AND area = ANY (%(above)s::bigint[])
ORDER BY opened_at DESC, id DESC LIMIT 1

-- name: held
-- What the ledger holds of a sheet's lines, and whether it counts.
SELECT e.number, e.kind, e.at, e.raw,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number) AS void
FROM ledger_entry AS e WHERE e.journal = %(journal)s ORDER BY e.number
