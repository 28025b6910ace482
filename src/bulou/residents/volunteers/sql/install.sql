-- What migrations do not carry: a poster and a key are found by their own digest, before it is known where they belong.

-- name: poster_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS own ON volunteers_poster

-- name: poster
-- A session that names a digest sees the poster that has it.
CREATE POLICY own ON volunteers_poster FOR SELECT TO bulou_app USING (
    digest = (SELECT decode(nullif(current_setting('bulou.volunteer', true), ''), 'hex'))
)

-- name: key_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS own ON volunteers_key

-- name: key
-- A session that names a digest sees the key that has it.
CREATE POLICY own ON volunteers_key FOR SELECT TO bulou_app USING (
    digest = (SELECT decode(nullif(current_setting('bulou.volunteer', true), ''), 'hex'))
)

-- name: stay
-- Nothing of it is removed, and looks are written once.
REVOKE DELETE ON volunteers_poster, volunteers_application, volunteers_key FROM bulou_app

-- name: looks_stay
-- A look is written once.
REVOKE UPDATE, DELETE ON volunteers_look FROM bulou_app
