-- The final table of a round.

-- name: excused
-- Excused duties by typed reason.
SELECT coalesce(reason, ''), count(*) FROM ledger_duty
WHERE campaign = %(campaign)s AND kind = %(kind)s AND area BETWEEN %(lo)s AND %(hi)s AND outcome = 2
GROUP BY 1 ORDER BY 1

-- name: owed
-- How many duties of a kind are owed, whatever became of them.
SELECT count(*) FROM ledger_duty
WHERE campaign = %(campaign)s AND kind = %(kind)s AND area BETWEEN %(lo)s AND %(hi)s AND outcome <> 3

-- name: by_stage
-- Duties of a kind that still have their cause, by stage.
SELECT stage, count(*) FROM ledger_duty
WHERE campaign = %(campaign)s AND kind = %(kind)s AND area BETWEEN %(lo)s AND %(hi)s AND outcome <> 3 AND NOT withdrawn
GROUP BY 1 ORDER BY 1
