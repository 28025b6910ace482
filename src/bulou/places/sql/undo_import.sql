-- An import taken back: who came by it alone is off the lists, what it corrected is as it was. All in one transaction.

-- name: run
-- An import: its source, when its list holds, whether it ended.
SELECT source, valid_from, finished_at IS NOT NULL FROM places_import_run WHERE id = %(run)s

-- name: came
-- Who came by this import and by no other: the first record of the person is the import's, or the import has brought back
-- who was off the lists; and no other list names them.
CREATE TEMP TABLE came ON COMMIT DROP AS
WITH first AS (
  SELECT u.person, min(w.id) AS id FROM places_written AS w CROSS JOIN LATERAL unnest(w.ids) AS u (person)
  WHERE w.what = 'person' GROUP BY 1
)
SELECT p.id, p.area, p.merged_into FROM first AS f
JOIN places_written AS w ON w.id = f.id
JOIN places_person AS p ON p.id = f.person
LEFT JOIN ledger_standing AS r ON r.subject_kind = 1 AND r.subject = p.id AND r.name = 'residence'
WHERE r.value IS DISTINCT FROM 'unlisted'
  AND (w.by = %(by)s OR (r.value = 'listed' AND EXISTS (
    SELECT FROM places_import_seen AS s WHERE s.person = p.id AND s.run = %(run)s)))
  AND NOT EXISTS (SELECT FROM places_import_seen AS s WHERE s.person = p.id AND s.run <> %(run)s)

-- name: took_part
-- How many of them took part in anything since (swabbed, excused, deferred, merged, spoken of by a visit or a result), and how
-- many doubts of this list somebody has decided.
SELECT (
  SELECT count(*) FROM came AS c WHERE c.merged_into IS NOT NULL OR EXISTS (
    SELECT FROM ledger_duty AS d JOIN ledger_duty_kind AS k ON k.code = d.kind AND k.subject_kind = 1
    WHERE d.subject = c.id AND d.outcome <> 3 AND (d.stage >= k.took_part OR d.outcome <> 0 OR d.mark <> 0 OR d.moved))
  OR EXISTS (SELECT FROM ledger_statement AS s WHERE s.subject_kind = 1 AND s.subject = c.id
                AND NOT (s.name = 'residence' AND s.value IN ('unlisted', 'listed')))
  OR EXISTS (SELECT FROM places_person AS o WHERE o.merged_into = c.id)
), (SELECT count(*) FROM places_doubt WHERE run = %(run)s AND decided_at IS NOT NULL)

-- name: recorded
-- When chunks of this import were written: its facts have these times.
SELECT coalesce(array_agg(DISTINCT at), '{}') FROM places_written WHERE by = %(by)s

-- name: corrected
-- Values of people who stay that this import set and that hold still, each with what held before it. The value that stood
-- before the first change of all was written down as a fact by the same import, under the source and day of the person.
CREATE TEMP TABLE corrected ON COMMIT DROP AS
SELECT f.id, f.person, f.attribute, f.valid_from, (
  SELECT o.value FROM places_person_fact AS o
  WHERE o.person = f.person AND o.attribute = f.attribute AND o.id <> f.id AND o.valid_to IS NOT NULL
    AND NOT (o.source = %(source)s AND o.recorded_at = ANY (%(times)s::timestamptz[]) AND o.valid_from = %(valid_from)s
             AND (o.source, o.valid_from) IS DISTINCT FROM (p.source, p.valid_from))
  ORDER BY o.valid_from DESC, o.id DESC LIMIT 1) AS value
FROM places_person_fact AS f JOIN places_person AS p ON p.id = f.person
WHERE f.source = %(source)s AND f.valid_to IS NULL AND f.recorded_at = ANY (%(times)s::timestamptz[])
  AND f.person NOT IN (SELECT id FROM came)

-- name: facts_ended
-- What the import said held for no time at all.
UPDATE places_person_fact AS f SET valid_to = f.valid_from FROM corrected AS c WHERE f.id = c.id

-- name: facts_back
-- What held before holds on. Its source says that it was brought back, so that the same list may say it anew (import.sql).
INSERT INTO places_person_fact (person, attribute, value, source, valid_from, recorded_at)
SELECT person, attribute, value, %(back)s, valid_from, %(at)s FROM corrected

-- name: persons_back
-- The people as they were known before.
UPDATE places_person AS p SET
  birth_year = CASE WHEN c.has @> '{2}' THEN (c.said ->> '2')::smallint ELSE p.birth_year END,
  phone = CASE WHEN c.has @> '{3}' THEN c.said ->> '3' ELSE p.phone END,
  needs = CASE WHEN c.has @> '{4}' THEN coalesce((c.said ->> '4')::smallint, 0) ELSE p.needs END,
  household = CASE WHEN c.has @> '{5}' THEN (c.said ->> '5')::bigint ELSE p.household END,
  area = coalesce(CASE WHEN c.has @> '{5}' THEN h.area END, p.area),
  found_area = coalesce(CASE WHEN c.has @> '{5}' THEN h.area END, p.found_area),
  registered_area = CASE WHEN c.has @> '{6}' THEN (c.said ->> '6')::bigint ELSE p.registered_area END,
  phone_2 = CASE WHEN c.has @> '{7}' THEN c.said ->> '7' ELSE p.phone_2 END,
  sex = CASE WHEN c.has @> '{8}' THEN (c.said ->> '8')::smallint ELSE p.sex END,
  bed = CASE WHEN c.has @> '{9}' THEN coalesce(c.said ->> '9', '') ELSE p.bed END
FROM (
  SELECT person, array_agg(attribute::int) AS has, jsonb_object_agg(attribute::text, value) AS said FROM corrected GROUP BY 1
) AS c LEFT JOIN places_household AS h ON h.id = (c.said ->> '5')::bigint
WHERE p.id = c.person RETURNING p.id

-- name: ended
-- Nobody takes an import up again that was taken back.
UPDATE places_import_run SET finished_at = %(at)s WHERE id = %(run)s AND finished_at IS NULL

-- name: unsaid
-- The list has named nobody.
DELETE FROM places_import_seen WHERE run = %(run)s

-- name: not_said
-- Nor has it said anything of anybody.
DELETE FROM places_said WHERE run = %(run)s

-- name: left
-- Who is off the lists from now on, by area.
SELECT area, id FROM came ORDER BY area, id

-- name: listed_again
-- Who was taken off the lists and is named by a list that was imported since: recorded anew, so that open rounds see the
-- newcomer.
UPDATE places_person AS p SET recorded_at = %(at)s
FROM ledger_standing AS s
WHERE s.subject_kind = 1 AND s.name = 'residence' AND s.value = 'unlisted' AND p.id = s.subject AND EXISTS (
  SELECT FROM places_import_seen AS n JOIN places_import_run AS r ON r.id = n.run
  WHERE n.person = p.id AND r.started_at > s.since)
RETURNING p.area, p.id
