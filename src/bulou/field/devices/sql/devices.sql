-- What the page of devices shows.

-- name: devices
-- Devices of the reader's scope, the worst first: gaps, then silence; at the end what is out of service and finished.
-- `state` is the latest report of the device itself. A label is accounted for that was sealed, packed, or
-- reported as broken (a word on a tube that nobody sealed; its stage is 0). A text that is no range is none.
-- `own`: it lies wholly within the scope, so that the reader may take it out of service.
-- `wanted`: one device alone, or null for all.
SELECT j.id, j.name, j.kind, j.heard_at, j.highest, j.held, j.closed_last, j.revoked_at, j.expires_at,
       s.value AS state, s.since, coalesce(l.issued, 0)::bigint AS issued, coalesce(l.used, 0)::bigint AS used,
       %(scope)s::int8multirange @> j.ranges AS own, count(*) OVER () AS total
FROM ledger_journal AS j
LEFT JOIN ledger_standing AS s ON s.subject_kind = 6 AND s.subject = j.id AND s.name = 'device.state'
LEFT JOIN LATERAL (
  SELECT sum(greatest(r.last / 10 - r.first / 10 + 1, 0)) AS issued,
         sum((SELECT count(DISTINCT d.subject) FROM ledger_duty AS d
              WHERE d.kind = ANY (%(carriers)s) AND d.subject BETWEEN r.first AND r.last AND (d.outcome <> 3 OR d.stage = 0))) AS used
  FROM ledger_standing AS t,
  LATERAL (SELECT substring(t.value FROM '^([0-9]{1,16})-[0-9]{1,16}$')::bigint AS first,
                  substring(t.value FROM '^[0-9]{1,16}-([0-9]{1,16})$')::bigint AS last) AS r
  WHERE t.subject_kind = 6 AND t.subject = j.id AND t.name LIKE 'device.labels.%%' AND r.first <= r.last
) AS l ON true
WHERE j.kind IN ('phone', 'courier', 'laboratory') AND j.ranges && %(scope)s::int8multirange
  AND (%(wanted)s::bigint IS NULL OR j.id = %(wanted)s)
ORDER BY j.revoked_at IS NOT NULL AND (j.closed_last IS NOT NULL OR j.highest = 0), j.held < greatest(j.highest, coalesce(j.closed_last, 0)) DESC,
         j.closed_last IS NOT NULL, j.heard_at NULLS FIRST, j.id
LIMIT %(limit)s OFFSET %(offset)s

-- name: own
-- The names of devices that lie wholly within the scope, each with its lowest area, whether it is in service, and
-- whether its key still holds: nobody takes a device of somebody else's areas out of service.
SELECT id, name, kind, (SELECT min(lower(r)) FROM unnest(ranges) AS r), revoked_at, expires_at > %(at)s FROM ledger_journal
WHERE id = ANY (%(journals)s::bigint[]) AND kind IN ('phone', 'courier', 'laboratory') AND %(scope)s::int8multirange @> ranges
ORDER BY name, id

-- name: keep_service
-- Who did so to which devices, and why.
INSERT INTO devices_service (journal, area, act, by, at, why)
SELECT j.id, (SELECT min(lower(r)) FROM unnest(j.ranges) AS r), %(act)s, %(by)s, %(at)s, %(why)s
FROM ledger_journal AS j WHERE j.id = ANY (%(journals)s::bigint[])

-- name: service
-- What was done to a device, the latest first.
SELECT act, by, at, why FROM devices_service WHERE journal = %(journal)s ORDER BY at DESC, id DESC LIMIT 20

-- name: recent
-- What a user did to devices since %(since)s, as far as it was the latest: all of one moment is one act.
SELECT s.act, s.at, array_agg(s.journal ORDER BY s.journal), (array_agg(j.name ORDER BY j.name, j.id))[:3]
FROM devices_service AS s JOIN ledger_journal AS j ON j.id = s.journal
WHERE s.by = %(by)s AND s.at >= %(since)s
  AND NOT EXISTS (SELECT FROM devices_service AS n WHERE n.journal = s.journal AND (n.at, n.id) > (s.at, s.id))
GROUP BY s.act, s.at ORDER BY s.at DESC LIMIT 5

-- name: size
-- Size of the database in bytes.
SELECT pg_database_size(current_database())
