-- The statements of the intake: one batch of entries, one transaction.

-- name: lock_journals
-- The journals of the batch and those of the entries it voids, locked in one order: a void and its target that come
-- at the same moment wait for each other here.
SELECT id, kind, ranges::text, enrolled_at, expires_at, actor, unit_kind, unit FROM ledger_journal
WHERE id = ANY (%(ids)s::bigint[]) ORDER BY id FOR UPDATE

-- name: known
-- What is held already under the batch's numbers.
SELECT e.journal, e.number, e.digest, e.refusal, e.flags
FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
JOIN ledger_entry AS e USING (journal, number)

-- name: voided_before
-- Of the batch's entries, those of which somebody said before they came that they do not count.
SELECT DISTINCT v.journal, v.number FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
JOIN ledger_void_said AS v USING (journal, number)

-- name: insert_entries
-- Keeps entries as they came, refused ones with the number of their refusal.
INSERT INTO ledger_entry (journal, number, kind, at, area, raw, digest, refusal, refused_field, flags, received_at)
SELECT journal, number, kind, at, area, raw, digest, refusal, refused_field, string_to_array(flags, ','), %(received_at)s
FROM unnest(%(journal)s::bigint[], %(number)s::bigint[], %(kind)s::text[], %(at)s::timestamptz[], %(area)s::bigint[],
            %(raw)s::bytea[], %(digest)s::bytea[], %(refusal)s::smallint[], %(refused_field)s::text[], %(flags)s::text[])
  AS e (journal, number, kind, at, area, raw, digest, refusal, refused_field, flags)
ORDER BY journal, number

-- name: insert_variants
-- Contents that came under a number already used.
INSERT INTO ledger_variant (journal, number, digest, raw, received_at)
SELECT journal, number, digest, raw, %(received_at)s
FROM unnest(%(journal)s::bigint[], %(number)s::bigint[], %(digest)s::bytea[], %(raw)s::bytea[])
  AS v (journal, number, digest, raw)
ON CONFLICT DO NOTHING

-- name: flag_variant
-- The entry that counts shows that another content came under its number.
UPDATE ledger_entry SET flags = flags || '{variant}'::text[]
FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
WHERE ledger_entry.journal = k.journal AND ledger_entry.number = k.number AND NOT flags @> '{variant}'::text[]

-- name: demote
-- An entry that gives way to a smaller digest becomes a variant itself.
WITH gone AS (
  DELETE FROM ledger_entry USING unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
  WHERE ledger_entry.journal = k.journal AND ledger_entry.number = k.number
  RETURNING ledger_entry.*
)
INSERT INTO ledger_variant (journal, number, digest, raw, received_at, refusal)
SELECT journal, number, digest, raw, received_at, refusal FROM gone ON CONFLICT DO NOTHING

-- name: hanging_on
-- The duties that follow from what the given entries said: asked before that is taken out, while the way to them is
-- still there.
WITH l AS (
  SELECT line.* FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
  JOIN ledger_line AS line USING (journal, number)
),
own AS (
  SELECT ARRAY(
    SELECT (campaign, kind, subject, occasion)::ledger_key FROM l
    UNION SELECT (campaign, carrier_kind, carrier, 0)::ledger_key FROM l WHERE carrier IS NOT NULL) AS keys
),
reached AS (SELECT keys || ARRAY(SELECT c FROM ledger_carried(keys) AS c) AS keys FROM own)
SELECT 'duty' AS what, f.campaign, f.kind, f.subject, f.occasion, NULL AS name
FROM reached, ledger_following(reached.keys) AS f

-- name: forget
-- What a demoted entry said is taken out again. Returns the keys that it spoke of; its movements are taken back.
WITH k AS (SELECT * FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)),
lines AS (
  DELETE FROM ledger_line AS l USING k WHERE l.journal = k.journal AND l.number = k.number RETURNING l.*
),
moves AS (
  DELETE FROM ledger_movement AS m USING k WHERE m.journal = k.journal AND m.number = k.number
),
voids AS (
  DELETE FROM ledger_void_said AS v USING k WHERE v.by_journal = k.journal AND v.by_number = k.number
  RETURNING v.journal, v.number
),
stated AS (
  DELETE FROM ledger_statement AS s USING k WHERE s.journal = k.journal AND s.number = k.number
  RETURNING s.subject_kind, s.subject, s.name
)
SELECT 'duty' AS what, campaign, kind, subject, occasion, NULL AS name FROM lines
UNION SELECT 'duty', campaign, carrier_kind, carrier, 0, NULL FROM lines WHERE carrier IS NOT NULL
UNION SELECT 'standing', 0, subject_kind, subject, 0, name FROM stated
UNION SELECT 'void', 0, 0, journal, number, NULL FROM voids

