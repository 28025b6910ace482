"""Sends text messages from the table of deliveries, each once: claimed, handed to the gateway under a key of its own,
settled. A process that dies between loses nothing: the claim runs out, and the gateway knows the key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone, translation

from bulou.ledger.areas import ancestor, level
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.notices import audience, rules
from bulou.notices.audience import SQL
from bulou.notices.models import Notice
from bulou.ui.figures import names, rows
from bulou.ui.templatetags.naming import place

#: Messages that one step takes, and for how long they are its own.
BATCH, OWN = 100, timedelta(minutes=2)


class NotTaken(Exception):
    """The gateway did not take a message. ``final``: it never will."""

    def __init__(self, why: str, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


#: Hands (key, telephone, text) to a gateway, returns its own number for the message or raises NotTaken.
Gateway = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Step:
    """What one step came to."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    limited: int = 0


def step(gateway: Gateway, now: datetime, most: int = BATCH) -> Step:
    """Send what is due, at most so many messages."""
    quiet = rules.quiet(timezone.localtime(now).time())
    with scoped(EVERYWHERE):
        with transaction.atomic():
            claimed = rows(SQL["claim"], now=now, quiet=quiet, stale=now - OWN, most=most)
        if not claimed:
            return Step()
        found = Notice.objects.in_bulk({row[1] for row in claimed})
        had = dict(rows(SQL["had"], addresses=[row[3] for row in claimed], since=now - timedelta(days=1)))
        placed = names({ancestor(row[2], depth) for row in claimed for depth in range(1, level(row[2]) + 1)})
    came = {"sent": 0, "waiting": 0, "failed": 0, "limited": 0}
    for id_, number, area, address, met, people, tries in claimed:
        one = found[number]
        if rules.may_send(timezone.localtime(now).time(), one.urgent, had.get(address, 0)) == "limited":
            _settle(id_, "limited", None, now, "")
            came["limited"] += 1
            continue
        try:
            answer = gateway(f"bulou-{number}-{id_}", address, text(one, area, met, people, placed))
        except NotTaken as error:
            minutes = None if error.final else rules.next_try(tries)
            state = "failed" if minutes is None else "waiting"
            _settle(id_, state, None, now + timedelta(minutes=minutes or 0), str(error)[:120])
        else:
            state = "sent"
            had[address] = had.get(address, 0) + 1
            _settle(id_, state, now, now, answer[:120])
        came[state] += 1
    return Step(came["sent"], came["waiting"], came["failed"], came["limited"])


def _settle(id_: int, state: str, sent: datetime | None, after: datetime, answer: str) -> None:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(SQL["settle"], {"id": id_, "state": state, "sent": sent, "next": after, "answer": answer})


def text(one: Notice, area: int, met: list[int], people: int, placed: dict[int, Any]) -> str:
    """Return the message to a household: both languages, filled in, and no name in it."""
    out = []
    for language, body in (("zh-hans", one.text_zh), ("en", one.text_en)):
        with translation.override(language):
            out.append(filled(body, one.audience, area, met, people, placed))
    return "\n".join(out)


def filled(body: str, stored: dict[str, Any], area: int, met: list[int], people: int, placed: dict[int, Any]) -> str:
    """Fill a text for a household in the reader's language."""
    nodes = [ancestor(area, depth) for depth in range(min(4, level(area)), level(area) + 1)]
    where = " ".join(place(node, placed.get(node)) for node in nodes)
    return rules.filled(body, {"place": where, "due": audience.dues(met, stored), "count": str(people)})
