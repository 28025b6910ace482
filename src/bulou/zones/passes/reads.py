"""What is known of passes: read from the books, put before the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bulou.ledger.areas import span
from bulou.ledger.statements import statements
from bulou.places.names import name_key, pinyin
from bulou.ui.figures import rows
from bulou.zones.passes import rules
from bulou.zones.passes.code import INITIALS, number_of
from bulou.zones.passes.vocabulary import LET_OUT, PASS, PROGRAMME

SQL = statements(__package__, "passes")
#: Passes that ended before are read no more; so many at a time, and so many passages.
READ_BACK, MOST = timedelta(days=30), 5_000
STEPS = ["pass.asked", "pass.decided", "pass.revoked", "pass.contested"]


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass with what was said of it. ``state``: see ``rules.state``; ``out``: how often somebody left on it."""

    household: int
    occasion: int
    area: int
    stage: str
    sort: str
    value: str
    mark: int
    asked_at: datetime
    decided_at: datetime | None
    due: datetime | None
    stairwell: str
    floor: int | None
    door: str
    who: str = ""
    why: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    uses: int = 0
    reason: str = ""
    objection: str = ""
    out: int = 0
    outside: bool = False
    state: str = ""
    wished: tuple[datetime | None, datetime | None] = field(default=(None, None))

    @property
    def number(self) -> str:
        """Its number as it is printed and typed."""
        return number_of(self.occasion)

    @property
    def holds(self) -> bool:
        """Whether a gate lets somebody out on it now."""
        return rules.holds(self.state)

    @property
    def initials(self) -> str:
        """The holder's initials, as a guard compares them with an identity card."""
        return initials(self.who)


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody went through a gate on a pass. ``by``: the device, whose number is ``device``."""

    household: int
    occasion: int
    at: datetime
    area: int
    way: str
    device: int
    by: str

    @property
    def number(self) -> str:
        """The number of the pass."""
        return number_of(self.occasion)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code that did not hold at a gate: why, and the pass that it named."""

    at: datetime
    area: int
    why: str
    number: str
    device: int
    by: str


@dataclass(frozen=True, slots=True)
class LetOut:
    """Somebody was let out without a pass. ``open``: nobody has followed it up yet."""

    subject: int
    occasion: int
    area: int
    cause: str
    at: datetime
    open: bool
    late: bool


def initials(name: str) -> str:
    """Return the first letters of a name's syllables, at most four: no name, and enough to compare a card with."""
    return pinyin(name_key(name))[1][:INITIALS].upper()


def passes(within: Iterable[int], now: datetime, occasion: int = 0) -> list[Pass]:
    """Return the passes of areas. Three statements an area."""
    out: dict[int, Pass] = {}
    for area in within:
        lo, hi = span(area)
        out |= {one.occasion: one for one in of_range(lo, hi, now, occasion)}
    return [*out.values()]


def of_range(lo: int, hi: int, now: datetime, occasion: int = 0) -> list[Pass]:
    """Return the passes of a range of areas, with how they stand at ``now``."""
    keys = {"campaign": PROGRAMME.id, "kind": PASS.code, "lo": lo, "hi": hi, "occasion": occasion, "limit": MOST}
    since = now - READ_BACK if not occasion else datetime.min.replace(tzinfo=now.tzinfo)
    since = max(since, now - timedelta(days=3650))
    found = [_pass(row) for row in rows(SQL["passes"], **keys, since=since)]
    if not found:
        return []
    told = _said(found)
    gone = _gone(rows(SQL["passages"], **keys, since=since))
    return [_stood(one, told.get(one.occasion, {}), gone.get(one.occasion, []), now) for one in found]


def _pass(row: Sequence[Any]) -> Pass:
    subject, occasion, area, stage, outcome, variant, value, mark, opened, at, due, stairwell, floor, door = row
    return Pass(
        subject, occasion, area, PASS.stages[stage].name, PASS.variants[variant or 0], PASS.values[value or 0], mark,
        opened, at if outcome else None, due, stairwell or "", floor, door or "",
    )  # fmt: skip


