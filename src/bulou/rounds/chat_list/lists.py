"""Lists by name and door: each row matched to one person in scope and to one act, then all acts written or none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import translation

from bulou.ledger import journals
from bulou.ledger.areas import LEVELS, ancestor, level, span
from bulou.ledger.scope import Ranges, covers, multirange
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import DutyKind, Mark
from bulou.places.reads import other_names
from bulou.rounds.chat_list import taken
from bulou.rounds.chat_list.lines import Said
from bulou.rounds.chat_list.settling import Asked, Matched, Rejected, Resident, candidates, once, settle
from bulou.rounds.chat_list.table import Read
from bulou.ui import entitled
from bulou.ui.desk_journal import writer
from bulou.ui.figures import names, rows
from bulou.ui.templatetags.naming import door as written_door

SQL = statements(__package__, "lists")
AWAY = timedelta(hours=4)
#: Names looked for at once: far more than the longest list of real lines has.
MOST_NAMES = 150_000
LANGUAGES = ("zh-hans", "en")


class NotApplied(Exception):
    """The ledger refused an entry, or the list is not what was shown; nothing was written."""


class TooMuch(ValueError):
    """A list whose lines could hold more names than can be looked for."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as understood, in the order of its lines."""

    matched: list[Matched]
    rejected: list[Rejected]

    @property
    def digest(self) -> str:
        """What a user has seen: applied is only this, and only while all of them stand as they were shown."""
        told = [(m.person, m.area, m.act, m.who.stage, m.who.mark, m.who.reason) for m in self.matched]
        return sha256(repr(told).encode()).hexdigest()[:32]


def match(
    read: Read, campaign: int, kind: DutyKind, ranges: Ranges, otherwise: str, may: entitled.May, under: int = 0
) -> Listed:
    """Match each row. A fixed number of statements for the whole list.

    Parameters:
        otherwise: the act of a row without any word.
        may: what the user may say; rows that are not his to say are told apart.
        under: the area that the list is said to be from; 0: the user's own.

    Raises:
        TooMuch: see there.
    """
    said = [row for row in read.rows if isinstance(row, Said)]
    keys = sorted({key for row in said if not row.code for key in candidates(row)} - {""})
    if len(keys) > MOST_NAMES:
        raise TooMuch
    codes = sorted({row.code for row in said if row.code})
    known, coded = _residents(keys, codes, campaign, kind, ranges)
    from_ = _from(read.titles, ranges, under)
    asked = Asked(kind, otherwise, lambda area: covers(from_, area))
    settled: list[list[Matched] | Rejected] = [
        settle(row, known, coded, asked) if isinstance(row, Said) else Rejected(row.line, row.text, row.why)
        for row in read.rows
    ]
    return Listed(*once([_allowed(row, kind, may) for row in settled], kind))


def _allowed(row: list[Matched] | Rejected, kind: DutyKind, may: entitled.May) -> list[Matched] | Rejected:
    if isinstance(row, Rejected):
        return row
    needs = {(entitled.needed(entry_kind(one.act, kind), {"duty": kind.name}), one.area) for one in row}
    if all(need and may(need, area) for need, area in needs):
        return row
    return Rejected(row[0].line, row[0].text, "entitled")


def _residents(
    keys: list[str], codes: list[int], campaign: int, kind: DutyKind, ranges: Ranges
) -> tuple[dict[str, list[Resident]], dict[int, Resident]]:
    found = rows(
        SQL["meant"], names=keys, codes=codes, campaign=campaign, kind=kind.code, ranges=multirange(ranges)
    ) if keys or codes else []  # fmt: skip
    nodes = {node for row in found for node in row[3:5]}
    above = {ancestor(node, depth) for node in nodes for depth in range(2, level(node) + 1)}
    named, besides = (names(above), other_names(above)) if above else ({}, {})

    def way_of(node: int) -> dict[int, tuple[str, ...]]:
        way = {depth: ancestor(node, depth) for depth in range(2, level(node) + 1)}
        return {depth: (*named.get(one, ()), *besides.get(one, ())) for depth, one in way.items()}

    known: dict[str, list[Resident]] = {}
    coded: dict[int, Resident] = {}
    for person, key, name, home, area, stairwell, floor, door, outcome, stage, mark, reason in found:
        way = way_of(home)
        building = way[len(LEVELS)][0] if way.get(len(LEVELS)) else ""
        one = Resident(
            person, name, area, way, building, stairwell, door, written(stairwell, floor, door), outcome, stage or 0,
            mark or 0, reason, None if covers((span(area),), home) else way_of(area),
        )  # fmt: skip
        known.setdefault(key, []).append(one)
        coded[person] = one
    return known, coded


