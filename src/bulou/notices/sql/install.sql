-- What migrations do not carry. Each statement may run again; it is part of the installation.

-- name: told_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS told ON notices_notice

-- name: told
-- Who answers for a household sees what was sent to it from above; only who answers for the notice's area changes it.
CREATE POLICY told ON notices_notice FOR SELECT TO bulou_app USING (
    EXISTS (SELECT FROM notices_delivery AS d WHERE d.notice = notices_notice.id)
)

-- name: stay
-- Notices and what became of them are not removed.
REVOKE DELETE ON notices_notice, notices_delivery, notices_rumour FROM bulou_app

-- name: audience
-- Whom an audience names: the meaning is rules.addressed. terms: [{"campaign", "kind", "state"}] in their order;
-- shifts: how many bits lie below each level of the area tree. The caller's scope must hold the range and the areas
-- above it.
CREATE OR REPLACE FUNCTION notices_audience(
    lo bigint, hi bigint, at timestamptz, shifts int[], levels text[], wants int, terms jsonb
) RETURNS TABLE (household bigint, area bigint, people int, met smallint[], phones text[]) LANGUAGE sql STABLE AS $$
WITH term AS (
  SELECT (t.n - 1)::smallint AS n, (t.v ->> 'campaign')::int AS campaign, (t.v ->> 'kind')::smallint AS kind,
         t.v ->> 'state' AS state, k.subject_kind, k.took_part
  FROM jsonb_array_elements(terms) WITH ORDINALITY AS t (v, n)
  JOIN ledger_duty_kind AS k ON k.code = (t.v ->> 'kind')::smallint
), home AS (
  SELECT h.id, h.area FROM places_household AS h
  WHERE h.area BETWEEN lo AND hi AND h.closed_at IS NULL AND (
    cardinality(levels) = 0 OR coalesce((
      SELECT s.value FROM ledger_standing AS s
      WHERE s.subject_kind = 5 AND s.name = 'zone.level' AND (s.until IS NULL OR s.until > at)
        AND s.subject IN (SELECT h.area >> b << b FROM unnest(shifts) AS b)
      ORDER BY s.subject DESC LIMIT 1
    ), '') = ANY (levels))
), folk AS (
  SELECT h.id AS home, h.area, p.id AS person, p.needs, p.phone
  FROM home AS h LEFT JOIN places_person AS p ON p.household = h.id AND p.merged_into IS NULL
), owed AS (
  SELECT f.home, f.person, t.n FROM folk AS f CROSS JOIN term AS t
  WHERE EXISTS (
    SELECT FROM ledger_duty AS d
    WHERE d.campaign = t.campaign AND d.kind = t.kind
      AND d.subject = CASE t.subject_kind WHEN 1 THEN f.person WHEN 2 THEN f.home END
      AND CASE t.state WHEN 'not_yet' THEN d.outcome = 0 AND d.stage < t.took_part
                       WHEN 'open' THEN d.outcome = 0 WHEN 'done' THEN d.outcome = 1 ELSE false END)
), named AS (
  SELECT f.home, f.area, f.person, f.phone,
         ARRAY (SELECT o.n FROM owed AS o WHERE o.home = f.home AND o.person IS NOT DISTINCT FROM f.person) AS met
  FROM folk AS f
  WHERE (wants = 0 OR f.needs & wants <> 0)
)
SELECT n.home, n.area, count(n.person)::int,
       ARRAY (SELECT DISTINCT m FROM named AS o, unnest(o.met) AS m WHERE o.home = n.home ORDER BY m),
       array_remove(array_agg(DISTINCT n.phone), NULL)
FROM named AS n
WHERE jsonb_array_length(terms) = 0 OR cardinality(n.met) > 0
GROUP BY n.home, n.area
$$
