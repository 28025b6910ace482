-- The register as the linkage reads it. A bit stands for a source: its latest list names the person, or it brought her in.

-- name: sources
-- Sources that have people on the register, the oldest first, at most 60: each with its latest whole list. Finds of the
-- field are no list: two of them may be one person.
SELECT s.id, s.name, r.id AS run, r.valid_from
FROM places_source AS s
LEFT JOIN LATERAL (
  SELECT id, valid_from FROM places_import_run AS r WHERE r.source = s.id AND r.finished_at IS NOT NULL ORDER BY id DESC LIMIT 1
) AS r ON true
WHERE s.name <> %(field)s AND (r.id IS NOT NULL OR EXISTS (SELECT FROM places_person AS p WHERE p.source = s.id))
ORDER BY s.id LIMIT 60

-- name: records
-- People of their own, with what lists say of them; the bits of their second records count with theirs.
WITH list (source, run, bit) AS (SELECT * FROM unnest(%(sources)s::bigint[], %(runs)s::bigint[], %(bits)s::bigint[])),
named AS (
  SELECT coalesce(p.merged_into, p.id) AS person, bit_or(l.bit) AS mask
  FROM places_import_seen AS s JOIN list AS l ON l.run = s.run JOIN places_person AS p ON p.id = s.person GROUP BY 1
)
SELECT p.id, coalesce(n.mask, b.bit, 0), p.name, coalesce('K' || p.key_version || ':' || encode(p.id_digest, 'hex'), ''),
       coalesce(p.birth_year::text, ''), coalesce(p.phone, ''), (p.area >> 12)::text,
       CASE WHEN p.area & 4095 > 0 THEN p.area::text ELSE '' END,
       CASE WHEN h.door <> '' THEN h.stairwell || ':' || h.door ELSE '' END
FROM places_person AS p
LEFT JOIN places_household AS h ON h.id = p.household
LEFT JOIN named AS n ON n.person = p.id
LEFT JOIN list AS b ON b.source = p.source
WHERE p.merged_into IS NULL AND p.area BETWEEN %(lo)s AND %(hi)s

-- name: says
-- Which lists name this person: the source, the day of its latest list, and whether it names a second record of hers.
SELECT s.name, max(r.valid_from), bool_and(p.id <> %(person)s)
FROM places_person AS p
JOIN places_import_seen AS seen ON seen.person = p.id
JOIN places_import_run AS r ON r.id = seen.run
JOIN places_source AS s ON s.id = r.source
WHERE p.id = %(person)s OR p.merged_into = %(person)s
GROUP BY s.name ORDER BY max(r.valid_from) DESC, s.name
