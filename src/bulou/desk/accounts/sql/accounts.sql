-- Roles of the desk's users.

-- name: who
-- A user's roles at a time and the device of his second step; one row at least.
SELECT g.role, g.areas, g.until, d.id
FROM (VALUES (1)) AS one (n)
LEFT JOIN accounts_grant g
    ON g.user_id = %(user)s AND g.since <= %(now)s AND g.until > %(now)s AND g.ended_at IS NULL
LEFT JOIN LATERAL (
    SELECT id FROM otp_totp_totpdevice WHERE user_id = %(user)s AND confirmed ORDER BY id LIMIT 1
) d ON true
ORDER BY g.id

-- name: account
-- A user, by the columns of Django's own table in their order, and beside him what `who` says; a row for each role.
SELECT u.id, u.password, u.last_login, u.is_superuser, u.username, u.first_name, u.last_name, u.email, u.is_staff,
    u.is_active, u.date_joined, g.role, g.areas, g.until, d.id
FROM auth_user u
LEFT JOIN accounts_grant g
    ON g.user_id = u.id AND g.since <= %(now)s AND g.until > %(now)s AND g.ended_at IS NULL
LEFT JOIN LATERAL (
    SELECT id FROM otp_totp_totpdevice WHERE user_id = u.id AND confirmed ORDER BY id LIMIT 1
) d ON true
WHERE u.id = %(user)s ORDER BY g.id

-- name: session
-- A session that lasts still, and beside it what `account` says of its user; a row for each role.
SELECT s.session_data, u.id, u.password, u.last_login, u.is_superuser, u.username, u.first_name, u.last_name, u.email,
    u.is_staff, u.is_active, u.date_joined, g.role, g.areas, g.until, d.id
FROM accounts_session s
LEFT JOIN auth_user u ON u.id = s.user_id
LEFT JOIN accounts_grant g
    ON g.user_id = u.id AND g.since <= %(now)s AND g.until > %(now)s AND g.ended_at IS NULL
LEFT JOIN LATERAL (
    SELECT id FROM otp_totp_totpdevice WHERE user_id = u.id AND confirmed ORDER BY id LIMIT 1
) d ON true
WHERE s.session_key = %(key)s AND s.expire_date > %(now)s ORDER BY g.id

-- name: sessions_end
-- Ends all sessions of a user but one, and those that are over: nobody else removes them.
DELETE FROM accounts_session
WHERE (user_id = %(user)s AND session_key <> %(but)s) OR expire_date < %(now)s

-- name: administrators
-- Up to three of those who give roles in all of these ranges.
SELECT DISTINCT ON (u.username) u.username
FROM accounts_grant g JOIN auth_user u ON u.id = g.user_id
WHERE u.is_active AND g.role = ANY (%(roles)s) AND g.since <= %(now)s AND g.until > %(now)s AND g.ended_at IS NULL
    AND g.ranges @> %(ranges)s::int8multirange
ORDER BY u.username
LIMIT 3

-- name: give
-- Gives a role; the policy refuses ranges outside the giver's scope.
INSERT INTO accounts_grant (user_id, role, areas, ranges, since, until, reason, given_by)
VALUES (%(user)s, %(role)s, %(areas)s, %(ranges)s::int8multirange, %(now)s, %(until)s, %(reason)s, %(by)s)

-- name: end
-- Ends one role of a user, once.
UPDATE accounts_grant SET ended_at = %(now)s, ended_by = %(by)s, end_reason = %(reason)s
WHERE id = %(grant)s AND user_id = %(user)s AND ended_at IS NULL AND until > %(now)s
RETURNING role, areas

-- name: end_all
-- Ends all roles of a user that last still.
UPDATE accounts_grant SET ended_at = %(now)s, ended_by = %(by)s, end_reason = %(reason)s
WHERE user_id = %(user)s AND ended_at IS NULL AND until > %(now)s