def written(stairwell: str, floor: int | None, door: str) -> set[str]:
    """Return a door as our files write it, in all languages."""
    out = set[str]()
    for language in LANGUAGES if door else ():
        with translation.override(language):
            out.add(written_door(stairwell, floor, door))
    return out


def _from(titles: Collection[str], ranges: Ranges, under: int) -> Ranges:
    """Return where a list is from: the chosen area, and within it what its titles name, if that is anywhere."""
    own = (span(under),) if under else ranges
    if not titles:
        return own
    found = rows(SQL["titled"], title=" ".join(titles))
    whole = [(id_, name) for id_, name in found if not any(name != other and name in other for _, other in found)]
    if not whole:
        return own
    return tuple(span(id_) for id_, _ in whole if all(covers(own, end) for end in span(id_)))


def entry_kind(act: str, kind: DutyKind) -> str:
    """Return the kind of entry that an act is written as."""
    marks = {reason.name: reason.mark.name for reason in kind.reasons}
    return "swab.called" if act == "called" else f"duty.{marks[act].lower()}"


def ends(act: str, kind: DutyKind) -> bool:
    """Tell whether an act ends the duty."""
    return any(reason.name == act and reason.mark is Mark.EXCUSED for reason in kind.reasons)


Written = tuple[str, datetime, int, dict[str, Any]]


def entries(
    matched: Iterable[Matched], campaign: int, kind: DutyKind, now: datetime
) -> list[tuple[Written, list[Matched]]]:
    """Return what a list says to the ledger, and of whom: calls and deferrals of one area together, an excuse with its
    own line.
    """
    groups: dict[tuple[int, str, str], list[Matched]] = {}
    for one in matched:
        groups.setdefault((one.area, one.act, one.text if ends(one.act, kind) else ""), []).append(one)
    out: list[tuple[Written, list[Matched]]] = []
    for (area, act, text), people in groups.items():
        persons, name = [one.person for one in people], entry_kind(act, kind)
        if name == "swab.called":
            out.append(((name, now, area, {"campaign": campaign, "persons": persons}), people))
            continue
        body: dict[str, Any] = {"campaign": campaign, "duty": kind.name, "subjects": persons, "reason": act}
        if name == "duty.deferred":
            body["until"] = (now + AWAY).isoformat()
        elif name == "duty.excused":
            body["evidence"] = text[:2000]
        out.append(((name, now, area, body), people))
    return out


def apply(
    listed: Listed, shown: str, campaign: int, kind: DutyKind, user: tuple[int, str], ranges: Ranges, may: entitled.May,
    now: datetime,
) -> int:  # fmt: skip
    """Write the matched rows as entries of the user's own journal, all or none; return the number of its record, by
    which it can be taken back as a whole.

    Parameters:
        shown: digest of the list that the user saw; what has changed since is shown again first.
        user: id and sign-in name.

    Raises:
        NotApplied: see there.
        entitled.NotEntitled: something that is not the user's to say.
    """
    if not listed.matched or listed.digest != shown:
        raise NotApplied
    said = entries(listed.matched, campaign, kind, now)
    for (name, _at, area, body), _people in said:
        entitled.check(may, name, area, body)
    with transaction.atomic():
        journal = writer(*user, ranges, now)
        receipts = journals.append(journal, [entry for entry, _ in said], now)
        if any(receipt.status != "kept" for receipt in receipts):
            raise NotApplied
        kept = [
            taken.Row(one.line, one.person, one.area, entry[0], one.act, receipt.journal, receipt.number)
            for (entry, people), receipt in zip(said, receipts, strict=True)
            for one in people
        ]
        return taken.keep("list", user[1], campaign, kept, now)


def choices(ranges: Ranges) -> Sequence[tuple[int, int, Any]]:
    """Return the neighbourhoods and compounds that a list can be from: (id, depth, name)."""
    return rows(SQL["choices"], ranges=multirange(ranges))  # type: ignore[return-value]
