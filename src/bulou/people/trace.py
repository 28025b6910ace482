"""One tube from the swab to the page: every entry with its digest, who is in it, and the counters that counted it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bulou.ledger.areas import ancestor
from bulou.ledger.vocabulary import REGISTRY, EntryKind
from bulou.people.duties import DutyRow, person_kinds
from bulou.people.reads import SQL
from bulou.ui.figures import Name, names, rows

#: The stations that every tube passes, in order, each with the entries that say so.
STATIONS = (
    ("swab", ("tube.sealed",)),
    ("box", ("tube.boxed",)),
    ("courier", ("box.handed",)),
    ("laboratory", ("box.received", "tube.received")),
    ("result", ("tube.resulted",)),
)


@dataclass(frozen=True)
class Step:
    """One entry. ``verified``: the kept bytes have the digest that was taken when they came."""

    at: datetime
    journal: int
    number: int
    said: EntryKind | None
    area: int
    received_at: datetime
    digest: str
    verified: bool
    flags: list[str]
    by: str
    by_kind: str
    void: bool
    unheard: bool


@dataclass(frozen=True)
class Station:
    """A station with its entries; without one the tube passed it unreported, or not at all."""

    name: str
    steps: list[Step]


@dataclass(frozen=True)
class Counted:
    """A leaf's counter, and the same counted duty by duty: (open, done, excused) each."""

    area: int
    counter: tuple[int, int, int]
    recount: tuple[int, int, int]

    @property
    def agrees(self) -> bool:
        """Tell whether both say the same."""
        return self.counter == self.recount


@dataclass(frozen=True)
class Trace:
    """A tube of a round. ``others``: entries that belong to no station, such as a word on a duty."""

    label: int
    campaign: int
    round: str
    area: int
    value: str
    variant: str
    stage: int
    outcome: int
    takes: int
    box: int | None
    stations: list[Station]
    others: list[Step]
    people: list[DutyRow]
    counted: list[Counted]
    places: dict[int, Name]

    @property
    def steps(self) -> list[Step]:
        """All entries."""
        return [step for station in self.stations for step in station.steps] + self.others

    @property
    def verified(self) -> bool:
        """Tell whether every entry has its digest and every counter agrees."""
        return all(step.verified for step in self.steps) and all(c.agrees for c in self.counted)


def traces(label: int) -> list[Trace]:
    """Read a tube in every round that knows it, the latest first; four statements a round and one."""
    tube = REGISTRY.duties["tube"]
    return [_trace(label, tube.code, row) for row in rows(SQL["tube"], label=label, tube=tube.code)]


def _trace(label: int, code: int, row: tuple) -> Trace:
    campaign, name, _kind, area, stage, _at, outcome, variant, value, takes = row
    tube, kinds = REGISTRY.by_code[code], person_kinds()
    entries = rows(SQL["entries"], campaign=campaign, tube=code, label=label)
    steps = [Step(*r[:3], REGISTRY.entries.get(r[3]), *r[4:12], r[13]) for r in entries]
    stations = [
        Station(station, [step for step in steps if step.said and step.said.name in said]) for station, said in STATIONS
    ]
    placed = {(step.journal, step.number) for station in stations for step in station.steps}
    people = [
        DutyRow(kinds[r[0]], r[1], r[2], r[3], *r[4:9], r[12], outcome=r[9], takes=r[10], offered_to=r[11])
        for r in rows(SQL["carried"], campaign=campaign, tube=code, label=label)
        if r[0] in kinds
    ]
    leaves = sorted({owed.area for owed in people})
    counted = [
        Counted(r[0], tuple(r[1:4]), tuple(r[4:7]))
        for r in rows(SQL["counted"], campaign=campaign, kind=REGISTRY.duties["swab"].code, areas=leaves)
    ]
    nodes = {area, *leaves, *(step.area for step in steps)}
    return Trace(
        label, campaign, name or "", area, tube.values[value or 0], tube.variants[variant or 0], stage, outcome, takes,
        entries[0][12] if entries else None, stations,
        [step for step in steps if (step.journal, step.number) not in placed], people, counted,
        names({ancestor(node, depth) for node in nodes for depth in range(1, 6)}),
    )  # fmt: skip
