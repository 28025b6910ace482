-- Declared duties of one subject, whatever their kind.

-- name: of_subject
-- What a subject owes of the kinds %(kinds)s, and what of %(all)s is given to it: danger first, then late, then the longest
-- wait; behind them what is closed, the latest first. `clocked`, `at_stages`, `steps`, `wholes`: the clocks of all kinds;
-- `needing`, `needs`: bits of a person's needs by kind; `feared`, `variants`: variants that are a danger. An open one of a
-- covered campaign that has ended is owed no more. The columns after the kind are those of `duties`.
WITH own AS (
  SELECT campaign, kind, subject, occasion FROM ledger_duty WHERE subject = %(subject)s AND kind = ANY (%(kinds)s::smallint[])
  UNION
  SELECT campaign, kind, subject, occasion FROM ledger_duty
  WHERE given_kind = %(holder)s AND given = %(subject)s AND kind = ANY (%(all)s::smallint[])
)
SELECT o.*, CASE WHEN o.outcome <> 0 THEN 3 WHEN o.danger THEN 0 WHEN o.due <= %(now)s THEN 1 ELSE 2 END AS grade,
       coalesce(o.opened_at, o.stage_at, 'epoch') AS began
FROM (
  SELECT d.kind, d.campaign, d.subject, d.occasion, d.area, d.stage, d.stage_at, d.opened_at, d.outcome, d.mark, d.reason,
         d.until, d.offered_to, d.variant, d.value, d.unheard, d.disputed, d.returns, d.given_kind, d.given, d.due_at, d.withdrawn,
         p.name, p.phone, coalesce(p.needs, 0) AS needs, p.household, NULL::text AS stairwell, NULL::smallint AS floor,
         NULL::text AS door,
         coalesce(coalesce(p.needs, 0) & n.bits <> 0, false) OR EXISTS (
           SELECT FROM unnest(%(feared)s::smallint[], %(variants)s::smallint[]) AS f (kind, variant)
           WHERE f.kind = d.kind AND f.variant = d.variant) AS danger,
         CASE WHEN d.mark = 1 AND d.until > %(now)s THEN d.until
              ELSE least(d.stage_at + make_interval(mins => w.step), d.opened_at + make_interval(mins => w.whole), d.due_at,
                         CASE WHEN d.mark = 1 THEN d.until END) END AS due
  FROM own JOIN ledger_duty AS d USING (campaign, kind, subject, occasion)
  LEFT JOIN unnest(%(clocked)s::smallint[], %(at_stages)s::smallint[], %(steps)s::integer[], %(wholes)s::integer[])
    AS w (kind, stage, step, whole) ON w.kind = d.kind AND w.stage = d.stage
  LEFT JOIN unnest(%(needing)s::smallint[], %(needs)s::integer[]) AS n (kind, bits) ON n.kind = d.kind
  LEFT JOIN places_person AS p ON n.kind IS NOT NULL AND p.id = d.subject
  WHERE %(scope)s::int8multirange @> d.area AND NOT (d.outcome = 0 AND d.kind = ANY (%(covered)s::smallint[]) AND EXISTS (
    SELECT FROM ledger_campaign AS c WHERE c.id = d.campaign AND c.closed_at IS NOT NULL))
) AS o
ORDER BY grade, CASE WHEN o.outcome = 0 THEN coalesce(o.opened_at, o.stage_at, 'epoch') END, o.stage_at DESC NULLS LAST,
         o.kind, o.campaign, o.subject, o.occasion
LIMIT %(limit)s

-- name: doers_of
-- Who took each duty to each stage last, as in `doers`, of several kinds at once.
SELECT DISTINCT ON (l.kind, l.campaign, l.subject, l.occasion, l.stage)
       l.kind, l.campaign, l.subject, l.occasion, l.stage, coalesce(-w.user_id, l.journal)
FROM unnest(%(kinds)s::smallint[], %(campaigns)s::int[], %(subjects)s::bigint[], %(occasions)s::bigint[])
  AS k (kind, campaign, subject, occasion)
JOIN ledger_line AS l USING (kind, campaign, subject, occasion)
LEFT JOIN now_writer AS w ON w.journal = l.journal
WHERE l.act = 2 AND l.unheard = 0
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
ORDER BY l.kind, l.campaign, l.subject, l.occasion, l.stage, l.at DESC, l.journal DESC, l.number DESC
