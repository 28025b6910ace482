-- What the page of devices shows.

-- name: devices
-- Devices of the reader's scope, the worst first: gaps, then silence; at the end what is out of service and finished.
-- `state` is the latest report of the device itself. A label is accounted for that was sealed, packed, or
-- reported as broken (a word on a tube that nobody sealed; its stage is 0). %(range)s: how a roll is written; what is
-- written otherwise is no roll.
SELECT j.id, j.name, j.kind, j.heard_at, j.highest, j.held, j.closed_last, j.revoked_at, j.expires_at,
       s.value AS state, s.since, coalesce(l.issued, 0)::bigint AS issued, coalesce(l.used, 0)::bigint AS used,
       count(*) OVER () AS total
FROM ledger_journal AS j
LEFT JOIN ledger_standing AS s ON s.subject_kind = 6 AND s.subject = j.id AND s.name = 'device.state'
LEFT JOIN LATERAL (
  SELECT sum(greatest(r.last / 10 - r.first / 10 + 1, 0)) AS issued,
         sum((SELECT count(DISTINCT d.subject) FROM ledger_duty AS d
              WHERE d.kind = ANY (%(carriers)s) AND d.subject BETWEEN r.first AND r.last AND (d.outcome <> 3 OR d.stage = 0))) AS used
  FROM ledger_standing AS t,
  LATERAL (
    SELECT CASE WHEN t.value ~ %(range)s THEN split_part(t.value, '-', 1)::bigint END AS first,
           CASE WHEN t.value ~ %(range)s THEN split_part(t.value, '-', 2)::bigint END AS last
  ) AS r
  WHERE t.subject_kind = 6 AND t.subject = j.id AND t.name LIKE 'device.labels.%%'
) AS l ON true
WHERE j.kind IN ('phone', 'courier', 'laboratory') AND j.ranges && %(scope)s::int8multirange
ORDER BY j.revoked_at IS NOT NULL AND (j.closed_last IS NOT NULL OR j.highest = 0), j.held < greatest(j.highest, coalesce(j.closed_last, 0)) DESC,
         j.closed_last IS NOT NULL, j.heard_at NULLS FIRST, j.id
LIMIT %(limit)s

-- name: size
-- Size of the database in bytes.
SELECT pg_database_size(current_database())

-- name: own
-- Whether a device lies wholly within the scope: nobody revokes a device of somebody else's areas.
SELECT EXISTS (
  SELECT FROM ledger_journal
  WHERE id = %(journal)s AND kind IN ('phone', 'courier', 'laboratory') AND %(scope)s::int8multirange @> ranges)
