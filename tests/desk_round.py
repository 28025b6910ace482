"""A morning's round in a small copy of the reference district, written through a desk journal in waves."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connections

from bulou.desk.actions import add_user
from bulou.ledger import intake, journals
from bulou.ledger.areas import SHIFTS, ancestor, span
from bulou.ledger.check_digit import label
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE
from bulou.places.actions import load_town
from bulou.rehearsal.town import areas_rows, make_town
from bulou.rounds.actions import open_round

PASSWORD = "plum-creek-at-dawn"
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "xuhui-2022"
#: How many of a street's people come down at the first call, street by street.
WILLING = (0.99, 0.74, 0.97, 0.93, 1.0, 0.86, 0.98)
Said = tuple[str, datetime, int, dict[str, Any]]


@dataclass
class Morning:
    """An opened round: its journal, who lives in which building, and the street where hardly anybody came yet."""

    district: int
    slow_street: int
    journal: int
    opened_at: datetime
    homes: dict[int, list[int]]
    tubes: Iterator[int]
    dice: random.Random

    def say(self, said: list[Said], now: datetime) -> None:
        """Write entries; each must be kept."""
        for i in range(0, len(said), 500):
            for receipt in journals.append(self.journal, said[i : i + 500], now):
                assert receipt.status == "kept", receipt

    def missed_building(self) -> int:
        """Return a building of the slow street with the most people."""
        mine = [area for area in self.homes if ancestor(area, 2) == self.slow_street]
        return max(mine, key=lambda area: (len(self.homes[area]), area))

    def first_wave(self, now: datetime) -> None:
        """All streets but one are well on their way. Half of the tubes have results: a pool and a single are positive,
        one result names an unknown tube. A phone sent its fourth entry and not the three before.
        """
        said: list[Said] = []
        tubes: list[tuple[int, int]] = []
        single = 0
        for area, people in self.homes.items():
            at = self.opened_at + timedelta(minutes=self.dice.randint(5, 150))
            willing = WILLING[(ancestor(area, 2) >> SHIFTS[1]) % len(WILLING)]
            come = [p for p in people if self.dice.random() < willing]
            if ancestor(area, 2) == self.slow_street or not come:
                continue
            said.append(("swab.called", at, area, {"campaign": 1, "persons": people}))
            for i in range(0, len(come), 10):
                tube, group = label(next(self.tubes)), come[i : i + 10]
                mode = "pooled" if len(group) > 1 else "single"
                body = {"campaign": 1, "tube": tube, "mode": mode, "persons": group}
                said.append(("tube.sealed", at + timedelta(minutes=5), area, body))
                tubes.append((tube, area))
                single = tube if mode == "single" else single
            stay = [p for p in people if p not in come]
            if stay and self.dice.random() < 0.5:
                until = (at + timedelta(hours=5)).isoformat()
                said.append(_word("deferred", at, area, stay[:1], reason="away", until=until))
            elif stay and self.dice.random() < 0.3:
                said.append(_word("refused", at, area, stay[:1], reason="refuses"))
            elif stay and self.dice.random() < 0.4:
                said.append(_word("excused", at, area, stay[:1], reason="in_hospital", evidence="病区电话确认"))
        said += self._boxed(tubes[1::2])
        later = self.opened_at + timedelta(minutes=190)
        for n, (tube, area) in enumerate(tubes[::2]):
            value = "positive" if n == 3 else "negative"
            results = [{"tube": tube, "value": value}]
            said.append(("tube.resulted", later, area, {"campaign": 1, "results": results}))
        for tube, value in ((label(999_999), "negative"), (single, "positive")):
            results = [{"tube": tube, "value": value}]
            said.append(("tube.resulted", later, tubes[0][1], {"campaign": 1, "results": results}))
        self.say(said, now)
        area = tubes[0][1]
        phone, _ = journals.enrol("3 号手机", "phone", (span(area),), self.opened_at, now + timedelta(days=1))
        body = {"campaign": 1, "persons": self.homes[area]}
        intake.post([Entry(phone, 4, "swab.called", self.opened_at, area, body)], now - timedelta(hours=3))
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")  # the servers of tests do not do so by themselves

    def _boxed(self, tubes: list[tuple[int, int]]) -> Iterator[Said]:
        """Two boxes of three go on to the courier, and every other of those to the laboratory."""
        for n in range(0, len(tubes) - 60, 20):
            group, box, at = (
                tubes[n : n + 20],
                label(next(self.tubes)),
                self.opened_at + timedelta(minutes=180 + n // 20),
            )
            here, body = group[0][1], {"campaign": 1, "box": box}
            yield "tube.boxed", at, here, {**body, "tubes": [tube for tube, _ in group]}
            if n // 20 % 3:
                yield "box.handed", at + timedelta(minutes=10), here, {**body, "courier": 7}
            if n // 20 % 3 == 2:
                taken = {**body, "courier": 7, "laboratory": 3, "tubes_counted": len(group)}
                yield "box.received", at + timedelta(minutes=40), here, taken

    def second_wave(self, now: datetime) -> int:
        """Work begins in the slow street; return the person who cannot come down and is deferred."""
        building = self.missed_building()
        people, at = self.homes[building], now - timedelta(minutes=20)
        half = people[1 : 1 + len(people) // 2]
        body = {"campaign": 1, "tube": label(next(self.tubes)), "mode": "household", "persons": half}
        until = (now + timedelta(hours=3)).isoformat()
        self.say(
            [
                ("swab.called", at, building, {"campaign": 1, "persons": people}),
                ("tube.sealed", at + timedelta(minutes=9), building, body),
                _word("deferred", at, building, people[:1], reason="team_needed", until=until),
            ],
            now,
        )
        return people[0]


def _word(word: str, at: datetime, area: int, people: list[int], **said: str) -> Said:
    return f"duty.{word}", at, area, {"campaign": 1, "duty": "swab", "subjects": people, **said}


def begin(people: int, now: datetime) -> Morning:
    """Fill empty registers with a town of ``people``, open a round four hours ago, add two users."""
    town = make_town(EXAMPLE, people, seed=7)
    opened_at = now - timedelta(hours=4)
    load_town(
        list(areas_rows(town)), town.households.to_dict(as_series=False), town.persons.to_dict(as_series=False),
        opened_at - timedelta(days=1), "town",
    )  # fmt: skip
    journal, _ = journals.enrol("指挥部", "desk", EVERYWHERE, opened_at - timedelta(hours=1), now + timedelta(days=1))
    district = int(town.areas.filter(town.areas["level"] == 1)["id"][0])
    open_round(1, "第一轮区域核酸筛查", district, journal, opened_at, opened_at)
    where = dict(zip(town.households["id"], town.households["area"], strict=True))
    homes: dict[int, list[int]] = {}
    for person, household in zip(town.persons["id"], town.persons["household"], strict=True):
        homes.setdefault(where[household], []).append(person)
    streets = sorted({ancestor(area, 2) for area in homes})
    add_user("district", PASSWORD, [district])
    add_user("street", PASSWORD, [streets[4]])
    first = iter(range(100_000, 200_000))
    return Morning(district, streets[4], journal, opened_at, dict(sorted(homes.items())), first, random.Random(3))
