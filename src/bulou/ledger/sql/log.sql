-- What is written into a log is numbered by its writer, so that a row that is gone leaves a gap. A sequence would not do: it
-- leaves gaps by itself where a transaction is taken back.

-- name: next_function
-- Takes the next n numbers of a writer in a log and returns the first of them. The writer's row is locked until the
-- transaction ends, and a transaction that is taken back gives its numbers back.
CREATE OR REPLACE FUNCTION ledger_next(wanted_log text, wanted_writer text, wanted bigint) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  INSERT INTO ledger_tally AS t (log, writer, n) VALUES (wanted_log, wanted_writer, wanted)
  ON CONFLICT (log, writer) DO UPDATE SET n = t.n + excluded.n
  RETURNING n - wanted + 1
$$
