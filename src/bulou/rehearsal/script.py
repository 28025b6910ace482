"""The script of a rehearsal: every entry of every device, from a town, a scenario and a seed alone.

Pure: no clock, no network, no server. What the server will name (journals, people, the campaign) is named as in the
town, so that the digest of the set of entries depends on nothing but the seed. Times count from the start: the same day
can be played on any date.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import numpy as np

from bulou.ledger.areas import ancestor
from bulou.rehearsal.custody import Lab, Run, offline_window
from bulou.rehearsal.people import Fate, People, meet
from bulou.rehearsal.records import Book, Item
from bulou.rehearsal.sampling import MINUTE, Phone, Site
from bulou.rehearsal.scenario import Scenario
from bulou.rehearsal.staff import STREET, DevicePlan, devices
from bulou.rehearsal.town import Town

_encoder = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True)
class Script:
    """``entries[d]`` are the entries of ``devices[d]``, numbered from 1 in the order of their times."""

    devices: list[DevicePlan]
    entries: list[list[Item]]
    offsets_ms: list[int]
    people: People
    #: (device, from, until) of phones that are offline, in seconds from the start.
    offline: list[tuple[int, float, float]]

    def seconds(self) -> int:
        """Return the time at which the last entry is sent, in seconds from the start."""
        return max((items[-1].sent for items in self.entries if items), default=0)

    def digest(self) -> str:
        """Return the digest of the set of all entries."""
        return set_digest(
            entry_digest(plan.name, item, offset)
            for plan, items, offset in zip(self.devices, self.entries, self.offsets_ms, strict=True)
            for item in items
        )

    def counts(self) -> dict[str, int]:
        """Return the number of entries by kind."""
        return dict(sorted(Counter(item.kind for items in self.entries for item in items).items()))


def canonical(device: str, item: Item, offset_ms: int) -> bytes:
    """Return the one byte form of an entry, in the town's own names."""
    return _encoder.encode([device, item.number, item.kind, item.at, item.area, offset_ms, item.body])


def entry_digest(device: str, item: Item, offset_ms: int) -> bytes:
    """Return the SHA-256 of an entry's canonical form."""
    return hashlib.sha256(canonical(device, item, offset_ms)).digest()


def set_digest(digests: Iterable[bytes]) -> str:
    """Return the digest of a set of entries: the SHA-256 over their sorted digests, in hexadecimal."""
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()


def write(town: Town, scenario: Scenario, prevalence: dict[int, float], seed: int) -> Script:
    """Write the script of a day.

    Parameters:
        prevalence: address-days by compound (``scenario.read_prevalence``).
        seed: any non-negative integer.
    """
    drawn, others, *own = np.random.SeedSequence([seed, town.seed]).spawn(2 + len(devices(town, scenario)))
    plans = devices(town, scenario)
    people = meet(town, scenario, prevalence, np.random.default_rng(drawn))
    books = [Book(plan.name) for plan in plans]
    streams = [np.random.default_rng(part) for part in own]
    phones = _phones(plans, books, people, streams)
    sites = [Site(phone, people, scenario) for phone in phones]
    for site in sites:
        site.first_pass()
    _hand_over(sites, np.random.default_rng(others))
    couriers, labs = _carriers(plans, books)
    doubled = False
    for site in sites:
        site.second_pass()
        street = ancestor(site.phone.plan.areas[0], STREET)
        courier = couriers[street]
        run = Run(site.phone, courier, labs[courier.number % len(labs)], scenario, doubled=doubled)
        told = run.carry(site.phone.tubes, double=not doubled)
        doubled = run.doubled
        run.carry(run.retests(site, told))
    offline = []
    for index, rng in enumerate(streams):
        window = offline_window(scenario, rng) if index < len(phones) else None
        if window:
            offline.append((index, *window))
        number(books[index], plans[index].areas[0], window)
    settle(books)
    offsets = [_offset(scenario, rng) for rng in streams]
    return Script(plans, [book.items for book in books], offsets, people, offline)


