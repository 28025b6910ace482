-- What stores have, what is on its way to them, what went out, what happened. Movements and holdings are read beyond the
-- session's scope, always for stores that the reader sees.

-- name: held
-- What stores have of goods (item kind 11) and of lots (14, with their good and day of expiry).
SELECT h.holder, coalesce(l.good, h.item) AS good, CASE WHEN h.item_kind = 14 THEN h.item ELSE 0 END AS lot, h.quantity,
       l.number, l.expires
FROM ledger_holding AS h LEFT JOIN stock_lot AS l ON h.item_kind = 14 AND l.id = h.item
WHERE h.holder_kind = 7 AND h.holder = ANY (%(stores)s::bigint[]) AND h.item_kind IN (11, 14)
ORDER BY h.holder, good, l.expires NULLS LAST, lot

-- name: on_the_way
-- What of transfers has neither arrived nor been settled, by the number of each transfer.
SELECT h.holder, coalesce(l.good, h.item) AS good, CASE WHEN h.item_kind = 14 THEN h.item ELSE 0 END AS lot, h.quantity,
       l.number, l.expires
FROM ledger_holding AS h LEFT JOIN stock_lot AS l ON h.item_kind = 14 AND l.id = h.item
WHERE h.holder_kind = 12 AND h.item_kind IN (11, 14) AND h.holder >= %(base)s AND h.quantity <> 0
ORDER BY h.holder, good, lot

-- name: sent
-- The entries that sent transfers, by journal and number.
SELECT e.journal, e.number, e.at, e.raw, j.name
FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
JOIN ledger_entry AS e USING (journal, number)
LEFT JOIN ledger_journal AS j ON j.id = e.journal
WHERE e.kind = 'stock.sent' AND e.refusal IS NULL
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number)

-- name: used
-- How much went out of stores to whoever uses it, since a time, by good. %(homes)s: to households, else to all others.
-- What only left for another store, was counted away or discarded (holder 12 but 33) is no use.
SELECT m.from_id, coalesce(l.good, m.item) AS good, sum(m.quantity)::bigint, min(m.at)
FROM ledger_movement AS m LEFT JOIN stock_lot AS l ON m.item_kind = 14 AND l.id = m.item
WHERE m.from_kind = 7 AND m.from_id = ANY (%(stores)s::bigint[]) AND m.at >= %(since)s AND m.at <= %(now)s
  AND m.item_kind IN (11, 14) AND (m.to_kind = 2) = %(homes)s AND (m.to_kind <> 12 OR m.to_id = 33)
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = m.journal AND v.number = m.number)
GROUP BY 1, 2

-- name: distributions
-- Open distributions from stores: store and good as they were fixed, units a household, until when, what is open.
SELECT (c.rules ->> 'store')::bigint, (c.rules ->> 'good')::bigint, coalesce((c.rules ->> 'quantity')::int, 1),
       (c.rules ->> 'due')::timestamptz, c.id, c.name, coalesce(sum(k.open), 0)::bigint
FROM ledger_campaign AS c LEFT JOIN ledger_counter AS k ON k.campaign = c.id AND k.kind = %(kind)s
WHERE c.kind = %(covered)s AND c.closed_at IS NULL AND c.rules ->> 'store' ~ '^[0-9]{1,15}$'
  AND c.rules ->> 'good' ~ '^[0-9]{1,15}$' AND (c.rules ->> 'store')::bigint = ANY (%(stores)s::bigint[])
GROUP BY c.id ORDER BY c.id

-- name: entries
-- What happened to a store, the latest first: entries with a movement of it, handing out to households left out.
SELECT e.journal, e.number, e.at, e.kind, e.raw, j.name,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number) AS void, w.user_id
FROM (
  SELECT journal, number FROM (
    (SELECT journal, number, at FROM ledger_movement WHERE from_kind = 7 AND from_id = %(store)s AND to_kind <> 2
     ORDER BY at DESC LIMIT %(limit)s * 20)
    UNION ALL
    (SELECT journal, number, at FROM ledger_movement WHERE to_kind = 7 AND to_id = %(store)s ORDER BY at DESC
     LIMIT %(limit)s * 20)
  ) AS both_ends GROUP BY journal, number ORDER BY max(at) DESC LIMIT %(limit)s
) AS m
JOIN ledger_entry AS e USING (journal, number)
LEFT JOIN ledger_journal AS j ON j.id = e.journal
LEFT JOIN now_writer AS w ON w.journal = e.journal
ORDER BY e.at DESC, e.journal DESC, e.number DESC

-- name: entry
-- One of them.
SELECT e.journal, e.number, e.at, e.kind, e.raw, j.name,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number) AS void, w.user_id
FROM ledger_entry AS e
LEFT JOIN ledger_journal AS j ON j.id = e.journal
LEFT JOIN now_writer AS w ON w.journal = e.journal
WHERE e.journal = %(journal)s AND e.number = %(number)s AND e.kind LIKE 'stock.%%' AND e.refusal IS NULL

-- name: counted
-- When stores were counted last.
SELECT subject, value FROM ledger_standing WHERE subject_kind = 7 AND name = 'stock.counted' AND subject = ANY (%(stores)s::bigint[])

-- name: levels
-- How areas are held now.
SELECT s.subject, s.value FROM ledger_standing AS s
WHERE s.subject_kind = 5 AND s.name = 'zone.level' AND (s.until IS NULL OR s.until > %(now)s)

-- name: homes
-- How many households there are in each of some ranges.
SELECT r.n, count(*) FROM unnest(%(ns)s::int[], %(lows)s::bigint[], %(highs)s::bigint[]) AS r (n, lo, hi)
JOIN places_household AS h ON h.area BETWEEN r.lo AND r.hi AND h.closed_at IS NULL
GROUP BY r.n

-- name: shortages
-- Open shortages within the scope: the duty, and what its opening says.
SELECT d.campaign, d.subject, d.occasion, d.area, d.stage, d.mark, e.raw
FROM ledger_duty AS d
JOIN ledger_line AS l ON l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject AND l.occasion = d.occasion AND l.act = 1
JOIN ledger_entry AS e ON e.journal = l.journal AND e.number = l.number AND e.kind = 'shortage.foreseen'
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.outcome = 0 AND d.area BETWEEN %(lo)s AND %(hi)s
ORDER BY d.subject, d.occasion

-- name: recent
-- A user's acts of the last hour on stock that can be taken back: the entries of one moment and kind.
SELECT e.journal, min(e.number), max(e.number), e.at, e.kind, array_agg(e.area ORDER BY e.number)
FROM now_writer AS w
JOIN ledger_journal AS j ON j.id = w.journal
JOIN ledger_entry AS e ON e.journal = w.journal AND e.number > j.highest - 1000
WHERE w.user_id = %(user)s AND e.at >= %(since)s AND e.refusal IS NULL AND e.kind LIKE 'stock.%%'
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number)
GROUP BY e.journal, e.at, e.kind ORDER BY e.at DESC LIMIT 5

-- name: foresee_alone
-- Until the transaction ends nobody else foresees shortages.
SELECT pg_advisory_xact_lock(hashtext('relief foresee shortages'))