-- name: insert_lines
-- What the entries of a batch do to duties. Lines of an entry that differ in nothing but their subject come as one group
-- with a range of subjects.
INSERT INTO ledger_line
  (journal, number, line, act, at, campaign, kind, subject, occasion, area, stage, frozen, again, variant, value,
   carrier_kind, carrier, mark, reason, until, to_area, ref_journal, ref_number, authority, same_as, corrects, due, given_kind,
   given, unheard)
SELECT journal, number, line + s.place - 1, act, at, campaign, kind, s.subject, occasion, area, stage, frozen, again,
       variant, value, carrier_kind, carrier, mark, reason, until, to_area, ref_journal, ref_number, authority, same_as,
       corrects::bigint[], due, given_kind, given, 0
FROM unnest(
  %(journal)s::bigint[], %(number)s::bigint[], %(line)s::int[], %(act)s::smallint[], %(at)s::timestamptz[],
  %(campaign)s::int[], %(kind)s::smallint[], %(occasion)s::bigint[], %(area)s::bigint[],
  %(stage)s::smallint[], %(frozen)s::boolean[], %(again)s::boolean[], %(variant)s::smallint[], %(value)s::smallint[],
  %(carrier_kind)s::smallint[], %(carrier)s::bigint[], %(mark)s::smallint[], %(reason)s::text[],
  %(until)s::timestamptz[], %(to_area)s::bigint[], %(ref_journal)s::bigint[], %(ref_number)s::bigint[],
  %(authority)s::smallint[], %(same_as)s::bigint[], %(corrects)s::text[], %(due)s::timestamptz[],
  %(given_kind)s::smallint[], %(given)s::bigint[], %(head)s::int[], %(tail)s::int[])
  AS g (journal, number, line, act, at, campaign, kind, occasion, area, stage, frozen, again, variant, value,
        carrier_kind, carrier, mark, reason, until, to_area, ref_journal, ref_number, authority, same_as, corrects, due,
        given_kind, given, head, tail)
CROSS JOIN LATERAL unnest((%(subjects)s::bigint[])[head : tail]) WITH ORDINALITY AS s (subject, place)

-- name: insert_movements
-- Which quantities the entries of a batch move.
INSERT INTO ledger_movement (journal, number, line, at, item_kind, item, from_kind, from_id, to_kind, to_id, quantity)
SELECT * FROM unnest(
  %(journal)s::bigint[], %(number)s::bigint[], %(line)s::int[], %(at)s::timestamptz[], %(item_kind)s::smallint[],
  %(item)s::bigint[], %(from_kind)s::smallint[], %(from_id)s::bigint[], %(to_kind)s::smallint[],
  %(to_id)s::bigint[], %(quantity)s::bigint[])

-- name: insert_statements
-- Which named values the entries of a batch state.
INSERT INTO ledger_statement (journal, number, line, at, area, subject_kind, subject, name, value, until, authority)
SELECT * FROM unnest(
  %(journal)s::bigint[], %(number)s::bigint[], %(line)s::int[], %(at)s::timestamptz[], %(area)s::bigint[],
  %(subject_kind)s::smallint[], %(subject)s::bigint[], %(name)s::text[], %(value)s::text[], %(until)s::timestamptz[],
  %(authority)s::smallint[])

-- name: hold
-- Adds what a batch moves to the holdings; returns a row if some holder has nothing left.
WITH changed AS (
  INSERT INTO ledger_holding AS h (item_kind, item, holder_kind, holder, quantity)
  SELECT * FROM unnest(%(item_kind)s::smallint[], %(item)s::bigint[], %(holder_kind)s::smallint[], %(holder)s::bigint[],
                       %(quantity)s::bigint[])
  ON CONFLICT (item_kind, item, holder_kind, holder) DO UPDATE SET quantity = h.quantity + excluded.quantity
  RETURNING h.quantity
)
SELECT 1 FROM changed WHERE quantity = 0 LIMIT 1

-- name: drop_emptied
-- Of the holders that a batch changed, those that have nothing of the item any more.
DELETE FROM ledger_holding AS h
USING unnest(%(item_kind)s::smallint[], %(item)s::bigint[], %(holder_kind)s::smallint[], %(holder)s::bigint[])
  AS k (item_kind, item, holder_kind, holder)
WHERE h.item_kind = k.item_kind AND h.item = k.item AND h.holder_kind = k.holder_kind AND h.holder = k.holder
  AND h.quantity = 0

