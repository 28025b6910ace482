-- Who is whose second record, as the books say. {same} stands for the statement of that name.

-- name: followed
-- Brings the register up to date for these persons and for all whose way leads over them. The way is followed to its end;
-- in a circle the smallest id stays. Whom no entry names keeps what a decision on a doubt says. Who is on the register
-- again is recorded anew, so that open rounds see the newcomer. Returns whose record changed.
WITH RECURSIVE touched (id) AS (
  SELECT unnest(%(persons)s::bigint[])
  UNION
  SELECT s.subject FROM touched AS t JOIN ledger_standing AS s
    ON s.subject_kind = 1 AND s.name IN ('same_as', 'found_same') AND s.value <> '' AND s.value = t.id::text
), way (id, at, passed) AS (
  SELECT id, id, ARRAY[id] FROM touched
  UNION ALL
  SELECT w.id, p.id, w.passed || p.id
  FROM way AS w
  JOIN ({same}) AS s ON s.subject = w.at
  JOIN places_person AS p ON p.id = s.value::bigint
  WHERE p.id <> ALL (w.passed)
), ended AS (
  SELECT DISTINCT ON (w.id) w.id, w.at, w.passed, s.value::bigint AS back
  FROM way AS w
  LEFT JOIN ({same}) AS s ON s.subject = w.at
  ORDER BY w.id, cardinality(w.passed) DESC
), stays AS (
  SELECT id, CASE WHEN back = ANY (passed)
    THEN (SELECT min(c) FROM unnest(passed[array_position(passed, back):]) AS c) ELSE at END AS root
  FROM ended
)
UPDATE places_person AS p SET merged_into = nullif(t.root, p.id),
  recorded_at = CASE WHEN t.root = p.id THEN %(at)s ELSE p.recorded_at END
FROM stays AS t
WHERE p.id = t.id AND p.merged_into IS DISTINCT FROM nullif(t.root, p.id)
  AND (t.root <> p.id OR NOT EXISTS (
    SELECT FROM places_doubt AS d WHERE d.other = p.id AND d.decision IN ('same', 'take')))
RETURNING p.id

-- name: check
-- Persons whose record does not say what the books say of them, or says it of nobody's decision.
SELECT jsonb_build_object('person', p.id)::text, to_jsonb(p.merged_into)::text, to_jsonb(s.value)::text
FROM places_person AS p
LEFT JOIN ({same}) AS s ON s.subject = p.id
WHERE (p.merged_into IS NULL AND s.value IS NOT NULL AND EXISTS (SELECT FROM places_person AS o WHERE o.id = s.value::bigint)
       AND NOT EXISTS (WITH RECURSIVE round (at, passed) AS (
             SELECT s.value::bigint, ARRAY[s.value::bigint]
             UNION ALL SELECT n.value::bigint, r.passed || n.value::bigint FROM round AS r
               JOIN ({same}) AS n ON n.subject = r.at
             WHERE n.value::bigint <> ALL (r.passed))
           SELECT FROM round WHERE at = p.id))
   OR (p.merged_into IS NOT NULL AND s.value IS NULL AND NOT EXISTS (
         SELECT FROM places_doubt AS d WHERE d.other = p.id AND d.decision IN ('same', 'take')))

-- name: index
-- Over whose way a merge leads.
CREATE INDEX IF NOT EXISTS places_same_as_value ON ledger_standing (value)
WHERE subject_kind = 1 AND name IN ('same_as', 'found_same') AND value <> ''

-- name: same
-- Of each second record the one that stays: as a desk merged them, or as somebody found at the door whose visit asked about
-- these two records, unless a desk has said something else since. What the visit did not ask about waits for a desk.
SELECT s.subject, s.value FROM ledger_standing AS s
WHERE s.subject_kind = 1 AND s.name = 'same_as' AND s.value <> ''
UNION ALL
SELECT s.subject, s.value FROM ledger_standing AS s
WHERE s.subject_kind = 1 AND s.name = 'found_same' AND s.value <> ''
  AND NOT EXISTS (SELECT FROM ledger_standing AS d
    WHERE d.subject_kind = 1 AND d.subject = s.subject AND d.name = 'same_as' AND (d.value <> '' OR d.since >= s.since))
  AND EXISTS (SELECT FROM ledger_standing AS m
    WHERE m.subject_kind = 1 AND m.name = 'may_be'
      AND (m.subject = s.subject AND m.value = s.value OR m.subject = s.value::bigint AND m.value = s.subject::text))
