"""Why a street got as many as it got: its work beside the others', who came from where, what one more would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bulou.forces.allocation.model import Instance, Need, Seat, finish, waiting


@dataclass(frozen=True, slots=True)
class Reason:
    """A street in a plan. Shares are of all work and of all workers sent (0 to 1).

    ``own``, ``others``: people from the street itself, and from each other one; ``pinned``: decided by a person;
    ``finish``: hours until its last place is done (infinite: nobody there); ``more``: hours of waiting that one more
    would spare in the place that gains most; ``less``: that one fewer would cost where it costs least; ``richest``: the
    street whose least needed worker would cost least, and how much: what it would take to send one more here.
    """

    street: int
    people: int
    residents: int
    share_of_people: float
    share_of_work: float
    own: int
    others: tuple[tuple[int, int], ...]
    pinned: int
    finish: float
    more: float
    less: float
    richest: tuple[int, float] | None


def explain(instance: Instance, seats: Mapping[int, Seat]) -> list[Reason]:
    """Return the reason for each street, the one with most work first."""
    streets = {one.key: one.street for one in instance.places}
    workers = {one.key: one for one in instance.workers}
    n: Counter[tuple[int, int, str]] = Counter()
    sent: dict[int, Counter[int]] = {street: Counter() for street in streets.values()}
    pinned: Counter[int] = Counter()
    for key, seat in seats.items():
        worker, street = workers[key], streets[seat.place]
        n[seat.place, seat.shift, seat.skill] += worker.size
        sent[street][worker.home] += worker.size
        pinned[street] += worker.size if worker.pinned else 0
    needs: dict[int, list[Need]] = {street: [] for street in sent}
    for need in instance.needs:
        if need.people:
            needs[streets[need.place]].append(need)
    work = {street: sum(need.people / need.rate for need in found) for street, found in needs.items()}
    least = {street: min((_less(one, n[one.key]) for one in found if n[one.key]), default=float("inf"))
             for street, found in needs.items()}  # fmt: skip
    all_work, all_people = sum(work.values()), sum(map(sum, (one.values() for one in sent.values())))
    out = []
    for street, found in needs.items():
        people = sum(sent[street].values())
        richest = min(((cost, other) for other, cost in least.items() if other != street), default=None)
        out.append(Reason(
            street, people, sum(need.people for need in found), people / all_people if all_people else 0.0,
            work[street] / all_work if all_work else 0.0, sent[street][street],
            tuple(sorted(((home, k) for home, k in sent[street].items() if home != street),
                         key=lambda one: (-one[1], one[0]))),
            pinned[street], max((finish(need, n[need.key]) for need in found), default=0.0),
            max((waiting(one, n[one.key]) - waiting(one, n[one.key] + 1) for one in found), default=0.0),
            least[street], (richest[1], richest[0]) if richest and richest[0] < float("inf") else None,
        ))  # fmt: skip
    return sorted(out, key=lambda one: (-one.share_of_work, one.street))


def _less(need: Need, n: int) -> float:
    return waiting(need, n - 1) - waiting(need, n)
