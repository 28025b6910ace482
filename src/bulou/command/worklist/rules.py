"""What comes first on the list of what needs a decision, and when a duty is late. Pure: the time is a parameter.

Limits of a stage are those that the kinds of duty declare (``Stage.within``); ``LIMITS`` adds what no stage declares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from bulou.ledger.vocabulary import REGISTRY, DutyKind, Subject


class Category(IntEnum):
    """Why a matter is on the list, the gravest first. The order is that of the list."""

    DANGER = 0
    OVERDUE = 1
    CONFLICT = 2
    SILENT = 3
    SHORTAGE = 4
    SOON = 5
    OFFER = 6


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may stay as it is. ``minutes``: the limit; ``source``: who set it."""

    what: str
    minutes: int
    source: str


#: Limits that belong to no stage of a duty.
LIMITS = {
    limit.what: limit
    for limit in (
        Limit("danger", 120, "house rule: a person in clinical danger is looked after within two hours"),
        Limit("silent", 120, "house rule: the same as on the page of what waits longest"),
        Limit("conflict", 30, "house rule: movements that are still on their way arrive within half an hour"),
    )
}
#: A matter is about to be late from this share of its limit on, in hundredths.
SOON_FROM = 75
#: What a device's entries can leave in doubt; a matter's ``occasion`` is the place in it, from 1.
DOUBTS = ("refused", "variant", "clock", "labels", "voids")
#: What can be doubtful of one duty beside its other doubts, each a matter under a name of its own: reports that do not
#: count, results that contradict each other, a box counted otherwise than packed, a label sealed more than once, a tube
#: that is not as its round's rule says.
BESIDE = ("unheard", "disputed", "short", "sealed", "misfilled")
#: Why a device is asked about, the gravest first: numbers are missing, it was taken out of service without an end, it
#: says nothing. A matter's ``occasion`` is the place in it, from 1.
SILENCES = ("gap", "revoked", "quiet")
#: Matters that stand for many, by their kind: what their subject is.
GROUPS = {
    "items": Subject.JOURNAL,  # late tubes and boxes, by the device that reported on them last
    "unknown": Subject.JOURNAL,  # ids on no list, by the device that reported them first
    "unheard": Subject.JOURNAL,  # duties with reports that do not count, by the device that reported last
    "deferred": Subject.AREA,  # people whose deferral ran out
    "unsampled": Subject.AREA,  # people without a swab after the planned end
    "unreached": Subject.AREA,  # households that a distribution did not reach in time
    "plan": Subject.AREA,  # the round whose planned end this was
}
#: Groups whose device may work elsewhere: a word on them is one of the reader's own area, which is his to say.
ELSEWHERE = ("items", "unheard")
#: Other kinds that are no duty.
THINGS = {"journal": Subject.JOURNAL, "store": Subject.STORE}
#: Kinds of duty that everybody owes: listed by the board, and here in groups; one by one only in these stages.
OF_ALL = {"swab": ("held",)}
#: Where a tube or a box is stuck (the ``occasion`` of a group of them): not handed on, on its way, at the laboratory.
KEPT, ON_THE_WAY, AT_LABORATORY = 1, 2, 3
PHASES = {
    ("tube", "sealed"): KEPT, ("tube", "boxed"): KEPT, ("tube", "handed"): ON_THE_WAY,
    ("tube", "received"): AT_LABORATORY, ("box", "packed"): KEPT, ("box", "handed"): ON_THE_WAY,
}  # fmt: skip
#: How many people a tube takes: what is left of a roll of labels is held against the people who still need one.
TUBE_TAKES = 10
#: How many matters of a class are listed; the counts beside them are of all.
TOP = 40
#: How many are shown as decisions to take now.
DECISIONS = 5


