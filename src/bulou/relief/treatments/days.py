"""Which journeys a calendar brings about, and what has to be written so that the requests are those. Pure.

The requests of a house's journal are compared with the journeys that there should be; each has a number made of its
calendar and its day, so that done again, or after days in which nobody looked, every journey is owed once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bulou.relief.treatments.kind import HELPS, SORTS, WEEKDAYS

#: House rule: journeys are owed so many days ahead, and vehicle and companion are to be found by the evening before.
AHEAD, EVENING = 3, time(18)
#: So many days back a journey that was never opened is still opened: it may have been missed, and somebody must look.
BACK = 7
#: Why a request of a day that is no longer on the calendar ends.
NOT_THIS_DAY = "not_this_day"
#: The least time to find a vehicle, where the evening before is over already.
LEAST = timedelta(hours=1)


@dataclass(slots=True)
class Calendar:
    """A person's calendar as its entries have it. ``since``: when it was last changed, before which it opens nothing.

    ``moved``: by the day on which it would have been; ``paused``: until when nothing is due.
    """

    person: int
    occasion: int
    household: int | None
    area: int | None
    name: str = ""
    phone: str = ""
    paused: datetime | None = None
    since: datetime | None = None
    said: dict[str, Any] = field(default_factory=dict)
    cancelled: set[date] = field(default_factory=set)
    moved: dict[date, tuple[date, str]] = field(default_factory=dict)

    def hear(self, kind: str, at: datetime, body: Mapping[str, Any], zone: ZoneInfo) -> None:
        """Take in an entry; they come in the order in which they happened."""
        self.since = at
        if kind == "therapy.day_cancelled":
            self._cancel(date.fromisoformat(body["day"]))
        elif kind == "therapy.day_moved":
            self._move(date.fromisoformat(body["day"]), date.fromisoformat(body["to_day"]), body.get("to_at") or "")
        elif kind in ("therapy.opened", "therapy.changed"):
            self.said |= {name: value for name, value in body.items() if value not in (None, "", [])}
            if kind == "therapy.opened" and not body.get("first_day"):
                self.said["first_day"] = at.astimezone(zone).date().isoformat()

    def _cancel(self, day: date) -> None:
        for origin in [origin for origin, (to, _at) in self.moved.items() if to == day]:
            del self.moved[origin]
            self.cancelled.add(origin)
        self.cancelled.add(day)
        self.moved.pop(day, None)

    def _move(self, day: date, to: date, at: str) -> None:
        origin = next((one for one, (there, _at) in self.moved.items() if there == day), day)
        self.cancelled.discard(to)
        self.cancelled.discard(origin)
        self.moved[origin] = (to, at or self.moved.get(origin, (to, ""))[1])

    def on(self, day: date) -> str:
        """Return the time at which somebody is to be at the hospital on a day, "" where it is none of his days."""
        usual = str(self.said.get("at", ""))
        found = [at or usual for to, at in self.moved.values() if to == day]
        if found:
            return min(found)
        named = WEEKDAYS[day.weekday()].name in self.said.get("weekdays", ())
        within = str(self.said.get("first_day", "")) <= day.isoformat() <= str(self.said.get("last_day", ""))
        return usual if named and within and day not in self.cancelled and day not in self.moved else ""

    def over(self, today: date) -> bool:
        """Whether no day of it is left."""
        last = max([to for to, _at in self.moved.values()], default=today - timedelta(days=1))
        return str(self.said.get("last_day", "")) < today.isoformat() and last < today

    def what(self, appointment: datetime) -> str:
        """Write what a journey is, in Chinese, as the request keeps it."""
        sort = next((one.zh for one in SORTS if one.name == self.said.get("sort")), "")
        helps = "、".join(one.zh for one in HELPS if one.name in self.said.get("helps", ())) or "家里自行往返，请核对"
        day = f"{appointment:%Y-%m-%d} {WEEKDAYS[appointment.weekday()].zh} {appointment:%H:%M}"
        note = f"；{self.said['note']}" if self.said.get("note") else ""
        return f"{day} 到{self.said.get('hospital', '')}，{sort}；需要：{helps}{note}"[:500]


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey that there should be. ``due``: by when vehicle and companion are to be found."""

    household: int
    area: int
    occasion: int
    appointment: datetime
    due: datetime
    what: str
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a calendar brought about. ``open``: not ended; ``begun``: somebody is under way, or was there.

    ``reason``: with which it was ended.
    """

    household: int
    occasion: int
    area: int
    open: bool
    begun: bool
    reason: str
    what: str
    appointment: datetime


def number_of(calendar: Calendar, day: date) -> int:
    """Return the occasion of a request: the same for one day of one calendar, whoever makes it and how often."""
    told = f"{calendar.person}/{calendar.occasion}/{day.isoformat()}".encode()
    return int.from_bytes(hashlib.sha256(told).digest()[:6], "big") or 1


def journeys(calendars: Iterable[Calendar], now: datetime, zone: ZoneInfo) -> list[Journey]:
    """Return the journeys of the days that are looked at, of people whose household is known."""
    today, out = now.astimezone(zone).date(), list[Journey]()
    for one in calendars:
        for n in range(-BACK, AHEAD + 1):
            day = today + timedelta(days=n)
            at = one.on(day)
            if not at or one.household is None or one.area is None:
                continue
            appointment = datetime.combine(day, time.fromisoformat(at), zone)
            if (one.paused and appointment < one.paused) or (one.since and appointment <= one.since):
                continue
            evening = datetime.combine(day - timedelta(days=1), EVENING, zone)
            due = min(max(evening, now + LEAST), appointment)
            what = one.what(appointment)
            out.append(Journey(one.household, one.area, number_of(one, day), appointment, due, what, one))
    return out


Writing = tuple[str, datetime, int, dict[str, Any]]


def writings(
    wanted: Sequence[Journey], asked: Iterable[Asked], now: datetime, campaign: int, duty: str
) -> list[Writing]:  # fmt: skip
    """Return what has to be written so that the requests are the journeys; nothing where they are.

    What is under way or over stays as it is. A request that people ended by another reason is not opened again.
    """
    there = {(one.household, one.occasion): one for one in asked}
    out = list[Writing]()

    def word(one: Asked, reason: str, kind: str, **more: str) -> None:
        body = {"campaign": campaign, "duty": duty, "subjects": [one.household], "occasion": one.occasion}
        out.append((kind, now, one.area, body | {"reason": reason} | more))

    for one in wanted:
        found = there.pop((one.household, one.occasion), None)
        key = {"campaign": campaign, "subjects": [one.household], "occasion": one.occasion}
        times = {"what": one.what, "appointment": one.appointment.isoformat(), "due": one.due.isoformat()}
        if found is None:
            who = {"asker": one.calendar.name[:40], "telephone": one.calendar.phone[:20] or None}
            body = key | {"need": "escort", "person": one.calendar.person} | who | times
            out.append(("request.planned", now, one.area, body))
            continue
        if found.begun or one.appointment <= now:
            continue
        if not found.open and found.reason == NOT_THIS_DAY:
            word(found, "日历恢复了这一天", "duty.reopened")
        elif not found.open:
            continue
        if found.what != one.what:
            out.append(("request.replanned", now, found.area, key | times))
    for one in there.values():
        if one.open and not one.begun and one.appointment > now:
            word(one, NOT_THIS_DAY, "duty.excused", evidence="定期治疗的日历")
    return out
