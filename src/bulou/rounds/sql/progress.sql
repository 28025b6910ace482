-- How fast a round goes in an area. Read when somebody asks and not with every refresh, because these go through the
-- area's tubes and antigen tests: a page that renews itself takes them from bulou.ui.live.background_cache.

-- name: sampled
-- People first sampled in each interval of %(seconds)s seconds, counted back from %(until)s (0 is the latest). Through
-- the tubes that were opened in the area, because lines have no index by time.
WITH first AS (
  SELECT l.subject, min(l.at) AS at
  FROM ledger_duty AS t
  JOIN ledger_line AS l ON l.campaign = t.campaign AND l.carrier_kind = t.kind AND l.carrier = t.subject
  WHERE t.campaign = %(campaign)s AND t.kind = %(tube)s AND t.area BETWEEN %(lo)s AND %(hi)s AND t.outcome < 3
    AND l.kind = %(kind)s AND l.act = 3
    AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = l.journal AND v.number = l.number)
  GROUP BY 1
)
SELECT floor(extract(epoch FROM %(until)s - at) / %(seconds)s)::integer AS back, count(*)
FROM first WHERE at <= %(until)s GROUP BY 1

-- name: antigen
-- Since the round opened, of people whose latest antigen test is valid: those not sampled, those sampled as well, and
-- those with a positive one.
SELECT count(*) FILTER (WHERE d.outcome = 0 AND d.stage < %(took_part)s),
       count(*) FILTER (WHERE d.outcome = 1 OR d.stage >= %(took_part)s),
       count(*) FILTER (WHERE s.value = 'positive')
FROM ledger_standing AS s
JOIN ledger_duty AS d ON d.campaign = %(campaign)s AND d.kind = %(kind)s AND d.subject = s.subject AND d.occasion = 0
WHERE s.subject_kind = 1 AND s.name = 'antigen' AND s.value IN ('negative', 'positive')
  AND s.since BETWEEN %(opened_at)s AND %(until)s AND d.area BETWEEN %(lo)s AND %(hi)s AND d.outcome < 2

-- name: out_of_scope
-- Residents who owe nothing in the round: left out by its scope rule, or registered after it opened.
SELECT count(*) FROM places_person AS p
WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.merged_into IS NULL
  AND NOT EXISTS (SELECT FROM ledger_duty AS d WHERE d.campaign = %(campaign)s AND d.kind = %(kind)s
                  AND d.subject = p.id AND d.outcome < 3)
