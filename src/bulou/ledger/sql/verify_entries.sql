-- Verify, part one: kept entries against what was written with them.
-- Checks return (key, recorded, expected) as JSON texts, one row a difference; none when all is well.

-- name: settings
-- Room for hash tables; what does not fit goes to disk, so that memory stays bounded.
SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true),
       set_config('default_statistics_target', '20', true)

-- name: loops
-- The planner cannot know how much a scope leaves of a table and guesses a two-hundredth, and right after a round its
-- figures are those of the opening: in full passes loops within loops are never right, and for a few given rows nothing
-- but loops of index look-ups is.
SELECT set_config('enable_nestloop', %(yes)s, true), set_config('enable_hashjoin', %(no)s, true),
       set_config('enable_mergejoin', %(no)s, true), set_config('enable_seqscan', %(no)s, true)

-- name: prepare
-- What the entries themselves say about voids and endings, filled while they are read.
CREATE TEMPORARY TABLE verify_void_said (journal bigint, number bigint, by_journal bigint, by_number bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE verify_void (LIKE verify_void_said) ON COMMIT DROP;
CREATE TEMPORARY TABLE verify_ending (journal bigint, number bigint, last bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE verify_read (journal bigint, number bigint) ON COMMIT DROP

-- name: journals
-- What the rules may know of each journal; one whose times no calendar has is left out.
SELECT id, kind, ranges::text, enrolled_at, expires_at, actor, unit_kind, unit FROM ledger_journal
WHERE least(enrolled_at, expires_at) > '0001-01-02 00:00Z' AND greatest(enrolled_at, expires_at) < '9999-12-30 00:00Z'

-- name: campaigns
-- All that is recorded of each campaign besides its frozen figure. A time that no calendar has is a text.
SELECT id, kind, name, area, rules::text, CASE WHEN opened_at BETWEEN '0001-01-02Z' AND '9999-12-30Z' THEN opened_at END,
       opened_at::text, CASE WHEN closed_at BETWEEN '0001-01-02Z' AND '9999-12-30Z' THEN closed_at END, closed_at::text
FROM ledger_campaign

-- name: entry_count
-- How many entries there are to read.
SELECT count(*) FROM ledger_entry

-- name: entries
-- All entries, whether another content came under their number, and a rank that is random but fixed by the seed. A time
-- that no calendar has is none.
SELECT e.journal, e.number, e.kind, CASE WHEN e.at > '0001-01-02 00:00Z' AND e.at < '9999-12-30 00:00Z' THEN e.at END,
       e.area, e.raw, e.refusal, e.refused_field, e.flags, v.journal IS NOT NULL AS varied,
       hashint8extended(e.journal # (e.number << 40), %(seed)s) AS rank
FROM ledger_entry AS e
LEFT JOIN (SELECT DISTINCT journal, number FROM ledger_variant) AS v USING (journal, number)

-- name: lines_of
-- The stored lines of the given entries, to compare with what the rules make of them.
SELECT l.journal, l.number, l.line, l.act, l.at, l.campaign, l.kind, l.subject, l.occasion, l.area, l.stage, l.frozen,
       l.again, l.variant, l.value, l.carrier_kind, l.carrier, l.mark, l.reason, l.until, l.to_area, l.ref_journal,
       l.ref_number, l.authority, l.same_as, l.corrects, l.due, l.given_kind, l.given
FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
CROSS JOIN LATERAL (
  SELECT * FROM ledger_line AS y WHERE y.journal = k.journal AND y.number = k.number OFFSET 0
) AS l

-- name: movements_of
-- The stored movements of the given entries.
SELECT m.journal, m.number, m.line, m.at, m.item_kind, m.item, m.from_kind, m.from_id, m.to_kind, m.to_id, m.quantity
FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
CROSS JOIN LATERAL (
  SELECT * FROM ledger_movement AS y WHERE y.journal = k.journal AND y.number = k.number OFFSET 0
) AS m

-- name: statements_of
-- The stored statements of the given entries.
SELECT s.journal, s.number, s.line, s.at, s.area, s.subject_kind, s.subject, s.name, s.value, s.until, s.authority
FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
CROSS JOIN LATERAL (
  SELECT * FROM ledger_statement AS y WHERE y.journal = k.journal AND y.number = k.number OFFSET 0
) AS s

-- name: note_voids
-- Keeps which entries are void, as the entries themselves say.
INSERT INTO verify_void_said SELECT * FROM unnest(
  %(journal)s::bigint[], %(number)s::bigint[], %(by_journal)s::bigint[], %(by_number)s::bigint[])

-- name: note_endings
-- Keeps which journals were closed at which number, as the entries themselves say.
INSERT INTO verify_ending SELECT * FROM unnest(%(journal)s::bigint[], %(number)s::bigint[], %(last)s::bigint[])

-- name: note_read
-- Keeps which entries count, so that parts without one are found.
INSERT INTO verify_read SELECT * FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[])

-- name: adopt_voids
-- Voids by entries that were not read in full (a sample only): taken as they are recorded.
INSERT INTO verify_void_said
SELECT v.journal, v.number, v.by_journal, v.by_number
FROM ledger_void_said AS v JOIN ledger_entry AS e ON e.journal = v.by_journal AND e.number = v.by_number
WHERE NOT EXISTS (SELECT FROM verify_read AS r WHERE r.journal = v.by_journal AND r.number = v.by_number)

-- name: entry_digest
-- Entries whose stored bytes do not have the stored digest.
SELECT json_build_object('journal', journal, 'number', number)::text,
       to_jsonb(encode(digest, 'hex'))::text, to_jsonb(encode(substring(sha256(raw) FOR 16), 'hex'))::text
FROM ledger_entry WHERE digest <> substring(sha256(raw) FOR 16)

-- name: variant_digest
-- The same for variants.
SELECT json_build_object('journal', journal, 'number', number)::text,
       to_jsonb(encode(digest, 'hex'))::text, to_jsonb(encode(substring(sha256(raw) FOR 16), 'hex'))::text
FROM ledger_variant WHERE digest <> substring(sha256(raw) FOR 16)

-- name: variant_order
-- Of two contents under one number the smaller digest counts; a variant alone counts for nothing and cannot be.
SELECT json_build_object('journal', v.journal, 'number', v.number)::text,
       to_jsonb(encode(v.digest, 'hex'))::text, to_jsonb('more than ' || coalesce(encode(e.digest, 'hex'), 'an entry'))::text
FROM ledger_variant AS v LEFT JOIN ledger_entry AS e USING (journal, number)
WHERE e.digest IS NULL OR v.digest <= e.digest

-- name: stray_digest
-- The same for contents that came without a usable number.
SELECT json_build_object('journal', journal)::text,
       to_jsonb(encode(digest, 'hex'))::text, to_jsonb(encode(substring(sha256(raw) FOR 16), 'hex'))::text
FROM ledger_stray WHERE digest <> substring(sha256(raw) FOR 16)

-- name: unfounded
-- Parts of an entry that is not there or was refused: how many there are, where none may be.
SELECT json_build_object('journal', p.journal, 'number', p.number, 'table', p.what)::text, to_jsonb(p.n)::text, '0'
FROM (
  SELECT 'line' AS what, journal, number, count(*) AS n FROM ledger_line GROUP BY 2, 3
  UNION ALL SELECT 'movement', journal, number, count(*) FROM ledger_movement GROUP BY 2, 3
  UNION ALL SELECT 'statement', journal, number, count(*) FROM ledger_statement GROUP BY 2, 3
  UNION ALL SELECT 'void', by_journal, by_number, count(*) FROM ledger_void_said GROUP BY 2, 3
) AS p
LEFT JOIN ledger_entry AS e USING (journal, number)
WHERE e.journal IS NULL OR e.refusal IS NOT NULL

-- name: numbering
-- Lines, movements and statements of an entry are numbered from 0 without a gap, and dated as the entry.
SELECT json_build_object('journal', p.journal, 'number', p.number, 'table', p.what)::text,
       jsonb_build_object('count', p.n, 'earliest', p.lo, 'latest', p.hi)::text,
       jsonb_build_object('count', p.last::bigint + 1, 'earliest', e.at, 'latest', e.at)::text
FROM (
  SELECT 'line' AS what, journal, number, count(*) AS n, max(line) AS last, min(at) AS lo, max(at) AS hi
  FROM ledger_line GROUP BY 2, 3
  UNION ALL
  SELECT 'movement', journal, number, count(*), max(line), min(at), max(at) FROM ledger_movement GROUP BY 2, 3
  UNION ALL
  SELECT 'statement', journal, number, count(*), max(line), min(at), max(at) FROM ledger_statement GROUP BY 2, 3
) AS p
JOIN ledger_entry AS e USING (journal, number)
WHERE p.n <> p.last::bigint + 1 OR p.lo <> e.at OR p.hi <> e.at

-- name: void
-- What is recorded of entries that do not count, against what the entries say: said, and heard.
SELECT json_build_object('journal', journal, 'number', number, 'by_journal', by_journal, 'by_number', by_number)::text,
       CASE WHEN r.yes THEN 'true' ELSE 'false' END, CASE WHEN x.yes THEN 'true' ELSE 'false' END
FROM (
  SELECT 'said' AS how, *, true AS yes FROM ledger_void_said UNION ALL SELECT 'heard', *, true FROM ledger_void) AS r
FULL JOIN (
  SELECT DISTINCT 'said' AS how, *, true AS yes FROM verify_void_said
  UNION ALL SELECT 'heard', *, true FROM verify_void) AS x USING (how, journal, number, by_journal, by_number)
WHERE r.yes IS NULL OR x.yes IS NULL

-- name: frozen_list
-- An opening vouches for the lines written with it: how many, and the sum of their checksums modulo 2^52. They say
-- nothing else (``others``: how many do); whether they are heard is derived.
SELECT json_build_object('journal', e.journal, 'number', e.number)::text,
       jsonb_build_object('count', coalesce(l.n, 0), 'checksum', coalesce(l.sum, 0), 'others', coalesce(l.others, 0))::text,
       jsonb_build_object('count', e.n, 'checksum', e.sum, 'others', 0)::text
FROM unnest(%(journal)s::bigint[], %(number)s::bigint[], %(n)s::bigint[], %(sum)s::bigint[], %(campaign)s::int[])
  AS e (journal, number, n, sum, campaign)
LEFT JOIN (
  SELECT journal, number, count(*) AS n,
         mod(sum(ledger_line_checksum(campaign, kind, subject, occasion, area, due)), 4503599627370496)::bigint AS sum,
         count(*) FILTER (WHERE act <> 1 OR NOT frozen OR again OR stage <> 0 OR authority <> 0 OR num_nonnulls(
           variant, value, carrier_kind, carrier, mark, reason, until, to_area, ref_journal, ref_number, same_as, corrects,
           given_kind, given
         ) > 0) AS others
  FROM ledger_line
  WHERE (journal, number) IN (SELECT * FROM unnest(%(journal)s::bigint[], %(number)s::bigint[]))
  GROUP BY 1, 2
) AS l USING (journal, number)
WHERE (e.n, e.sum, 0) IS DISTINCT FROM (coalesce(l.n, 0), coalesce(l.sum, 0), coalesce(l.others, 0))
