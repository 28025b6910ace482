-- Where things stand on the map, for boards of transfers.

-- name: points
-- Map points of areas in metres; where an area has none, those of what it lies in serve, so all of them are asked for.
SELECT id, x, y FROM places_area WHERE id = ANY(%(areas)s::bigint[]) AND NOT (x = 0 AND y = 0)

-- name: sendings
-- When, and with which words, each of these duties was last given to somebody, as far as that counts.
SELECT DISTINCT ON (l.campaign, l.subject, l.occasion) l.campaign, l.subject, l.occasion, l.at, l.reason
FROM unnest(%(campaigns)s::int[], %(subjects)s::bigint[], %(occasions)s::bigint[]) AS k (campaign, subject, occasion)
JOIN ledger_line AS l USING (campaign, subject, occasion)
WHERE l.kind = %(kind)s AND l.act = %(give)s AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.campaign, l.subject, l.occasion, l.at DESC, l.journal DESC, l.number DESC
