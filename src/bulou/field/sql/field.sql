-- Statements of the field door.

-- name: keep_strays
-- What came without a usable number; the same content again changes nothing.
INSERT INTO ledger_stray (journal, digest, raw, refusal, received_at)
SELECT journal, digest, raw, refusal, %(received_at)s
FROM unnest(%(journal)s::bigint[], %(digest)s::bytea[], %(raw)s::bytea[], %(refusal)s::smallint[])
  AS s (journal, digest, raw, refusal)
ORDER BY journal, digest
ON CONFLICT DO NOTHING
