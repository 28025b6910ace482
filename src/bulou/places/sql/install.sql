-- Storage, policies and exclusions of the registries. Each statement may run again.

-- name: person_ids
-- Ids given out by the registry stay below those of people found in the field (areas.FOUND_BASE = 2**52).
ALTER SEQUENCE places_person_id_seq MAXVALUE 4503599627370495

-- name: household_ids
-- Ids from the sequence stay below 2^52, where ids of people found in the field begin.
ALTER SEQUENCE places_household_id_seq MAXVALUE 4503599627370495

-- name: person_room
-- Room for updates within the page when a later list adds a phone.
ALTER TABLE places_person SET (fillfactor = 90)

-- name: received_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS received ON places_person

-- name: received
-- An accepted reassignment brings the person along: who answers for a duty that was handed over sees whom it is about. The
-- inner query is under the duty's own policy. Kinds 1 and 2 of subject are persons and households.
CREATE POLICY received ON places_person FOR SELECT TO bulou_app USING (
    EXISTS (SELECT FROM ledger_duty AS d JOIN ledger_duty_kind AS k ON k.code = d.kind AND k.subject_kind = 1
            WHERE d.subject = places_person.id AND d.moved AND d.outcome <> 3)
)

-- name: received_household_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS received ON places_household

-- name: received_household
-- With the person the door at which he is found.
CREATE POLICY received ON places_household FOR SELECT TO bulou_app USING (
    EXISTS (SELECT FROM places_person AS p
            JOIN ledger_duty AS d ON d.subject = p.id AND d.moved AND d.outcome <> 3
            JOIN ledger_duty_kind AS k ON k.code = d.kind AND k.subject_kind = 1
            WHERE p.household = places_household.id)
)

-- name: received_people
-- Who came to a range of areas from outside by an accepted reassignment, and owes something still or in a round that is
-- open. The table of transfers leads to them; those within the range are found where they are registered, and a district
-- has many of them. Under the caller's own policies.
CREATE OR REPLACE FUNCTION places_received(lo bigint, hi bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  SELECT DISTINCT d.subject
  FROM ledger_transfer AS t
  JOIN ledger_duty_kind AS k ON k.code = t.kind AND k.subject_kind = 1
  JOIN ledger_duty AS d ON d.campaign = t.campaign AND d.kind = t.kind AND d.area = t.area AND d.moved AND d.outcome <> 3
  JOIN ledger_campaign AS c ON c.id = t.campaign
  WHERE t.area BETWEEN lo AND hi AND t.origin NOT BETWEEN lo AND hi AND t.n > 0 AND (d.outcome = 0 OR c.closed_at IS NULL)
$$

-- name: seen_in
-- Through which area the caller sees a person who is registered at `home`: that one where it is in the scope, else the
-- one that accepted a duty. The record of looks is kept there.
CREATE OR REPLACE FUNCTION places_seen_in(who bigint, home bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN nullif(current_setting('bulou.scope', true), '')::int8multirange @> home THEN home ELSE coalesce((
    SELECT max(d.area) FROM ledger_duty AS d JOIN ledger_duty_kind AS k ON k.code = d.kind AND k.subject_kind = 1
    WHERE d.subject = who AND d.moved AND d.outcome <> 3), home) END
$$

-- name: said_policy_on
-- What lists say of a person otherwise comes under row level security as well.
ALTER TABLE places_said ENABLE ROW LEVEL SECURITY

-- name: said_policy_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS scope ON places_said

-- name: said_policy
-- Whoever sees the person sees what is said of her.
CREATE POLICY scope ON places_said TO bulou_app USING (
    EXISTS (SELECT FROM places_person p WHERE p.id = places_said.person)
)

-- name: fact_policy_on
-- The facts of a person come under row level security as well.
ALTER TABLE places_person_fact ENABLE ROW LEVEL SECURITY

-- name: fact_policy_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS scope ON places_person_fact

-- name: fact_policy
-- Whoever sees the person sees the history; the inner query is under the person's own policy.
CREATE POLICY scope ON places_person_fact TO bulou_app USING (
    EXISTS (SELECT FROM places_person p WHERE p.id = places_person_fact.person)
)

-- name: no_two_facts_at_once
-- One value of an attribute at a time. Ranges of one number stand in for equality, so that no extension is needed.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'places_person_fact_no_overlap') THEN
        ALTER TABLE places_person_fact ADD CONSTRAINT places_person_fact_no_overlap EXCLUDE USING gist (
            int8range(person, person, '[]') WITH &&,
            int4range(attribute, attribute, '[]') WITH &&,
            tstzrange(valid_from, valid_to) WITH &&
        );
    END IF;
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'places_area_fact_no_overlap') THEN
        ALTER TABLE places_area_fact ADD CONSTRAINT places_area_fact_no_overlap EXCLUDE USING gist (
            int8range(area, area, '[]') WITH &&,
            int4range(attribute, attribute, '[]') WITH &&,
            tstzrange(valid_from, valid_to) WITH &&
        );
    END IF;
END
$$

-- name: look_ups_stay
-- The record of look-ups is written once.
REVOKE UPDATE, DELETE ON places_look_up FROM bulou_app

-- name: written_policy_on
-- The records of writers come under row level security as well.
ALTER TABLE places_written ENABLE ROW LEVEL SECURITY

-- name: written_policy_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS scope ON places_written

-- name: written_policy
-- Digests of persons of all areas: a guess at what a row says could be tried out on them.
CREATE POLICY scope ON places_written TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange @> int8range(0, 9007199254740991, '[]'))
)

-- name: written_stays
-- The record is written once.
REVOKE UPDATE, DELETE ON places_written FROM bulou_app

-- name: doubt_policy_on
-- Doubts come under row level security as well.
ALTER TABLE places_doubt ENABLE ROW LEVEL SECURITY

-- name: doubt_policy_drop
-- Makes way for the policy, which is written anew at each install.
DROP POLICY IF EXISTS scope ON places_doubt

-- name: doubt_policy
-- A doubt is seen from either end; who may decide it must see both (doubts.py).
CREATE POLICY scope ON places_doubt TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange) @> area
    OR (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange) @> other_area
)
