"""One phone's day: calls by stairwell, the queue, tubes of ten, those who do not come, and the second pass."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bulou.ledger.areas import ancestor
from bulou.rehearsal.people import Fate, People
from bulou.rehearsal.records import Book, Item, Tube
from bulou.rehearsal.scenario import Scenario
from bulou.rehearsal.staff import COMPOUND, DevicePlan
from bulou.rehearsal.town_people import GIVEN, MARK, surname_table

MINUTE, HOUR = 60, 3600
#: Serials of one phone's tubes; a phone has at most 5,000 people.
SERIALS = 50_000
#: People are called this long before their turn, and a lane that waits this long seals what it has.
LEAD, IDLE = 15 * MINUTE, 10 * MINUTE
PROOF = {
    "in_hospital": "出院前由医院负责, 已核对住院信息",
    "in_facility": "隔离点名单已核对",
    "moved_out": "房东与楼组长确认",
    "sampled_elsewhere": "已看采样凭证",
    "not_known_here": "楼组长与邻居确认",
    "medical_reason": "已看医嘱",
    "deceased": "家属出示证明",
}


@dataclass
class Phone:
    """A phone with its people, and what came of its day so far."""

    index: int
    plan: DevicePlan
    book: Book
    members: np.ndarray
    rng: np.random.Generator
    tubes: list[Tube] = field(default_factory=list)
    later: list[tuple[Any, int]] = field(default_factory=list)
    ends: float = 0.0
    serial: int = 0

    def next_serial(self) -> int:
        """Return the next label of the phone's roll."""
        self.serial += 1
        return (self.index + 1) * SERIALS + self.serial


