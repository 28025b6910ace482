"""What a household reads of notices and rumours on its page, and what it says to them. Within the household's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from bulou.notices import rumours, sending
from bulou.notices.audience import SQL
from bulou.notices.models import Notice
from bulou.ui.figures import Name, rows
from bulou.ui.words import english

#: For how long a notice stands on the page.
SHOWN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as a household reads it. ``why``: why it was taken back; ``receipt``: it is to be confirmed."""

    id: int
    title: str
    text: str
    at: datetime
    urgent: bool
    receipt: bool
    confirmed: datetime | None
    state: str
    why: str


def notices(household: int, area: int, places: dict[int, Name], now: datetime) -> list[Shown]:
    """Return what was sent to a household, the latest first, in the reader's language; it counts as seen from now."""
    found = rows(SQL["household"], household=household, area=area, since=now - SHOWN)
    held = Notice.objects.in_bulk([row[1] for row in found])
    out = []
    for _id, number, met, people, confirmed in found:
        one = held[number]
        body = one.text_en if english() else one.text_zh
        text = sending.filled(body, one.audience, area, met, people, places) if one.state == "sent" else ""
        title = one.title_en if english() else one.title_zh
        why = one.ended_why if one.state == "retracted" else ""
        out.append(Shown(number, title, text, one.sent_at or now, one.urgent, one.receipt, confirmed, one.state, why))
    seen = [row[0] for row, shown in zip(found, out, strict=True) if shown.state == "sent"]
    if seen:
        with connection.cursor() as cursor:
            cursor.execute(SQL["seen"], {"ids": seen, "now": now})
    return out


def answers(way: Sequence[int], now: datetime) -> list[tuple[str, str]]:
    """Return rumours that were answered where a household lives: what is said, and the answer in its language."""
    return [(one.said, one.answer_en if english() else one.answer_zh) for one in rumours.published(way, now)]


def confirm(household: int, notice: int, now: datetime) -> bool:
    """Take the household's word that it knows of a notice; return whether there was one to confirm."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["confirm"], {"household": household, "notice": notice, "now": now})
        return bool(cursor.rowcount)