@dataclass(frozen=True, slots=True)
class Told:
    """One report that a matter names: ``said`` is the kind of entry, ``by`` the device. ``why``: a code of
    ``vocabulary.Unheard`` where it does not count. ``place``: the area from which it came, as wide as it is not yet the
    one whose matter it is; 0 where it is the same. ``name``: what that is called.
    """

    said: str
    by: str
    at: datetime
    area: int
    value: int = 0
    reason: str = ""
    why: int = 0
    place: int = 0
    name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing that waits for a decision.

    ``kind`` and ``subject`` name it together with ``class_`` and ``occasion``; ``area`` is where it is decided,
    ``place`` where it lies when that is narrower (0: the same). ``since`` is when the wait began (None: not known),
    ``due`` when it is late; ``weight`` tells grave from less grave within a class, greater first. ``n`` counts what it
    stands for, or is the stage of a duty; ``boxes``: how many of these are boxes. ``limit``: minutes that the wait may
    last. ``name``: of a device, or of a person, masked; "" where it is not known. ``members``: some of those whom a
    group stands for, the first ones first. ``told``: the reports that it is about, where the list names them.
    ``said``: the one device that says something of another's entries.
    ``foreign``: it is of another area, and shown because one of its reports came from here.
    """

    class_: Category
    kind: str
    subject: int
    area: int
    since: datetime | None
    due: datetime | None = None
    weight: int = 0
    occasion: int = 0
    campaign: int = 0
    n: int = 1
    detail: str = ""
    name: str = ""
    place: int = 0
    boxes: int = 0
    limit: int = 0
    members: tuple[WorkItem, ...] = ()
    told: tuple[Told, ...] = ()
    said: str = ""
    foreign: bool = False

    @property
    def doubt(self) -> str:
        """Return which of the doubts of a duty that stand beside each other it is, or ""."""
        own = self.class_ is Category.CONFLICT and self.kind in REGISTRY.duties and self.detail in BESIDE
        return self.detail if own else ""

    @property
    def key(self) -> str:
        """Return the name that a form carries."""
        key = f"{self.class_.name.lower()}.{self.kind}.{self.campaign}.{self.subject}.{self.occasion}"
        return f"{key}.{self.doubt}" if self.doubt else key

    @property
    def duty(self) -> tuple[str, int, int, int]:
        """Return what the matter is about, whatever its class."""
        return self.kind, self.campaign, self.subject, self.occasion

    @property
    def spot(self) -> int:
        """Return the area in which the matter lies."""
        return self.place or self.area

    @property
    def word(self) -> str:
        """Return the standing by which somebody's word keeps the matter off the list.

        Each matter has its own, so that a word on one hides no other: a duty's names campaign, kind and occasion (the
        subject is the standing's own); what is not of one person or item names the area whose reader said it, because
        the same device is another matter to another street.
        """
        class_ = self.class_.name.lower()
        if self.kind in REGISTRY.duties:
            sort = f"{class_}.{self.doubt}" if self.doubt else class_
            duty = f"now.{sort}.{self.campaign}.{REGISTRY.duties[self.kind].code}.{self.occasion}"
            return f"{duty}.{self.subject}" if self.class_ is Category.OFFER or self.foreign else duty
        if self.kind in ELSEWHERE:
            return f"now.{class_}.{self.kind}.{self.campaign}.{self.occasion}.{self.subject}"
        if self.kind in GROUPS:
            return f"now.{class_}.{self.kind}.{self.campaign}.{self.occasion}.{self.area}"
        sorts = {Category.CONFLICT: DOUBTS, Category.SILENT: SILENCES}.get(self.class_, ())
        sort = sorts[self.occasion - 1] if 0 < self.occasion <= len(sorts) else str(self.occasion)
        return f"now.{class_}.{sort}.{self.area}"

    @property
    def about(self) -> tuple[int, int]:
        """Return whose standing the word is: (kind of subject, subject). Of what is offered it is that of the area
        that is asked, which does not answer for the person yet; so of a device or a tube of elsewhere. Whoever answers
        for all areas answers for every device.
        """
        if self.class_ is Category.OFFER or self.foreign or (self.kind in ELSEWHERE and self.area):
            return int(Subject.AREA), self.area
        return subject_kind(self.kind), self.subject

    @property
    def taken(self) -> str:
        """Return the standing that says who sees to the matter."""
        return f"taken.{self.word.removeprefix('now.')}"


def subject_kind(kind: str) -> int:
    """Return what the subject of a matter is; 0 where that is not known."""
    if kind in REGISTRY.duties:
        return int(REGISTRY.duties[kind].subject)
    return int({**GROUPS, **THINGS}.get(kind, 0))


def suggested(matter: WorkItem) -> tuple[str, ...]:
    """Return the acts that usually solve a matter, the first one first: one button each beside its row."""
    if matter.class_ is Category.OFFER:
        return ("accept", "take")
    if matter.kind == "swab" and matter.n == 0 and matter.class_ in (Category.DANGER, Category.OVERDUE):
        return ("call", "take")
    return ("take",)


def first(matters: Iterable[WorkItem], taken: Iterable[WorkItem]) -> list[WorkItem]:
    """Return the few decisions to take now of matters in their order: none that somebody sees to already, and no duty
    twice because it is on the list for two reasons.
    """
    busy, found = {m.duty for m in taken}, dict[tuple[str, int, int, int], WorkItem]()
    for matter in matters:
        if matter.duty not in busy:
            found.setdefault(matter.duty, matter)
    return list(found.values())[:DECISIONS]


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a duty may stand in the stage ``rank``, in minutes: ``step`` since it came there, ``whole`` since it was
    owed; the earlier end counts. ``notice``: so long before the end it is about to be late.
    """

    rank: int
    step: int | None
    whole: int | None
    notice: int

    def end(self, opened_at: datetime | None, stage_at: datetime | None) -> datetime | None:
        """Return when a duty is late that was opened, and came to the stage, at these times."""
        ends = ((stage_at, self.step), (opened_at, self.whole))
        return min((at + timedelta(minutes=n) for at, n in ends if at is not None and n is not None), default=None)


