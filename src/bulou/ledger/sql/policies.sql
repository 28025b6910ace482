-- Row level security of tables without an area column of their own. Each pair may run again at any install.
-- "Whole" is the scope of the intake and of the district's administrators; it is looked at once a statement.

-- name: transfer_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS scope ON ledger_transfer

-- name: transfer
-- A reassignment concerns the area that gave and the one that took; both count it.
CREATE POLICY scope ON ledger_transfer TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange) @> origin
    OR (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange) @> area
)

-- name: variant_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS scope ON ledger_variant

-- name: variant
-- Contents that were not taken: they may hold names and telephones, and say nothing reliable of an area.
CREATE POLICY scope ON ledger_variant TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange @> int8range(0, 9007199254740991, '[]'))
)

-- name: stray_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS scope ON ledger_stray

-- name: stray
-- As for variants: bytes that nobody could read.
CREATE POLICY scope ON ledger_stray TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange @> int8range(0, 9007199254740991, '[]'))
)

-- name: movement_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS scope ON ledger_movement

-- name: movement
-- Who sees the entry sees what it moved; the inner query is under the entry's own policy.
CREATE POLICY scope ON ledger_movement TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange @> int8range(0, 9007199254740991, '[]'))
    OR EXISTS (SELECT FROM ledger_entry AS e
               WHERE e.journal = ledger_movement.journal AND e.number = ledger_movement.number)
)

-- name: holding_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS scope ON ledger_holding

-- name: holding
-- In whose care a person is, is a fact of health: it goes with the person's duties. Labels and goods name nobody.
-- Subject kinds 1 and 2 are persons and households.
CREATE POLICY scope ON ledger_holding TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange @> int8range(0, 9007199254740991, '[]'))
    OR ((SELECT NOT isempty(nullif(current_setting('bulou.scope', true), '')::int8multirange))
        AND (item_kind NOT IN (1, 2) OR EXISTS (
            SELECT FROM ledger_duty AS d JOIN ledger_duty_kind AS k ON k.code = d.kind
            WHERE d.subject = ledger_holding.item AND k.subject_kind = ledger_holding.item_kind))
        AND (holder_kind NOT IN (1, 2) OR EXISTS (
            SELECT FROM ledger_duty AS d JOIN ledger_duty_kind AS k ON k.code = d.kind
            WHERE d.subject = ledger_holding.holder AND k.subject_kind = ledger_holding.holder_kind)))
)

-- name: leaves_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS scope ON ledger_seal_leaves

-- name: leaves
-- Leaves of all areas: a guess at what a row says could be tried out on them.
CREATE POLICY scope ON ledger_seal_leaves TO bulou_app USING (
    (SELECT nullif(current_setting('bulou.scope', true), '')::int8multirange @> int8range(0, 9007199254740991, '[]'))
)

-- name: seals_stay
-- Seals and their leaves, and the records of journals, are written once.
REVOKE UPDATE, DELETE ON ledger_seal, ledger_seal_leaves, ledger_journal_record FROM bulou_app

-- name: answers
-- Tells whether the session sees a duty. As a function of its own, because it is asked of the few lines that do not count
-- and lie elsewhere: the planner took the same words in a policy for a reason to read all duties.
CREATE OR REPLACE FUNCTION ledger_answers(campaign integer, kind smallint, subject bigint, occasion bigint)
RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM ledger_duty AS d WHERE d.campaign = ledger_answers.campaign AND d.kind = ledger_answers.kind
      AND d.subject = ledger_answers.subject AND d.occasion = ledger_answers.occasion);
END
$$

-- name: line_unheard_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS unheard ON ledger_line

-- name: line_unheard
-- What somebody of elsewhere said of a duty and does not count is read by who answers for the duty, to judge it.
CREATE POLICY unheard ON ledger_line FOR SELECT TO bulou_app
USING (unheard <> 0 AND ledger_answers(campaign, kind, subject, occasion))

-- name: says_unheard
-- Tells whether an entry has a line of that kind: under the policy above.
CREATE OR REPLACE FUNCTION ledger_says_unheard(journal bigint, number bigint)
RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM ledger_line AS l
    WHERE l.journal = ledger_says_unheard.journal AND l.number = ledger_says_unheard.number AND l.unheard <> 0);
END
$$

-- name: entry_unheard_drop
-- Makes way for the policy below.
DROP POLICY IF EXISTS unheard ON ledger_entry

-- name: entry_unheard
-- And the entry that has such a line: its kind, time and device.
CREATE POLICY unheard ON ledger_entry FOR SELECT TO bulou_app
USING (refusal IS NULL AND ledger_says_unheard(journal, number))
