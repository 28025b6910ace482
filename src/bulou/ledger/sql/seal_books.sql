-- What the ledger's own rows say to the seal. A text never changes: a column that is added later comes last and says
-- nothing where it is null. Times are microseconds since 1970.

-- name: entry
-- Every content that was taken in, also one that gave way to another under its number: its bytes, the refusal, the time.
INSERT INTO seal_said
SELECT journal || '/' || number, received_at,
       concat_ws(' ', 'entry', journal, number, encode(sha256(raw), 'hex'), coalesce(refusal::text, '-'),
                 trunc(extract(epoch FROM received_at) * 1000000))
FROM (
  SELECT journal, number, raw, refusal, received_at FROM ledger_entry WHERE received_at >= %(since)s
  UNION ALL
  SELECT journal, number, raw, refusal, received_at FROM ledger_variant WHERE received_at >= %(since)s
) AS content

-- name: stray
-- What came without a usable number.
INSERT INTO seal_said
SELECT journal || ':' || encode(digest, 'hex'), received_at,
       concat_ws(' ', 'stray', journal, encode(sha256(raw), 'hex'), refusal,
                 trunc(extract(epoch FROM received_at) * 1000000))
FROM ledger_stray WHERE received_at >= %(since)s

-- name: journal
-- What was fixed of each journal at enrolment, and its end.
INSERT INTO seal_said
SELECT journal || ':' || id, at,
       concat_ws(' ', 'journal', id, journal, quote_literal(what), quote_literal(name), quote_literal(kind), ranges,
                 trunc(extract(epoch FROM enrolled_at) * 1000000), trunc(extract(epoch FROM expires_at) * 1000000),
                 coalesce(encode(key_hash, 'hex'), '-'), trunc(extract(epoch FROM at) * 1000000),
                 'actor ' || actor,
                 CASE WHEN num_nonnulls(unit_kind, unit) > 0
                   THEN concat('unit ', coalesce(unit_kind::text, '-'), ' ', coalesce(unit::text, '-')) END)
FROM ledger_journal_record

-- name: incarnation
-- The names that the ledger has had.
INSERT INTO seal_said
SELECT name, since, concat_ws(' ', 'incarnation', quote_literal(name), trunc(extract(epoch FROM since) * 1000000))
FROM ledger_incarnation
