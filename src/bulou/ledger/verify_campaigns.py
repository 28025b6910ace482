"""Verify: each campaign's row against the entries that opened and closed it. Its frozen figure is held to its lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bulou.ledger import campaigns
from bulou.ledger.areas import ROOT
from bulou.ledger.effects import Entry
from bulou.ledger.journals import ALWAYS
from bulou.ledger.statements import statements
from bulou.ledger.verify_found import Found, plain
from bulou.ledger.vocabulary import REGISTRY, STANDING, Registry

SQL = statements(__package__, "verify_entries")
FIELDS = ("kind", "name", "area", "opened_at", "rules", "closed_at")


def compare(cursor: Any, rounds: Iterable[Entry], registry: Registry = REGISTRY) -> Iterator[Found]:
    """Hold every field of every campaign to its entries, and of one that always is to its declaration. Of several
    closings any may have been the one that closed.
    """
    due: dict[int, dict[str, Any]] = {
        one.id: dict(zip(FIELDS, (STANDING, one.zh, ROOT, plain(ALWAYS[0]), {}), strict=False))
        for one in registry.programmes.values()
    }
    closed: dict[int, set[Any]] = {}
    for entry in sorted(rounds, key=lambda entry: (entry.at, entry.journal, entry.number)):
        body = entry.body
        if entry.kind == campaigns.CLOSED:
            closed.setdefault(body["campaign"], set()).add(plain(entry.at))
        else:
            facts = (body["kind"], body["name"], entry.area, plain(entry.at), body.get("rules", {}))
            due.setdefault(body["campaign"], dict(zip(FIELDS, facts, strict=False)))
    cursor.execute(SQL["campaigns"])
    held = {row[0]: dict(zip(FIELDS, _facts(*row[1:]), strict=True)) for row in cursor.fetchall()}
    for campaign in sorted({*due, *held}):
        if campaign not in due and held[campaign]["kind"] == STANDING:
            continue  # of a programme that this installation has no more: its number stays
        expected, recorded, ends = due.get(campaign), held.get(campaign), closed.get(campaign, set())
        if expected is not None:
            at = recorded["closed_at"] if recorded else None
            expected = {**expected, "closed_at": at if at in ends else min(ends, default=None)}
        if expected != recorded:
            yield Found("campaign", {"campaign": campaign}, recorded, expected)


def _facts(kind: str, name: str, area: int, rules: str, *times: Any) -> tuple[Any, ...]:
    """Return what is recorded of a campaign in the order of ``FIELDS``."""
    opened_at, opened, closed_at, closed = times
    return (kind, name, area, plain(opened_at) or opened, json.loads(rules), plain(closed_at) or closed)