-- name: note
-- Writes down a change of an account, where its user works or worked, as far as the writer reaches; and how the account
-- stands now, so that one that is changed without a record is found.
INSERT INTO accounts_change (number, at, by, "user", what, detail, ranges, stands)
SELECT ledger_next('account', %(by)s, 1), %(now)s, %(by)s, %(name)s, %(what)s, %(detail)s,
    coalesce((SELECT range_agg(g.ranges) FROM accounts_grant g WHERE g.user_id = %(user)s),
        %(root)s::int8multirange) * nullif(current_setting('bulou.scope', true), '')::int8multirange,
    (SELECT accounts_stands(u) FROM auth_user u WHERE u.id = %(user)s)

-- name: adopted
-- Accounts of before changes said how an account stands, once: as they stand now.
INSERT INTO accounts_change (number, at, by, "user", what, detail, ranges, stands)
SELECT ledger_next('account', 'upgrade', 1), %(at)s, 'upgrade', u.username, 'adopted', '',
       coalesce((SELECT range_agg(g.ranges) FROM accounts_grant g WHERE g.user_id = u.id), %(root)s::int8multirange),
       accounts_stands(u)
FROM auth_user u WHERE NOT EXISTS (SELECT FROM accounts_change WHERE stands IS NOT NULL)

-- name: as_left
-- Whether an account stands as its latest change left it.
SELECT accounts_stands(u) = (SELECT stands FROM accounts_change c WHERE c."user" = u.username ORDER BY c.id DESC LIMIT 1)
FROM auth_user u WHERE u.id = %(user)s FOR UPDATE

-- name: users
-- The users whose roles, now or once, lie within the ranges; of a whole district's administrator also those who never
-- had one. `foreign` tells whether another role of theirs reaches beyond.
SELECT u.id, u.username, u.is_active, u.last_login,
    EXISTS (SELECT FROM otp_totp_totpdevice d WHERE d.user_id = u.id AND d.confirmed) AS second,
    EXISTS (SELECT FROM axes_accessattempt a WHERE a.username = lower(u.username) AND a.attempt_time >= %(recent)s
        GROUP BY a.ip_address HAVING sum(a.failures_since_start) >= %(tries)s) AS locked,
    EXISTS (SELECT FROM accounts_grant g WHERE g.user_id = u.id AND NOT g.ranges <@ %(ranges)s::int8multirange
        AND g.ended_at IS NULL AND g.until > %(now)s) AS beyond,
    own.grants
FROM auth_user u
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(g.id, g.role, g.areas, extract(epoch FROM g.since),
        extract(epoch FROM g.until), g.reason, g.given_by, extract(epoch FROM g.ended_at), g.ended_by, g.end_reason)
        ORDER BY g.id) AS grants
    FROM accounts_grant g WHERE g.user_id = u.id AND g.ranges <@ %(ranges)s::int8multirange
) own ON true
WHERE (own.grants IS NOT NULL
        OR (%(unbound)s AND NOT EXISTS (SELECT FROM accounts_grant g WHERE g.user_id = u.id)))
    AND (%(one)s::numeric IS NULL OR u.id = %(one)s::numeric)
    AND (%(part)s = '' OR strpos(lower(u.username), lower(%(part)s)) > 0)
    AND u.username > %(after)s
ORDER BY u.username
LIMIT %(limit)s

-- name: changes
-- The latest changes of accounts within the ranges, of one user or of all.
SELECT at, by, "user", what, detail FROM accounts_change
WHERE ranges <@ %(ranges)s::int8multirange AND (%(name)s = '' OR "user" = %(name)s)
ORDER BY id DESC
LIMIT %(limit)s

-- name: areas_offered
-- The nodes of the upper levels within the ranges, to choose from.
SELECT id, name, name_en, level FROM places_area
WHERE closed_at IS NULL AND level <= %(deepest)s AND %(ranges)s::int8multirange @> id
ORDER BY id
LIMIT %(limit)s

-- name: open_areas
-- Of some areas those that the tree has.
SELECT id FROM places_area WHERE id = ANY (%(areas)s::bigint[]) AND closed_at IS NULL
