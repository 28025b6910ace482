"""Which lines count: whether their journal answered for the place where the duty stood, at the moment of the line.

Plain and slow, as the fold is. What a line needs is declared with it (``vocabulary.Authority``); where a duty stood
follows from the frozen list or the find, and from the offers and acceptances that themselves count. All of these are
facts of the set of entries, so that the order of arrival cannot matter. A line that does not count is kept and shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bulou.ledger.effects import Key, Line, Order
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.vocabulary import Act, Authority, DutyKind, Subject, Unheard


@dataclass(slots=True)
class Said:
    """A line with its place in the order of everything, whether its entry is void, and why it does not count."""

    order: Order
    line: Line
    dead: bool
    unheard: Unheard = Unheard.NO

    @property
    def counts(self) -> bool:
        """Whether the line moves the books."""
        return not self.dead and not self.unheard

    @property
    def slot(self) -> tuple[int, int]:
        """Journal and number of the entry."""
        return self.order.journal, self.order.number


@dataclass(slots=True)
class Way:
    """Where a duty stood: its first place, then (since, place) for each acceptance; and the newest offer that waits.

    ``gifts``: (since, to whom) for each time that it was given to somebody.
    """

    home: int | None
    steps: list[tuple[Order, int]]
    waiting: int | None
    gifts: list[tuple[Order, tuple[int, int] | None]]

    def given(self, order: Order) -> tuple[int, int] | None:
        """Return to whom it was given just before a line."""
        return next((to for since, to in reversed(self.gifts) if since < order), None)

    def at(self, order: Order) -> int | None:
        """Return the place just before a line."""
        return next((place for since, place in reversed(self.steps) if since < order), self.home)


def owing(lines: Iterable[Said]) -> Said | None:
    """Return the line that owes the duty: of the frozen list if there is one, else the first find."""
    owed = [item for item in lines if item.line.act is Act.OWE and not item.dead]
    return min(owed, key=lambda item: (not item.line.frozen, item.order), default=None)


def judge(
    kind: DutyKind,
    lines: list[Said],
    home: int | None,
    carriers: Iterable[Said],
    journals: Mapping[int, JournalFacts],
) -> Way:
    """Note of each line of one duty why it does not count, and return where the duty stood.

    ``home``: where it is owed, None while it is not; then every line counts. ``carriers``: lines about what carries it.
    """
    way = _walk(lines, home, journals)
    held = {item.order.journal for item in (*lines, *carriers) if _holds(item)}
    rest = [item for item in lines if item.line.authority and item.line.act not in (Act.OFFER, Act.ACCEPT)]
    for item in sorted(rest, key=lambda item: (item.line.act is not Act.GIVE, item.order)):
        journal = journals[item.order.journal]
        place = home if item.line.act is Act.OWE else way.at(item.order)
        entitled = place is None or covers(journal.ranges, place)
        if item.line.act is Act.GIVE:
            if entitled and not item.dead and item.line.given:
                way.gifts.append((item.order, item.line.given if item.line.given[1] else None))
        elif item.line.act is not Act.OWE:
            entitled = entitled or journal.has(way.given(item.order))
        entitled |= item.line.authority == Authority.CUSTODY and item.order.journal in held
        item.unheard = Unheard.NO if entitled else Unheard.ELSEWHERE
    _judge_eyes(kind, lines, journals)
    return way


def _judge_eyes(kind: DutyKind, lines: list[Said], journals: Mapping[int, JournalFacts]) -> None:
    """Note of lines that reach a stage which is not for whoever did an earlier one, and that are his."""
    done = sorted((i for i in lines if i.line.act in (Act.ADVANCE, Act.CARRY)), key=lambda item: item.order)
    for place, item in enumerate(done):
        other = kind.not_by[item.line.stage] if item.line.stage < len(kind.stages) else -1
        if other < 0 or item.unheard:
            continue
        before = [i for i in done[:place] if i.line.stage == other and not i.dead and i.unheard != Unheard.ELSEWHERE]
        if before and journals[before[-1].order.journal].eyes == journals[item.order.journal].eyes:
            item.unheard = Unheard.SAME_EYES


def _holds(item: Said) -> bool:
    """Tell whether the line shows that its journal had the subject in hand."""
    acts = (Act.OWE, Act.ADVANCE, Act.CARRY)
    return not item.dead and item.line.act in acts and item.line.authority == Authority.ANYWHERE


def _walk(lines: list[Said], home: int | None, journals: Mapping[int, JournalFacts]) -> Way:
    """Follow offers and acceptances in their order; an acceptance takes effect after its offer, however it is dated.

    Whoever accepts takes over from who offered: offers made before that stand no longer.
    """
    offers = {item.slot: item for item in lines if item.line.act is Act.OFFER and not item.dead}
    events: list[tuple[Order, bool, Said]] = [(item.order, False, item) for item in offers.values()]
    for item in lines:
        if item.line.act is not Act.ACCEPT or item.dead:
            continue
        item.unheard = Unheard.NO_OFFER
        offer = offers.get(item.line.ref) if item.line.ref else None
        if offer is not None and offer.line.to_area == item.line.area:
            events.append((max(item.order, offer.order), True, item))
    place, steps = home, []
    open_: dict[tuple[int, int], Said] = {}
    taken: set[tuple[int, int]] = set()
    for order, accepts, item in sorted(events, key=lambda event: event[:2]):
        if not accepts:
            entitled = place is None or covers(journals[item.order.journal].ranges, place)
            item.unheard = Unheard.NO if entitled else Unheard.ELSEWHERE
            if entitled:
                open_[item.slot] = item
        elif item.line.ref in open_:
            item.unheard = Unheard.NO
            place = item.line.area
            steps.append((order, place))
            taken.add(item.line.ref)
            open_.clear()
        elif item.line.ref in taken:
            item.unheard = Unheard.NO
    newest = max(open_.values(), key=lambda item: item.order, default=None)
    return Way(home, steps, newest.line.to_area if newest else None, [])


def judge_same_person(said: Mapping[Key, list[Said]], keys: Iterable[Key], following: bool) -> None:
    """Note of lines that say "the same person as X" whether X owes it too and is not named a duplicate himself.

    Two who name each other, or one who names nobody, close nothing. ``following``: the kind follows from another, so
    that being owed shows in no line of its own.
    """
    lines = [(key, item) for key in keys for item in said.get(key, []) if item.line.same_as is not None]
    duplicates = {
        key._replace(subject=item.line.same_as or 0) for key, item in lines if item.unheard is not Unheard.ELSEWHERE
    }
    named = {key: _word(said.get(key, [])) for key in duplicates}
    for key, item in lines:
        if item.unheard is Unheard.ELSEWHERE:
            continue
        other = key._replace(subject=item.line.same_as or 0)
        word = named[other]
        owed = following or owing(said.get(other, [])) is not None
        clear = word is None or word.line.same_as is None
        item.unheard = Unheard.NO if owed and clear else Unheard.SAME_PERSON


def _word(lines: Iterable[Said]) -> Said | None:
    """Return the latest word on a duty by somebody who answers for it, whether or not it counts otherwise."""
    words = [
        item for item in lines
        if item.line.act is Act.MARK and not item.dead and item.unheard is not Unheard.ELSEWHERE
    ]  # fmt: skip
    return max(words, key=lambda item: item.order, default=None)


def counted_value(lines: Iterable[Said], gravest: tuple[int, ...]) -> tuple[int | None, int]:
    """Return the value that stands, and how many other values are reported beside it.

    A report gives way to a later number of its journal, and to a report that names it as corrected. Of what remains the
    gravest stands until somebody decides; where no order of gravity is declared, the latest.
    """
    told = [item for item in lines if item.counts and item.line.act is Act.ADVANCE and item.line.value is not None]
    left = [item for item in told if not any(_gives_way(item, other) for other in told)] or told
    if not left:
        return None, 0
    if gravest:
        reported = {item.line.value for item in left}
        ranked = [value for value in gravest if value in reported]
        return (ranked[0], len(ranked) - 1) if ranked else (None, 0)
    return max(left, key=lambda item: item.order).line.value, 0


def _gives_way(one: Said, other: Said) -> bool:
    if other.slot in one.line.corrects:
        return False  # who names the other as wrong does not give way to it
    later = one.order.journal == other.order.journal and (other.order.number, other.order.line) > (
        one.order.number, one.order.line,
    )  # fmt: skip
    return later or one.slot in other.line.corrects


def may_state(
    ranges: Ranges,
    subject: tuple[int, int],
    places: Mapping[tuple[int, int], set[int]],
    journals: Mapping[int, JournalFacts],
) -> bool:
    """Tell whether a journal may state something of a subject; of one that owes nothing anybody may."""
    if subject[0] == Subject.JOURNAL:
        device = journals.get(subject[1])
        return device is None or any(lo <= high and low <= hi for lo, hi in ranges for low, high in device.ranges)
    where = places.get(subject, ())
    return not where or any(covers(ranges, place) for place in where)
