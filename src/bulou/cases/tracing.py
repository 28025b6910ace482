"""What the house itself does about contacts: names who lives with a case, ends what a withdrawn result led to. Pure.

Who lives with whom is known to the register and not to the ledger, so that these are entries of the house, under the
contact's own natural key: done twice they change nothing, and after one pass there is nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bulou.cases.vocabulary import INDEX_WITHDRAWN, NOW_POSITIVE


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the household of a case. ``positive``: the result stands, ``since`` then."""

    person: int
    household: int
    area: int
    positive: bool
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A contact's duty. ``of``: the cases it was said to follow from; ``positives``: those of them whose result stands.
    ``open``, ``reason``: how it stands, and why it ended; ``positive``: the contact tests positive as well.
    """

    person: int
    area: int
    open: bool
    reason: str
    of: frozenset[int]
    positives: frozenset[int]
    positive: bool


@dataclass(frozen=True, slots=True)
class Move:
    """What to write: "name" as a contact of ``of``, positive ``since`` then; "end" for a reason; "reopen"."""

    act: str
    person: int
    area: int
    of: int = 0
    reason: str = ""
    since: datetime | None = None


def follow(members: Iterable[Member], contacts: Sequence[Known]) -> list[Move]:
    """Return what is to be written now."""
    known = {one.person: one for one in contacts}
    homes: dict[int, list[Member]] = {}
    for member in members:
        homes.setdefault(member.household, []).append(member)
    out: list[Move] = []
    cases: dict[int, int] = {}
    for home in homes.values():
        since = {member.person: member.since for member in home}
        case = min((member.person for member in home if member.positive), default=0)
        if not case:
            continue
        for member in home:
            cases[member.person] = case
            if not member.positive and member.person not in known:
                out.append(Move("name", member.person, member.area, case, since=since.get(case)))
    for one in contacts:
        case = cases.get(one.person, 0)
        behind = bool(one.positives - {one.person}) or (case not in (0, one.person))
        if one.open and one.positive:
            out.append(Move("end", one.person, one.area, reason=NOW_POSITIVE))
        elif one.open and one.of and not behind:
            out.append(Move("end", one.person, one.area, reason=INDEX_WITHDRAWN))
        elif (
            not one.open and not one.positive and one.reason in (NOW_POSITIVE, INDEX_WITHDRAWN)
            and (behind or (one.reason == NOW_POSITIVE and not one.of))
        ):  # fmt: skip
            out.append(Move("reopen", one.person, one.area))
    return sorted(out, key=lambda move: (move.person, move.act))
