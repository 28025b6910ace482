-- Journals: what is fixed at enrolment is written twice, into the journal and into its record, which nothing changes.

-- name: enrol
-- A new journal and the record of its enrolment.
WITH journal AS (
  INSERT INTO ledger_journal (id, name, kind, ranges, enrolled_at, expires_at, key_hash, actor, unit_kind, unit,
                              highest, held, upto)
  VALUES (%(journal)s, %(name)s, %(kind)s, %(ranges)s::int8multirange, %(enrolled_at)s, %(expires_at)s, %(key_hash)s,
          %(actor)s, %(unit_kind)s, %(unit)s, 0, 0, 0)
  RETURNING *
)
INSERT INTO ledger_journal_record (journal, what, at, name, kind, ranges, enrolled_at, expires_at, key_hash,
                                   actor, unit_kind, unit)
SELECT id, 'enrolled', enrolled_at, name, kind, ranges, enrolled_at, expires_at, key_hash, actor, unit_kind, unit FROM journal

-- name: revoke
-- Compare and set: journals that hold end, each with the record of it.
WITH journal AS (
  UPDATE ledger_journal SET revoked_at = %(at)s WHERE id = ANY (%(journals)s::bigint[]) AND revoked_at IS NULL
  RETURNING *
)
INSERT INTO ledger_journal_record (journal, what, at, name, kind, ranges, enrolled_at, expires_at, key_hash,
                                   actor, unit_kind, unit)
SELECT id, 'revoked', %(at)s, name, kind, ranges, enrolled_at, expires_at, key_hash, actor, unit_kind, unit FROM journal
RETURNING journal

-- name: reinstate
-- Compare and set: journals that were ended and have not run out hold again, each with the record of it.
WITH journal AS (
  UPDATE ledger_journal SET revoked_at = NULL
  WHERE id = ANY (%(journals)s::bigint[]) AND revoked_at IS NOT NULL AND expires_at > %(at)s
  RETURNING *
)
INSERT INTO ledger_journal_record (journal, what, at, name, kind, ranges, enrolled_at, expires_at, key_hash,
                                   actor, unit_kind, unit)
SELECT id, 'reinstated', %(at)s, name, kind, ranges, enrolled_at, expires_at, key_hash, actor, unit_kind, unit FROM journal
RETURNING journal
