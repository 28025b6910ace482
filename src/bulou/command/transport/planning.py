"""Plans trips for a page: within a few seconds, and checked; what the check does not accept is shown to nobody."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bulou.cases.dispatch import checker, plan
from bulou.cases.dispatch.replan import Sent
from bulou.command.transport import reads as known
from bulou.command.transport import rules
from bulou.command.transport.reads import Fleet
from bulou.command.transport.rules import Key, Trip
from bulou.command.work.rules import Row
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import Act
from bulou.ui.figures import rows

SQL = statements(__package__, "transport")
#: Seconds that a page searches at most.
SEARCH = 5.0


class NotAccepted(RuntimeError):
    """The independent check found a plan wrong; the text says what."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as the boards take it. ``unserved``: who is not fetched, and why; ``vague``: areas without a map point."""

    trips: list[Trip]
    unserved: list[tuple[Key, str]]
    vague: set[int]


def solved(
    own: Fleet, people: Sequence[rules.Person], chosen: Iterable[int], hours: int, cleaning: int, now: datetime
) -> Planned:
    """Return the trips for these people; who is under way is not among them, and their vehicles come back first.

    Parameters:
        hours: until all vehicles are back.
        cleaning: minutes between two trips.

    Raises:
        NotAccepted: the check found it wrong: a fault of ours, and no vehicle drives by it.
    """
    cars, sites = known.cars_of(own, chosen, now), known.sites_of(own)
    nodes = [person.area for person in people] + [car.area for car in cars] + [site.area for site in sites]
    points, vague = known.points([*nodes, *(car.at for car in cars if car.at)])
    problem, keys = rules.problem_of(people, cars, sites, points, hours * 3600, cleaning * 60)
    begun, most = time.monotonic(), rules.rounds_of(problem)
    steps = [0]

    def progress() -> float:
        steps[0] += plan.STEP
        return max((steps[0] - plan.STEP) / most, (time.monotonic() - begun) / SEARCH)

    made = plan.solve(problem, 1, progress=progress)
    if wrong := checker.violations(problem, made):
        raise NotAccepted(wrong[0])
    return Planned(
        rules.trips_of(problem, made, keys),
        [(key, why) for at, why in made.unserved.items() for key in keys[at]], vague,
    )  # fmt: skip


def sent(own: Fleet, now: datetime) -> list[Sent]:
    """Return whom vehicles were sent for, each with the trip: the words with which one vehicle was sent at one time."""
    found = [row for rows_ in own.sent.values() for row in rows_]
    keys = [row.key for row in found]
    said = {
        (campaign, subject, occasion): (at, reason)
        for campaign, subject, occasion, at, reason in rows(
            SQL["sendings"], kind=known.transfers().duty.code, give=int(Act.GIVE),
            campaigns=[key[0] for key in keys], subjects=[key[1] for key in keys], occasions=[key[2] for key in keys],
        )
    } if keys else {}  # fmt: skip
    return [
        Sent(
            row.key, row.given or 0, said.get(row.key), (row.due_at - now).total_seconds() if row.due_at else None,
            row.at.name == "collected",
        )
        for row in found
    ]  # fmt: skip


def times(trips: Sequence[Trip]) -> dict[Key, tuple[int, float]]:
    """Return by which vehicle each person is fetched, and after how many seconds."""
    return {key: (trip.vehicle, halt.arrives) for trip in trips for halt in trip.halts[:-1] for key in halt.keys}


def told(trip: Trip, by_key: dict[Key, Row], now: datetime) -> list[object]:
    """Return a trip as a form carries it: vehicle, facility, whom it fetches when, and its number."""
    halts = [
        [*key, by_key[key].stamp, int((now + timedelta(seconds=halt.arrives)).timestamp())]
        for halt in trip.halts[:-1]
        for key in halt.keys
    ]
    return [trip.vehicle, trip.halts[-1].facility, halts, trip.number]
