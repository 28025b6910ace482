-- Devices that say nothing or lack numbers, labels and goods that run out. Each statement takes one range and is bounded
-- by %(limit)s; `total` counts all. A word (a standing "now.<class>.<what>", rules.Matter.word) names the area whose reader
-- said it: one of %(nodes)s. Its value ends with the number that was seen: where more is missing by now, it says nothing.

-- name: silent
-- Journals with missing numbers; those taken out of service without a closing entry: what they did not send comes no
-- more by itself; and devices that said something and then nothing. Of one device the gravest that nobody set aside.
-- A gap is as old as the first number that came after it, however often the device speaks.
SELECT journal, name, what, missing, since, area, count(*) OVER () AS total
FROM (
  SELECT DISTINCT ON (j.id) j.id AS journal, j.name, j.heard_at, w.what, w.place, w.missing, w.since,
         (SELECT min(lower(r)) FROM unnest(j.ranges) AS r) AS area
  FROM ledger_journal AS j
  CROSS JOIN LATERAL (
    SELECT 'gap' AS what, 1 AS place, greatest(j.highest, coalesce(j.closed_last, 0)) - j.held AS missing,
           coalesce((SELECT e.received_at FROM ledger_entry AS e WHERE e.journal = j.id AND e.number > j.upto
                     ORDER BY e.number LIMIT 1), j.heard_at) AS since, NULL::timestamptz AS arose
    WHERE j.held < greatest(j.highest, coalesce(j.closed_last, 0))
    UNION ALL
    SELECT 'revoked', 2, 0, j.revoked_at, j.revoked_at WHERE j.closed_last IS NULL AND j.highest > 0 AND j.revoked_at IS NOT NULL
    UNION ALL
    SELECT 'quiet', 3, 0, j.heard_at, j.heard_at
    WHERE j.closed_last IS NULL AND j.highest > 0 AND j.revoked_at IS NULL AND j.kind IN ('phone', 'courier', 'laboratory')
      AND j.heard_at < %(now)s - make_interval(mins => %(silent)s)
  ) AS w
  WHERE j.ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]')) AND j.kind NOT IN ('system', 'desk')
    AND NOT EXISTS (
      SELECT FROM unnest(%(nodes)s::bigint[]) AS node
      JOIN ledger_standing AS s ON s.subject_kind = 6 AND s.subject = j.id
       AND s.name = format('now.silent.%%s.%%s', w.what, node)
      WHERE s.until > %(now)s AND CASE WHEN w.arose IS NULL
        THEN w.missing <= coalesce(substring(s.value FROM ' ([0-9]{1,15})$')::bigint, 9223372036854775807) ELSE s.since >= w.arose END)
  ORDER BY j.id, w.place
) AS device
ORDER BY place, heard_at NULLS FIRST, journal LIMIT %(limit)s

-- name: labels
-- Rolls of labels of a street's devices or of a part of it; a wider range asks street by street. `finished`: the device
-- closed its journal, in service or out of it, and some labels are accounted for nowhere. Else: those who work the same
-- areas have fewer tubes left than the people there still need, %(in_a_tube)s to a tube. What a device says of its rolls
-- and is no range counts nothing.
SELECT journal, name, area, finished, n, since, count(*) OVER (PARTITION BY finished) AS total
FROM (
  SELECT DISTINCT ON (finished, CASE WHEN finished THEN journal::text ELSE ranges::text END)
         journal, name, area, finished, since,
         CASE WHEN finished THEN unused
              ELSE (people + %(in_a_tube)s - 1) / %(in_a_tube)s - sum(unused) OVER (PARTITION BY finished, ranges) END AS n
  FROM (
    SELECT j.id AS journal, j.name, j.ranges, j.heard_at AS since, j.closed_last IS NOT NULL AS finished, r.area,
           r.issued - r.used AS unused, p.people
    FROM ledger_journal AS j
    CROSS JOIN LATERAL (
      SELECT min(t.area) AS area, sum(r.last / 10 - r.first / 10 + 1)::bigint AS issued,
             sum((SELECT count(DISTINCT d.subject) FROM ledger_duty AS d
                  WHERE d.kind = ANY (%(carriers)s) AND d.subject BETWEEN r.first AND r.last
                    AND (d.outcome <> 3 OR d.stage = 0)))::bigint AS used
      FROM ledger_standing AS t,
      LATERAL (SELECT substring(t.value FROM '^([0-9]{1,16})-[0-9]{1,16}$')::bigint AS first,
                      substring(t.value FROM '^[0-9]{1,16}-([0-9]{1,16})$')::bigint AS last) AS r
      WHERE t.subject_kind = 6 AND t.subject = j.id AND t.name LIKE 'device.labels.%%' AND r.first <= r.last
    ) AS r
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(c.stages[1] + c.stages[2]), 0)::bigint AS people
      FROM unnest(j.ranges) AS a (part)
      JOIN ledger_counter AS c ON c.area >= lower(a.part) AND c.area < upper(a.part)
      WHERE c.campaign = ANY (%(campaigns)s) AND c.kind = %(swab)s
    ) AS p
    WHERE %(hi)s::bigint - %(lo)s::bigint <= %(street)s
      AND j.ranges && int8multirange(int8range(%(lo)s, %(hi)s, '[]')) AND j.kind = 'phone'
      AND r.issued > 0 AND r.area BETWEEN %(lo)s AND %(hi)s
      AND (j.closed_last IS NOT NULL OR (j.revoked_at IS NULL AND j.expires_at > %(now)s))
  ) AS device
  ORDER BY finished, CASE WHEN finished THEN journal::text ELSE ranges::text END, unused
) AS roll
WHERE n > 0 AND NOT EXISTS (
  SELECT FROM unnest(%(nodes)s::bigint[]) AS node
  JOIN ledger_standing AS s ON s.subject_kind = 6 AND s.subject = journal
   AND s.name = format(CASE WHEN finished THEN 'now.conflict.labels.%%s' ELSE 'now.shortage.0.%%s' END, node)
  WHERE s.until > %(now)s AND n <= coalesce(substring(s.value FROM ' ([0-9]{1,15})$')::bigint, 9223372036854775807))
ORDER BY n DESC, journal LIMIT %(limit)s

-- name: shortages
-- Stores whose need (a standing "need.<good>" with a number) is above what they hold; each good is a matter of its own.
SELECT n.store, n.area, n.good, n.need, coalesce(h.quantity, 0)::bigint AS held, n.since, count(*) OVER () AS total
FROM (
  SELECT s.subject AS store, s.area, s.since, substring(s.name FROM '^need[.]([0-9]{1,15})$')::bigint AS good,
         substring(s.value FROM '^([0-9]{1,9})$')::bigint AS need
  FROM ledger_standing AS s
  WHERE s.subject_kind = 7 AND s.area BETWEEN %(lo)s AND %(hi)s
) AS n
LEFT JOIN ledger_holding AS h ON h.item_kind = 11 AND h.item = n.good AND h.holder_kind = 7 AND h.holder = n.store
WHERE coalesce(h.quantity, 0) < n.need AND n.good IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM unnest(%(nodes)s::bigint[]) AS node
    JOIN ledger_standing AS t ON t.subject_kind = 7 AND t.subject = n.store
     AND t.name = format('now.shortage.%%s.%%s', n.good, node)
    WHERE t.until > %(now)s
      AND n.need - coalesce(h.quantity, 0) <= coalesce(substring(t.value FROM ' ([0-9]{1,15})$')::bigint, 9223372036854775807))
ORDER BY n.since, n.store LIMIT %(limit)s
