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
-- The open duties of a kind that stand longest in their stage.
SELECT d.subject, d.occasion, d.area, d.stage, d.stage_at, d.mark, d.reason, p.name
FROM ledger_duty AS d LEFT JOIN places_person AS p ON %(personal)s AND p.id = d.subject
WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome = 0
ORDER BY d.stage_at, d.subject LIMIT %(limit)s

-- name: doubts
-- Reports that do not fit: about duties nobody opened, and subjects taken twice; as on the list of what needs a decision.
SELECT d.kind, d.subject, d.occasion, d.area, d.stage, d.stage_at, d.outcome, d.takes
FROM ledger_duty AS d
JOIN ledger_duty_kind AS k ON k.code = d.kind
WHERE d.campaign = %(campaign)s AND d.area BETWEEN %(lo)s AND %(hi)s AND (d.outcome = 3 OR d.takes > 1)
  AND (d.outcome <> 3 OR EXISTS (
    SELECT FROM ledger_line AS l WHERE l.campaign = d.campaign AND l.kind = d.kind AND l.subject = d.subject
      AND l.occasion = d.occasion AND (k.subject_kind = 1 OR l.act IN (2, 3))
      AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)))
ORDER BY d.stage_at NULLS FIRST, d.kind, d.subject LIMIT %(limit)s

-- name: journals
-- Journals of a range with missing numbers, or silent for longer than allowed without a closing entry.
SELECT id, name, kind, highest, held, closed_last, heard_at
FROM ledger_journal
WHERE ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]')) AND kind <> 'system'
  AND (held < greatest(highest, coalesce(closed_last, 0))
       OR (kind = 'phone' AND closed_last IS NULL AND revoked_at IS NULL AND highest > 0
           AND heard_at < %(silent_since)s))
ORDER BY heard_at NULLS FIRST, id LIMIT %(limit)s
