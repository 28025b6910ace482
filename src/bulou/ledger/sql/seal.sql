-- The seal: what came since the seal before, as the leaves of a Merkle tree.

-- name: alone
-- Two processes do not seal at once.
SELECT pg_advisory_xact_lock(%(key)s)

-- name: latest
-- The latest seals, the newest first.
SELECT statement, signature FROM ledger_seal ORDER BY number DESC LIMIT %(n)s

-- name: one
-- One seal.
SELECT statement, signature FROM ledger_seal WHERE number = %(number)s

-- name: all
-- All seals in their order.
SELECT number, statement, signature FROM ledger_seal ORDER BY number

-- name: prepare
-- Where each book puts what its rows say, where that stands hashed, and what was sealed already.
CREATE TEMPORARY TABLE seal_said (key text, at timestamptz, said text) ON COMMIT DROP;
CREATE TEMPORARY TABLE seal_present (key text, at timestamptz, hash bytea) ON COMMIT DROP;
CREATE TEMPORARY TABLE seal_leaf (seal integer, key text, hash bytea) ON COMMIT DROP;
CREATE TEMPORARY TABLE seal_fresh (book text, place bigint, key text, hash bytea) ON COMMIT DROP

-- name: clear
-- Makes room for the next book.
TRUNCATE seal_said, seal_present, seal_leaf

-- name: hashed
-- The leaves of the rows that there are: the hash of a leaf begins with the byte 0 (RFC 6962, 2.1).
INSERT INTO seal_present SELECT key, at, sha256('\x00'::bytea || convert_to(said, 'UTF8')) FROM seal_said

-- name: sealed
-- The leaves of a book that were sealed, from one seal on.
INSERT INTO seal_leaf
SELECT l.seal, u.key, u.hash FROM ledger_seal_leaves AS l CROSS JOIN LATERAL unnest(l.keys, l.hashes) AS u (key, hash)
WHERE l.book = %(book)s AND l.seal >= %(from)s

-- name: fresh
-- The leaves of a book that no seal has yet, numbered from 1 in the order in which their rows were received.
INSERT INTO seal_fresh
SELECT %(book)s, row_number() OVER (ORDER BY at, key, hash), key, hash
FROM (
  SELECT DISTINCT p.key, p.at, p.hash FROM seal_present AS p LEFT JOIN seal_leaf AS s ON s.hash = p.hash
  WHERE s.hash IS NULL
) AS fresh

-- name: keep_leaves
-- Some of them as the leaves of a seal.
INSERT INTO ledger_seal_leaves (seal, book, keys, hashes)
SELECT %(seal)s, %(book)s, array_agg(key ORDER BY place), array_agg(hash ORDER BY place)
FROM seal_fresh WHERE book = %(book)s AND place BETWEEN %(first)s AND %(last)s
RETURNING keys, hashes

-- name: keep_seal
-- The seal itself.
INSERT INTO ledger_seal (number, statement, signature) VALUES (%(number)s, %(statement)s, %(signature)s)

-- name: leaves_of
-- The leaves of one seal, book by book in the order of the tree.
SELECT book, hashes FROM ledger_seal_leaves WHERE seal = %(seal)s ORDER BY book COLLATE "C"

-- name: places_of
-- Where a row of a book was sealed: the seal, the place in its list from 1, and the hash.
SELECT l.seal, u.place, u.hash
FROM ledger_seal_leaves AS l CROSS JOIN LATERAL unnest(l.keys, l.hashes) WITH ORDINALITY AS u (key, hash, place)
WHERE l.book = %(book)s AND l.keys @> ARRAY[%(key)s] AND u.key = %(key)s ORDER BY 1, 2

-- name: contents_of
-- All contents that are kept under a number: the one that counts, and those beside it.
SELECT raw, refusal, received_at FROM ledger_entry WHERE journal = %(journal)s AND number = %(number)s
UNION ALL
SELECT raw, refusal, received_at FROM ledger_variant WHERE journal = %(journal)s AND number = %(number)s
