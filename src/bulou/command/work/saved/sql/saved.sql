-- Views of a declared list: the reader's own, and those that are shared with his roles.

-- name: listed
-- The views of a list that a reader has: his own first, then those of an area in which he holds one of their roles.
-- %(roles)s, %(los)s, %(his)s: his roles, each with a range of areas.
SELECT v.id, v.user_id = %(user)s AS own, v.name, v.area, v.roles, v.within, v.state, v.stage, v.late, v.danger, v.refused,
       v.given, u.username
FROM saved_view AS v JOIN auth_user AS u ON u.id = v.user_id
WHERE v.kind = %(kind)s AND (v.user_id = %(user)s OR EXISTS (
  SELECT FROM unnest(%(roles)s::text[], %(los)s::bigint[], %(his)s::bigint[]) AS r (role, lo, hi)
  WHERE r.role = ANY (v.roles) AND v.area BETWEEN r.lo AND r.hi))
ORDER BY own DESC, v.name, v.id LIMIT 60

-- name: counted
-- How many open duties each of several views shows, in one reading of the open ones. Late and in danger as in `counts`.
WITH held AS MATERIALIZED (
  SELECT d.area, d.stage, d.mark = 2 AS refused, d.given IS NOT NULL AS has,
         coalesce(p.needs, 0) & %(needs)s <> 0 OR coalesce(d.variant = ANY (%(dangers)s::smallint[]), false) AS danger,
         coalesce(CASE WHEN d.mark = 1 AND d.until > %(now)s THEN d.until
                       ELSE least(d.stage_at + make_interval(mins => w.step), d.opened_at + make_interval(mins => w.whole), d.due_at,
                                  CASE WHEN d.mark = 1 THEN d.until END) END <= %(now)s, false) AS late
  FROM ledger_duty AS d
  LEFT JOIN unnest(%(stages)s::smallint[], %(steps)s::integer[], %(wholes)s::integer[]) AS w (stage, step, whole)
    ON w.stage = d.stage
  LEFT JOIN places_person AS p ON %(personal)s AND p.id = d.subject
  WHERE d.campaign = ANY (ARRAY(SELECT id FROM ledger_campaign WHERE NOT %(covered)s OR closed_at IS NULL)) AND d.kind = %(kind)s
    AND d.area BETWEEN %(lo)s AND %(hi)s AND %(scope)s::int8multirange @> d.area AND d.outcome = 0
)
SELECT v.id, count(h.area)
FROM unnest(%(ids)s::bigint[], %(los)s::bigint[], %(his)s::bigint[], %(ranks)s::int[], %(lates)s::bool[], %(perils)s::bool[],
            %(nos)s::bool[], %(givens)s::text[]) AS v (id, lo, hi, rank, late, danger, refused, given)
LEFT JOIN held AS h
  ON h.area BETWEEN v.lo AND v.hi AND (v.rank < 0 OR h.stage = v.rank) AND (NOT v.late OR h.late)
  AND (NOT v.danger OR h.danger) AND (NOT v.refused OR h.refused) AND (v.given = '' OR h.has = (v.given = 'yes'))
GROUP BY v.id