def _phones(
    plans: list[DevicePlan], books: list[Book], people: People, streams: list[np.random.Generator]
) -> list[Phone]:
    """Return the phones with their people. Phones come first among the plans, in the order of their areas."""
    plans = [plan for plan in plans if plan.kind == "phone"]
    phone_of: dict[int, int] = {area: index for index, plan in enumerate(plans) for area in plan.areas}
    buildings, at = np.unique(people.building, return_inverse=True)
    owner = np.array([_owner(int(building), phone_of) for building in buildings])[at][people.order]
    by_phone = people.order[np.argsort(owner, kind="stable")]
    ends = np.cumsum(np.bincount(owner, minlength=len(plans)))
    return [
        Phone(index, plan, books[index], part, streams[index])
        for index, (plan, part) in enumerate(zip(plans, np.split(by_phone, ends[:-1]), strict=True))
    ]


def _owner(building: int, phone_of: dict[int, int]) -> int:
    for depth in range(5, 0, -1):
        if (node := ancestor(building, depth)) in phone_of:
            return phone_of[node]
    raise ValueError(f"building {building} is in no phone's area")


def _carriers(plans: list[DevicePlan], books: list[Book]) -> tuple[dict[int, Lab], list[Lab]]:
    """Return the courier of each street, and the laboratories; numbers from 1."""
    pairs = list(zip(plans, books, strict=True))
    couriers = [(plan.areas[0], book) for plan, book in pairs if plan.kind == "courier"]
    labs = [book for plan, book in pairs if plan.kind == "laboratory"]
    return (
        {street: Lab(n, book) for n, (street, book) in enumerate(couriers, 1)},
        [Lab(n, book) for n, book in enumerate(labs, 1)],
    )


def _hand_over(sites: list[Site], rng: np.random.Generator) -> None:
    """People who stay elsewhere: offered to the area where they are; nine of ten are accepted and sampled there."""
    if len(sites) < 2:
        return
    for place, site in enumerate(sites):
        members = site.phone.members
        for person in members[site.people.fate[members] == Fate.MOVED].tolist():
            host = sites[(place + int(rng.integers(1, len(sites)))) % len(sites)]
            to_area = int(site.people.building[host.phone.members[int(rng.integers(len(host.phone.members)))]])
            at = float(rng.uniform(30, 150)) * MINUTE
            about = {"duty": "swab", "subjects": [person]}
            home = int(site.people.building[person])
            offer = site.book.write(at, "duty.offered", home, **about, to_area=to_area, reason="暂住亲属家")
            if rng.random() < 0.9:
                at += float(rng.uniform(20, 90)) * MINUTE
                host.book.write(at, "duty.accepted", to_area, **about, offer_journal=site.book.name, offer_number=offer)
                host.phone.later.append((person, to_area))


def number(book: Book, area: int, window: tuple[float, float] | None) -> None:
    """Order a device's entries by time, close its journal, and number them; set when each is sent."""
    book.items.sort(key=lambda item: item.at)
    if book.items:
        last = book.write(book.items[-1].at + 10 * MINUTE, "journal.closed", area)
        last.body["last"] = len(book.items)
    for place, item in enumerate(book.items, 1):
        item.number = place
        item.sent = int(window[1]) if window and window[0] <= item.at < window[1] else item.at


def settle(books: list[Book]) -> None:
    """Replace references to entries by their numbers, and people found by minus the number of the finding."""
    for book in books:
        for item in book.items:
            body = item.body
            for name in ("number", "offer_number"):
                if isinstance(body.get(name), Item):
                    body[name] = body[name].number
            if "persons" in body:
                body["persons"] = [-who.number if isinstance(who, Item) else who for who in body["persons"]]


def _offset(scenario: Scenario, rng: np.random.Generator) -> int:
    """Draw how far a device's clock was off: seldom more than a second or two, now and then hours."""
    if rng.random() < scenario.clock_off:
        return int(rng.choice([-1, 1]) * rng.uniform(1.5, 10) * 3_600_000)
    return round(rng.normal(0, 900))