class Site:
    """Writes one phone's sampling."""

    def __init__(self, phone: Phone, people: People, scenario: Scenario):
        self.phone, self.people, self.scenario = phone, people, scenario
        self.book, self.rng = phone.book, phone.rng
        self.second = scenario.second_pass_hours * HOUR
        self.scope = frozenset(phone.plan.areas)
        self.surnames, _ = surname_table()

    def first_pass(self) -> None:
        """Call everybody, compound by compound, and sample those who come."""
        now = 0.0
        lanes = max(1, round(len(self.phone.members) * self.scenario.lanes_per_1000 / 1000))
        places = self.people.building[self.phone.members] >> 12
        for part in np.split(self.phone.members, np.flatnonzero(np.diff(places)) + 1):
            if len(part):
                now = self._compound(part, now, min(lanes, max(1, len(part) // 30))) + 5 * MINUTE
        self.phone.ends = now

    def _compound(self, part: np.ndarray, now: float, lanes: int) -> float:
        pace, served, coming = self.scenario.seconds_a_person / lanes, 0, []
        for group in self._calls(part):
            called = max(now, now + served * pace - LEAD)
            served += self._call(group, called, coming)
        coming.sort(key=lambda pair: pair[0])
        return max(now, self._queue(coming, lanes))

    def _calls(self, part: np.ndarray) -> Iterator[list[int]]:
        """Yield groups of people by stairwell, 15 to 30 where a building has that many, households whole."""
        people, least, most = self.people, self.scenario.call_from, self.scenario.call_to
        group: list[int] = []
        place = None
        for household in np.split(part, np.flatnonzero(np.diff(people.household[part])) + 1):
            at = (int(people.building[household[0]]), int(people.stairwell[household[0]]))
            full = len(group) + len(household) > most or (at != place and len(group) >= least)
            if group and (full or at[0] != place[0]):
                yield group
                group = []
            group += household.tolist()
            place = at
        if group:
            yield group

    def _call(self, group: list[int], called: float, coming: list[tuple[float, Any]]) -> int:
        """Write the call and what is heard of those who do not come; return how many come."""
        people, scenario, rng = self.people, self.scenario, self.rng
        area = int(people.building[group[0]])
        fates = people.fate[group].tolist()
        heard = [p for p, fate in zip(group, fates, strict=True) if fate != Fate.NEVER_CALLED]
        if heard:
            self.book.write(called, "swab.called", area, persons=heard)
        walk = called + rng.uniform(2 * MINUTE, 12 * MINUTE, len(group))
        chance = rng.random((len(group), 2))
        arrives, home, before = called, -1, len(coming)
        for p, fate, at, (find, twice) in zip(group, fates, walk.tolist(), chance.tolist(), strict=True):
            if people.household[p] != home:  # a household comes down together
                home, arrives = people.household[p], at
            if fate == Fate.COMES:
                coming.append((arrives, p))
                if twice < scenario.sampled_twice:
                    coming.append((arrives + 30 * MINUTE, p))
            else:
                self._absent(p, Fate(fate), at + 10 * MINUTE, area)
            if find < scenario.found:
                coming.append((arrives, self._found(p, arrives, area)))
        return len(coming) - before

    def _found(self, host: int, at: float, area: int) -> Item:
        surname = self.surnames[int(self.rng.integers(len(self.surnames)))]
        letter = GIVEN[int(self.rng.integers(len(GIVEN)))]
        return self.book.write(
            at - 30, "person.found", area,
            household=int(self.people.household[host]), name=f"{surname}{MARK}{letter}",
            birth_year=int(self.rng.integers(1940, 2018)),
        )  # fmt: skip

    def _absent(self, person: int, fate: Fate, at: float, area: int) -> None:
        """Write the word on somebody who does not come, and note who comes in the second pass."""
        about: dict[str, Any] = {"duty": "swab", "subjects": [person]}
        until = int(max(self.second, at))
        if fate in (Fate.BACK, Fate.AWAY):
            reason = "away" if self.rng.random() < 0.7 else "asleep_or_silent"
            self.book.write(at, "duty.deferred", area, **about, reason=reason, until=until)
        elif fate is Fate.VISITED:
            self.book.write(at, "duty.deferred", area, **about, reason="team_needed", until=until)
        elif fate in (Fate.REFUSES, Fate.PERSUADED):
            self.book.write(at, "duty.refused", area, **about, reason="refuses")
        elif fate is Fate.EXCUSED:
            names = list(self.scenario.excuses)
            shares = np.array(list(self.scenario.excuses.values()))
            reason = names[int(self.rng.choice(len(names), p=shares / shares.sum()))]
            proof = PROOF.get(reason, "已核对")
            self.book.write(at, "duty.excused", area, **about, reason=reason, evidence=proof)
        if fate in (Fate.BACK, Fate.PERSUADED, Fate.VISITED):
            self.phone.later.append((person, area))

    def _queue(self, coming: Iterable[tuple[float, Any]], lanes: int) -> float:
        """Serve people in the order of arrival, the first free lane each; return when the last lane is free."""
        coming = list(coming)
        takes = self.rng.gamma(9.0, self.scenario.seconds_a_person / 9.0, len(coming)).tolist()
        free: list[tuple[float, int]] = [(0.0, lane) for lane in range(lanes)]
        tubes: list[list[Any]] = [[] for _ in range(lanes)]
        for (arrives, who), take in zip(coming, takes, strict=True):
            ready, lane = heapq.heappop(free)
            if tubes[lane] and (arrives - ready > IDLE or who in tubes[lane]):
                self._seal(tubes[lane], ready + 20)
                tubes[lane] = []
            done = max(arrives, ready) + take
            tubes[lane].append(who)
            if len(tubes[lane]) == self.scenario.pool_size:
                self._seal(tubes[lane], done + 20)
                tubes[lane] = []
                done += 30
            heapq.heappush(free, (done, lane))
        for ready, lane in free:
            if tubes[lane]:
                self._seal(tubes[lane], ready + 20)
        return max(free)[0]

    def _seal(self, members: list[Any], at: float, mode: str = "pooled") -> None:
        """Write a sealed tube; now and then with a mistyped label first."""
        area = self._place(members[0])
        wrong, spoiled = self.rng.random(2)
        if wrong < self.scenario.mistyped:
            slip = self.book.write(at, "tube.sealed", area, tube=self.phone.next_serial(), mode=mode, persons=members)
            self.book.write(
                at + 50, "entry.voided", area, journal=self.book.name, number=slip, reason="管号输错"
            )  # fmt: skip
            at += 60
        serial = self.phone.next_serial()
        self.book.write(at, "tube.sealed", area, tube=serial, mode=mode, persons=members)
        positive = any(isinstance(who, int) and self.people.infected[who] for who in members)
        self.phone.tubes.append(
            Tube(serial, int(at), area, members, positive, bool(spoiled < self.scenario.invalid))
        )  # fmt: skip

    def _place(self, who: Any) -> int:
        """Return the compound where somebody is sampled, or the building where the phone has only a part of it."""
        building = who.area if isinstance(who, Item) else int(self.people.building[who])
        wider = {ancestor(building, depth) for depth in range(1, COMPOUND + 1)}
        if wider & self.scope:
            return ancestor(building, COMPOUND)
        # Somebody taken over from another area is sampled where his host lives.
        return building if building in self.scope else self.phone.plan.areas[0]

    def second_pass(self) -> None:
        """Sample those who come back or were persuaded, and visit those who cannot come down."""
        rng = self.rng
        now = max(self.second, self.phone.ends + 30 * MINUTE)
        visits: dict[int, list[int]] = {}
        coming: dict[int, list[Any]] = {}
        for person, area in self.phone.later:
            if self.people.fate[person] == Fate.VISITED:
                visits.setdefault(int(self.people.household[person]), []).append(person)
            else:
                coming.setdefault(ancestor(area, COMPOUND), []).append(person)
        for compound in sorted(coming):
            arrivals = np.sort(now + rng.uniform(0, 8 * MINUTE, len(coming[compound]))).tolist()
            now = self._queue(list(zip(arrivals, coming[compound], strict=True)), 1) + 5 * MINUTE
        for household in sorted(visits):
            now += 6 * MINUTE
            self._seal(visits[household], now, mode="household")
        self.phone.ends = max(self.phone.ends, now)
