-- Verify: journals against the records of their enrolment.

-- name: enrolment
-- What was fixed at enrolment, and the end, as the journal has it and as its record says.
WITH record AS (
  SELECT DISTINCT ON (journal) journal, name, kind, ranges, enrolled_at, expires_at, key_hash, actor, unit_kind, unit
  FROM ledger_journal_record WHERE what IN ('enrolled', 'adopted') ORDER BY journal, id
),
ended AS (
  SELECT DISTINCT ON (journal) journal, CASE WHEN what = 'revoked' THEN at END AS at
  FROM ledger_journal_record WHERE what IN ('revoked', 'reinstated') ORDER BY journal, id DESC
)
SELECT jsonb_build_object('journal', coalesce(j.id, r.journal))::text,
       CASE WHEN j.id IS NOT NULL THEN jsonb_build_object(
         'name', j.name, 'kind', j.kind, 'ranges', j.ranges::text, 'enrolled_at', j.enrolled_at::text,
         'expires_at', j.expires_at::text, 'key', left(encode(sha256(j.key_hash), 'hex'), 16),
         'revoked_at', j.revoked_at::text, 'actor', j.actor, 'unit_kind', j.unit_kind, 'unit', j.unit)::text END,
       CASE WHEN r.journal IS NOT NULL THEN jsonb_build_object(
         'name', r.name, 'kind', r.kind, 'ranges', r.ranges::text, 'enrolled_at', r.enrolled_at::text,
         'expires_at', r.expires_at::text, 'key', left(encode(sha256(r.key_hash), 'hex'), 16),
         'revoked_at', e.at::text, 'actor', r.actor, 'unit_kind', r.unit_kind, 'unit', r.unit)::text END
FROM ledger_journal AS j FULL JOIN record AS r ON r.journal = j.id LEFT JOIN ended AS e ON e.journal = r.journal
WHERE (j.id, j.name, j.kind, j.ranges, j.enrolled_at, j.expires_at, j.key_hash, j.revoked_at, j.actor, j.unit_kind, j.unit)
      IS DISTINCT FROM (r.journal, r.name, r.kind, r.ranges, r.enrolled_at, r.expires_at, r.key_hash, e.at, r.actor, r.unit_kind,
                        r.unit)
UNION ALL
-- A later record, of the journal's end or of its holding again, says of what was fixed what the first one says.
SELECT jsonb_build_object('journal', l.journal, 'record', l.id)::text,
       jsonb_build_object(
         'name', l.name, 'kind', l.kind, 'ranges', l.ranges::text, 'enrolled_at', l.enrolled_at::text,
         'expires_at', l.expires_at::text, 'key', left(encode(sha256(l.key_hash), 'hex'), 16), 'actor', l.actor,
         'unit_kind', l.unit_kind, 'unit', l.unit)::text,
       jsonb_build_object(
         'name', r.name, 'kind', r.kind, 'ranges', r.ranges::text, 'enrolled_at', r.enrolled_at::text,
         'expires_at', r.expires_at::text, 'key', left(encode(sha256(r.key_hash), 'hex'), 16), 'actor', r.actor,
         'unit_kind', r.unit_kind, 'unit', r.unit)::text
FROM ledger_journal_record AS l JOIN record AS r USING (journal)
WHERE l.what IN ('revoked', 'reinstated')
  AND (l.name, l.kind, l.ranges, l.enrolled_at, l.expires_at, l.key_hash, l.actor, l.unit_kind, l.unit)
      IS DISTINCT FROM (r.name, r.kind, r.ranges, r.enrolled_at, r.expires_at, r.key_hash, r.actor, r.unit_kind, r.unit)
