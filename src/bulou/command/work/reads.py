"""Duties of a declared kind as the desk shows them: a list by how pressing they are, one in full, counts by area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bulou.command.work import unit_field
from bulou.command.work.rules import Grade, Key, Row, limits
from bulou.command.worklist.late import bits
from bulou.ledger.areas import SHIFTS, level, span
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements
from bulou.ledger.steps import replaced
from bulou.ledger.vocabulary import REGISTRY, EntryKind, Outcome, Stage, Subject
from bulou.ui import responsible
from bulou.ui.figures import rows
from bulou.ui.room import Work

SQL = statements(__package__, "work")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PAGE = 50
#: Of closed ones the outcomes; of open ones the first.
STATES: Mapping[str, tuple[int, ...]] = {
    "open": (Outcome.OPEN,), "done": (Outcome.DONE,), "excused": (Outcome.EXCUSED,),
    "all": (Outcome.OPEN, Outcome.DONE, Outcome.EXCUSED),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """How a list is narrowed. ``stage``: rank, -1 for all; ``given``: "yes", "no" or ""; ``subject``: 0 for all."""

    area: int = 0
    state: str = "open"
    stage: int = -1
    late: bool = False
    danger: bool = False
    refused: bool = False
    given: str = ""
    subject: int = 0


@dataclass(frozen=True, slots=True)
class After:
    """Where a page begins: behind this duty, as things stood at ``now``."""

    now: datetime
    grade: int
    began: datetime
    key: Key

    @classmethod
    def of(cls, row: Row, now: datetime) -> After:
        """Return the place behind a row."""
        return cls(now, int(row.grade), row.began, row.key)

    @property
    def text(self) -> str:
        """How an address carries it."""
        times = (str((at - _EPOCH) // timedelta(microseconds=1)) for at in (self.now, self.began))
        return "_".join((*times, str(self.grade), *map(str, self.key)))

    @classmethod
    def read(cls, text: str) -> After | None:
        """Return what an address carries, None for nothing.

        Raises:
            ValueError: it carries something else.
        """
        if not text:
            return None
        numbers = [int(part) for part in text.split("_") if part.isascii() and part.isdecimal() and len(part) < 17]
        if len(numbers) != 6 or numbers[2] > Grade.CLOSED or numbers[3] >= 2**31 or max(numbers) >= 2**53:
            raise ValueError(text)
        now, began = (_EPOCH + timedelta(microseconds=micro) for micro in numbers[:2])
        return cls(now, numbers[2], began, (numbers[3], numbers[4], numbers[5]))


@dataclass(frozen=True, slots=True)
class Count:
    """Open duties at a stage, and how many of them are late, in danger, refused, given to nobody."""

    stage: Stage
    rank: int
    n: int
    late: int
    danger: int
    refused: int
    loose: int


@dataclass(frozen=True, slots=True)
class Part:
    """How an area's duties of a kind stand."""

    area: int
    open: int
    done: int
    excused: int
    late: int


@dataclass(frozen=True, slots=True)
class Said:
    """One entry on a duty. ``body``: its content; ``why``: why it does not count; ``user``: whose desk wrote it."""

    journal: int
    number: int
    at: datetime
    received_at: datetime
    kind: EntryKind | None
    name: str
    area: int
    by: str
    by_kind: str
    body: Mapping[str, Any]
    void: bool
    unheard: int
    stage: int | None
    act: int
    user: int | None

    @property
    def counts(self) -> bool:
        """Whether it moves the duty."""
        return not self.void and not self.unheard


def values_of(work: Work, now: datetime) -> dict[str, Any]:
    """Return what every statement asks of a kind: its code, clocks and dangers."""
    clocked = limits(work)
    return {
        "kind": work.duty.code, "covered": work.covered, "now": now, "personal": work.duty.subject is Subject.PERSON,
        "domestic": work.duty.subject is Subject.HOUSEHOLD, "needs": bits(work.needs),
        "dangers": [work.duty.variants.index(name) for name in work.dangers],
        "stages": [c.rank for c in clocked], "steps": [c.step for c in clocked], "wholes": [c.whole for c in clocked],
    }  # fmt: skip


def range_of(ranges: Ranges, area: int) -> dict[str, Any]:
    """Return where a statement looks: an area, or with 0 all of the ranges."""
    lo, hi = span(area) if area else (min(lo for lo, _ in ranges), max(hi for _, hi in ranges))
    return {"lo": lo, "hi": hi, "scope": multirange(ranges)}


def listed(
    work: Work, ranges: Ranges, asked: Asked, now: datetime, after: After | None = None, limit: int = PAGE
) -> tuple[list[Row], After | None]:
    """Return one page of a list, and where the next one begins. Three statements."""
    at = after.now if after else now
    key = after.key if after else (None, None, None)
    found = rows(
        SQL["duties"], **values_of(work, at), **range_of(ranges, asked.area), outcomes=[*STATES[asked.state]],
        stage=asked.stage, late=asked.late, danger=asked.danger, mark=2 if asked.refused else -1, given=asked.given,
        subject=asked.subject, limit=limit + 1, after=after.grade if after else None,
        after_began=after.began if after else None, after_campaign=key[0], after_subject=key[1], after_occasion=key[2],
    )  # fmt: skip
    out = _filled(work, [row_of(work, row) for row in found[:limit]])
    return out, After.of(out[-1], at) if len(found) > limit else None