-- name: held_movements
-- Adds the movements of earlier entries to the holdings again (sign 1), or takes them back (sign -1): of those that count,
-- or of all (dead_too).
WITH m AS (
  SELECT m.* FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
  JOIN ledger_movement AS m USING (journal, number)
  WHERE %(dead_too)s OR NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = m.journal AND v.number = m.number)
),
delta AS (
  SELECT item_kind, item, holder_kind, holder, sum(quantity) * %(sign)s::int AS quantity FROM (
    SELECT item_kind, item, to_kind AS holder_kind, to_id AS holder, quantity FROM m
    UNION ALL SELECT item_kind, item, from_kind, from_id, -quantity FROM m) AS both_ends
  GROUP BY 1, 2, 3, 4 HAVING sum(quantity) <> 0 ORDER BY 1, 2, 3, 4
)
INSERT INTO ledger_holding AS h (item_kind, item, holder_kind, holder, quantity)
SELECT item_kind, item, holder_kind, holder, quantity FROM delta
ON CONFLICT (item_kind, item, holder_kind, holder) DO UPDATE SET quantity = h.quantity + excluded.quantity

-- name: insert_voids
-- Of which entries it was said that they do not count, and by which entry; the named one may not be here yet.
INSERT INTO ledger_void_said (journal, number, by_journal, by_number)
SELECT * FROM unnest(%(journal)s::bigint[], %(number)s::bigint[], %(by_journal)s::bigint[], %(by_number)s::bigint[])
ON CONFLICT DO NOTHING

-- name: judge_voids
-- Which of the given entries do not count, now that it is known what they are: enough of those who may say so have said
-- so (rules.void_counts). Returns the entries with whether they counted before and do now, where that differs.
WITH k AS (SELECT DISTINCT * FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)),
entitled AS (
  SELECT v.*, coalesce(w.voices, 1) AS voices
  FROM k JOIN ledger_void_said AS v USING (journal, number)
  JOIN ledger_entry AS e USING (journal, number)
  JOIN ledger_journal AS j ON j.id = v.by_journal
  LEFT JOIN unnest(%(several)s::text[], %(voices)s::int[]) AS w (kind, voices) ON w.kind = e.kind
  WHERE e.refusal IS NULL
    AND (w.voices IS NULL AND v.by_journal = v.journal OR j.kind = ANY (%(desk)s::text[]) AND j.ranges @> e.area)
),
heard AS (
  SELECT journal, number, by_journal, by_number FROM entitled AS v
  WHERE voices <= (SELECT count(DISTINCT o.by_journal) FROM entitled AS o WHERE o.journal = v.journal AND o.number = v.number)
),
gone AS (
  DELETE FROM ledger_void AS v USING k WHERE v.journal = k.journal AND v.number = k.number
    AND NOT EXISTS (SELECT FROM heard AS h WHERE (h.journal, h.number, h.by_journal, h.by_number)
                    = (v.journal, v.number, v.by_journal, v.by_number))
),
come AS (
  INSERT INTO ledger_void (journal, number, by_journal, by_number) SELECT * FROM heard ON CONFLICT DO NOTHING
)
SELECT k.journal, k.number, was.yes, "is".yes FROM k
CROSS JOIN LATERAL (
  SELECT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = k.journal AND v.number = k.number) AS yes) AS was
CROSS JOIN LATERAL (
  SELECT EXISTS (SELECT FROM heard AS h WHERE h.journal = k.journal AND h.number = k.number) AS yes) AS "is"

-- name: spoken_of
-- The duties and standings that the given entries speak of.
WITH k AS (SELECT * FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)),
lines AS (SELECT l.* FROM k JOIN ledger_line AS l USING (journal, number))
SELECT 'duty' AS what, campaign, kind, subject, occasion, NULL AS name FROM lines
UNION SELECT 'duty', campaign, carrier_kind, carrier, 0, NULL FROM lines WHERE carrier IS NOT NULL
UNION SELECT 'standing', 0, s.subject_kind, s.subject, 0, s.name FROM k JOIN ledger_statement AS s USING (journal, number)