def _said(found: Sequence[Pass]) -> dict[int, dict[str, Any]]:
    out: dict[int, dict[str, Any]] = {}
    for occasion, kind, _at, raw in rows(
        SQL["said"], campaign=PROGRAMME.id, kind=PASS.code, steps=STEPS,
        subjects=[one.household for one in found], occasions=[one.occasion for one in found],
    ):  # fmt: skip
        out.setdefault(occasion, {})[kind] = msgspec.json.decode(bytes(raw))["body"]
    return out


def _gone(found: Iterable[Sequence[Any]]) -> dict[int, list[str]]:
    """Return by pass the ways of its passages, the latest first."""
    out: dict[int, list[str]] = {}
    for _subject, occasion, _at, _area, raw, _journal, _name in found:
        out.setdefault(occasion, []).append(msgspec.json.decode(bytes(raw))["body"]["way"])
    return out


def _stood(one: Pass, told: dict[str, Any], ways: list[str], now: datetime) -> Pass:
    asked, decided = told.get("pass.asked", {}), told.get("pass.decided", {})
    last = told.get("pass.revoked", {}) if one.value in ("revoked", "ended") else decided
    starts = _instant(decided.get("starts")) or one.decided_at
    ends = _instant(decided.get("ends"))
    uses = rules.uses_of(one.sort, decided.get("uses"))
    out = Counter(ways)["out"]
    facts = rules.Facts(one.stage, one.value, starts, ends, uses, out)
    return replace(
        one, who=asked.get("who", ""), why=asked.get("why", ""), starts=starts, ends=ends, uses=uses,
        reason=last.get("reason", ""), objection=told.get("pass.contested", {}).get("why", ""), out=out,
        outside=ways[:1] == ["out"], state=rules.state(facts, now),
        wished=(_instant(asked.get("starts")), _instant(asked.get("ends"))),
    )  # fmt: skip


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


def passages(within: Iterable[int], since: datetime, occasion: int = 0, limit: int = 500) -> list[Passage]:
    """Return the passages of the passes of areas, the latest first."""
    out = [
        Passage(subject, number, at, area, msgspec.json.decode(bytes(raw))["body"]["way"], device or 0, name or "")
        for one in within
        for subject, number, at, area, raw, device, name in rows(
            SQL["passages"], campaign=PROGRAMME.id, kind=PASS.code, since=since, occasion=occasion, limit=limit,
            **_range(one),
        )
    ]  # fmt: skip
    return sorted(out, key=lambda one: one.at, reverse=True)[:limit]


def turned_away(within: Iterable[int], since: datetime, limit: int = 200) -> list[Refusal]:
    """Return the codes that did not hold at the gates of areas, the latest first."""
    out: list[Refusal] = []
    for one in within:
        for at, area, value, device, name in rows(SQL["turned_away"], since=since, limit=limit, **_range(one)):
            why, _dot, occasion = value.partition(".")
            number = number_of(int(occasion)) if occasion.isdecimal() and int(occasion) else ""
            out.append(Refusal(at, area, why, number, device or 0, name or ""))
    return sorted(out, key=lambda one: one.at, reverse=True)[:limit]


def let_out(within: Iterable[int], since: datetime, now: datetime, limit: int = 200) -> list[LetOut]:
    """Return who was let out without a pass in areas, the latest first."""
    found = [
        row for one in within
        for row in rows(
            SQL["let_out"], campaign=PROGRAMME.id, kind=LET_OUT.code, since=since, limit=limit, **_range(one)
        )
    ]  # fmt: skip
    out = [
        LetOut(subject, occasion, area, LET_OUT.variants[variant or 0], at, outcome == 0,
               outcome == 0 and due is not None and due <= now)
        for subject, occasion, area, variant, at, outcome, due in found
    ]  # fmt: skip
    return sorted(out, key=lambda one: one.at, reverse=True)[:limit]


def _range(area: int) -> dict[str, int]:
    lo, hi = span(area)
    return {"lo": lo, "hi": hi}


def named(found: Iterable[Pass]) -> list[tuple[int, int]]:
    """Return (person, area) of those who are named on passes, as far as the register has them at that door."""
    asked = [(one.household, one.who) for one in found if one.who]
    return rows(SQL["named"], households=[row[0] for row in asked], names=[row[1] for row in asked]) if asked else []
