-- What verify compares of the journals of the desk's users.

-- name: writers
-- The journal through which a user writes is a desk's journal of that scope.
WITH w AS (
  SELECT *, CASE WHEN pg_input_is_valid(scope, 'int8multirange') THEN scope::int8multirange END AS ranges FROM now_writer
)
SELECT jsonb_build_object('user', w.user_id, 'scope', w.scope)::text,
       jsonb_build_object('journal', w.journal, 'kind', j.kind, 'ranges', j.ranges::text, 'expires_at', w.expires_at)::text,
       jsonb_build_object('journal', j.id, 'kind', 'desk', 'ranges', w.ranges::text, 'expires_at', j.expires_at)::text
FROM w LEFT JOIN ledger_journal AS j ON j.id = w.journal
WHERE (w.journal, j.kind, j.ranges, w.expires_at) IS DISTINCT FROM (j.id, 'desk', w.ranges, j.expires_at)
