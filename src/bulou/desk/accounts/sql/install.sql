-- Policies of the accounts' tables, and who is told when somebody's access ends. Each statement may run again.

-- name: grant_on
-- Roles come under row level security.
ALTER TABLE accounts_grant ENABLE ROW LEVEL SECURITY

-- name: grant_read_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS seen ON accounts_grant

-- name: grant_read
-- Roles are read before anybody's scope is known: they make the scope.
CREATE POLICY seen ON accounts_grant FOR SELECT TO bulou_app USING (true)

-- name: grant_give_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS given ON accounts_grant

-- name: grant_give
-- Nobody gives a role beyond the own areas.
CREATE POLICY given ON accounts_grant FOR INSERT TO bulou_app WITH CHECK (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange) @> ranges
)

-- name: grant_end_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS ended ON accounts_grant

-- name: grant_end
-- Nobody ends a role beyond the own areas.
CREATE POLICY ended ON accounts_grant FOR UPDATE TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange) @> ranges
)

-- name: grant_stays
-- A role that was given stays on record; all that changes is its end.
REVOKE DELETE, UPDATE ON accounts_grant FROM bulou_app

-- name: grant_ends
-- The columns of an early end.
GRANT UPDATE (ended_at, ended_by, end_reason) ON accounts_grant TO bulou_app

-- name: change_on
-- The record of changes comes under row level security.
ALTER TABLE accounts_change ENABLE ROW LEVEL SECURITY

-- name: change_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS scope ON accounts_change

-- name: change
-- A change is seen by those in whose areas the user works.
CREATE POLICY scope ON accounts_change TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange) @> ranges
)

-- name: changes_stay
-- The record of changes is written once.
REVOKE UPDATE, DELETE ON accounts_change FROM bulou_app

-- name: stands
-- How an account stands: a digest over what its changes change.
CREATE OR REPLACE FUNCTION accounts_stands(u auth_user) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT left(encode(sha256(convert_to(
    concat_ws(' ', u.id, quote_literal(u.username), quote_literal(u.password), u.is_active, u.is_staff, u.is_superuser),
    'UTF8')), 'hex'), 32)
$$

-- name: told
-- Tells the processes of the desk that somebody may see less than before, whoever did it and wherever: they keep no
-- answer from before. A desk that has to be told by each act would miss the one that somebody forgets.
CREATE OR REPLACE FUNCTION accounts_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('bulou_accounts', '');
    RETURN NULL;
END
$$

-- name: told_sessions
-- A session was ended.
CREATE OR REPLACE TRIGGER accounts_told AFTER DELETE ON accounts_session FOR EACH ROW EXECUTE FUNCTION accounts_told()

-- name: told_grants
-- A role was given or ended.
CREATE OR REPLACE TRIGGER accounts_told AFTER INSERT OR UPDATE OR DELETE ON accounts_grant
    FOR EACH ROW EXECUTE FUNCTION accounts_told()

-- name: told_users
-- A password was set, an account closed. A sign-in changes neither.
CREATE OR REPLACE TRIGGER accounts_told AFTER UPDATE ON auth_user FOR EACH ROW
    WHEN ((OLD.password, OLD.is_active) IS DISTINCT FROM (NEW.password, NEW.is_active))
    EXECUTE FUNCTION accounts_told()

-- name: told_second
-- A second step was set up or removed. A code that was typed in changes neither.
CREATE OR REPLACE TRIGGER accounts_told AFTER INSERT OR DELETE ON otp_totp_totpdevice
    FOR EACH ROW EXECUTE FUNCTION accounts_told()

-- name: told_second_confirmed
-- A second step counts from now on.
CREATE OR REPLACE TRIGGER accounts_told_confirmed AFTER UPDATE ON otp_totp_totpdevice FOR EACH ROW
    WHEN (OLD.confirmed IS DISTINCT FROM NEW.confirmed) EXECUTE FUNCTION accounts_told()
