-- Reads of volunteers who have signed up.

-- name: look
-- The names of people who signed up were shown; at most once an hour for each reader.
INSERT INTO volunteers_look (application, area, at, by)
SELECT a.id, a.area, %(now)s, %(by)s FROM volunteers_application AS a
WHERE a.id = ANY (%(ids)s::bigint[]) AND %(scope)s::int8multirange @> a.area AND NOT EXISTS (
  SELECT FROM volunteers_look AS l WHERE l.application = a.id AND l.by = %(by)s
    AND l.at > %(now)s - interval '1 hour')

-- name: name_code
-- Names the digest whose poster or key this transaction may find.
SELECT set_config('bulou.volunteer', %(digest)s, true)

-- name: poster
-- The poster of the named digest, as long as it holds.
SELECT p.id, p.area FROM volunteers_poster AS p
WHERE p.digest = %(digest)s AND p.ended_at IS NULL AND p.until > %(now)s

-- name: key
-- Whose own page the named digest opens, as long as it does.
SELECT k.id, k.area, k.application, k.member FROM volunteers_key AS k
WHERE k.digest = %(digest)s AND k.ended_at IS NULL AND k.until > %(now)s
