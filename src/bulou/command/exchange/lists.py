"""Lists by name and door: each line matched to one person in scope and to one act, then all acts written or none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from bulou.command.exchange.rules import Malformed, Said
from bulou.command.now.actions import writer
from bulou.command.reads import rows
from bulou.ledger import journals
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import DutyKind
from bulou.places.names import name_key

SQL = statements(__package__, "lists")
#: What people write, and the typed reason that it means; the first that is found counts.
WORDS: Mapping[str, tuple[str, ...]] = {
    "refuses": ("拒", "refus"),
    "in_hospital": ("住院", "hospital"),
    "in_facility": ("隔离点", "方舟", "facility"),
    "moved_out": ("搬", "moved"),
    "sampled_elsewhere": ("已做", "已采", "单位做", "单位采", "elsewhere"),
    "team_needed": ("卧床", "行动不便", "上门", "bedridden", "team"),
    "away": ("外出", "不在", "上班", "出差", "away", "out"),
    "called": ("收到", "已知", "下楼", "马上", "come", "ok"),
}
AWAY = timedelta(hours=4)


class NotApplied(Exception):
    """The ledger refused an entry, or the list is not what was shown; nothing was written."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A line with the person it means. ``act``: a typed reason of the swab, or called."""

    line: int
    text: str
    person: int
    area: int
    act: str
    seen: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that is not applied. ``why``: unreadable, word, unmatched, door, ambiguous, twice or done."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as understood, in the order of its lines."""

    matched: list[Matched]
    rejected: list[Rejected]

    @property
    def digest(self) -> str:
        """What a user has seen: applied is only this."""
        told = [(m.person, m.area, m.act) for m in self.matched]
        return sha256(repr(told).encode()).hexdigest()[:32]


def act_of(word: str, otherwise: str) -> str:
    """Return the act that a line's word means; ``otherwise`` for a line without any."""
    plain = word.lower().strip()
    if not plain:
        return otherwise
    return next((act for act, words in WORDS.items() if any(one in plain for one in words)), "")


def match(
    said: Sequence[Said | Malformed], text: str, campaign: int, kind: DutyKind, ranges: Ranges, otherwise: str
) -> Listed:
    """Match each line. One statement for the whole list."""
    lines = text.splitlines()
    keys = sorted({name_key(one.name) for one in said if isinstance(one, Said)})
    people: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows(SQL["named"], campaign=campaign, kind=kind.code, names=keys, ranges=multirange(ranges)):
        people.setdefault(row[1], []).append(row)
    out, seen = Listed([], []), set[int]()
    for one in said:
        raw = lines[one.line - 1].strip()
        if isinstance(one, Malformed):
            out.rejected.append(Rejected(one.line, raw, "unreadable"))
            continue
        act = act_of(one.word, otherwise)
        namesakes = people.get(name_key(one.name), [])
        found = [row for row in namesakes if _at_door(one, row)]
        why = (
            "word" if not act else "unmatched" if not namesakes else "door" if not found
            else "ambiguous" if len(found) > 1 else "twice" if found[0][0] in seen
            else "done" if found[0][6] != 0 or found[0][7] >= kind.took_part else ""
        )  # fmt: skip
        if why:
            out.rejected.append(Rejected(one.line, raw, why))
            continue
        person, _, area, building, _, door, *_ = found[0]
        seen.add(person)
        out.matched.append(Matched(one.line, raw, person, area, act, f"{building or ''} {door} {one.name}".strip()))
    return out


def _at_door(one: Said, row: tuple[Any, ...]) -> bool:
    _, _, _, building, stairwell, door, *_ = row
    numbers = re.findall(r"\d+", building or "")
    if not numbers or numbers[-1].lstrip("0") != one.building:
        return False
    if one.stairwell and stairwell and stairwell.lstrip("0") != one.stairwell.lstrip("0"):
        return False
    return door.upper().lstrip("0") == one.door


def entries(listed: Listed, campaign: int, kind: DutyKind, now: datetime) -> list[tuple[str, datetime, int, Any]]:
    """Return what a list says to the ledger: calls and deferrals of one area together, an excuse with its own line."""
    marks = {reason.name: reason.mark.name for reason in kind.reasons}
    groups: dict[tuple[int, str, str], list[int]] = {}
    for one in listed.matched:
        alone = one.text if marks.get(one.act) == "EXCUSED" else ""
        groups.setdefault((one.area, one.act, alone), []).append(one.person)
    out: list[tuple[str, datetime, int, Any]] = []
    for (area, act, text), people in groups.items():
        if act == "called":
            out.append(("swab.called", now, area, {"campaign": campaign, "persons": people}))
            continue
        body: dict[str, Any] = {"campaign": campaign, "duty": kind.name, "subjects": people, "reason": act}
        if marks[act] == "DEFERRED":
            body["until"] = (now + AWAY).isoformat()
        elif marks[act] == "EXCUSED":
            body["evidence"] = text[:2000]
        out.append((f"duty.{marks[act].lower()}", now, area, body))
    return out


def apply(
    listed: Listed, shown: str, campaign: int, kind: DutyKind, user: tuple[int, str], ranges: Ranges, now: datetime
) -> int:
    """Write the matched lines as entries of the user's own journal, all or none; return how many people.

    Parameters:
        shown: digest of the list that the user saw; what has changed since is shown again first.
        user: id and sign-in name.

    Raises:
        NotApplied: see there.
    """
    if not listed.matched or listed.digest != shown:
        raise NotApplied
    with transaction.atomic():
        journal = writer(*user, ranges, now)
        receipts = journals.append(journal, entries(listed, campaign, kind, now), now)
        if any(receipt.status != "kept" for receipt in receipts):
            raise NotApplied
    return len(listed.matched)
