-- Opening a campaign: one line for each owed duty, written set-based from the rows that a room put into `opening`.

-- name: prepare
-- Where a room puts what it found to be owed: one row a duty, with the leaf area it is owed in. `kind` is left out where
-- the campaign has one kind alone.
CREATE TEMPORARY TABLE opening (
  subject bigint NOT NULL, area bigint NOT NULL, kind smallint, occasion bigint NOT NULL DEFAULT 0, due timestamptz,
  UNIQUE NULLS NOT DISTINCT (kind, subject, occasion)
) ON COMMIT DROP

-- name: named
-- Rows without a kind are of the campaign's own.
UPDATE opening SET kind = %(kind)s WHERE kind IS NULL

-- name: write_lines
-- The frozen list itself. Numbered in the order of areas, so that verify and worklists read it in one direction.
INSERT INTO ledger_line (journal, number, line, act, at, campaign, kind, subject, occasion, area, stage, frozen, again,
                         authority, unheard, due)
SELECT %(journal)s, %(number)s, row_number() OVER (ORDER BY area, kind, subject, occasion) - 1, 1, %(at)s, %(campaign)s,
       kind, subject, occasion, area, 0, true, false, 0, 0, due
FROM opening ORDER BY area, kind, subject, occasion

-- name: totals
-- How many lines were written, and the sum of their checksums modulo 2^52.
SELECT count(*), coalesce(mod(sum(ledger_line_checksum(campaign, kind, subject, occasion, area, due)), 4503599627370496)::bigint, 0)
FROM ledger_line WHERE journal = %(journal)s AND number = %(number)s

-- name: write_duties
-- Duties open since the opening, and their counters. Returns the keys of those of which something was reported before, or
-- at the same moment: they are folded, not inserted; and those who were said to be the same person as another.
WITH written AS (
  INSERT INTO ledger_duty (campaign, kind, subject, occasion, area, origin, frozen, stage, stage_at, opened_at, outcome,
                           mark, takes, withdrawn, unheard, moved, disputed, returns, due_at)
  SELECT %(campaign)s, o.kind, o.subject, o.occasion, o.area, o.area, true, 0, %(at)s, %(at)s, 0, 0, 0, false, 0, false, 0,
         0, o.due
  FROM opening AS o
  ORDER BY o.area, o.kind, o.subject
  ON CONFLICT DO NOTHING
  RETURNING kind, subject, occasion, area
),
counted AS (
  INSERT INTO ledger_counter AS c (campaign, kind, area, frozen, added, open, done, excused, deferred, refused, stages)
  SELECT %(campaign)s, w.kind, w.area, w.n, 0, w.n, 0, 0, 0, 0, w.n::int || array_fill(0, ARRAY[k.final::int])
  FROM (SELECT kind, area, count(*) AS n FROM written GROUP BY 1, 2) AS w JOIN ledger_duty_kind AS k ON k.code = w.kind
  ORDER BY w.area, w.kind
  ON CONFLICT (campaign, kind, area) DO UPDATE SET
    frozen = c.frozen + excluded.frozen, open = c.open + excluded.open, stages = ledger_added(c.stages, excluded.stages)
)
(SELECT kind, subject, occasion FROM opening EXCEPT SELECT kind, subject, occasion FROM written)
UNION SELECT l.kind, l.subject, l.occasion FROM ledger_line AS l
WHERE l.campaign = %(campaign)s AND l.kind IN (SELECT DISTINCT kind FROM opening) AND l.same_as IS NOT NULL

-- name: fold_early
-- Folds the duties of which something was reported before the opening.
SELECT count(*) FROM ledger_advance('{}', '{}', '{}', ARRAY(
  SELECT (%(campaign)s, kind, subject, occasion)::ledger_key
  FROM unnest(%(kinds)s::smallint[], %(subjects)s::bigint[], %(occasions)s::bigint[]) AS s (kind, subject, occasion)))

-- name: restand
-- What was stated of the subjects on the list counts from now on by where they owe something.
SELECT ledger_restand(array_agg(s.subject_kind), array_agg(s.subject), array_agg(s.name))
FROM (
  SELECT DISTINCT s.subject_kind, s.subject, s.name
  FROM ledger_statement AS s
  JOIN opening AS o ON o.subject = s.subject
  JOIN ledger_duty_kind AS k ON k.code = o.kind AND k.subject_kind = s.subject_kind WHERE s.authority > 0
) AS s HAVING count(*) > 0

-- name: register_campaign
-- The campaign itself, with the size of its frozen list and the rules it fixes.
INSERT INTO ledger_campaign (id, kind, name, area, opened_at, rules, frozen)
VALUES (%(campaign)s, %(kind)s, %(name)s, %(area)s, %(at)s, %(rules)s::jsonb, %(frozen)s)

-- name: close_campaign
-- Compare and set: a campaign is closed once.
UPDATE ledger_campaign SET closed_at = %(at)s WHERE id = %(campaign)s AND closed_at IS NULL

-- name: tell
-- Tells boards that something changed anywhere (news.py).
SELECT pg_notify('bulou_ledger', '')

-- name: open_duties
-- What is still open in a campaign, by kind of duty and mark.
SELECT kind, mark, count(*) FROM ledger_duty WHERE campaign = %(campaign)s AND outcome = 0 GROUP BY 1, 2 ORDER BY 1, 2
