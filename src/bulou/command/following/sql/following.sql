-- Who lives where, as far as a published list is concerned.

-- name: households
-- Open households of a range by the area in which they are.
SELECT h.area, count(*) FROM places_household AS h
WHERE h.closed_at IS NULL AND h.area BETWEEN %(lo)s AND %(hi)s GROUP BY h.area
