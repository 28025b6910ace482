-- What the desk's pages of enrolment read and write.

-- name: offers
-- Tokens that still admit somebody, and cards until their end, the newest first. `own`: wholly within the scope.
SELECT encode(e.token_hash, 'hex') AS id, e.name, e.kind, e.role, e.ranges::text AS ranges, e.valid_until,
       e.usable_until, e.offered_by, e.offered_at, e.admits, e.used, e.withdrawn_at IS NOT NULL AS withdrawn,
       %(scope)s::int8multirange @> e.ranges AS own
FROM field_enrolment AS e
WHERE e.ranges && %(scope)s::int8multirange AND e.usable_until > %(at)s
  AND (e.admits > 1 OR (e.used = 0 AND e.withdrawn_at IS NULL))
ORDER BY e.offered_at DESC, e.token_hash LIMIT %(limit)s

-- name: offer
-- One token by its hash, while it lasts and wholly within the scope.
SELECT name, kind, role, ranges::text AS ranges, valid_until, usable_until, admits, used FROM field_enrolment
WHERE token_hash = %(token_hash)s AND %(scope)s::int8multirange @> ranges AND usable_until > %(at)s
  AND withdrawn_at IS NULL

-- name: withdraw
-- Compare and set: the token admits nobody from now on.
UPDATE field_enrolment SET withdrawn_at = %(at)s
WHERE token_hash = %(token_hash)s AND %(scope)s::int8multirange @> ranges AND withdrawn_at IS NULL

-- name: admitted
-- The devices that came with a token.
SELECT journal FROM field_device WHERE token_hash = %(token_hash)s ORDER BY journal

-- name: below
-- Areas to choose from: the way down to the node, and what is directly below it.
SELECT id, level, ARRAY[name, name_en] AS name, parent = ANY (%(below)s::bigint[]) AS child FROM places_area
WHERE closed_at IS NULL AND (id = ANY (%(way)s::bigint[]) OR parent = ANY (%(below)s::bigint[])) ORDER BY id LIMIT 500

-- name: handed_in
-- Which journals came as files lately.
SELECT h.journal, j.name, h.by, h.at, h.entries, h.kept, h.repeated, h.refused
FROM field_handing AS h JOIN ledger_journal AS j ON j.id = h.journal
WHERE j.ranges && %(scope)s::int8multirange ORDER BY h.at DESC, h.id DESC LIMIT 20

-- name: own_journal
-- A device's journal, where it lies wholly within the scope.
SELECT id, name, kind, ranges::text AS ranges FROM ledger_journal
WHERE id = %(journal)s AND kind IN ('phone', 'courier', 'laboratory') AND %(scope)s::int8multirange @> ranges

-- name: keep_handing
-- Who handed in which file, and what became of it.
INSERT INTO field_handing (journal, by, at, digest, entries, kept, repeated, refused)
VALUES (%(journal)s, %(by)s, %(at)s, %(digest)s, %(entries)s, %(kept)s, %(repeated)s, %(refused)s)
