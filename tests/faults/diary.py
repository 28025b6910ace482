"""The day of phones in one street, with all that makes an order matter. Help of the tests of this folder.

Phones of a street sample the same person, seal the same tube, excuse whom the other one samples, hand duties to each
other; a person who was found is in a tube; a household has a tube of its own; what was voided is written again.
Every entry has its time, so that the books are one function of the set, whoever hands in first.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from bulou.ledger.areas import ancestor, found_id
from bulou.ledger.check_digit import label
from tests.desk_round import Morning
from tests.faults import checks
from tests.faults.load import PATIENCE, Phone

COURIER = 7
LARGEST = 25
Batch = tuple[Phone, list[int]]


def street(morning: Morning, place: int, many: int, seed: int) -> list[Phone]:
    """Enrol ``many`` phones for one street, and write their day."""
    streets = sorted({ancestor(area, 2) for area in morning.homes})
    here = streets[place % len(streets)]
    homes = [(area, people) for area, people in morning.homes.items() if ancestor(area, 2) == here]
    phones = [checks.phone(here, homes, seed * 1000 + place * 100 + i, morning) for i in range(many)]
    Street(phones, morning, random.Random(seed)).live()
    return phones


@dataclass
class Street:
    """Phones at work in one street. ``minute``: how late it is; two phones may write within the same one."""

    phones: Sequence[Phone]
    morning: Morning
    dice: random.Random
    minute: int = 10

    def live(self) -> None:
        """Let the day go by, building by building."""
        first = self.phones[0]
        for phone in self.phones:
            low = phone.journal % 10**6 * 10**4
            self.say(phone, "labels.issued", phone.homes[0][0], **{"from": label(low), "to": label(low + 999)})
        for place, (area, people) in enumerate(first.homes):
            phone, other = (self.phones[(place + i) % len(self.phones)] for i in (0, 1))
            self.building(phone, other, area, people)
        self.handed_over(first, self.phones[1])
        self.say(first, "journal.closed", first.homes[0][0], last=len(first.written) + 1)

    def building(self, phone: Phone, other: Phone, area: int, people: list[int]) -> None:
        """One phone works through a building; another one helps, and errs."""
        self.say(phone, "swab.called", area, campaign=1, persons=people)
        some = self.dice.sample(people, len(people))
        self.word(phone, "deferred", area, some[0], reason="away", until=self.time(300))
        self.word(phone, "refused", area, some[-1], reason="refuses")
        excuse = self.word(other, "excused", area, some[-1], reason="in_hospital", evidence="病区电话确认")
        self.say(phone, "antigen.reported", area, person=some[0], value=self.dice.choice(("negative", "positive")))
        self.say(other, "antigen.reported", area, person=some[0], value="negative")
        tube = self.sealed(phone, area, some[:8])
        self.sealed(other, area, some[:1], mode="single")  # who is in a tube already
        if self.dice.random() < 0.5:
            self.void(phone, tube)
            self.sealed(phone, area, some[:9])
        if self.dice.random() < 0.5:
            self.void(other, excuse)
            self.word(other, "reopened", area, some[-1], reason="mistake")
        n = self.say(other, "person.found", area, campaign=1, name="某人")
        guest = found_id(other.journal, n)
        family = [guest, *some[-2:]]
        known = self.sealed(phone, area, family, mode="household")
        label_ = phone.written[known]["body"]["tube"]
        if self.dice.random() < 0.4:
            self.say(other, "tube.sealed", area, campaign=1, tube=label_, mode="pooled", persons=some[:2])
        if self.dice.random() < 0.3:
            self.void(other, n)
        box = label(next(phone._tubes))
        self.say(phone, "tube.boxed", area, campaign=1, box=box, tubes=[label_])
        self.say(phone, "box.handed", area, campaign=1, box=box, courier=COURIER)
        for one in self.phones:
            charge = self.dice.randrange(100)
            self.say(one, "device.reported", area, battery_pct=charge, unsent=self.minute, app="bulou")

    def handed_over(self, giver: Phone, taker: Phone) -> None:
        """Duties go from one building to another, and one of the hand-overs is taken back."""
        (here, people), (there, _) = giver.homes[0], giver.homes[-1]
        duty = {"campaign": 1, "duty": "swab"}
        for person in people[:2]:
            n = self.say(giver, "duty.offered", here, **duty, subjects=[person], to_area=there)
            offer = {"offer_journal": giver.journal, "offer_number": n}
            taken = self.say(taker, "duty.accepted", there, **duty, subjects=[person], **offer)
        self.void(taker, taken)

    def sealed(self, phone: Phone, area: int, persons: list[int], mode: str = "pooled") -> int:
        """Seal a tube; return the entry's number."""
        tube = label(next(phone._tubes))
        return self.say(phone, "tube.sealed", area, campaign=1, tube=tube, mode=mode, persons=persons)

    def word(self, phone: Phone, word: str, area: int, person: int, **said: str) -> int:
        """Say a word on a person's swab; return the entry's number."""
        return self.say(phone, f"duty.{word}", area, campaign=1, duty="swab", subjects=[person], **said)

    def void(self, phone: Phone, number: int) -> int:
        """Void an entry of the phone's own; return the number of the void."""
        where = phone.homes[0][0]
        return self.say(phone, "entry.voided", where, journal=phone.journal, number=number, reason="按错")

    def say(self, phone: Phone, kind: str, area: int, **body: Any) -> int:
        """Write one entry, now and then in the same minute as the one before; return its number."""
        self.minute += self.dice.random() < 0.8
        return phone.say(kind, area, body, at=self.time())["n"]

    def time(self, later: int = 0) -> str:
        """Return what the clock says."""
        return (self.morning.opened_at + timedelta(seconds=10 * self.minute, minutes=later)).isoformat()


def batches(phone: Phone, dice: random.Random) -> list[Batch]:
    """Cut a journal, shuffled, into requests."""
    numbers, cut = dice.sample(sorted(phone.written), len(phone.written)), []
    while numbers:
        size = dice.randint(1, LARGEST)
        cut.append((phone, numbers[:size]))
        numbers = numbers[size:]
    return cut


def answered(client: httpx.Client, url: str, phone: Phone, numbers: list[int]) -> None:
    """Hand a batch in and take the answer."""
    headers = {"authorization": f"Bearer {phone.key}"}
    reply = client.post(f"{url}/field/journal", content=phone.content(numbers), headers=headers)
    assert reply.status_code == 200, reply.text
    phone.take(reply.json(), numbers)


def hand_in(url: str, some: Iterable[Batch]) -> None:
    """Hand batches in, each with its answer."""
    with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
        for phone, numbers in some:
            answered(client, url, phone, numbers)
