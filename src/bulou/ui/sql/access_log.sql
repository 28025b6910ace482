-- What left the desk, and who was shown by name, on record.

-- name: note_export
-- A list that left the desk.
INSERT INTO people_export (number, at, "user", what, filter, rows, masked, area)
VALUES (ledger_next('export', %(user)s, 1), %(at)s, %(user)s, %(what)s, %(filter)s::jsonb, %(rows)s, %(masked)s, %(area)s)

-- name: note_look
-- One row a person shown by name, in the area through which the user sees the person.
INSERT INTO places_look_up (number, person, area, "user", reason, at)
SELECT first + place - 1, p, places_seen_in(p, a), %(user)s, %(reason)s, %(now)s
FROM ledger_next('look', %(user)s, cardinality(%(persons)s::bigint[])) AS first,
     unnest(%(persons)s::bigint[], %(areas)s::bigint[]) WITH ORDINALITY AS shown (p, a, place)
