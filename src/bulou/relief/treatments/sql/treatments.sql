-- Calendars of regular treatments, and the requests that they brought about.

-- name: calendars
-- What was said of each calendar that goes on, oldest first, with the person's household as the register has it now: of a
-- record that was joined to another one, the other's. %(person)s: of one person; 0 for all.
SELECT d.subject, d.occasion, d.area AS at, CASE WHEN d.mark = 1 THEN d.until END AS paused, h.id, h.area, who.name, who.phone,
       e.kind, e.at, e.raw
FROM ledger_duty AS d
JOIN ledger_line AS l USING (campaign, kind, subject, occasion)
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
LEFT JOIN places_person AS p ON p.id = d.subject
LEFT JOIN places_person AS who ON who.id = coalesce(p.merged_into, p.id)
LEFT JOIN places_household AS h ON h.id = who.household
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.outcome = 0 AND (%(person)s = 0 OR d.subject = %(person)s)
  AND e.kind = ANY (%(steps)s::text[]) AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY d.subject, d.occasion, l.at, l.journal, l.number

-- name: asked
-- The requests that the house's journal of this name opened since %(since)s, with the latest content that it gave them, and whether
-- vehicle and companion were said after that.
SELECT d.subject, d.occasion, d.area, d.outcome, d.stage, coalesce(d.reason, ''), told.raw, EXISTS (
         SELECT FROM ledger_line AS a JOIN ledger_entry AS e ON e.journal = a.journal AND e.number = a.number
         WHERE a.campaign = d.campaign AND a.kind = d.kind AND a.subject = d.subject AND a.occasion = d.occasion
           AND e.kind = 'request.arranged' AND a.unheard = 0 AND a.at >= told.at
           AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = a.journal AND v.number = a.number)) AS arranged
FROM (
  SELECT DISTINCT l.campaign, l.kind, l.subject, l.occasion FROM ledger_line AS l
  WHERE l.journal = ANY (SELECT j.id FROM ledger_journal AS j WHERE j.kind = 'system' AND j.name = %(journal)s)
    AND l.act = 1 AND l.kind = %(kind)s AND l.at >= %(since)s
) AS own
JOIN ledger_duty AS d USING (campaign, kind, subject, occasion)
CROSS JOIN LATERAL (
  SELECT e.raw, e.at FROM ledger_line AS l JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number
  WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion
    AND e.kind IN ('request.planned', 'request.replanned') AND l.unheard = 0
  ORDER BY l.at DESC, l.journal DESC, l.number DESC LIMIT 1
) AS told
WHERE d.area BETWEEN %(lo)s AND %(hi)s
ORDER BY d.subject, d.occasion

-- name: alone
-- Of several processes that look at once one looks, the others wait for it.
SELECT pg_advisory_xact_lock(hashtext('relief.treatments'))::text
