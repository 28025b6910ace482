-- Verify: what the seals hold, against the rows that there are. The tables are those of seal.sql, filled for one book.

-- name: lists
-- Every list of leaves, with its seal.
SELECT seal, book, keys, hashes FROM ledger_seal_leaves ORDER BY seal, book COLLATE "C"

-- name: analyzed
-- The joins below are planned on what is there.
ANALYZE seal_present; ANALYZE seal_leaf

-- name: gone
-- Leaves of which no row is left: the seal, the row, the hash that was sealed, and that of a row in its place. All contents
-- under a number share a key: one that was sealed before is not in the place of another, one that was sealed later may be.
WITH lost AS (
  SELECT s.seal, s.key, s.hash FROM seal_leaf AS s LEFT JOIN seal_present AS p ON p.hash = s.hash WHERE p.hash IS NULL
),
other AS (
  SELECT p.key, encode(p.hash, 'hex') AS hash, s.seal FROM seal_present AS p LEFT JOIN seal_leaf AS s ON s.hash = p.hash
  WHERE p.key IN (SELECT key FROM lost)
)
SELECT l.seal, l.key, encode(l.hash, 'hex'), min(o.hash)
FROM lost AS l LEFT JOIN other AS o ON o.key = l.key AND coalesce(o.seal > l.seal, true)
GROUP BY 1, 2, 3 ORDER BY 1, 2

-- name: backdated
-- Rows dated long before they were sealed: the seal that holds them is later than it should be. By seal, how many, and one.
SELECT s.seal, count(*), min(p.key)
FROM unnest(%(seals)s::int[], %(earliest)s::timestamptz[]) AS t (seal, earliest)
JOIN seal_leaf AS s ON s.seal = t.seal
JOIN seal_present AS p ON p.hash = s.hash
WHERE p.at < t.earliest GROUP BY 1 ORDER BY 1

-- name: unsealed
-- Rows that no seal holds although they are dated before the last one looked: by hour, how many, and one.
SELECT to_char(date_trunc('hour', p.at, 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24"Z"'), count(*), min(p.key)
FROM seal_present AS p LEFT JOIN seal_leaf AS s ON s.hash = p.hash
LEFT JOIN (
  SELECT DISTINCT s.key FROM seal_leaf AS s LEFT JOIN seal_present AS p ON p.hash = s.hash WHERE p.hash IS NULL
) AS lost ON lost.key = p.key
WHERE s.hash IS NULL AND lost.key IS NULL AND p.at < %(before)s GROUP BY 1 ORDER BY 1
