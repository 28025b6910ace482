-- Reads of the board. Every statement takes its id range, because only plain comparisons reach the indexes; row level
-- security binds it once more.

-- name: campaigns
-- All rounds (few rows) with the end that their rules set, newest first, open ones before closed ones. What always is
-- open, and what is no screening, is no round.
SELECT id, kind, name, area, opened_at, closed_at, rules ->> 'until' FROM ledger_campaign WHERE kind NOT IN ('standing', 'covered')
ORDER BY closed_at IS NOT NULL, opened_at DESC, id DESC

-- name: children
-- Counters below a node, one row a child: %(shift)s is the number of bits below the child's level.
-- `received` and `reassigned` cross the child's boundary; `from_outside` and `to_outside` cross the node's as well.
-- The index leaps from child to child and each child is summed as one range: grouping would sort all leaves first,
-- because the planner guesses that a scope leaves few of them.
WITH RECURSIVE child (id) AS (
  SELECT min(area) >> %(shift)s << %(shift)s FROM ledger_counter
  WHERE campaign = %(campaign)s AND kind = %(kind)s AND area BETWEEN %(lo)s AND %(hi)s
  UNION ALL
  SELECT (
    SELECT min(area) >> %(shift)s << %(shift)s FROM ledger_counter
    WHERE campaign = %(campaign)s AND kind = %(kind)s
      AND area > (child.id | (1::bigint << %(shift)s) - 1) AND area <= %(hi)s
  )
  FROM child WHERE id IS NOT NULL
),
counted AS (
  SELECT child.id AS child, c.*
  FROM child
  CROSS JOIN LATERAL (
    SELECT sum(frozen) AS frozen, sum(added) AS added, sum(open) AS open, sum(done) AS done, sum(excused) AS excused,
           sum(deferred) AS deferred, sum(refused) AS refused,
           sum(stages[1]) AS stage_0, sum(stages[2]) AS stage_1, sum(stages[3]) AS stage_2,
           sum(stages[4]) AS stage_3, sum(stages[5]) AS stage_4, sum(stages[6]) AS stage_5
    FROM ledger_counter
    WHERE campaign = %(campaign)s AND kind = %(kind)s
      AND area BETWEEN child.id AND child.id | (1::bigint << %(shift)s) - 1
  ) AS c
  WHERE child.id IS NOT NULL
),
received AS (
  SELECT (area >> %(shift)s) << %(shift)s AS child, sum(n) AS n,
         coalesce(sum(n) FILTER (WHERE origin NOT BETWEEN %(lo)s AND %(hi)s), 0) AS outside
  FROM ledger_transfer
  WHERE campaign = %(campaign)s AND kind = %(kind)s AND area BETWEEN %(lo)s AND %(hi)s
    AND origin >> %(shift)s <> area >> %(shift)s
  GROUP BY 1
),
reassigned AS (
  SELECT (origin >> %(shift)s) << %(shift)s AS child, sum(n) AS n,
         coalesce(sum(n) FILTER (WHERE area NOT BETWEEN %(lo)s AND %(hi)s), 0) AS outside
  FROM ledger_transfer
  WHERE campaign = %(campaign)s AND kind = %(kind)s AND origin BETWEEN %(lo)s AND %(hi)s
    AND origin >> %(shift)s <> area >> %(shift)s
  GROUP BY 1
)
SELECT child AS area, CASE WHEN a.id IS NOT NULL THEN ARRAY[a.name, a.name_en] END AS name, a.x, a.y,
       coalesce(c.frozen, 0)::bigint, coalesce(c.added, 0)::bigint, coalesce(i.n, 0)::bigint AS received,
       coalesce(c.open, 0)::bigint, coalesce(c.done, 0)::bigint, coalesce(c.excused, 0)::bigint,
       coalesce(o.n, 0)::bigint AS reassigned,
       coalesce(c.deferred, 0)::bigint, coalesce(c.refused, 0)::bigint,
       ARRAY[c.stage_0, c.stage_1, c.stage_2, c.stage_3, c.stage_4, c.stage_5]::bigint[] AS stages,
       coalesce(i.outside, 0)::bigint AS from_outside, coalesce(o.outside, 0)::bigint AS to_outside
FROM counted AS c
FULL JOIN received AS i USING (child)
FULL JOIN reassigned AS o USING (child)
LEFT JOIN places_area AS a ON a.id = child
ORDER BY child

-- name: kinds
-- Open duties of the given kinds in a range: what else is owed there. Nothing (null) where a kind was never owed.
SELECT k.kind, c.open
FROM unnest(%(kinds)s::smallint[]) AS k (kind)
CROSS JOIN LATERAL (
  SELECT sum(open)::bigint AS open FROM ledger_counter
  WHERE campaign = %(campaign)s AND kind = k.kind AND area BETWEEN %(lo)s AND %(hi)s
) AS c
WHERE c.open IS NOT NULL ORDER BY k.kind

-- name: heard
-- When a journal that writes for the range was last heard.
SELECT max(heard_at) FROM ledger_journal WHERE ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]'))

-- name: names
-- Names of areas by id, in the place's language and in English where there is one.
SELECT id, ARRAY[name, name_en] FROM places_area WHERE id = ANY (%(ids)s)
