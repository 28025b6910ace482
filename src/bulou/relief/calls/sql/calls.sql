-- Whom to call first.

-- name: proposed
-- Households of a range in which somebody old lives alone or a request is open, and which are on no list of calls, in the
-- declared order: closed the longest, then who is over 80, then alone, then what is open, then the longest without a word.
-- `closed`: since when the nearest area above that has a level is closed; `heard`: when a call or a request was last seen to.
-- %(alone)s: the bit of the need; %(born)s: whoever was born then or before is over 80.
WITH who AS (
  SELECT p.household AS id, bool_or(p.birth_year <= %(born)s) AS old, count(*) AS alone
  FROM places_person AS p
  WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.needs & %(alone)s <> 0 AND p.merged_into IS NULL AND p.household IS NOT NULL
  GROUP BY p.household
),
asked AS (
  SELECT d.subject AS id, count(*) AS n FROM ledger_duty AS d
  WHERE d.campaign = %(requests)s AND d.kind = %(request)s AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0 GROUP BY d.subject
),
home AS (
  SELECT h.id, h.area, coalesce(w.old, false) AS old, w.id IS NOT NULL AS alone, coalesce(a.n, 0) AS n
  FROM (SELECT id FROM who UNION SELECT id FROM asked) AS o
  JOIN places_household AS h ON h.id = o.id AND h.closed_at IS NULL
  LEFT JOIN who AS w ON w.id = o.id LEFT JOIN asked AS a ON a.id = o.id
  WHERE NOT EXISTS (SELECT FROM ledger_duty AS d WHERE d.campaign = %(calls)s AND d.kind = %(call)s AND d.subject = o.id AND d.outcome = 0)
)
SELECT home.id, home.area, home.old, home.alone, home.n, z.closed, l.heard
FROM home
LEFT JOIN LATERAL (
  SELECT CASE WHEN s.value = ANY (%(levels)s::text[]) THEN s.since END AS closed FROM ledger_standing AS s
  WHERE s.subject_kind = 5 AND s.name = 'zone.level'
    AND s.subject = ANY (SELECT home.area >> b << b FROM unnest(%(shifts)s::int[]) AS b) AND (s.until IS NULL OR s.until > %(now)s)
  ORDER BY s.subject DESC LIMIT 1
) AS z ON true
LEFT JOIN LATERAL (
  SELECT max(l.at) AS heard FROM ledger_line AS l
  WHERE l.subject = home.id AND l.act = 2 AND l.unheard = 0
    AND ((l.campaign = %(requests)s AND l.kind = %(request)s) OR (l.campaign = %(calls)s AND l.kind = %(call)s))
) AS l ON true
ORDER BY z.closed::date NULLS LAST, home.old DESC, home.alone DESC, home.n DESC, l.heard NULLS FIRST, home.id LIMIT %(limit)s