def of(work: Work, ranges: Ranges, keys: Sequence[Key], now: datetime, hold: bool = False) -> list[Row]:
    """Return duties by their keys as far as they lie in the ranges. ``hold``: nobody changes them meanwhile."""
    if hold:
        rows(SQL["hold"], kind=work.duty.code, **_named(keys))
    found = rows(SQL["of"], **values_of(work, now), **_named(keys), scope=multirange(ranges))
    return _filled(work, [row_of(work, row) for row in found])


def row_of(work: Work, found: Sequence[Any]) -> Row:
    """Return a duty from a row of ``duties``."""
    *told, _danger, due, grade, began = found
    return Row(work, *told, grade=Grade(grade), began=began, due=due)


def _filled(work: Work, found: list[Row]) -> list[Row]:
    """Return rows with the latest values of the fields of their steps, and the names of whom they are given to."""
    if not found:
        return found
    steps = steps_of(work)
    latest: dict[Key, dict[str, Any]] = {row.key: {} for row in found}
    fields = {step.name: step.fields for step in work.steps}
    for campaign, subject, occasion, kind, raw in rows(
        SQL["said"], kind=work.duty.code, steps=steps, **_named([*latest])
    ):
        body = msgspec.json.decode(bytes(raw))["body"]
        for name in replaced(fields[kind], body):
            latest[campaign, subject, occasion].pop(name, None)
        latest[campaign, subject, occasion] |= {name: value for name, value in body.items() if value not in (None, "")}
    asked = [one for step in work.steps for one in step.fields if one.type in ("unit", "good")]
    wanted = {(row.given_kind, row.given) for row in found if row.given_kind and row.given}
    wanted |= {of_it for said in latest.values() for one in asked if (of_it := unit_field.given(one, said))}
    named = unit_field.named(wanted) if wanted else {}
    holding = _circumstances(work, found)
    return [
        replace(
            row, circumstances=tuple(one for one in work.circumstances if (row.subject, one.name) in holding),
            latest=latest[row.key], named=named,
            given_name=named.get((row.given_kind, row.given)) if row.given_kind and row.given else None,
        )
        for row in found
    ]  # fmt: skip


def _circumstances(work: Work, found: list[Row]) -> set[tuple[int, str]]:
    """Return (subject, standing) of what is so of them."""
    if not work.circumstances:
        return set()
    names = [one.name for one in work.circumstances]
    values = {"kind": int(work.duty.subject), "subjects": [row.subject for row in found], "names": names}
    return {(subject, name) for subject, name in rows(SQL["circumstances"], **values)}


def steps_of(work: Work) -> list[str]:
    """Return the kinds of entry of a kind's own steps that have fields."""
    return [step.name for step in work.steps if step.fields]


def counts(work: Work, ranges: Ranges, area: int, now: datetime) -> list[Count]:
    """Return how many open duties there are at each stage."""
    found = {row[0]: row[1:] for row in rows(SQL["counts"], **values_of(work, now), **range_of(ranges, area))}
    return [Count(stage, rank, *found.get(rank, (0,) * 5)) for rank, stage in enumerate(work.duty.stages[:-1])]


def coverage(work: Work, ranges: Ranges, area: int, now: datetime) -> list[Part]:
    """Return how the parts of an area stand; without one, the streets."""
    depth = min(max(level(area), 1), len(SHIFTS) - 1) if area else 1
    values = values_of(work, now) | range_of(ranges, area) | {"shift": SHIFTS[depth]}
    return [Part(*row) for row in rows(SQL["coverage"], **values)]


def timeline(row: Row) -> list[Said]:
    """Return what was reported of a duty, oldest first."""
    out = []
    for journal, number, at, received, kind, area, by, by_kind, raw, void, unheard, stage, act, user in rows(
        SQL["timeline"], campaign=row.campaign, kind=row.kind.code, subject=row.subject, occasion=row.occasion
    ):
        body = msgspec.json.decode(bytes(raw)).get("body", {})
        out.append(
            Said(
                journal, number, at, received, REGISTRY.entries.get(kind), kind, area, by, by_kind, body, void,
                unheard or 0, stage, act, user,
            )
        )  # fmt: skip
    return out


def doers(work: Work, found: Sequence[Row]) -> dict[Key, dict[str, int]]:
    """Return who took duties to each stage last: a user of the desk by a negative number, else the journal's."""
    out: dict[Key, dict[str, int]] = {row.key: {} for row in found}
    for campaign, subject, occasion, stage, who in rows(SQL["doers"], kind=work.duty.code, **_named([*out])):
        out[campaign, subject, occasion][work.duty.stages[stage].name] = who
    return out


def _named(keys: Sequence[Key]) -> dict[str, list[int]]:
    return {
        "campaigns": [key[0] for key in keys], "subjects": [key[1] for key in keys],
        "occasions": [key[2] for key in keys],
    }  # fmt: skip


def actor(user: int) -> int:
    """Return the number by which a check knows a user of the desk."""
    return -user


def owners(nodes: Iterable[int], now: datetime) -> list[responsible.Owner]:
    """Return who answers for areas."""
    return responsible.owners([0, *nodes], now)


def on_register(kind: str, subject: int) -> bool:
    """Tell whether a person or household is on the register, within the reader's scope."""
    return bool(rows(SQL[kind], **{kind: subject}))
