-- Opening a campaign: one line for each owed subject, written set-based from the rows that a room put into `opening`.

-- name: prepare
-- Where a room puts whom it found to owe: one row a subject, with the leaf area it is owed in.
CREATE TEMPORARY TABLE opening (subject bigint PRIMARY KEY, area bigint NOT NULL) ON COMMIT DROP

-- name: write_lines
-- The frozen list itself. Numbered in the order of areas, so that verify and worklists read it in one direction.
INSERT INTO ledger_line (journal, number, line, act, at, campaign, kind, subject, occasion, area, stage, frozen, again,
                         authority, unheard)
SELECT %(journal)s, %(number)s, row_number() OVER (ORDER BY area, subject) - 1, 1, %(at)s, %(campaign)s, %(kind)s,
       subject, 0, area, 0, true, false, 0, 0
FROM opening ORDER BY area, subject

-- name: totals
-- How many lines were written, and the sum of their checksums modulo 2^52.
SELECT count(*), coalesce(mod(sum(ledger_line_checksum(campaign, kind, subject, occasion, area)), 4503599627370496)::bigint, 0)
FROM ledger_line WHERE journal = %(journal)s AND number = %(number)s

-- name: write_duties
-- Duties open since the opening, and their counters. Returns the subjects of which something was reported before, or at
-- the same moment: their duties are folded, not inserted; and those who were said to be the same person as another.
WITH written AS (
  INSERT INTO ledger_duty (campaign, kind, subject, occasion, area, origin, frozen, stage, stage_at, opened_at, outcome,
                           mark, takes, withdrawn, unheard, moved, disputed)
  SELECT %(campaign)s, %(kind)s, o.subject, 0, o.area, o.area, true, 0, %(at)s, %(at)s, 0, 0, 0, false, 0, false, 0
  FROM opening AS o
  ORDER BY o.area, o.subject
  ON CONFLICT DO NOTHING
  RETURNING subject, area
),
counted AS (
  INSERT INTO ledger_counter AS c (campaign, kind, area, frozen, added, open, done, excused, deferred, refused,
                                   stage_0, stage_1, stage_2, stage_3, stage_4, stage_5)
  SELECT %(campaign)s, %(kind)s, area, count(*), 0, count(*), 0, 0, 0, 0, count(*), 0, 0, 0, 0, 0
  FROM written GROUP BY area ORDER BY area
  ON CONFLICT (campaign, kind, area) DO UPDATE
    SET frozen = c.frozen + excluded.frozen, open = c.open + excluded.open, stage_0 = c.stage_0 + excluded.stage_0
)
(SELECT subject FROM opening EXCEPT SELECT subject FROM written)
UNION SELECT l.subject FROM ledger_line AS l
WHERE l.campaign = %(campaign)s AND l.kind = %(kind)s AND l.same_as IS NOT NULL

-- name: fold_early
-- Folds the duties of which something was reported before the opening.
SELECT count(*) FROM ledger_advance('{}', '{}', '{}', ARRAY(
  SELECT (%(campaign)s, %(kind)s, subject, 0)::ledger_key FROM unnest(%(subjects)s::bigint[]) AS s (subject)))

-- name: restand
-- What was stated of the people on the list counts from now on by where they owe something.
SELECT ledger_restand(array_agg(s.subject_kind), array_agg(s.subject), array_agg(s.name))
FROM (
  SELECT DISTINCT s.subject_kind, s.subject, s.name
  FROM ledger_statement AS s JOIN ledger_duty_kind AS k ON k.code = %(kind)s AND k.subject_kind = s.subject_kind
  JOIN opening AS o ON o.subject = s.subject WHERE s.authority > 0
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
