-- Verify: what the database enforces, against what the packages would install. Nothing is changed: the packaged functions
-- and policies are made once more, in the session's own temporary schema, and both are read from the catalogue.

-- name: own_schema
-- Functions that are made now come into the temporary schema; what they call need not be there.
SELECT set_config('search_path', 'pg_temp, public', true), set_config('check_function_bodies', 'off', true)

-- name: functions
-- Functions of the database and those just made, by name and arguments.
WITH f AS (
  SELECT p.pronamespace = 'public'::regnamespace AS installed, p.proname,
         pg_get_function_identity_arguments(p.oid) AS arguments,
         jsonb_build_object(
           'body', left(encode(sha256(convert_to(coalesce(p.prosrc, ''), 'UTF8')), 'hex'), 16),
           'language', l.lanname, 'returns', p.prorettype::regtype, 'set', p.proretset, 'volatile', p.provolatile,
           'parallel', p.proparallel, 'strict', p.proisstrict, 'definer', p.prosecdef, 'leakproof', p.proleakproof,
           'settings', p.proconfig, 'defaults', pg_get_expr(p.proargdefaults, 0), 'kind', p.prokind) AS said
  FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
  WHERE p.pronamespace IN ('public'::regnamespace, pg_my_temp_schema())
    AND NOT EXISTS (SELECT FROM pg_depend AS d
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
)
SELECT jsonb_build_object('function', proname || '(' || arguments || ')')::text, r.said::text, x.said::text
FROM (SELECT * FROM f WHERE installed) AS r
FULL JOIN (SELECT * FROM f WHERE NOT installed) AS x USING (proname, arguments)
WHERE r.said IS DISTINCT FROM x.said

-- name: policies
-- The policies of a schema's tables, their expressions as this session reads them.
SELECT c.relname, p.polname, p.polcmd::text, p.polpermissive,
       (SELECT array_agg(CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END ORDER BY r) FROM unnest(p.polroles) AS r),
       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
WHERE c.relnamespace = CASE WHEN %(own)s THEN pg_my_temp_schema() ELSE 'public'::regnamespace END

-- name: tables
-- Of each table: whether row level security is on, and what others than its owner may do with it or with a column.
SELECT c.relname, c.relrowsecurity, c.relkind IN ('r', 'p') AS is_table,
       ARRAY(
         SELECT a.grantee::regrole::text || ' ' || a.privilege_type
         FROM aclexplode(c.relacl) AS a WHERE a.grantee <> c.relowner AND a.grantee <> 0
         UNION ALL
         SELECT 'public ' || a.privilege_type FROM aclexplode(c.relacl) AS a WHERE a.grantee = 0
         UNION ALL
         SELECT a.grantee::regrole::text || ' ' || a.privilege_type || ' ' || t.attname
         FROM pg_attribute AS t CROSS JOIN LATERAL aclexplode(t.attacl) AS a
         WHERE t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped AND a.grantee <> c.relowner
         ORDER BY 1) AS rights
FROM pg_class AS c
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname NOT IN ('django_migrations', 'config_version')
  AND c.relname NOT LIKE 'verify\_%%'
  AND c.relnamespace = CASE WHEN %(own)s THEN pg_my_temp_schema() ELSE 'public'::regnamespace END

-- name: role
-- Tells the next statement for whom rights are.
SELECT set_config('bulou.role', %(role)s, true)

-- name: likenesses
-- A table like each of the database's, in the temporary schema, with the rights that every table is given.
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT relname FROM pg_class
              WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') LOOP
    EXECUTE format('CREATE TEMPORARY TABLE %1$I (LIKE public.%1$I) ON COMMIT DROP', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON pg_temp.%I TO %I', name, current_setting('bulou.role'));
  END LOOP;
END $$

-- name: triggers
-- The triggers of a schema's tables, by definition; the table and function are named without their schema.
SELECT c.relname, t.tgname, t.tgenabled::text,
       regexp_replace(pg_get_triggerdef(t.oid), '\m(public|pg_temp(_[0-9]+)?)\.', '', 'g')
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal
  AND c.relnamespace = CASE WHEN %(own)s THEN pg_my_temp_schema() ELSE 'public'::regnamespace END

-- name: intruders
-- What no package makes: triggers of constraints that are switched off, and rules.
SELECT jsonb_build_object('table', t.tgrelid::regclass, 'trigger', t.tgname)::text, '"switched off"', NULL
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND t.tgisinternal AND t.tgenabled = 'D'
UNION ALL
SELECT jsonb_build_object('table', r.ev_class::regclass, 'rule', r.rulename)::text, '"there"', NULL
FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')

-- name: application
-- The role of the application is bound by the policies: neither superuser nor owner of a table.
SELECT jsonb_build_object('role', r.rolname)::text,
       jsonb_build_object('superuser', r.rolsuper, 'bypasses', r.rolbypassrls, 'owns', EXISTS (
         SELECT FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND pg_has_role(r.oid, c.relowner, 'USAGE')))::text,
       '{"superuser": false, "bypasses": false, "owns": false}'
FROM pg_roles AS r
WHERE r.rolname = %(role)s AND (r.rolsuper OR r.rolbypassrls OR EXISTS (
  SELECT FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND pg_has_role(r.oid, c.relowner, 'USAGE')))

-- name: ledger_duty_kind
-- The declared kinds of duty as the statements read them.
SELECT (to_jsonb(t) - 'id')::text FROM ledger_duty_kind AS t

-- name: ledger_carriage
-- The declared carriages as the statements read them.
SELECT (to_jsonb(t) - 'id')::text FROM ledger_carriage AS t

-- name: ledger_consequence
-- The declared consequences as the statements read them.
SELECT (to_jsonb(t) - 'id')::text FROM ledger_consequence AS t
