-- What verify compares of lists that were applied, and what they say to the seal. A sealed text never changes: a column that
-- is added later comes last and says nothing where it is null. Times are microseconds since 1970.

-- name: lists
-- Lists that have more or fewer rows than were applied; rows whose entry is not there, or is of another kind. Of two
-- contents under one number the ledger chooses by their digests, so that the one of the list may be the other.
SELECT jsonb_build_object('list', t.id)::text, to_jsonb(count(r.id))::text, to_jsonb(t.people)::text
FROM exchange_taken AS t LEFT JOIN exchange_taken_row AS r ON r.taken = t.id
GROUP BY t.id, t.people HAVING count(r.id) <> t.people
UNION ALL
SELECT jsonb_build_object('list', r.taken, 'row', r.id)::text,
       jsonb_build_object('journal', r.journal, 'number', r.number, 'kind', e.kind)::text,
       jsonb_build_object('journal', r.journal, 'number', r.number, 'kind', r.kind)::text
FROM exchange_taken_row AS r
LEFT JOIN exchange_taken AS t ON t.id = r.taken
LEFT JOIN ledger_entry AS e ON e.journal = r.journal AND e.number = r.number
WHERE t.id IS NULL OR e.kind IS NULL OR (e.kind <> r.kind AND NOT EXISTS (
  SELECT FROM ledger_variant AS v WHERE v.journal = r.journal AND v.number = r.number AND position(convert_to(r.kind, 'UTF8') IN v.raw) > 0))

-- name: taken
-- To the seal: a list or a sheet that somebody applied.
INSERT INTO seal_said
SELECT id::text, at, concat_ws(' ', 'taken', id, what, quote_literal("user"), campaign, area, people, coalesce(sheet::text, '-'),
                               trunc(extract(epoch FROM at) * 1000000))
FROM exchange_taken

-- name: taken_row
-- To the seal: what it said of a person, and the entry that says it.
INSERT INTO seal_said
SELECT r.id::text, t.at, concat_ws(' ', 'taken_row', r.id, r.taken, r.line, r.person, r.area, quote_literal(r.kind),
                                   quote_literal(r.act), r.journal, r.number)
FROM exchange_taken_row AS r JOIN exchange_taken AS t ON t.id = r.taken

-- name: taken_back
-- To the seal: a list that was taken back as a whole.
INSERT INTO seal_said
SELECT id::text, undone_at,
       concat_ws(' ', 'taken_back', id, quote_literal(undone_by), trunc(extract(epoch FROM undone_at) * 1000000))
FROM exchange_taken WHERE undone_at IS NOT NULL
