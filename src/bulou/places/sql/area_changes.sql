-- Single changes of the area tree. Ids never change and never return: a closed area keeps its row.

-- name: alone
-- One change at a time, so that two new areas never take one id.
SELECT pg_advisory_xact_lock(hashtext('bulou area tree'))

-- name: last_below
-- The highest id that an area below this one has or had; 0 where there was none.
SELECT coalesce(max(id), 0) FROM places_area WHERE parent = %(parent)s

-- name: closed
-- An area that is open is closed; tells whether there was one.
UPDATE places_area SET closed_at = %(at)s WHERE id = %(area)s AND closed_at IS NULL RETURNING id

-- name: reopened
-- An area is open again.
UPDATE places_area SET closed_at = NULL WHERE id = %(area)s AND closed_at IS NOT NULL RETURNING id

-- name: fact_ended
-- What held until now.
UPDATE places_area_fact SET valid_to = %(at)s
WHERE area = %(area)s AND attribute = %(attribute)s AND valid_to IS NULL

-- name: fact_opened
-- What holds from now on, and who says so.
INSERT INTO places_area_fact (area, attribute, value, source, valid_from, recorded_at)
VALUES (%(area)s, %(attribute)s, %(value)s, %(source)s, %(at)s, %(at)s)
