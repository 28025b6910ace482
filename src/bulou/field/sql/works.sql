-- What a phone carries of the kinds that rooms declare as work.

-- name: owed
-- What is open of these kinds in the ranges, what is due first and what everybody is owed (%(covered)s) last. Of a person or household with the door and the name.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.stage, d.mark, d.reason, d.until, d.variant, d.opened_at, d.due_at,
       false AS given, p.name, p.phone, coalesce(h.id, p.household) AS household, h.stairwell, h.floor, h.door
FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
JOIN ledger_duty AS d ON d.area BETWEEN r.lo AND r.hi AND d.kind = ANY (%(kinds)s::smallint[])
JOIN ledger_duty_kind AS k ON k.code = d.kind
LEFT JOIN places_person AS p ON k.subject_kind = 1 AND p.id = d.subject
LEFT JOIN places_household AS h ON h.id = CASE k.subject_kind WHEN 1 THEN p.household WHEN 2 THEN d.subject END
WHERE d.outcome = 0 AND d.campaign = ANY (ARRAY(SELECT id FROM ledger_campaign WHERE closed_at IS NULL))
ORDER BY d.kind = ANY (%(covered)s::smallint[]), d.due_at NULLS LAST, d.opened_at, d.campaign, d.kind, d.subject, d.occasion LIMIT %(limit)s

-- name: given
-- The same of what was given to a device, or to the unit that it works for, wherever it lies.
SELECT d.campaign, d.kind, d.subject, d.occasion, d.area, d.stage, d.mark, d.reason, d.until, d.variant, d.opened_at, d.due_at,
       true AS given, p.name, p.phone, coalesce(h.id, p.household) AS household, h.stairwell, h.floor, h.door
FROM ledger_journal AS j
JOIN ledger_duty AS d ON (d.given_kind = 6 AND d.given = j.id) OR (d.given_kind = j.unit_kind AND d.given = j.unit)
JOIN ledger_duty_kind AS k ON k.code = d.kind
LEFT JOIN places_person AS p ON k.subject_kind = 1 AND p.id = d.subject
LEFT JOIN places_household AS h ON h.id = CASE k.subject_kind WHEN 1 THEN p.household WHEN 2 THEN d.subject END
WHERE j.id = %(journal)s AND d.kind = ANY (%(kinds)s::smallint[]) AND d.outcome = 0
ORDER BY d.due_at NULLS LAST, d.opened_at, d.campaign, d.kind, d.subject, d.occasion LIMIT %(limit)s

-- name: areas
-- Areas on the way, and open ones of the ranges down to compounds.
SELECT a.id, a.name, a.name_en FROM places_area AS a
WHERE a.id = ANY (%(way)s::bigint[]) OR (a.closed_at IS NULL AND a.level <= 4
  AND EXISTS (SELECT FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi) WHERE a.id BETWEEN r.lo AND r.hi))
ORDER BY a.id LIMIT %(limit)s

-- name: rules
-- What campaigns fixed when they were opened.
SELECT c.id, r.key AS name, r.value FROM ledger_campaign AS c, jsonb_each_text(c.rules) AS r
WHERE c.id = ANY (%(ids)s::int[]) AND r.key <> 'scope'

-- name: units
-- Open units of some kinds that serve the device's areas; of these, where an attribute is named, those with one of its values.
SELECT id, name FROM places_unit
WHERE until IS NULL AND kind = ANY (%(kinds)s::smallint[])
  AND (%(attribute)s = '' OR attributes ->> %(attribute)s = ANY (%(values)s::text[]))
ORDER BY name, id LIMIT %(limit)s
