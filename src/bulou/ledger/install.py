"""Brings the database's functions, lookup tables and policies to what the code declares. Safe to run at any time."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from bulou.ledger.areas import ROOT
from bulou.ledger.journals import ALWAYS
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, STANDING, Registry

#: Tables whose rows belong to an area; each gets the policy that compares it with the session's scope.
SCOPED = {
    "ledger_entry": "area",
    "ledger_line": "area",
    "ledger_statement": "area",
    "ledger_duty": "area",
    "ledger_counter": "area",
    "ledger_standing": "area",
}
#: Tables whose policy is written by itself (``policies.sql``): no area, or two.
BY_HAND = (
    "ledger_transfer", "ledger_variant", "ledger_stray", "ledger_movement", "ledger_holding", "ledger_seal_leaves",
)  # fmt: skip
#: Room for updates within the page: duties move through their stages, counters change with every batch.
FILL = {"ledger_duty": 50, "ledger_counter": 50, "ledger_journal": 50, "ledger_holding": 70}


#: An opening may ask for a checkpoint, where the owner is entitled to allow it.
CHECKPOINTS = """
DO $$ BEGIN
  IF NOT pg_has_role('{role}', 'pg_checkpoint', 'MEMBER') THEN
    GRANT pg_checkpoint TO {role};
  END IF;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$
"""


def install(connection: Any, role: str = "bulou_app", registry: Registry = REGISTRY) -> None:
    """Install functions, lookup tables, storage settings and row level security, as the owner of the tables."""
    with connection.cursor() as cursor:
        for file in ("books", "heard", "fold", "advance", "log"):
            for statement in statements(__package__, file).values():
                cursor.execute(statement)
        fill_lookup(cursor, registry)
        stand(cursor, registry)
        for table, percent in FILL.items():
            cursor.execute(f"ALTER TABLE {table} SET (fillfactor = {percent})")
        for table, column in SCOPED.items():
            protect(cursor, table, column, role)
        for table in BY_HAND:
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for statement in statements(__package__, "policies").values():
            cursor.execute(statement.replace("bulou_app", role))
        # Opening a campaign multiplies the tables; the planner must hear of it before the first sample comes.
        cursor.execute(f"GRANT MAINTAIN ON ledger_line, ledger_duty, ledger_counter TO {role}")
        cursor.execute(CHECKPOINTS.format(role=role))
        cursor.execute(
            "INSERT INTO ledger_incarnation (name, since)"
            " SELECT %s, %s WHERE NOT EXISTS (SELECT FROM ledger_incarnation)",
            [secrets.token_hex(8), datetime.now(UTC)],
        )


def protect(cursor: Any, table: str, column: str, role: str = "bulou_app") -> None:
    """Put a table under row level security by its area column: absent scope means deny.

    The ends of the scope are compared first, as plain numbers, and a scope of one range needs no more: asked of each
    row, the multirange took a third of the time of a district's board.
    """
    scope = "nullif(current_setting('bulou.scope', true), '')::int8multirange"
    cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    cursor.execute(f"DROP POLICY IF EXISTS scope ON {table}")
    cursor.execute(
        f"CREATE POLICY scope ON {table} TO {role} USING ("
        f"{column} >= (SELECT lower({scope})) AND {column} < (SELECT upper({scope}))"
        f" AND ((SELECT {scope} = multirange(range_merge({scope}))) OR (SELECT {scope}) @> {column}))"
    )


def stand(cursor: Any, registry: Registry) -> None:
    """Open the campaigns that always are, and name them as they are declared now. Done again it changes nothing.

    A number that a round has is left to the round, and verify names it.
    """
    for programme in registry.programmes.values():
        cursor.execute(
            "INSERT INTO ledger_campaign AS c (id, kind, name, area, opened_at, rules, frozen)"
            " VALUES (%s, %s, %s, %s, %s, '{}', 0)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE c.kind = excluded.kind",
            [programme.id, STANDING, programme.zh, ROOT, ALWAYS[0]],
        )


def fill_lookup(cursor: Any, registry: Registry) -> None:
    """Write what is declared into the tables that the statements read."""
    codes = {duty.name: duty.code for duty in registry.duties.values()}
    cursor.execute("LOCK TABLE ledger_duty_kind IN SHARE ROW EXCLUSIVE MODE")
    cursor.execute("DELETE FROM ledger_duty_kind")
    cursor.execute("DELETE FROM ledger_carriage")
    cursor.execute("DELETE FROM ledger_consequence")
    cursor.executemany(
        "INSERT INTO ledger_duty_kind (code, name, subject_kind, tier, final, took_part, travels, gravest, not_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                d.code,
                d.name,
                int(d.subject),
                registry.tiers[d.code],
                d.final,
                d.took_part,
                d.travels,
                list(d.gravest) or None,
                list(d.not_by) if max(d.not_by) >= 0 else None,
            )
            for d in registry.duties.values()
        ],
    )
    cursor.executemany(
        "INSERT INTO ledger_carriage (carrier_kind, carrier_stage, kind, stage, variants, vals)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        [
            (
                codes[c.carrier],
                c.carrier_stage,
                codes[c.kind],
                c.stage,
                list(c.variants) or None,
                list(c.values) or None,
            )
            for c in registry.carriages
        ],
    )
    cursor.executemany(
        "INSERT INTO ledger_consequence (carrier_kind, stage, variants, vals, of_kind, kind, per_carrier,"
        " standing_name, standing_value) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                codes[c.carrier], c.stage, list(c.variants) or None, list(c.values) or None,
                codes[c.of] if c.of else None, codes[c.kind],
                c.per_carrier, *(c.standing or (None, None)),
            )
            for c in registry.consequences
        ],
    )  # fmt: skip
