-- Of DuckDB: what the register's records amount to when they are linked.

-- name: covered
-- Which lists cover a compound: those that name at least a fifth of the people on record there.
CREATE OR REPLACE TABLE covered AS
SELECT compound, bit_or(CASE WHEN named * 5 >= people THEN 1 << bit ELSE 0 END) AS mask
FROM (
  SELECT p.compound, b.bit, count(*) AS people, count(*) FILTER (WHERE p.mask >> b.bit & 1 = 1) AS named
  FROM prepared AS p CROSS JOIN (SELECT unnest(range(0, 60)) AS bit) AS b
  WHERE b.bit < $bits GROUP BY ALL
) GROUP BY compound

-- name: single
-- Records that one list alone names, though two and more cover the compound; those first whose building has most of
-- them, so that one way settles many; then building by building, stairwell by stairwell.
SELECT unique_id, building, mask FROM (
  SELECT p.unique_id, p.building, p.room, p.mask, count(*) OVER (PARTITION BY p.building) AS n
  FROM prepared AS p
  JOIN (SELECT person, bit_or(q.mask) AS mask, min(c.id) AS first FROM clusters AS c JOIN prepared AS q ON q.unique_id = c.id
        GROUP BY person) AS c ON c.first = p.unique_id
  JOIN covered AS v ON v.compound = p.compound
  WHERE bit_count(c.mask) = 1 AND bit_count(v.mask) > 1 AND p.building IS NOT NULL
) ORDER BY n DESC, building, room, unique_id
