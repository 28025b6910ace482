"""How what was done is taken back: a user's own act as a whole for a while, one report of a contradiction for good, and
a word on a duty by whoever answers for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from bulou.command.worklist.actions import VOIDABLE, Writing, appended, may_write, written
from bulou.command.worklist.chosen import SQL, ActRequest, Refusal
from bulou.ledger import intake
from bulou.ledger.scope import EVERYWHERE, Ranges, covers, scoped
from bulou.ledger.vocabulary import REGISTRY, EntryKind
from bulou.people.rules import mask_name
from bulou.ui.figures import rows as read
from bulou.ui.room import Work, works

#: So long an act is taken back as a whole, by who did it.
UNDO = timedelta(hours=1)
#: What an act on the list writes. A void is none of them: it is final, and the thing is reported again instead.
KINDS = (
    "swab.called",
    "duty.deferred",
    "duty.excused",
    "duty.offered",
    "duty.accepted",
    "duty.reopened",
    "duty.refused",
    "duty.reviewed",
    "tube.resulted",
    "box.counted",
    "standing.set",
)
#: The entry that each act writes, the other way round.
ACT_OF = {
    "swab.called": "call", "duty.deferred": "defer", "duty.excused": "excuse", "duty.offered": "offer",
    "duty.accepted": "accept", "duty.reopened": "reopen", "duty.refused": "same", "duty.reviewed": "review",
    "tube.resulted": "choose", "box.counted": "recount",
}  # fmt: skip
#: A user's latest entries, among which recent acts are looked for.
LOOK_BACK = 1000


@dataclass(frozen=True, slots=True)
class Done:
    """One act of a user: the entries of its kind from ``first`` to ``last``, all of one moment.

    ``names``: of some people it was about, masked.
    """

    journal: int
    first: int
    last: int
    at: datetime
    n: int
    act: str
    names: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the name that a form carries."""
        return f"{self.journal}.{self.first}.{self.last}"


@dataclass(frozen=True, slots=True)
class Voidable:
    """A report that the desk may void: where, what, when, by which device, and of how many duties it speaks."""

    journal: int
    number: int
    area: int
    kind: EntryKind
    at: datetime
    by: str
    said: int


def recent(user: int, now: datetime, work: Work | None = None) -> list[Done]:
    """Return a user's latest acts that can be taken back; one statement. ``work``: those on this kind alone."""
    kinds = [*KINDS] if work is None else undone(work)
    found = read(SQL["recent"], user=user, since=now - UNDO, kinds=kinds, look_back=LOOK_BACK)
    return [
        Done(journal, first, last, at, n, _act(kind, bytes(raw)), tuple(mask_name(name) for name in names or ()))
        for journal, first, last, at, n, kind, raw, names in found
        if work is None or kind in own_steps(work) or _body(bytes(raw)).get("duty") == work.name
    ]


def own_steps(work: Work) -> list[str]:
    """Return the kinds of entry that a declared kind's own steps write."""
    return [step.name for step in work.steps]


def undone(work: Work) -> list[str]:
    """Return the kinds of entry of a declared kind's acts that are taken back by voiding them."""
    opening = {step.name for step in work.steps if step.does == "opens"}
    return sorted({act.step for act in work.acts if act.undo == "void"} | opening)


def _body(raw: bytes) -> dict[str, Any]:
    return msgspec.json.decode(raw)["body"]


def _act(kind: str, raw: bytes) -> str:
    body = _body(raw)
    if kind != "standing.set":
        return ACT_OF.get(kind, kind) if body.get("duty") not in works() else kind
    if str(body.get("name", "")).startswith("taken."):
        return "take"
    return "close" if str(body.get("value", "")).startswith("closed") else "snooze"


def undo(key: str, said: ActRequest, user: int, ranges: Ranges, work: Work | None = None) -> int:
    """Take one act of a user back as a whole; return how many entries no longer count. ``work``: one on this kind.

    Each is voided by its own journal, so that what held before holds again.

    Raises:
        Refusal: no such act of this user, longer ago than ``UNDO``, taken back already, or an offer that was accepted.
    """
    numbers = [int(part) for part in key.split(".") if part.isdecimal() and len(part) < 16]
    if len(numbers) != 3:
        raise Refusal(_("无法识别所选事项。"))
    journal, first, last = numbers
    with scoped(EVERYWHERE):  # whether an offer was accepted is a fact of the other area
        kinds = [*KINDS] if work is None else undone(work)
        found = read(SQL["undoable"], user=user, journal=journal, first=first, last=last, kinds=kinds)
    if not found or len({at for _number, _area, at, _given in found}) > 1:
        raise Refusal(_("这次操作已经撤销，或不能在这里撤销。"))
    if found[0][2] < said.now - UNDO:
        raise Refusal(_("已超过一小时，不能整体撤销；请逐条办理。"))
    if not all(covers(ranges, area) for _number, area, _at, _given in found):
        raise Refusal(_("所选事项不在您负责的区域内。"))
    if any(given for _number, _area, _at, given in found):
        raise Refusal(_("对方已接收移交，不能撤销；请与对方联系，由对方移交回来。"))
    entries: list[Writing] = [
        ("entry.voided", said.now, area, {"journal": journal, "number": number, "reason": "撤销"})
        for number, area, _at, _given in found
    ]
    appended(journal, entries, said)
    return len(found)


def voidable(journal: int, number: int, said: ActRequest, user: int, ranges: Ranges) -> Voidable:
    """Return a report that may be voided: of a sample's way, or one of which somebody else says that it does not count.

    Raises:
        Refusal: no reason, an entry of other areas, of another kind, or one that is void already.
    """
    if not said.reason.strip():
        raise Refusal(_("请填写原因。"))
    found = read(SQL["voidable"], journal=journal, number=number, user=user)
    if not found or not covers(ranges, found[0][0]):
        raise Refusal(_("所选事项不在您负责的区域内。"))
    area, kind, over, at, by, n, asked = found[0]
    may_write(said, "entry.voided", area, {"journal": journal})
    if over or not (asked or kind in VOIDABLE):
        raise Refusal(_("此条不能在这里作废，或已作废。"))
    return Voidable(journal, number, area, REGISTRY.entries[kind], at, by, n)


def void(journal: int, number: int, said: ActRequest, user: int, ranges: Ranges) -> list[intake.Receipt]:
    """Void one entry, by a reason.

    Raises:
        Refusal: as ``voidable``.
    """
    one = voidable(journal, number, said, user, ranges)
    body = {"journal": journal, "number": number, "reason": said.reason.strip()[:2000]}
    return written([("entry.voided", said.now, one.area, body)], said, user, ranges)


def reopen(
    duty: tuple[str, int, int, int], area: int, said: ActRequest, user: int, ranges: Ranges
) -> list[intake.Receipt]:
    """Say that the latest word on a duty (kind, campaign, subject, occasion) no longer holds, whoever said it.

    Raises:
        Refusal: no reason, or the ledger did not take it.
    """
    if not said.reason.strip():
        raise Refusal(_("请填写原因。"))
    kind, campaign, subject, occasion = duty
    body = {
        "campaign": campaign, "duty": kind, "subjects": [subject], "occasion": occasion,
        "reason": said.reason.strip()[:2000],
    }  # fmt: skip
    return written([("duty.reopened", said.now, area, body)], said, user, ranges)
