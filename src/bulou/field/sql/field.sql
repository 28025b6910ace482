-- Statements of the field door.

-- name: keep_strays
-- What came without a usable number; the same content again changes nothing.
INSERT INTO ledger_stray (journal, digest, raw, refusal, received_at)
SELECT journal, digest, raw, refusal, %(received_at)s
FROM unnest(%(journal)s::bigint[], %(digest)s::bytea[], %(raw)s::bytea[], %(refusal)s::smallint[])
  AS s (journal, digest, raw, refusal)
ORDER BY journal, digest
ON CONFLICT DO NOTHING

-- name: keep_jumps
-- By how much the clock of an entry's phone had jumped; the first word on it stands.
INSERT INTO field_jump (journal, number, jump_ms, received_at)
SELECT journal, number, jump_ms, %(received_at)s
FROM unnest(%(journal)s::bigint[], %(number)s::bigint[], %(jump_ms)s::bigint[]) AS j (journal, number, jump_ms)
ORDER BY journal, number
ON CONFLICT DO NOTHING

-- name: offer_enrolment
-- A token that one device may enrol with, or as many as it admits, for a while.
INSERT INTO field_enrolment (token_hash, name, kind, role, ranges, valid_until, offered_by, offered_at, usable_until,
                             admits, used)
VALUES (%(token_hash)s, %(name)s, %(kind)s, %(role)s, %(ranges)s::int8multirange, %(valid_until)s, %(by)s,
        %(offered_at)s, %(usable_until)s, %(admits)s, 0)

-- name: use_enrolment
-- Compare and set: what a token in time still admits. Of more uses at once than that the last change no row.
UPDATE field_enrolment SET used = used + 1
WHERE token_hash = %(token_hash)s AND used < admits AND usable_until > %(at)s AND withdrawn_at IS NULL
RETURNING name, kind, role, ranges::text, valid_until, admits, used

-- name: offer_unit
-- The unit that the devices of an offer work for.
INSERT INTO stands_for_enrolmentunit (token_hash, unit) VALUES (%(token_hash)s, %(unit)s)

-- name: unit_of
-- The same, asked for by its token.
SELECT unit FROM stands_for_enrolmentunit WHERE token_hash = %(token_hash)s

-- name: keep_device
-- The device that came with a token.
INSERT INTO field_device (journal, token_hash, role, enrolled_at)
VALUES (%(journal)s, %(token_hash)s, %(role)s, %(at)s)

-- name: role
-- What a device is for.
SELECT role FROM field_device WHERE journal = %(journal)s

-- name: people_in
-- How many people a pack would hold, counted no further than one beyond the limit.
SELECT count(*) FROM (
  SELECT FROM places_person AS p, unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
  WHERE p.area BETWEEN r.lo AND r.hi AND p.merged_into IS NULL LIMIT %(limit)s) AS counted

-- name: campaigns
-- Open rounds, newest first; then closed ones under which somebody of the scope still waits for a second swab or a
-- transfer (%(people)s), or a tube or box (%(items)s) of the last days is still on its way: whoever closed the round
-- did not end these. With what the round's rule says of its tubes: how many people one may hold (null: not said), and
-- whether the households of sealed buildings have one each.
SELECT c.id, c.kind, c.name, c.area, c.opened_at, c.closed_at,
       CASE WHEN c.rules ->> 'pool_size' ~ '^[0-9]{1,2}$' THEN (c.rules ->> 'pool_size')::int END AS pool_size,
       coalesce(c.rules ->> 'scope.sealed' = 'household', false) AS by_household
FROM ledger_campaign AS c
WHERE c.kind NOT IN ('standing', 'covered') AND (c.closed_at IS NULL OR EXISTS (
  SELECT FROM ledger_counter AS k WHERE k.campaign = c.id AND k.open > 0
    AND (k.kind = ANY (%(people)s::smallint[]) OR (k.kind = ANY (%(items)s::smallint[]) AND c.closed_at > %(recent)s))))
ORDER BY c.closed_at IS NOT NULL, c.opened_at DESC, c.id DESC

-- name: guests
-- Who lives elsewhere and is owed something here, because it was handed over to here and accepted. Row level security lets
-- these persons and their doors be seen by whoever answers for such a duty, and nobody else of elsewhere.
WITH range AS (
  SELECT lo, hi FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
)
SELECT DISTINCT ON (p.id) p.id, p.area, p.household, p.name, p.needs, h.stairwell, h.floor, h.door
FROM unnest(%(campaigns)s::int[]) AS c (id)
CROSS JOIN range AS r
JOIN ledger_duty_kind AS k ON k.name = ANY (%(kinds)s::text[])
JOIN ledger_duty AS d ON d.campaign = c.id AND d.kind = k.code AND d.area BETWEEN r.lo AND r.hi AND d.moved
JOIN places_person AS p ON p.id = d.subject
LEFT JOIN places_household AS h ON h.id = p.household
WHERE d.outcome <> 3 AND p.merged_into IS NULL AND NOT EXISTS (SELECT FROM range AS o WHERE p.area BETWEEN o.lo AND o.hi)
ORDER BY p.id

-- name: open_duties
-- What is open in the ranges, under the given campaigns; of closed ones no swab, for that is the next round's. Kinds that
-- tell a diagnosis stay at home.
SELECT d.campaign, k.name AS kind, d.subject, d.occasion, d.area, d.stage, d.mark, d.reason, d.until
FROM unnest(%(campaigns)s::int[], %(closed)s::boolean[]) AS c (id, closed)
CROSS JOIN ledger_duty_kind AS k
CROSS JOIN unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
JOIN ledger_duty AS d ON d.campaign = c.id AND d.kind = k.code AND d.area BETWEEN r.lo AND r.hi
WHERE d.outcome = 0 AND k.name <> ALL (%(secret)s::text[]) AND (NOT c.closed OR k.name <> ALL (%(of_all)s::text[]))
ORDER BY d.campaign, d.kind, d.area, d.subject, d.occasion
