-- Who lists come from, and what each says of a person.

-- name: declared
-- What a source is. Nothing is changed by what is not said.
INSERT INTO places_source (name, mapping, kind, trust, declared_by, declared_at)
VALUES (%(name)s, '{}', %(kind)s, CASE WHEN %(trust)s = 0 THEN 2 ELSE %(trust)s END, %(by)s, %(at)s)
ON CONFLICT (name) DO UPDATE SET
  kind = CASE WHEN %(kind)s = '' THEN places_source.kind ELSE %(kind)s END,
  trust = CASE WHEN %(trust)s = 0 THEN places_source.trust ELSE %(trust)s END, declared_by = %(by)s, declared_at = %(at)s
WHERE (%(kind)s <> '' AND places_source.kind <> %(kind)s) OR (%(trust)s <> 0 AND places_source.trust <> %(trust)s)

-- name: listed
-- Sources with a finished list: its day, and how many people it named.
SELECT s.name, s.kind, s.trust, s.declared_by, s.declared_at, r.valid_from, r.added + r.changed + r.unchanged
FROM places_source AS s
JOIN LATERAL (
  SELECT valid_from, added, changed, unchanged FROM places_import_run AS r
  WHERE r.source = s.id AND r.finished_at IS NOT NULL ORDER BY r.id DESC LIMIT 1
) AS r ON true
ORDER BY r.valid_from DESC, s.id LIMIT 60

-- name: said
-- What is said of a person: by her own record and those merged into it, each value with its source and day, and by lists that
-- say otherwise. Of a door the id is told, with where it is as far as the reader's scope has it. Field numbers as in
-- vocabulary.ATTRIBUTES. What a source's later list does not say any more is left out.
SELECT x.attribute, x.value, coalesce(s.name, ''), coalesce(s.kind, ''), coalesce(s.trust, 2), x.since, x.held, x.second,
       h.area, h.stairwell, h.floor, h.door
FROM (
  SELECT c.attribute, c.value, coalesce(f.source, p.source) AS source, coalesce(f.valid_from, p.valid_from) AS since,
         true AS held, p.id <> %(person)s AS second
  FROM places_person AS p
  CROSS JOIN LATERAL (VALUES
    (1::smallint, p.name), (2::smallint, p.birth_year::text), (3::smallint, p.phone), (5::smallint, p.household::text),
    (6::smallint, p.registered_area::text), (8::smallint, p.sex::text), (9::smallint, nullif(p.bed, ''))
  ) AS c (attribute, value)
  LEFT JOIN places_person_fact AS f ON f.person = p.id AND f.attribute = c.attribute AND f.valid_to IS NULL
  WHERE (p.id = %(person)s OR p.merged_into = %(person)s) AND c.value IS NOT NULL
  UNION ALL
  SELECT t.attribute, t.value, t.source, t.valid_from, false, p.id <> %(person)s
  FROM places_said AS t JOIN places_person AS p ON p.id = t.person
  WHERE (p.id = %(person)s OR p.merged_into = %(person)s) AND NOT EXISTS (
    SELECT FROM places_import_seen AS n JOIN places_import_run AS r ON r.id = n.run
    WHERE n.person = p.id AND r.source = t.source AND r.started_at > t.recorded_at)
) AS x
LEFT JOIN places_source AS s ON s.id = x.source
LEFT JOIN places_household AS h ON h.id = CASE WHEN x.attribute = 5 THEN x.value::bigint END
