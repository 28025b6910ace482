-- Second records that somebody found at a door and that no question named: they wait for a desk.

-- name: waiting
-- The person who is said to be a second record, the record that would stay, both with their place; the oldest first.
SELECT p.id, p.name, p.area, h.stairwell, h.floor, h.door, o.id, o.name, o.area, oh.stairwell, oh.floor, oh.door, s.since
FROM ledger_standing AS s
JOIN places_person AS p ON p.id = s.subject AND p.merged_into IS NULL
LEFT JOIN places_household AS h ON h.id = p.household
LEFT JOIN places_person AS o ON o.id = s.value::bigint
LEFT JOIN places_household AS oh ON oh.id = o.household
WHERE s.subject_kind = 1 AND s.name = 'found_same' AND s.value <> ''
  AND (%(person)s = 0 OR p.id = %(person)s)
  AND NOT EXISTS (SELECT FROM ledger_standing AS d
    WHERE d.subject_kind = 1 AND d.subject = s.subject AND d.name = 'same_as' AND (d.value <> '' OR d.since >= s.since))
ORDER BY s.since, p.id LIMIT %(limit)s

-- name: merged
-- Those whom a desk merged as they were found, in the same columns; the latest first.
SELECT p.id, p.name, p.area, h.stairwell, h.floor, h.door, o.id, o.name, o.area, oh.stairwell, oh.floor, oh.door, s.since
FROM ledger_standing AS s
JOIN places_person AS p ON p.id = s.subject AND p.merged_into = s.value::bigint
LEFT JOIN places_household AS h ON h.id = p.household
LEFT JOIN places_person AS o ON o.id = s.value::bigint
LEFT JOIN places_household AS oh ON oh.id = o.household
JOIN ledger_standing AS d ON d.subject_kind = 1 AND d.subject = p.id AND d.name = 'same_as' AND d.value = s.value
WHERE s.subject_kind = 1 AND s.name = 'found_same' AND s.value <> '' AND d.since >= s.since
  AND (%(person)s = 0 OR p.id = %(person)s)
ORDER BY d.since DESC, p.id LIMIT %(limit)s
