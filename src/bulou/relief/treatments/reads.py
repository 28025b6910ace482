"""Calendars of regular treatments and the requests that they brought about, as the ledger has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings

from bulou.ledger import clock
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import Outcome
from bulou.relief.requests import REQUEST
from bulou.relief.treatments.days import AHEAD, BACK, Asked, Calendar
from bulou.relief.treatments.kind import PROGRAMME, STEPS, TREATMENT
from bulou.ui.figures import rows

SQL = statements(__package__, "treatments")
#: The journal of the house in which journeys are written.
JOURNAL = "treatments"
#: So long ago a request may have been opened whose day is still looked at.
SINCE = timedelta(days=AHEAD + BACK + 4)
#: From this stage of a request on somebody is under way.
BEGUN = REQUEST.stage("on_the_way")


def zone() -> ZoneInfo:
    """Return the installation's zone, in which days begin."""
    return ZoneInfo(settings.TIME_ZONE)


def today() -> date:
    """Return the day of the installation's zone."""
    return clock.now().astimezone(zone()).date()


def calendars(person: int = 0) -> list[Calendar]:
    """Return the calendars that go on, as far as they lie in the scope; of one person where one is named."""
    out: dict[tuple[int, int], Calendar] = {}
    steps = [step.name for step in STEPS]
    for subject, occasion, _at, paused, household, area, name, phone, kind, when, raw in rows(
        SQL["calendars"], campaign=PROGRAMME.id, kind=TREATMENT.code, steps=steps, person=person
    ):
        made = Calendar(subject, occasion, household, area, name or "", phone or "", paused)
        one = out.setdefault((subject, occasion), made)
        one.hear(kind, when, msgspec.json.decode(bytes(raw))["body"], zone())
    return [*out.values()]


def goes_on(person: int, day: date) -> bool:
    """Tell whether a person has, or had before it was cancelled or moved, a treatment on a day."""
    return any(one.on(day) or day in one.cancelled or day in one.moved for one in calendars(person))


@dataclass(frozen=True, slots=True)
class Planned:
    """A request of a calendar. ``arranged``: vehicle and companion were said; ``stage``: its rank."""

    asked: Asked
    stage: int
    arranged: bool


def planned(now: datetime, lo: int = 0, hi: int = 2**53 - 1) -> list[Planned]:
    """Return the requests that calendars brought about and whose days are looked at, within a range."""
    out: list[Planned] = []
    for household, occasion, area, outcome, stage, reason, raw, arranged in rows(
        SQL["asked"], journal=JOURNAL, kind=REQUEST.code, since=now - SINCE, lo=lo, hi=hi
    ):
        body = msgspec.json.decode(bytes(raw))["body"]
        one = Asked(
            household, occasion, area, outcome == Outcome.OPEN, stage >= BEGUN or outcome == Outcome.DONE,
            reason if outcome == Outcome.EXCUSED else "", body["what"],
            datetime.fromisoformat(body["appointment"]).astimezone(zone()),
        )  # fmt: skip
        out.append(Planned(one, stage, arranged))
    return out
