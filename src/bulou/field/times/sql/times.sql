-- What the pages of entries whose time is in doubt read and write. In doubt is what was refused for its time (105), and
-- what counts although its phone's clock had jumped. What the desk said anew is settled.

-- name: devices
-- Devices of the scope with such entries, the most refused first.
SELECT j.id, j.name, count(*) FILTER (WHERE e.refusal IS NOT NULL) AS refused,
       count(*) FILTER (WHERE e.refusal IS NULL) AS jumped, max(e.received_at) AS at
FROM (
  SELECT journal, number, refusal, received_at FROM ledger_entry
  WHERE (refusal IS NOT NULL OR flags <> '{}') AND refusal = 105
  UNION
  SELECT e.journal, e.number, e.refusal, e.received_at FROM field_jump AS m
  JOIN ledger_entry AS e ON e.journal = m.journal AND e.number = m.number AND e.refusal IS NULL
) AS e
JOIN ledger_journal AS j ON j.id = e.journal AND j.kind IN ('phone', 'courier', 'laboratory')
WHERE %(scope)s::int8multirange @> j.ranges
  AND NOT EXISTS (SELECT FROM field_accepted AS a WHERE a.journal = e.journal AND a.number = e.number)
GROUP BY j.id, j.name ORDER BY count(*) FILTER (WHERE e.refusal IS NOT NULL) DESC, max(e.received_at) DESC, j.id
LIMIT %(limit)s

-- name: doubts
-- The entries of a device, in their order, with the nearest ones before and after whose time is good, and who took one
-- back. The content is the entry's own form, or what came where that was no entry at all.
SELECT e.number, e.kind, e.at, e.area, e.raw, e.refusal IS NULL AS counts, e.received_at, m.jump_ms,
       coalesce(b.number, 0) AS before, b.at AS low, a.at AS high,
       EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number) AS void
FROM ledger_entry AS e
LEFT JOIN field_jump AS m ON m.journal = e.journal AND m.number = e.number
LEFT JOIN LATERAL (
  SELECT o.number, o.at FROM ledger_entry AS o
  WHERE o.journal = e.journal AND o.number < e.number AND o.refusal IS NULL
    AND NOT EXISTS (SELECT FROM field_jump AS x WHERE x.journal = o.journal AND x.number = o.number)
  ORDER BY o.number DESC LIMIT 1) AS b ON true
LEFT JOIN LATERAL (
  SELECT o.at FROM ledger_entry AS o
  WHERE o.journal = e.journal AND o.number > e.number AND o.refusal IS NULL
    AND NOT EXISTS (SELECT FROM field_jump AS x WHERE x.journal = o.journal AND x.number = o.number)
  ORDER BY o.number LIMIT 1) AS a ON true
WHERE e.journal = %(journal)s AND (e.refusal = 105 OR (e.refusal IS NULL AND m.jump_ms IS NOT NULL))
  AND NOT EXISTS (SELECT FROM field_accepted AS s WHERE s.journal = e.journal AND s.number = e.number)
ORDER BY e.number LIMIT %(limit)s

-- name: device
-- A device that lies wholly within the scope.
SELECT id, kind, ranges::text AS ranges, enrolled_at, expires_at, actor, unit_kind, unit, name FROM ledger_journal
WHERE id = %(journal)s AND kind IN ('phone', 'courier', 'laboratory') AND %(scope)s::int8multirange @> ranges

-- name: lock
-- Two who settle the same device wait for each other.
SELECT pg_advisory_xact_lock(hashtext('field_accepted'), (%(journal)s %% 2147483647)::int)

-- name: settled
-- What the desk said anew, the latest first: of which entry, by whom, and at which time it happened.
SELECT a.number, a.by_journal, a.by_number, a.by, a.at AS done_at, e.kind, e.at, e.area, e.raw, o.refusal IS NULL AS counted,
       o.at AS told_at
FROM field_accepted AS a
JOIN ledger_entry AS e ON e.journal = a.by_journal AND e.number = a.by_number
JOIN ledger_entry AS o ON o.journal = a.journal AND o.number = a.number
WHERE a.journal = %(journal)s ORDER BY a.at DESC, a.number DESC LIMIT %(limit)s

-- name: said_anew
-- Under which numbers the desk said entries of a device.
SELECT number, by_journal, by_number FROM field_accepted WHERE journal = %(journal)s AND number = ANY (%(numbers)s::bigint[])

-- name: keep
-- Who said which entries anew, and under which numbers.
INSERT INTO field_accepted (journal, number, by_journal, by_number, by, at)
SELECT %(journal)s, number, %(by_journal)s, by_number, %(by)s, %(at)s
FROM unnest(%(numbers)s::bigint[], %(by_numbers)s::bigint[]) AS n (number, by_number)

-- name: drop
-- One is in doubt again: what the desk had said of it was taken back.
DELETE FROM field_accepted WHERE journal = %(journal)s AND number = %(number)s

-- name: keep_anew
-- One was taken back and said again by the time that the device had told.
UPDATE field_accepted SET by_journal = %(by_journal)s, by_number = %(by_number)s, by = %(by)s, at = %(at)s
WHERE journal = %(journal)s AND number = %(number)s

-- name: corrector
-- The journal in which a user corrects times within a scope.
SELECT journal FROM field_corrector WHERE user_id = %(user)s AND scope = %(scope)s

-- name: keep_corrector
-- Two pages of one user at the same time enrol one each; the one kept last is used from then on.
INSERT INTO field_corrector (user_id, scope, journal) VALUES (%(user)s, %(scope)s, %(journal)s)
ON CONFLICT (user_id, scope) DO UPDATE SET journal = EXCLUDED.journal
