"""What a household's page shows, read in a scope of its own building and of the areas that it lies in, as points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bulou.cases.vocabulary import DUTIES as CASES
from bulou.command.work import reads as work
from bulou.ledger.areas import ancestor, level
from bulou.ledger.scope import Ranges
from bulou.ledger.vocabulary import Outcome
from bulou.relief.requests import NEEDS, PROGRAMME, REQUEST, REQUESTS, STEPS, Need
from bulou.residents import rules
from bulou.residents.cards import SQL, Found
from bulou.rounds.entries import SWAB
from bulou.rounds.vocabulary import RESULTED, SAMPLED, SWAB_STAGES
from bulou.ui import responsible
from bulou.ui.figures import Name, names, rows
from bulou.ui.identity_text import without
from bulou.zones import reads as zones
from bulou.zones.vocabulary import LEVELS, LIFTED, Level

DISPOSITION = next(kind for kind in CASES if kind.name == "disposition")
#: From this stage on somebody has told the person that he is to be moved.
TOLD = DISPOSITION.stage("told")


def way(area: int) -> list[int]:
    """Return the areas that a building lies in, the district first, and itself."""
    return [ancestor(area, depth) for depth in range(1, level(area) + 1)]


def scope(area: int) -> Ranges:
    """Return what a household's page may see: its building, and of the areas above what is said of them themselves."""
    return tuple((node, node) for node in way(area))


@dataclass(frozen=True, slots=True)
class Measure:
    """How the building is held, by which area; when it is looked at again, and why it was decided."""

    area: int
    level: Level
    since: datetime
    until: datetime | None
    review: datetime | None
    by_rule: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """A step that was taken on a request: its words and when."""

    zh: str
    en: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the household. ``occasion``: which one; ``steps``: the earliest first."""

    occasion: int
    need: Need | None
    at: datetime | None
    due: datetime | None
    stage: str
    zh: str
    en: str
    open: bool
    steps: tuple[Told, ...]
    times: int

    @property
    def answered(self) -> bool:
        """Whether somebody says that it is solved, which the household confirms or not."""
        return self.open and self.stage == "answered"


@dataclass(frozen=True, slots=True)
class Due:
    """A round that runs: people of the household not sampled yet, of how many; (time, site, hours) of its call."""

    name: str
    left: int
    owed: int
    slot: tuple[datetime | None, str, str] | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A person's sample of a round: "none", "waiting", "negative", or "call": the committee calls."""

    round: str
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Self:
    """What a person who proved who he is may know."""

    name: str
    samples: tuple[Sample, ...]
    antigen: tuple[str, datetime] | None
    quarantine: tuple[datetime, datetime | None] | None
    move: tuple[Any, datetime | None] | None


@dataclass(frozen=True, slots=True)
class Home:
    """What a household may know without a second fact: nobody is named."""

    stairwell: str
    door: str
    measure: Measure | None
    call: tuple[str, str] | None
    due: tuple[Due, ...]
    requests: tuple[Asked, ...]
    places: dict[int, Name] = field(default_factory=dict)


def home(found: Found, now: datetime) -> Home | None:
    """Return a household's page; None where the household has left its door. Runs within ``scope``."""
    door = rows(SQL["door"], household=found.household, area=found.area)
    if not door:
        return None
    nodes = way(found.area)
    owner = responsible.owner_of(found.area, "area", responsible.owners([0, *nodes], now), nodes)
    stairwell, _floor, number = door[0]
    return Home(
        stairwell, number, measure(found.area, now), owner.acting if owner else None, due(found),
        requests(found, now), names(nodes),
    )  # fmt: skip


def measure(area: int, now: datetime) -> Measure | None:
    """Return how a building is held; None where nothing holds."""
    held = rows(SQL["level"], way=way(area), now=now)
    if not held or held[0][1] == LIFTED:
        return None
    node, value, since, until = held[0]
    known = next((one for one in LEVELS if one.name == value), None)
    if known is None:
        return None
    told = [one for one in zones.decisions([node]).get(node, []) if one.level == value]
    last = told[-1] if told else None
    reviews = [one.review for one in zones.kept(node)[:1]] or [last.review if last else None]
    by_rule = bool(last and last.basis == "proposal")
    return Measure(node, known, since, until, reviews[0], by_rule, without(last.reason) if last else "")


