-- Who is at work that takes minutes (background.py).

-- name: take
-- The lock of a kind of work, if nobody holds it.
SELECT pg_try_advisory_lock(%(work)s, %(kind)s)

-- name: leave
-- Frees it.
SELECT pg_advisory_unlock(%(work)s, %(kind)s)

-- name: held
-- Whether a process holds it.
SELECT EXISTS (
  SELECT FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = %(work)s AND objid = %(kind)s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
