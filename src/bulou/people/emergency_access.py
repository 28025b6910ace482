"""Breaking the glass: one person outside one's own areas, named exactly, with a reason, for a quarter of an hour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from bulou.ledger.scope import EVERYWHERE, Ranges, covers, scoped
from bulou.people.access_record import SQL, Refusal
from bulou.people.rules import search_query
from bulou.people.vocabulary import HOWS, WHY_NAMES
from bulou.places.names import name_key
from bulou.ui.figures import rows

LASTS = timedelta(minutes=15)
#: So many tries in vain within an hour; then no more.
TRIES = 10
#: The fewest characters that say why.
WORDS = 4


@dataclass(frozen=True)
class Grant:
    """The right to read one person's sheet until a time."""

    id: int
    person: int
    area: int
    kind: str
    why: str
    until: datetime

    @property
    def reason(self) -> str:
        """What the record of looks says."""
        return f"glass {self.id}: {self.kind}: {self.why}"[:500]


class Own(Refusal):
    """The person is within the user's own areas: no glass to break."""

    def __init__(self, person: int):
        self.person = person
        super().__init__("")


def check_reason(kind: str, why: str) -> None:
    """Hold a reason to a typed one with words of its own.

    Raises:
        Refusal: one of them is missing. Nothing was looked for.
    """
    if kind not in WHY_NAMES:
        raise Refusal(_("请选择原因。"))
    if len(why.strip()) < WORDS:
        raise Refusal(_("请写明具体原因。"))


def break_glass(
    user: str, how: str, value: str, name: str, kind: str, why: str, ranges: Ranges, now: datetime
) -> Grant:
    """Grant a look at the one person that a whole telephone, a code, or a tail with the whole name means.

    A try that finds nobody, or more than one, is recorded as well, and says the same in both cases.

    Raises:
        Refusal: no reason, not exact, nobody or several found, or too many tries.
        Own: the person is within the user's own areas.
    """
    check_reason(kind, why)
    asked = search_query(value)
    exact = {"phone": len(asked.phone) >= 7, "code": asked.person > 0, "tail": len(asked.tail) == 4}
    if how not in HOWS or not exact[how] or (how == "tail" and len(name_key(name)) < 2):
        raise Refusal(_("请填写完整电话、编码，或证件后四位加姓名。"))
    said = {"user": user, "how": how, "kind": kind, "why": why.strip()[:400], "at": now}
    with scoped(EVERYWHERE):  # ids and areas alone leave this block, and only when they are exact
        if rows(SQL["tries"], user=user, since=now - timedelta(hours=1))[0][0] >= TRIES:
            raise Refusal(_("一小时内查无此人的次数过多，请稍后再试。"))
        found = rows(
            SQL["exact"], how=how, person=asked.person, tail=asked.tail, enohp=asked.phone[::-1], name=name_key(name)
        )
        if len(found) == 1 and covers(ranges, found[0][1]):
            raise Own(found[0][0])
        person, area = found[0] if len(found) == 1 else (None, ranges[0][0] if ranges else 0)
        until = now + LASTS if person is not None else None
        (grant,) = rows(SQL["break"], **said, person=person, area=area, until=until)[0]
    if person is None or until is None:
        raise Refusal(_("未查到唯一相符的人。本次查阅已留痕。"))
    return Grant(grant, person, area, kind, said["why"], until)


def live(user: str, person: int, now: datetime) -> Grant | None:
    """Return the user's grant for a person while it lasts."""
    with scoped(EVERYWHERE):
        found = rows(SQL["live"], user=user, person=person, now=now)
    return Grant(*found[0]) if found else None


@contextmanager
def opened(grant: Grant) -> Iterator[None]:
    """Within the block the database shows this person of all, and of the ledger the person's building.

    An error undoes the setting with the block's savepoint.
    """
    with scoped(((grant.area, grant.area),)), connection.cursor() as cursor:
        cursor.execute(SQL["only"], {"person": str(grant.person)})
        yield
        cursor.execute(SQL["only"], {"person": ""})
