"""Opening and closing a campaign: the frozen list of what is owed, written as lines of one entry.

The room that opens puts its subjects into the temporary table ``opening``; from then on the ledger reads nothing of
that room, so that verify can recompute everything from the lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import ProgrammingError, connections

from bulou.ledger import intake
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY

SQL = statements(__package__, "campaigns")
#: The kinds of entry by which a round begins and a campaign ends.
OPENED, CLOSED = "round.opened", "round.closed"
#: Duties of an opening whose traces are worth a checkpoint of their own.
MANY = 100_000
#: What is written by a large opening one after the other: the lines, the duties with their counters, the entry.
STEPS = ("lines", "duties", "entry")
#: Is told how many of the steps are done.
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is opened: its number, kind and name, the node of the area tree it covers, and the rules it fixes.

    ``duty``: the kind of what is owed, where the rows of ``opening`` name none; ``entry``: the kind of the entry that
    vouches for the list, whose body has the campaign, its kind, name and rules, the count and the checksum.
    """

    id: int
    kind: str
    name: str
    area: int
    duty: str
    rules: dict[str, str]
    entry: str = OPENED


@contextmanager
def opening(using: str = "default") -> Iterator[Any]:
    """Give a cursor with an empty table ``opening(subject, area, kind, occasion, due)``, in one transaction that sees
    every area; the last three may be left out.
    """
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(SQL["prepare"])
        yield cursor


def freeze(
    cursor: Any, campaign: Campaign, journal: int, at: datetime, received_at: datetime, told: Told = lambda step: None
) -> int:
    """Write the frozen list from ``opening`` and the entry that vouches for it; return its size.

    Parameters:
        told: called after each of ``STEPS``, with its number from 1 on. It must not use this connection.

    Raises:
        KeyError: the journal is not enrolled.
        django.db.IntegrityError: the campaign's number is taken.
    """
    kind = REGISTRY.duties[campaign.duty].code
    cursor.execute("SELECT highest FROM ledger_journal WHERE id = %s FOR UPDATE", [journal])
    row = cursor.fetchone()
    if row is None:
        raise KeyError(journal)
    number = row[0] + 1
    values = {"campaign": campaign.id, "kind": kind, "journal": journal, "number": number, "at": at}
    cursor.execute(SQL["named"], values)
    cursor.execute(SQL["write_lines"], values)
    cursor.execute("ANALYZE opening")
    told(1)
    cursor.execute(SQL["totals"], values)
    count, checksum = cursor.fetchone()
    cursor.execute(
        SQL["register_campaign"],
        {
            "campaign": campaign.id, "kind": campaign.kind, "name": campaign.name, "area": campaign.area, "at": at,
            "rules": json.dumps(campaign.rules, sort_keys=True), "frozen": count,
        },
    )  # fmt: skip
    cursor.execute(SQL["write_duties"], values)
    early = cursor.fetchall()
    told(2)
    if early:
        names = ("kinds", "subjects", "occasions")
        columns = dict(zip(names, (list(column) for column in zip(*early, strict=True)), strict=True))
        cursor.execute(SQL["fold_early"], {"campaign": campaign.id, **columns})
    cursor.execute(SQL["restand"], values)
    body = {
        "campaign": campaign.id, "kind": campaign.kind, "name": campaign.name, "count": count, "checksum": checksum,
        "rules": campaign.rules,
    }  # fmt: skip
    receipt = intake.post([Entry(journal, number, campaign.entry, at, campaign.area, body)], received_at)[0]
    if receipt.status != "kept":
        raise ValueError(f"{campaign.entry} was {receipt.status} ({receipt.code}, {receipt.field})")
    told(3)
    cursor.execute("ANALYZE ledger_line, ledger_duty, ledger_counter")
    cursor.execute(SQL["tell"])
    return count


def write_out(count: int, using: str = "default") -> None:
    """Have the server write to disk what an opening of ``count`` duties changed; after its transaction.

    A district's is a gigabyte of log. Until the next checkpoint no log file is used again, and making new ones would
    hold up the first tubes, 60 ms each time. A server that does not allow it comes to it by itself.
    """
    if count < MANY:
        return
    with suppress(ProgrammingError), connections[using].cursor() as cursor:
        cursor.execute("CHECKPOINT")


def open_duties(campaign: int, using: str = "default") -> dict[tuple[str, int], int]:
    """Return how many duties of a campaign are open, by (kind, mark)."""
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["open_duties"], {"campaign": campaign})
        return {(REGISTRY.by_code[kind].name, mark): n for kind, mark, n in cursor.fetchall()}


def close_campaign(campaign: int, at: datetime, using: str = "default") -> bool:
    """Mark a campaign as closed; return whether this call did it."""
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["close_campaign"], {"campaign": campaign, "at": at})
        return cursor.rowcount == 1