-- name: advance
-- Brings the duties up to date; returns the standings that may have changed with them.
WITH folded AS (
  SELECT * FROM ledger_advance(
    ARRAY(
      SELECT (campaign, kind, subject, occasion, area, area, frozen, stage, stage_at, opened_at, outcome, 0, NULL, NULL,
              NULL, variant, value, takes, false, 0, false, 0, 0, NULL, NULL, NULL)::ledger_duty
      FROM unnest(
        %(first_campaign)s::int[], %(first_kind)s::smallint[], %(first_subject)s::bigint[], %(first_occasion)s::bigint[],
        %(area)s::bigint[], %(frozen)s::boolean[], %(first_stage)s::smallint[], %(stage_at)s::timestamptz[],
        %(opened_at)s::timestamptz[], %(outcome)s::smallint[], %(variant)s::smallint[], %(first_value)s::smallint[],
        %(first_takes)s::smallint[])
        AS r (campaign, kind, subject, occasion, area, frozen, stage, stage_at, opened_at, outcome, variant, value, takes)),
    ARRAY(
      SELECT g::ledger_group
      FROM unnest(
        %(tier)s::smallint[], %(campaign)s::int[], %(kind)s::smallint[], %(occasion)s::bigint[], %(final)s::smallint[],
        %(stage)s::smallint[], %(at)s::timestamptz[], %(takes)s::smallint[], %(value)s::smallint[],
        %(ranges)s::int8multirange[], %(head)s::int[], %(tail)s::int[])
        AS g (tier, campaign, kind, occasion, final, stage, at, takes, value, ranges, head, tail)),
    %(subjects)s::bigint[],
    ARRAY(
      SELECT (campaign, kind, subject, occasion)::ledger_key
      FROM unnest(%(again_campaign)s::int[], %(again_kind)s::smallint[], %(again_subject)s::bigint[],
                  %(again_occasion)s::bigint[]) AS k (campaign, kind, subject, occasion)))
)
SELECT DISTINCT kind.subject_kind, f.subject, r.standing_name
FROM folded AS f
JOIN ledger_consequence AS r ON r.kind = f.kind AND r.standing_name IS NOT NULL
JOIN ledger_duty_kind AS kind ON kind.code = r.kind
UNION
-- What was stated of a subject counts by where it owes something.
SELECT s.subject_kind, s.subject, s.name
FROM folded AS f JOIN ledger_duty_kind AS kind ON kind.code = f.kind
CROSS JOIN LATERAL (
  SELECT y.subject_kind, y.subject, y.name FROM ledger_statement AS y
  WHERE y.subject_kind = kind.subject_kind AND y.subject = f.subject AND y.authority > 0 OFFSET 0) AS s

-- name: restand
-- Brings standings up to date with their statements (function in fold.sql).
SELECT ledger_restand(%(kinds)s::smallint[], %(subjects)s::bigint[], %(names)s::text[])

-- name: drop_empty_holdings
-- Holders that have nothing of the item any more.
DELETE FROM ledger_holding AS h
USING (
  SELECT m.item_kind, m.item FROM unnest(%(journals)s::bigint[], %(numbers)s::bigint[]) AS k (journal, number)
  JOIN ledger_movement AS m USING (journal, number)
) AS moved
WHERE h.item_kind = moved.item_kind AND h.item = moved.item AND h.quantity = 0

-- name: count_journals
-- Brings each journal's own figures up to date: what it sent, what is missing, where it ends.
UPDATE ledger_journal AS j SET
  highest = greatest(j.highest, n.highest),
  held = j.held + n.added,
  heard_at = greatest(j.heard_at, %(received_at)s),
  upto = CASE WHEN j.held + n.added = greatest(j.highest, n.highest) THEN greatest(j.highest, n.highest)
    ELSE j.upto + (
      SELECT count(*) FROM (
        SELECT number, row_number() OVER (ORDER BY number) AS place
        FROM ledger_entry WHERE journal = j.id AND number > j.upto) AS e
      WHERE e.number = j.upto + e.place) END
FROM unnest(%(journal)s::bigint[], %(highest)s::bigint[], %(added)s::bigint[]) AS n (journal, highest, added)
WHERE j.id = n.journal

-- name: close_journals
-- The last number by a journal's live closing entries.
UPDATE ledger_journal AS j SET closed_last = (
  SELECT max((convert_from(e.raw, 'UTF8')::jsonb -> 'body' ->> 'last')::bigint) FROM ledger_entry AS e
  WHERE e.journal = j.id AND e.kind = 'journal.closed' AND e.refusal IS NULL
    AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number))
WHERE j.id = ANY (%(ids)s::bigint[])

-- name: notify
-- Tells boards once a batch where something was said (news.py). What moves elsewhere is told by ledger_count.
SELECT pg_notify('bulou_ledger', %(areas)s)

-- name: standing
-- For each journal up to where all is held, and the gaps below its highest (or closing) number as inclusive ranges: a row
-- a gap, or one row without.
SELECT j.id, j.upto, gap.lo, gap.hi
FROM ledger_journal AS j
LEFT JOIN LATERAL (
  SELECT coalesce(lag(number) OVER (ORDER BY number), j.upto) + 1 AS lo, number - 1 AS hi FROM (
    SELECT number FROM ledger_entry WHERE journal = j.id AND number > j.upto
    UNION SELECT greatest(j.highest, j.closed_last) + 1) AS e
  WHERE j.upto < greatest(j.highest, j.closed_last)
) AS gap ON gap.hi >= gap.lo
WHERE j.id = ANY (%(ids)s::bigint[]) ORDER BY j.id, gap.lo
