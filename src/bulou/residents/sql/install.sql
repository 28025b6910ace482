-- What migrations do not carry: a card is found by its own digest, before it is known where it hangs.

-- name: own_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS own ON residents_card

-- name: own
-- A session that names a digest sees the card that has it.
CREATE POLICY own ON residents_card FOR SELECT TO bulou_app USING (
    digest = (SELECT decode(nullif(current_setting('bulou.card', true), ''), 'hex'))
)

-- name: stay
-- A card is ended and never removed.
REVOKE DELETE ON residents_card FROM bulou_app
