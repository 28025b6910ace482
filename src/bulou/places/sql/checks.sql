-- What verify compares of the registries and of the record of looks. Of a person's data only digests are told.

-- name: registry
-- Rows of areas, doors and persons whose digest is not that of the latest record; rows without a record; records without
-- a row.
WITH record AS MATERIALIZED (
  SELECT DISTINCT ON (w.what, u.id) w.what, u.id, u.digest
  FROM places_written AS w CROSS JOIN LATERAL unnest(w.ids, w.digests) AS u (id, digest)
  ORDER BY w.what, u.id, w.id DESC
),
there AS MATERIALIZED (
  SELECT 'area' AS what, id, places_area_digest(a) AS digest FROM places_area AS a
  UNION ALL SELECT 'household', id, places_household_digest(h) FROM places_household AS h
  UNION ALL SELECT 'person', id, places_person_digest(p) FROM places_person AS p
)
SELECT jsonb_build_object('table', what, 'id', id)::text, to_jsonb(encode(t.digest, 'hex'))::text,
       to_jsonb(encode(r.digest, 'hex'))::text
FROM there AS t FULL JOIN record AS r USING (what, id) WHERE t.digest IS DISTINCT FROM r.digest

-- name: fact
-- Values of persons and areas against the dated fact that holds; attributes that have facts and none that holds.
WITH person AS (
  SELECT f.person, f.attribute, count(*) FILTER (WHERE f.valid_to IS NULL) AS n,
         max(f.value) FILTER (WHERE f.valid_to IS NULL) AS value
  FROM places_person_fact AS f GROUP BY 1, 2
),
area AS (
  SELECT f.area, f.attribute, count(*) FILTER (WHERE f.valid_to IS NULL) AS n,
         max(f.value) FILTER (WHERE f.valid_to IS NULL) AS value
  FROM places_area_fact AS f GROUP BY 1, 2
)
SELECT jsonb_build_object('person', f.person, 'attribute', f.attribute)::text,
       to_jsonb(left(encode(sha256(convert_to(c.value, 'UTF8')), 'hex'), 16))::text,
       to_jsonb(CASE WHEN f.n = 1 THEN left(encode(sha256(convert_to(f.value, 'UTF8')), 'hex'), 16)
                ELSE f.n || ' facts hold' END)::text
FROM person AS f
LEFT JOIN places_person AS p ON p.id = f.person
LEFT JOIN LATERAL (VALUES (1, p.name), (2, p.birth_year::text), (3, p.phone), (4, p.needs::text), (5, p.household::text),
                          (6, p.registered_area::text), (7, p.phone_2), (8, p.sex::text), (9, nullif(p.bed, ''))) AS c (attribute, value) ON c.attribute = f.attribute
WHERE f.n <> 1 OR c.attribute IS NULL OR c.value IS DISTINCT FROM f.value
UNION ALL
SELECT jsonb_build_object('area', f.area, 'attribute', f.attribute)::text, to_jsonb(c.value)::text,
       to_jsonb(CASE WHEN f.n = 1 THEN f.value ELSE f.n || ' facts hold' END)::text
FROM area AS f
LEFT JOIN places_area AS a ON a.id = f.area
LEFT JOIN LATERAL (VALUES (1, a.name), (2, a.name_en), (3, a.code), (4, f.value),
                          (5, CASE WHEN a.closed_at IS NULL THEN 'open' ELSE 'closed' END)) AS c (attribute, value) ON c.attribute = f.attribute
WHERE f.n <> 1 OR c.attribute IS NULL OR c.value IS DISTINCT FROM f.value

-- name: found
-- People registered from the field without the entry that reports them: their id is that of the entry (areas.found_id).
SELECT jsonb_build_object('person', p.id)::text, '"registered"', NULL
FROM places_person AS p
LEFT JOIN ledger_entry AS e
  ON e.journal = (p.id - 4503599627370496) >> 24 AND e.number = (p.id - 4503599627370496) & 16777215
LEFT JOIN ledger_variant AS v
  ON v.journal = (p.id - 4503599627370496) >> 24 AND v.number = (p.id - 4503599627370496) & 16777215
WHERE p.id >= 4503599627370496 AND (e.kind IS NULL OR (e.kind <> 'person.found' AND v.journal IS NULL))

-- name: doubts
-- Doubts as their decision, or its taking back, left them (written.sql, `as_left`).
WITH said AS (
  SELECT DISTINCT ON (m[1]) m[1]::bigint AS doubt, nullif(m[2], 'back') AS decision, m[3] AS by, w.at, w.ids
  FROM places_written AS w
  CROSS JOIN LATERAL regexp_match(w.by, '^doubt ([0-9]{1,18}) (same|take|two|back) (.*)$') AS m
  WHERE w.what = 'person' AND m IS NOT NULL ORDER BY m[1], w.id DESC
)
SELECT jsonb_build_object('doubt', coalesce(d.id, s.doubt))::text,
       CASE WHEN d.id IS NOT NULL THEN jsonb_build_object(
         'decision', d.decision, 'by', d.decided_by, 'at', d.decided_at, 'other', d.other)::text END,
       CASE WHEN s.decision IS NULL THEN jsonb_build_object('decision', NULL)
            ELSE jsonb_build_object('decision', s.decision, 'by', s.by, 'at', s.at, 'persons', s.ids) END::text
FROM places_doubt AS d FULL JOIN said AS s ON s.doubt = d.id
WHERE d.id IS NULL
   OR (d.decision, d.decided_by, d.decided_at)
        IS DISTINCT FROM (s.decision, CASE WHEN s.decision IS NOT NULL THEN s.by END, CASE WHEN s.decision IS NOT NULL THEN s.at END)
   OR d.other <> ALL (s.ids)

-- name: looks
-- Looks by user: numbered from 1 without a gap, as many as the tally says; the first numbers that are missing.
WITH there AS (SELECT "user" AS writer, count(*) AS n, max(number) AS last FROM places_look_up GROUP BY 1)
SELECT jsonb_build_object('user', coalesce(t.writer, y.writer))::text,
       jsonb_build_object('rows', coalesce(t.n, 0), 'last', coalesce(t.last, 0), 'missing', (
         SELECT coalesce(jsonb_agg(number ORDER BY number), '[]') FROM (
           SELECT number FROM generate_series(1, least(greatest(t.last, y.n), coalesce(t.n, 0) + 20)) AS number
           WHERE NOT EXISTS (SELECT FROM places_look_up AS l
                             WHERE l."user" = coalesce(t.writer, y.writer) AND l.number = number.number)
           LIMIT 20) AS gap))::text,
       jsonb_build_object('rows', coalesce(y.n, 0), 'last', coalesce(y.n, 0), 'missing', '[]'::jsonb)::text
FROM there AS t FULL JOIN (SELECT writer, n FROM ledger_tally WHERE log = 'look') AS y USING (writer)
WHERE (coalesce(t.n, 0), coalesce(t.last, 0)) IS DISTINCT FROM (coalesce(y.n, 0), coalesce(y.n, 0))
UNION ALL
-- A look dated before one that the same user had earlier; requests side by side differ by seconds.
SELECT jsonb_build_object('user', "user", 'number', number)::text, to_jsonb(at)::text, to_jsonb(earlier)::text
FROM (
  SELECT "user", number, at, max(at) OVER (PARTITION BY "user" ORDER BY number ROWS UNBOUNDED PRECEDING) AS earlier
  FROM places_look_up) AS l
WHERE at < earlier - interval '5 minutes'
