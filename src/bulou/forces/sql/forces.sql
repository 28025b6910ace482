-- Reads of forces. Row level security narrows each of them to what its reader answers for.

-- name: members
-- People within ranges, by name; those who have left only where asked for.
SELECT m.id FROM forces_member AS m
WHERE m.area BETWEEN %(lo)s AND %(hi)s AND (m.ended_at IS NULL) = %(there)s
  AND (%(cadre)s = '' OR m.cadre = %(cadre)s) AND (%(skill)s = '' OR m.skills ? %(skill)s)
  AND (%(q)s = '' OR m.name ILIKE '%%' || %(q)s || '%%' OR m.telephone LIKE '%%' || %(q)s || '%%')
ORDER BY m.name, m.id LIMIT %(limit)s OFFSET %(start)s

-- name: counts
-- How many people there are within the range by cadre.
SELECT m.cadre, count(*)::int FROM forces_member AS m
WHERE m.ended_at IS NULL AND m.area BETWEEN %(lo)s AND %(hi)s GROUP BY 1

-- name: look
-- Somebody's name was shown; at most once an hour for each reader and page.
INSERT INTO forces_look (member, area, at, by, page)
SELECT m.id, m.area, %(now)s, %(by)s, %(page)s FROM forces_member AS m
WHERE m.id = ANY (%(members)s::bigint[]) AND %(scope)s::int8multirange @> m.area AND NOT EXISTS (
  SELECT FROM forces_look AS l
  WHERE l.member = m.id AND l.by = %(by)s AND l.page = %(page)s AND l.at > %(now)s - interval '1 hour')

-- name: spans
-- Times of the shifts in force of some people from an instant on, wherever they are worked.
SELECT s.member, s.starts, s.ends FROM forces_shift AS s
WHERE s.member = ANY (%(members)s::bigint[]) AND s.cancelled_at IS NULL AND s.state = 'published'
  AND s.ends > %(since)s AND s.id <> %(but)s ORDER BY s.starts

-- name: fitting
-- Whom a call-up can ask: of the circle, with the skill, there, not exposed, not yet asked; who has been asked least
-- lately comes first.
SELECT m.id, m.area FROM forces_member AS m
WHERE m.area BETWEEN %(lo)s AND %(hi)s AND m.ended_at IS NULL AND (%(skill)s = '' OR m.skills ? %(skill)s)
  AND (m.exposed_until IS NULL OR m.exposed_until <= %(at)s)
  AND NOT EXISTS (SELECT FROM forces_asked AS a WHERE a.call_up = %(call_up)s AND a.member = m.id)
ORDER BY (SELECT max(a.asked_at) FROM forces_asked AS a WHERE a.member = m.id) NULLS FIRST, m.id

-- name: tallies
-- How call-ups stand: asked, accepted, accepted as reserve, refused, arrived.
SELECT a.call_up, count(*)::int, count(*) FILTER (WHERE a.answer = 'accepted' AND NOT a.reserve)::int,
       count(*) FILTER (WHERE a.answer = 'accepted' AND a.reserve)::int,
       count(*) FILTER (WHERE a.answer = 'refused')::int, count(*) FILTER (WHERE a.arrived_at IS NOT NULL)::int
FROM forces_asked AS a WHERE a.call_up = ANY (%(call_ups)s::bigint[]) GROUP BY 1

-- name: open
-- Open duties of a round by street, and the residents there: people not yet sampled.
SELECT (c.area >> %(shift)s) << %(shift)s, sum(coalesce(c.stages[1], 0) + coalesce(c.stages[2], 0))::int,
       sum(c.open + c.done)::int
FROM ledger_counter AS c
WHERE c.campaign = %(campaign)s AND c.kind = %(kind)s AND c.area BETWEEN %(lo)s AND %(hi)s
GROUP BY 1 ORDER BY 1

-- name: alone
-- One transaction at a time gives shifts; it is held until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('forces.shifts'))