def clocks(kind: DutyKind) -> list[Clock]:
    """Return the clocks of a kind's stages.

    Of a person the wait is one from the beginning: being called, told or given a place does not begin it anew, so that
    all the stages up to one allow no more than the sum of theirs. What everybody owes has no beginning of its own.
    """
    out, whole, notice = [], 0, 0
    for rank, stage in enumerate(kind.stages):
        whole += stage.within or 0
        if stage.within:
            notice = stage.within * (100 - SOON_FROM) // 100
        if kind.name in OF_ALL:
            if stage.name in OF_ALL[kind.name]:
                out.append(Clock(rank, stage.within, None, notice))
        elif kind.subject is Subject.PERSON and rank < kind.final and whole:
            out.append(Clock(rank, stage.within, whole, notice))
        elif stage.within:
            out.append(Clock(rank, stage.within, None, notice))
    return out


def judge(since: datetime | None, minutes: int | None, now: datetime) -> Category | None:
    """Tell whether a stage that began at ``since`` is overdue, about to be, or neither; at its limit it is overdue."""
    if since is None or minutes is None:
        return None
    stood = now - since
    limit = timedelta(minutes=minutes)
    if stood >= limit:
        return Category.OVERDUE
    return Category.SOON if stood * 100 >= limit * SOON_FROM else None


def ranked(matters: Iterable[WorkItem]) -> list[WorkItem]:
    """Return the matters in the order in which they should be solved: class, weight, deadline, age, and the id last.

    What has no deadline comes after what has one; what has no known beginning is taken as the oldest.
    """
    return sorted(
        matters,
        key=lambda m: (
            m.class_, -m.weight, m.due is None, m.due.timestamp() if m.due else 0.0,
            m.since.timestamp() if m.since else float("-inf"), m.kind, m.subject, m.occasion, m.campaign,
        ),
    )  # fmt: skip


def desk_of(matter: WorkItem) -> str:
    """Return the desk that answers for a matter: those of the way of samples for what is stuck on it, or is reported
    otherwise by a laboratory.
    """
    phase = PHASES.get((matter.kind, _stage(matter)), matter.occasion if matter.kind == "items" else 0)
    if matter.class_ in (Category.OVERDUE, Category.SOON) and phase:
        return {ON_THE_WAY: "courier", AT_LABORATORY: "laboratory"}.get(phase, "area")
    if matter.detail in ("disputed", "short"):
        return "laboratory"
    return "desk" if matter.kind == "plan" else "area"


def _stage(matter: WorkItem) -> str:
    kind = REGISTRY.duties.get(matter.kind)
    return kind.stages[matter.n].name if kind and 0 <= matter.n <= kind.final else ""
