"""From sealed tubes to results: boxes, couriers, laboratories, and the individual retests that follow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bulou.rehearsal.records import Book, Tube
from bulou.rehearsal.sampling import HOUR, MINUTE, Phone, Site
from bulou.rehearsal.scenario import Scenario

#: Serials of one phone's boxes; above them no tube has a serial.
BOXES = 5_000
#: A tube sealed later than this before the courier comes waits for the next visit.
PACKING = 5 * MINUTE
PLATE = 96


@dataclass
class Lab:
    """A laboratory or a courier: its number in bodies, and its journal."""

    number: int
    book: Book


@dataclass
class Run:
    """The way of one phone's tubes."""

    phone: Phone
    courier: Lab
    laboratory: Lab
    scenario: Scenario
    boxes: int = 0
    #: A tube in two boxes happens at least once in a rehearsal that has it at all.
    doubled: bool = False

    def __post_init__(self) -> None:
        self.rng = self.phone.rng
        self.phase = float(self.rng.uniform(0.5, 1.5)) * self.scenario.courier_every * MINUTE

    def carry(self, tubes: list[Tube], double: bool = False) -> dict[int, int]:
        """Box, hand over, receive and result tubes; return {serial: time of its result}."""
        told: dict[int, int] = {}
        last: Tube | None = None
        for visit, boxed in self._visits(tubes):
            for place in range(0, len(boxed), self.scenario.box_size):
                content = boxed[place : place + self.scenario.box_size]
                guest = last if last and self._plants(len(content), double) else None
                told |= self._box(content, guest, visit + place)
                last = content[-1]
        return told

    def _plants(self, tubes: int, double: bool) -> bool:
        if not self.scenario.in_two_boxes or (self.doubled and not double):
            return False
        planted = double and not self.doubled
        planted = planted or self.rng.random() < self.scenario.in_two_boxes * tubes
        self.doubled = self.doubled or planted
        return planted

    def _visits(self, tubes: list[Tube]) -> Iterator[tuple[float, list[Tube]]]:
        """Yield the courier's visits with the tubes that are ready, in time."""
        if not tubes:
            return
        every, first = self.scenario.courier_every * MINUTE, self.phase
        ready: dict[int, list[Tube]] = {}
        for tube in sorted(tubes, key=lambda tube: (tube.sealed, tube.serial)):
            ready.setdefault(max(0, math.ceil((tube.sealed + PACKING - first) / every)), []).append(tube)
        for turn, content in ready.items():
            yield first + turn * every, content

    def _box(self, content: list[Tube], guest: Tube | None, visit: float) -> dict[int, int]:
        scenario, rng, phone = self.scenario, self.rng, self.phone
        self.boxes += 1
        serial = (phone.index + 1) * BOXES + self.boxes
        area = content[0].area
        listed = [tube.serial for tube in content] + ([guest.serial] if guest else [])
        left = content[-1] if len(content) > 1 and rng.random() < scenario.left_behind * len(content) else None
        phone.book.write(visit - 4 * MINUTE, "tube.boxed", area, box=serial, tubes=listed)
        self.courier.book.write(
            visit, "box.handed", area, box=serial, courier=self.courier.number, giver=phone.book.name
        )  # fmt: skip
        arrives = visit + rng.uniform(*scenario.courier_travel) * MINUTE
        self.laboratory.book.write(
            arrives, "box.received", area, box=serial, courier=self.courier.number,
            laboratory=self.laboratory.number, tubes_counted=len(content) - (left is not None),
        )  # fmt: skip
        median = scenario.retest_median if content[0].again else scenario.result_median
        done = arrives + median * MINUTE * math.exp(rng.normal(0, scenario.result_sigma))
        told = self._result([tube for tube in content if tube is not left], done, area)
        if left:
            found = arrives + 2 * HOUR
            self.laboratory.book.write(
                found, "tube.received", left.area, tube=left.serial,
                laboratory=self.laboratory.number, giver=phone.book.name,
            )  # fmt: skip
            told |= self._result([left], max(done, found) + HOUR, left.area)
        return told

    def _result(self, tubes: list[Tube], at: float, area: int) -> dict[int, int]:
        for place in range(0, len(tubes), PLATE):
            rows = [{"tube": t.serial, "value": _value(t)} for t in tubes[place : place + PLATE]]
            self.laboratory.book.write(at, "tube.resulted", area, results=rows)
        return {tube.serial: int(at) for tube in tubes}

    def retests(self, site: Site, told: dict[int, int]) -> list[Tube]:
        """Visit the people of abnormal and invalid tubes one by one; return their single tubes."""
        phone, singles = self.phone, []
        abnormal = [tube for tube in phone.tubes if tube.positive or tube.invalid]
        now = 0.0
        for tube in sorted(abnormal, key=lambda tube: told[tube.serial]):
            now = max(now, told[tube.serial] + self.rng.uniform(*self.scenario.retest_after) * MINUTE)
            for person in tube.members:
                if self.rng.random() < self.scenario.retest_missed:
                    continue
                now += 3 * MINUTE
                serial = phone.next_serial()
                phone.book.write(
                    now, "tube.sealed", tube.area, tube=serial, mode="single", persons=[person], retest_of=tube.serial
                )
                positive = isinstance(person, int) and bool(site.people.infected[person])
                singles.append(Tube(serial, int(now), tube.area, [person], positive, again=True))
        phone.ends = max(phone.ends, now)
        return singles


def _value(tube: Tube) -> str:
    return "invalid" if tube.invalid else "positive" if tube.positive else "negative"


def offline_window(scenario: Scenario, rng: np.random.Generator) -> tuple[float, float] | None:
    """Draw when a phone is offline, in seconds from the start, or None for one that never is."""
    start = rng.uniform(0, 6) * HOUR
    hours = rng.uniform(*scenario.offline_hours)
    return (start, start + hours * HOUR) if rng.random() < scenario.offline else None