def due(found: Found) -> tuple[Due, ...]:
    """Return the rounds that run and concern the household."""
    slots = {
        campaign: (at, site, hours)
        for campaign, at, site, hours in rows(SQL["slots"], area=found.area, household=found.household)
    }
    return tuple(
        Due(name, left, owed, slots.get(campaign) if left else None)
        for campaign, name, left, owed in rows(SQL["due"], household=found.household, swab=SWAB, sampled=SAMPLED)
    )


def requests(found: Found, now: datetime) -> tuple[Asked, ...]:
    """Return what the household asked for, with every step; what was written in it is not repeated here."""
    asked = rows(SQL["requests"], campaign=PROGRAMME.id, kind=REQUEST.code, household=found.household)
    held = work.of(REQUESTS, scope(found.area), asked, now) if asked else []
    out = []
    for row in held:
        said = [one for one in work.timeline(row) if one.counts]
        steps = tuple(Told(step.zh, step.en, one.at) for one in said if (step := _step(one.name)))
        need = next((one for one in NEEDS if row.variant and one.name == REQUEST.variants[row.variant]), None)
        now_at = row.at
        opened = [one for one in said if one.name in ("request.opened", "request.planned")]
        zh, en = (now_at.zh, now_at.en) if row.open else ("已办结", "closed")
        out.append(Asked(
            row.occasion, need, opened[0].at if opened else None, row.due_at, now_at.name, zh, en, row.open, steps,
            len(opened),
        ))  # fmt: skip
    return tuple(sorted(out, key=lambda one: (not one.open, -(one.at.timestamp() if one.at else 0), one.occasion)))


def _step(name: str) -> Any:
    return next((step for step in STEPS if step.name == name), None)


def proved(found: Found, year: str, tail: str) -> int | None:
    """Return the person of the household whose second fact was given; None for nobody, or for two. In ``scope``."""
    members = rows(SQL["members"], household=found.household)
    fits = [id_ for id_, born, *tails in members if rules.proves(born, tuple(tails), year, tail)]
    return rules.one_of(fits)


def own(found: Found, person: int, now: datetime) -> Self | None:
    """Return what a person of the household may know; None for anybody else. Runs within ``scope``."""
    known = rows(SQL["own"], person=person, household=found.household)
    if not known:
        return None
    standings = {name: (value, since, until) for name, value, since, until in rows(
        SQL["standings"], person=person, now=now
    )}  # fmt: skip
    infected = standings.get("infection", ("",))[0] == "positive"
    samples = rows(SQL["samples"], swab=SWAB, person=person, disposition=DISPOSITION.code)
    antigen, watched = standings.get("antigen"), standings.get("quarantine")
    move = rows(SQL["move"], kind=DISPOSITION.code, person=person)
    return Self(
        known[0][0], tuple(_samples(samples, infected)), (antigen[0], antigen[1]) if antigen else None,
        (watched[1], watched[2]) if watched and watched[0] == "contact" else None,
        (DISPOSITION.stages[move[0][0]], move[0][1]) if move and move[0][0] >= TOLD else None,
    )  # fmt: skip


def _samples(found: Sequence[Any], infected: bool) -> list[Sample]:
    return [
        Sample(name, state_of(stage, outcome, bool(follows) or (infected and not at_place)), at if stage else None)
        for at_place, (name, stage, at, outcome, follows) in enumerate(found)
        if outcome in (Outcome.OPEN, Outcome.DONE)
    ]


def state_of(stage: int, outcome: int, other: bool) -> str:
    """Return what a person is told of a sample: nothing but a negative result is said by a page."""
    if stage < SAMPLED:
        return "none"
    if stage < RESULTED:
        return "waiting"
    return "call" if other or outcome != Outcome.DONE else "negative"


assert SWAB_STAGES[SAMPLED].name == "sampled" and SWAB_STAGES[RESULTED].name == "resulted"
