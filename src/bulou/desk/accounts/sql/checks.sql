-- What verify compares of roles and accounts with their history, and what they say to the seal. A sealed text never changes: a
-- column that is added later comes last and says nothing where it is null. Times are microseconds since 1970.

-- name: history
-- The history of accounts by who made the change: numbered from 1 without a gap, as many as the tally says, in that order.
WITH there AS (SELECT by AS writer, count(*) AS n, max(number) AS last FROM accounts_change GROUP BY 1)
SELECT jsonb_build_object('by', coalesce(t.writer, y.writer))::text,
       jsonb_build_object('rows', coalesce(t.n, 0), 'last', coalesce(t.last, 0), 'missing', (
         SELECT coalesce(jsonb_agg(number ORDER BY number), '[]') FROM (
           SELECT number FROM generate_series(1, least(greatest(t.last, y.n), coalesce(t.n, 0) + 20)) AS number
           WHERE NOT EXISTS (SELECT FROM accounts_change AS l
                             WHERE l.by = coalesce(t.writer, y.writer) AND l.number = number.number)
           LIMIT 20) AS gap))::text,
       jsonb_build_object('rows', coalesce(y.n, 0), 'last', coalesce(y.n, 0), 'missing', '[]'::jsonb)::text
FROM there AS t FULL JOIN (SELECT writer, n FROM ledger_tally WHERE log = 'account') AS y USING (writer)
WHERE (coalesce(t.n, 0), coalesce(t.last, 0)) IS DISTINCT FROM (coalesce(y.n, 0), coalesce(y.n, 0))
UNION ALL
SELECT jsonb_build_object('by', by, 'number', number)::text, to_jsonb(at)::text, to_jsonb(earlier)::text
FROM (
  SELECT by, number, at, max(at) OVER (PARTITION BY by ORDER BY number ROWS UNBOUNDED PRECEDING) AS earlier
  FROM accounts_change) AS l
WHERE at < earlier - interval '5 minutes'

-- name: grants
-- Each role has the change by which it was given and, ended early, the one that ended it. Roles of before there were changes
-- were given by the upgrade.
SELECT jsonb_build_object('role', g.id, 'user', u.username)::text,
       jsonb_build_object('given', given.yes, 'ended', ended.yes)::text,
       jsonb_build_object('given', true, 'ended', g.ended_at IS NOT NULL)::text
FROM accounts_grant AS g
LEFT JOIN auth_user AS u ON u.id = g.user_id
CROSS JOIN LATERAL (SELECT g.given_by = 'upgrade' OR EXISTS (
  SELECT FROM accounts_change AS c
  WHERE c.user = u.username AND c.what = 'given' AND c.by = g.given_by AND c.at = g.since
    AND starts_with(c.detail, g.role || ' ' || array_to_string(g.areas, ',') || ' ')) AS yes) AS given
CROSS JOIN LATERAL (SELECT EXISTS (
  SELECT FROM accounts_change AS c
  WHERE c.user = u.username AND c.what = 'ended' AND c.by = g.ended_by AND c.at = g.ended_at) AS yes) AS ended
WHERE NOT given.yes OR ended.yes <> (g.ended_at IS NOT NULL)

-- name: accounts
-- Each account stands as its latest change left it (accounts.sql, `note`). Nobody is a superuser, who would be above the
-- roles.
SELECT jsonb_build_object('user', u.username)::text,
       to_jsonb(accounts_stands(u))::text, to_jsonb(coalesce(c.stands, 'a change that is recorded'))::text
FROM auth_user AS u
LEFT JOIN LATERAL (
  SELECT stands FROM accounts_change AS c WHERE c.user = u.username ORDER BY c.id DESC LIMIT 1
) AS c ON true
WHERE u.is_superuser OR u.is_staff OR c.stands IS DISTINCT FROM accounts_stands(u)
UNION ALL
SELECT DISTINCT jsonb_build_object('user', c.user)::text, NULL, '"an account"'
FROM accounts_change AS c WHERE NOT EXISTS (SELECT FROM auth_user AS u WHERE u.username = c.user)

-- name: grant
-- To the seal: a role that was given.
INSERT INTO seal_said
SELECT id::text, since, concat_ws(' ', 'grant', id, user_id, quote_literal(role), areas, ranges,
  trunc(extract(epoch FROM since) * 1000000), trunc(extract(epoch FROM until) * 1000000), quote_literal(reason),
  quote_literal(given_by))
FROM accounts_grant

-- name: grant_end
-- To the seal: a role that was ended early.
INSERT INTO seal_said
SELECT id::text, ended_at, concat_ws(' ', 'grant_end', id, trunc(extract(epoch FROM ended_at) * 1000000),
                                     quote_literal(ended_by), quote_literal(end_reason))
FROM accounts_grant WHERE ended_at IS NOT NULL

-- name: change
-- To the seal: something that was done to an account.
INSERT INTO seal_said
SELECT id::text, at, concat_ws(' ', 'change', id, number, quote_literal(by), quote_literal("user"), quote_literal(what),
  quote_literal(detail), ranges, trunc(extract(epoch FROM at) * 1000000), coalesce(quote_literal(stands), '-'))
FROM accounts_change
