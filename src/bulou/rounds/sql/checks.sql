-- What verify compares of printed sheets, and what they say to the seal.

-- name: sheets
-- Sheets whose journal is not the one that was enrolled for them.
SELECT jsonb_build_object('sheet', s.journal)::text,
       jsonb_build_object('kind', j.kind, 'area', lower(j.ranges), 'enrolled_at', j.enrolled_at)::text,
       jsonb_build_object('kind', 'import', 'area', s.area, 'enrolled_at', s.printed_at)::text
FROM rounds_sheet AS s LEFT JOIN ledger_journal AS j ON j.id = s.journal
WHERE (j.kind, lower(j.ranges), j.enrolled_at) IS DISTINCT FROM ('import', s.area, s.printed_at)

-- name: sheet
-- To the seal: a printed sheet and who stands on which line. The text never changes: a column that is added later comes last
-- and says nothing where it is null.
INSERT INTO seal_said
SELECT journal::text, printed_at, concat_ws(' ', 'sheet', journal, campaign, area, quote_literal(printed_by),
  trunc(extract(epoch FROM printed_at) * 1000000), encode(sha256(convert_to(array_to_string(persons, ' '), 'UTF8')), 'hex'))
FROM rounds_sheet
