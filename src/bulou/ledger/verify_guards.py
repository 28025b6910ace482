"""Verify: what the database enforces by itself, against what the packages would install.

Functions and policies are made once more in a temporary schema and both sides are read from the catalogue, so that no
wording has to be compared; the declared words are compared with the tables that the statements read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import connections, transaction

from bulou.ledger import install
from bulou.ledger.statements import statements
from bulou.ledger.verify_found import Found
from bulou.ledger.vocabulary import Registry

SQL = statements(__package__, "verify_guards")
#: Behind the words that describe a statement.
FUNCTION = re.compile(r"(--.*\n|\s)*CREATE OR REPLACE FUNCTION\b")
TRIGGER = re.compile(r"(--.*\n|\s)*CREATE OR REPLACE TRIGGER\b")
GUARD = re.compile(r"(--.*\n|\s)*(ALTER TABLE \S+ ENABLE ROW LEVEL SECURITY|CREATE POLICY|GRANT|REVOKE)\b")
LOOKUPS = ("ledger_duty_kind", "ledger_carriage", "ledger_consequence")


class _Recorder:
    """Stands in for a connection: what a room installs is noted and not run."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.filled: list[tuple[str, list[Any]]] = []

    def cursor(self) -> _Recorder:
        return self

    def __enter__(self) -> _Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, statement: str, values: Any = None) -> None:
        self.said.append(statement)

    def executemany(self, statement: str, rows: Iterable[Any]) -> None:
        self.filled.append((statement, list(rows)))


def functions(cursor: Any, alias: str) -> Iterator[Found]:
    """Compare the installed functions with those of the packages."""
    with transaction.atomic(using=alias):
        cursor.execute(SQL["own_schema"])
        for statement in filter(FUNCTION.match, _installed(alias).said):
            cursor.execute(statement)
        cursor.execute(SQL["functions"])
        rows = cursor.fetchall()
        transaction.set_rollback(True, using=alias)
    for key, recorded, expected in rows:
        yield Found("function", json.loads(key), recorded and json.loads(recorded), expected and json.loads(expected))


def policies(cursor: Any, alias: str) -> Iterator[Found]:
    """Compare row level security, policies and rights of every table with those that the packages make.

    A session of the application itself cannot tell what an owner has given it: then the rights are left out.
    """
    there = _guards(cursor, own=False)
    with transaction.atomic(using=alias):
        cursor.execute(SQL["role"], {"role": role()})
        cursor.execute(SQL["likenesses"])
        for statement in filter(GUARD.match, _installed(alias).said):
            cursor.execute(statement)
        due = _guards(cursor, own=True)
        transaction.set_rollback(True, using=alias)
    for key in sorted(there.keys() | due.keys()):
        recorded, expected = there.get(key), due.get(key)
        if key[1] == "" and connections[alias].settings_dict["USER"] == role():
            recorded, expected = (side and {**side, "rights": None} for side in (recorded, expected))
        if recorded != expected:
            table, policy = key
            noun, where = ("policy", {"table": table, "policy": policy}) if policy else ("table", {"table": table})
            yield Found(noun, where, recorded, expected)


def triggers(cursor: Any, alias: str) -> Iterator[Found]:
    """Compare the triggers of every table with those that the packages make."""
    there = _triggers(cursor, own=False)
    with transaction.atomic(using=alias):
        cursor.execute(SQL["role"], {"role": role()})
        cursor.execute(SQL["likenesses"])
        for statement in filter(TRIGGER.match, _installed(alias).said):
            cursor.execute(statement)
        due = _triggers(cursor, own=True)
        transaction.set_rollback(True, using=alias)
    for key in sorted(there.keys() | due.keys()):
        if there.get(key) != due.get(key):
            yield Found("trigger", {"table": key[0], "trigger": key[1]}, there.get(key), due.get(key))


def intruders(cursor: Any, alias: str) -> Iterator[Found]:
    """Name rules, which no package makes, constraints switched off, and an application that no policy binds."""
    for name, noun, values in (("intruders", "trigger", None), ("application", "role", {"role": role()})):
        cursor.execute(SQL[name], values)
        for key, recorded, expected in cursor.fetchall():
            yield Found(noun, json.loads(key), json.loads(recorded), expected and json.loads(expected))


def words(cursor: Any, registry: Registry) -> Iterator[Found]:
    """Compare the declared kinds, carriages and consequences with the tables that the statements read."""
    recorder = _Recorder()
    install.fill_lookup(recorder, registry)
    for statement, rows in recorder.filled:
        match = re.match(r"INSERT INTO (\w+) \(([^)]*)\)", statement)
        assert match is not None
        table, columns = match[1], match[2].split(", ")
        due = {_one_form(dict(zip(columns, row, strict=True))) for row in rows}
        cursor.execute(SQL[table])
        there = {_one_form(json.loads(row[0])) for row in cursor.fetchall()}
        for row in sorted(there - due):
            yield Found("word", {"table": table}, json.loads(row), None)
        for row in sorted(due - there):
            yield Found("word", {"table": table}, None, json.loads(row))


def role() -> str:
    """Return the role as which the application logs in."""
    return connections["default"].settings_dict["USER"] or "bulou_app"


def _installed(alias: str) -> _Recorder:
    """Return what all rooms install, in the order in which they are loaded."""
    recorder = _Recorder()
    for config in apps.get_app_configs():
        name = f"{config.name}.install"
        if config.name.startswith("bulou.") and find_spec(name):
            import_module(name).install(recorder, role())
    return recorder


def _guards(cursor: Any, own: bool) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what is known of each table, and of each policy of it."""
    cursor.execute(SQL["tables"], {"own": own})
    found: dict[tuple[str, str], dict[str, Any]] = {
        (table, ""): {"row_level_security": secured, "is_table": is_table, "rights": list(rights)}
        for table, secured, is_table, rights in cursor.fetchall()
    }
    cursor.execute(SQL["policies"], {"own": own})
    names = ("command", "permissive", "roles", "using", "check")
    for table, policy, *said in cursor.fetchall():
        found[table, policy] = dict(zip(names, said, strict=True))
    return found


def _triggers(cursor: Any, own: bool) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what is known of each table's triggers."""
    cursor.execute(SQL["triggers"], {"own": own})
    return {(table, name): {"enabled": enabled, "as": said} for table, name, enabled, said in cursor.fetchall()}


def _one_form(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False)
