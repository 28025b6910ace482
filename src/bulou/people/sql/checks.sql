-- What verify compares of exports and emergency access, and what they say to the seal. A sealed text never changes: a column
-- that is added later comes last and says nothing where it is null. Times are microseconds since 1970.

-- name: exports
-- Exports by user: numbered from 1 without a gap, as many as the tally says, and dated in that order.
WITH there AS (SELECT "user" AS writer, count(*) AS n, max(number) AS last FROM people_export GROUP BY 1)
SELECT jsonb_build_object('user', coalesce(t.writer, y.writer))::text,
       jsonb_build_object('rows', coalesce(t.n, 0), 'last', coalesce(t.last, 0), 'missing', (
         SELECT coalesce(jsonb_agg(number ORDER BY number), '[]') FROM (
           SELECT number FROM generate_series(1, least(greatest(t.last, y.n), coalesce(t.n, 0) + 20)) AS number
           WHERE NOT EXISTS (SELECT FROM people_export AS l
                             WHERE l."user" = coalesce(t.writer, y.writer) AND l.number = number.number)
           LIMIT 20) AS gap))::text,
       jsonb_build_object('rows', coalesce(y.n, 0), 'last', coalesce(y.n, 0), 'missing', '[]'::jsonb)::text
FROM there AS t FULL JOIN (SELECT writer, n FROM ledger_tally WHERE log = 'export') AS y USING (writer)
WHERE (coalesce(t.n, 0), coalesce(t.last, 0)) IS DISTINCT FROM (coalesce(y.n, 0), coalesce(y.n, 0))
UNION ALL
SELECT jsonb_build_object('user', "user", 'number', number)::text, to_jsonb(at)::text, to_jsonb(earlier)::text
FROM (
  SELECT "user", number, at, max(at) OVER (PARTITION BY "user" ORDER BY number ROWS UNBOUNDED PRECEDING) AS earlier
  FROM people_export) AS l
WHERE at < earlier - interval '5 minutes'

-- name: emergencies
-- Emergency access by user, in the same way; and parts of a review that nobody gave.
WITH there AS (SELECT "user" AS writer, count(*) AS n, max(number) AS last FROM people_glass GROUP BY 1)
SELECT jsonb_build_object('user', coalesce(t.writer, y.writer))::text,
       jsonb_build_object('rows', coalesce(t.n, 0), 'last', coalesce(t.last, 0), 'missing', (
         SELECT coalesce(jsonb_agg(number ORDER BY number), '[]') FROM (
           SELECT number FROM generate_series(1, least(greatest(t.last, y.n), coalesce(t.n, 0) + 20)) AS number
           WHERE NOT EXISTS (SELECT FROM people_glass AS l
                             WHERE l."user" = coalesce(t.writer, y.writer) AND l.number = number.number)
           LIMIT 20) AS gap))::text,
       jsonb_build_object('rows', coalesce(y.n, 0), 'last', coalesce(y.n, 0), 'missing', '[]'::jsonb)::text
FROM there AS t FULL JOIN (SELECT writer, n FROM ledger_tally WHERE log = 'emergency') AS y USING (writer)
WHERE (coalesce(t.n, 0), coalesce(t.last, 0)) IS DISTINCT FROM (coalesce(y.n, 0), coalesce(y.n, 0))
UNION ALL
SELECT jsonb_build_object('user', "user", 'number', number)::text, to_jsonb(at)::text, to_jsonb(earlier)::text
FROM (
  SELECT "user", number, at, max(at) OVER (PARTITION BY "user" ORDER BY number ROWS UNBOUNDED PRECEDING) AS earlier
  FROM people_glass) AS l
WHERE at < earlier - interval '5 minutes'
UNION ALL
SELECT jsonb_build_object('user', "user", 'number', number)::text,
       jsonb_build_object('verdict', verdict, 'noted', note <> '', 'by', reviewed_by, 'at', reviewed_at)::text,
       '"all of a review or nothing"'
FROM people_glass
WHERE CASE WHEN reviewed_at IS NULL THEN verdict <> '' OR note <> '' OR reviewed_by IS NOT NULL
           ELSE verdict = '' OR reviewed_by IS NULL OR reviewed_by = "user" END

-- name: export
-- To the seal: a list that left the desk.
INSERT INTO seal_said
SELECT id::text, at, concat_ws(' ', 'export', id, number, quote_literal("user"), quote_literal(what), quote_literal(filter::text),
                               rows, masked, area, trunc(extract(epoch FROM at) * 1000000))
FROM people_export

-- name: emergency
-- To the seal: a look beyond one's own areas, or a try at one.
INSERT INTO seal_said
SELECT id::text, at, concat_ws(' ', 'emergency', id, number, quote_literal("user"), coalesce(person::text, '-'), area,
  quote_literal(how), quote_literal(kind), quote_literal(why), trunc(extract(epoch FROM at) * 1000000),
  coalesce(trunc(extract(epoch FROM until) * 1000000)::text, '-'))
FROM people_glass

-- name: review
-- To the seal: the verdict on one.
INSERT INTO seal_said
SELECT id::text, reviewed_at, concat_ws(' ', 'review', id, verdict, quote_literal(note), quote_literal(reviewed_by),
                                        trunc(extract(epoch FROM reviewed_at) * 1000000))
FROM people_glass WHERE reviewed_at IS NOT NULL
