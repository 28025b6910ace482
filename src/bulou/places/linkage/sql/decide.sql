-- Of DuckDB: what is kept of compared pairs, and who is left over.

-- name: scored
-- Every compared pair with its weight in bits (rounded, so that two runs order alike) and the level of each comparison:
-- the higher the better, 0 where the two differ, -1 where one of them says nothing.
CREATE OR REPLACE TABLE scored (
  l BIGINT, r BIGINT, weight DOUBLE, name TINYINT, birth TINYINT, number TINYINT, phone TINYINT, place TINYINT
)

-- name: judged
-- The pairs that are worth a thought, each under the first rule that fits it ('' under none).
CREATE OR REPLACE TABLE judged AS
SELECT s.l, s.r, s.weight, {certain} AS certain, {doubtful} AS doubtful,
       s.number = 1 AS numbered
FROM scored s
WHERE s.weight > $floor OR s.number = 1

-- name: namesakes
-- Two that are left over, of one name that nobody else who is left over has: one of them has but one source.
WITH left_over AS (
  SELECT c.person, bit_or(p.mask) AS mask, min(p.name) AS name, min(p.unique_id) AS id, bit_count(bit_or(p.mask)) AS held,
         min(p.birth) AS birth, min(p.number) AS number
  FROM clusters c JOIN prepared p ON p.unique_id = c.id
  GROUP BY c.person HAVING count(DISTINCT p.name) = 1 AND bit_count(bit_or(p.mask)) < $sources
), alone AS (
  SELECT name FROM left_over GROUP BY name HAVING count(*) = 2
)
SELECT a.id, b.id FROM left_over a JOIN left_over b ON a.name = b.name AND a.id < b.id
WHERE a.name IN (FROM alone) AND a.mask & b.mask = 0 AND (a.held <= 1 OR b.held <= 1)
  AND (a.birth IS NULL OR b.birth IS NULL OR a.birth = b.birth)
  AND (a.number IS NULL OR b.number IS NULL OR a.number = b.number)
ORDER BY 1, 2
