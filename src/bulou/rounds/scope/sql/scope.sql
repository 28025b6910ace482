-- Whom a round's scope rule treats otherwise, and what became of them.

-- name: caused
-- Residents of a range whom the rule treats otherwise: (person, area, cause). Of several causes the first of %(causes)s counts.
-- Recovered: stands as negative, or no longer as positive, since then; cleared: a retest of an abnormal pool ended, and she
-- does not stand as positive. Kind 4 is the retest.
SELECT DISTINCT ON (p.id) p.id, p.area, k.cause
FROM (
  SELECT s.subject, 'elsewhere' AS cause FROM ledger_standing AS s
  WHERE s.subject_kind = 1 AND s.name = 'residence' AND s.value IN ('moved', 'never', 'unlisted')
    AND (s.until IS NULL OR s.until > %(at)s)
  UNION ALL
  SELECT s.subject, 'positive' FROM ledger_standing AS s
  WHERE s.subject_kind = 1 AND s.name = 'infection' AND s.value = 'positive' AND (s.until IS NULL OR s.until > %(at)s)
  UNION ALL
  SELECT s.subject, 'recovered' FROM ledger_standing AS s
  WHERE s.subject_kind = 1 AND s.name = 'infection'
    AND (s.value = 'negative' AND s.since > %(recovered_since)s
         OR s.value = 'positive' AND s.until <= %(at)s AND s.until > %(recovered_since)s)
  UNION ALL
  SELECT d.subject, 'pool' FROM ledger_duty AS d WHERE d.kind = 4 AND d.outcome = 0
  UNION ALL
  SELECT d.subject, 'cleared' FROM ledger_duty AS d WHERE d.kind = 4 AND d.outcome = 1 AND d.stage_at > %(cleared_since)s
) AS k
JOIN places_person AS p ON p.id = k.subject
WHERE p.area BETWEEN %(lo)s AND %(hi)s AND p.merged_into IS NULL AND k.cause = ANY (%(causes)s::text[])
ORDER BY p.id, array_position(%(causes)s::text[], k.cause)

-- name: keep
-- Whom a round treats otherwise, as it was when the round met them first.
INSERT INTO scope_treated (campaign, person, area, cause, treatment, at)
SELECT %(campaign)s, t.person, t.area, t.cause, t.treatment, %(at)s
FROM unnest(%(persons)s::bigint[], %(areas)s::bigint[], %(causes)s::text[], %(treatments)s::text[])
    AS t (person, area, cause, treatment)
ORDER BY t.person
ON CONFLICT (campaign, person) DO NOTHING

-- name: counted
-- How many people of an area a round treats otherwise, by cause and treatment.
SELECT cause, treatment, count(*) FROM scope_treated
WHERE campaign = %(campaign)s AND area BETWEEN %(lo)s AND %(hi)s GROUP BY 1, 2

-- name: treated
-- The people of an area whom a round treats otherwise, with the door, and whether they owe it by now all the same.
SELECT t.person, t.area, t.cause, t.treatment, t.at, p.name, h.door, EXISTS (
  SELECT FROM ledger_duty AS d
  WHERE d.campaign = t.campaign AND d.kind = 1 AND d.subject = t.person AND d.outcome <> 3) AS owes
FROM scope_treated AS t JOIN places_person AS p ON p.id = t.person LEFT JOIN places_household AS h ON h.id = p.household
WHERE t.campaign = %(campaign)s AND t.area BETWEEN %(lo)s AND %(hi)s AND (%(treatment)s = '' OR t.treatment = %(treatment)s)
ORDER BY t.area, h.door NULLS LAST, t.person LIMIT %(limit)s OFFSET %(start)s

-- name: rules
-- What a round's record says of its rules.
SELECT rules::text FROM ledger_campaign WHERE id = %(campaign)s
