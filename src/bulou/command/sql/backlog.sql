-- Reads of what waits longest below a node.

-- name: tubes
-- Open tubes by stage: how many, since when the oldest waits, and how many longer than the stage allows.
SELECT d.stage, count(*), min(d.stage_at),
       count(*) FILTER (WHERE d.stage_at < %(now)s - make_interval(mins => w.minutes))
FROM ledger_duty AS d
LEFT JOIN unnest(%(stages)s::smallint[], %(minutes)s::integer[]) AS w (stage, minutes) ON w.stage = d.stage
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0
GROUP BY d.stage ORDER BY d.stage

-- name: oldest
-- The open duties of a kind that wait longest: people since they were owed it, items since they came to their stage.
SELECT d.subject, d.occasion, d.area, d.stage, d.stage_at, d.opened_at, d.mark, d.reason, p.name
FROM ledger_duty AS d LEFT JOIN places_person AS p ON %(personal)s AND p.id = d.subject
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0
ORDER BY CASE WHEN %(personal)s THEN coalesce(d.opened_at, d.stage_at) ELSE d.stage_at END, d.subject LIMIT %(limit)s

-- name: doubts
-- Reports that do not fit, as on the list of what needs a decision: about duties nobody opened, and subjects taken twice.
-- %(limit)s of each: many of the one sort hide none of the other.
SELECT kind, subject, occasion, area, stage, stage_at, outcome, takes
FROM (
  SELECT d.*, row_number() OVER (PARTITION BY d.outcome = 3 ORDER BY d.stage_at NULLS FIRST, d.kind, d.subject) AS place
  FROM ledger_duty AS d
  JOIN ledger_duty_kind AS k ON k.code = d.kind
  WHERE d.campaign = %(campaign)s AND d.area BETWEEN %(lo)s AND %(hi)s AND (d.outcome = 3 OR d.takes > 1)
    AND (d.outcome <> 3 OR EXISTS (
      SELECT FROM ledger_line AS l WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject
        AND l.occasion = d.occasion AND (k.subject_kind = 1 OR l.act IN (2, 3))
        AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)))
) AS d
WHERE place <= %(limit)s ORDER BY place

-- name: journals
-- Journals of a range with missing numbers, first; then those taken out of service without a closing entry, and devices
-- silent for longer than allowed without one.
SELECT id, name, kind, highest, held, closed_last, heard_at
FROM ledger_journal
WHERE ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]')) AND kind NOT IN ('system', 'desk')
  AND (held < greatest(highest, coalesce(closed_last, 0))
       OR (closed_last IS NULL AND highest > 0
           AND (revoked_at IS NOT NULL OR (kind <> 'import' AND heard_at < %(silent_since)s))))
ORDER BY held < greatest(highest, coalesce(closed_last, 0)) DESC, heard_at NULLS FIRST, id LIMIT %(limit)s
