"""The plain meaning of the ledger: a set of entries in, the three books out.

Slow and obvious on purpose. The intake's statements and ``verify`` are two other ways to the same books; property
tests hold the three together. Nothing here knows in which order, how often or in which batches the entries came.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bulou.ledger import rules
from bulou.ledger.counters import DutyState, count
from bulou.ledger.effects import Entry, Expanded, Key, Line, Order
from bulou.ledger.heard import Said, Way, counted_value, judge, judge_same_person, may_state, owing
from bulou.ledger.intake import Report
from bulou.ledger.refusals import Refused
from bulou.ledger.vocabulary import CAUSE_WITHDRAWN, REGISTRY, Act, FollowUpRule, Mark, Outcome, Registry

Slot = tuple[int, int]


@dataclass(slots=True)
class Books:
    """All that follows from the entries."""

    duties: dict[Key, DutyState] = field(default_factory=dict)
    holdings: dict[tuple[int, int, int, int], int] = field(default_factory=dict)
    standings: dict[tuple[int, int, str], tuple[str, datetime, datetime | None]] = field(default_factory=dict)
    counters: dict[tuple[int, int, int], tuple[int, ...]] = field(default_factory=dict)
    transfers: dict[tuple[int, int, int, int], int] = field(default_factory=dict)
    refused: dict[tuple[int, int], int] = field(default_factory=dict)
    unheard: dict[tuple[int, int, int], int] = field(default_factory=dict)
    void: set[Slot] = field(default_factory=set)


def fold(
    reports: Iterable[Report],
    journals: Mapping[int, rules.JournalFacts],
    bulk: Iterable[tuple[Order, Line]] = (),
    registry: Registry = REGISTRY,
) -> Books:
    """Return the books of a set of reports, and of the lines that openings wrote with their entries (``bulk``)."""
    books = Books()
    counted = _one_content_each(reports)
    expanded: dict[Slot, Expanded] = {}
    for slot, report in counted.items():
        try:
            if report.refusal is not None or report.entry is None:
                raise report.refusal or Refused(112)
            expanded[slot] = rules.expand(report.entry, journals[report.journal], registry)
        except Refused as refusal:
            books.refused[slot] = refusal.code
    entries = {slot: report.entry for slot, report in counted.items() if report.entry is not None}
    books.void = void = _void(entries, expanded, journals, registry)
    said: dict[Key, list[Said]] = defaultdict(list)
    times = {slot: entry.at for slot, entry in entries.items()}
    for order, line in _lines(times, expanded, bulk):
        said[line.key].append(Said(order, line, (order.journal, order.number) in void))
    _fold_duties(books, said, journals, registry)
    living = {slot: parts for slot, parts in expanded.items() if slot not in void}
    _fold_holdings(books, living.values())
    _fold_standings(books, times, living, journals, registry)
    books.counters, books.transfers = count(books.duties, registry)
    books.unheard = {
        (*item.slot, item.order.line): int(item.unheard) for lines in said.values() for item in lines if item.unheard
    }
    return books


def _void(
    entries: Mapping[Slot, Entry],
    expanded: Mapping[Slot, Expanded],
    journals: Mapping[int, rules.JournalFacts],
    registry: Registry,
) -> set[Slot]:
    """Return the entries that do not count, because enough of those who may say so have said so."""
    by: dict[Slot, set[int]] = defaultdict(set)
    for (journal, _), parts in expanded.items():
        for target in parts.voids:
            if target in expanded and rules.void_counts(entries[target], journals[journal], registry):
                by[target].add(journal)
    return {target for target, heard in by.items() if len(heard) >= rules.voices(entries[target], registry)}


def _one_content_each(reports: Iterable[Report]) -> dict[tuple[int, int], Report]:
    """Of several contents under one number the one with the smaller digest counts."""
    best: dict[tuple[int, int], Report] = {}
    for report in reports:
        slot = (report.journal, report.number)
        if slot not in best or rules.digest(report.raw) < rules.digest(best[slot].raw):
            best[slot] = report
    return best


def _lines(
    times: Mapping[Slot, datetime], expanded: Mapping[Slot, Expanded], bulk: Iterable[tuple[Order, Line]]
) -> Iterable[tuple[Order, Line]]:
    for slot, parts in expanded.items():
        for number, line in enumerate(parts.lines):
            yield Order(times[slot], slot[0], slot[1], number), line
    yield from bulk


def _fold_duties(
    books: Books, said: dict[Key, list[Said]], journals: Mapping[int, rules.JournalFacts], registry: Registry
) -> None:
    """Fold tier by tier: carriers before what they carry, causes before what follows."""
    mentions: dict[Key, list[tuple[Order, int]]] = defaultdict(list)
    carried: dict[Key, list[tuple[Key, Said]]] = defaultdict(list)
    for key, lines in said.items():
        for item in lines:
            mentions[key].append((item.order, item.line.area))
            if item.line.carrier is not None and item.line.carrier_kind is not None:
                carrier = _carrier_of(key, item)
                mentions[carrier].append((item.order, item.line.area))
                carried[carrier].append((key, item))
    for kind in sorted(registry.duties.values(), key=lambda kind: registry.tiers[kind.code]):
        causes = _causes(said, carried, registry, kind.name)
        keys = {k for k in (*mentions, *causes) if k.kind == kind.code}
        ways: dict[Key, Way] = {}
        for key in keys:
            lines = said.get(key, [])
            carriers = {_carrier_of(key, i) for i in lines if i.line.carrier is not None and not i.dead}
            about = [item for carrier in carriers for item in said.get(carrier, [])]
            ways[key] = judge(kind, lines, _home(books, lines, causes.get(key, [])), about, journals)
        judge_same_person(said, keys, any(rule.kind == kind.name for rule in registry.consequences))
        for key in keys:
            books.duties[key] = _fold_duty(
                books, key, said.get(key, []), mentions.get(key, []), causes.get(key, []), ways[key], registry
            )


def _carrier_of(key: Key, item: Said) -> Key:
    return Key(key.campaign, item.line.carrier_kind or 0, item.line.carrier or 0)


def _home(books: Books, lines: Iterable[Said], causes: list[Cause]) -> int | None:
    """Return where a duty is owed at first, None while nobody owes it."""
    owe = owing(lines)
    if owe is not None:
        return owe.line.area
    first = min(causes, key=lambda cause: cause.carry.order, default=None)
    return _cause_area(books, first) if first else None


@dataclass(frozen=True, slots=True)
class Cause:
    """One way in which a duty follows: who carried the subject, and the report that had the value."""

    consequence: int
    carrier: Key
    through: Key
    carry: Said
    at: datetime


def _causes(
    said: Mapping[Key, list[Said]], carried: Mapping[Key, list[tuple[Key, Said]]], registry: Registry, kind: str
) -> dict[Key, list[Cause]]:
    """Return what duties of a kind follow from. Carriers' lines are judged by now; a void report leaves its trace."""
    causes: dict[Key, list[Cause]] = defaultdict(list)
    for index, rule in enumerate(registry.consequences):
        if rule.kind != kind:
            continue
        carrier_kind = registry.duties[rule.carrier].code
        if not rule.of:
            for key, lines in said.items():
                for item in lines if key.kind == carrier_kind else ():
                    if _tells(rule, item):
                        following = key._replace(kind=registry.duties[rule.kind].code)
                        causes[following].append(Cause(index, key, key, item, item.order.at))
            continue
        of_kind = registry.duties[rule.of].code
        for carrier, members in carried.items():
            if carrier.kind != carrier_kind:
                continue
            own = [item.line for item in said.get(carrier, [])]
            if rule.variants and not any(line.act is Act.OWE and line.variant in rule.variants for line in own):
                continue
            told = [item.order.at for item in said.get(carrier, []) if _tells(rule, item)]
            if not told:
                continue
            for key, item in members:
                if key.kind == of_kind and item.line.act is Act.CARRY:
                    occasion = carrier.subject if rule.per_carrier else 0
                    following = Key(key.campaign, registry.duties[rule.kind].code, key.subject, occasion)
                    causes[following].append(Cause(index, carrier, key, item, min(told)))
    return causes


def _tells(rule: FollowUpRule, item: Said) -> bool:
    """Tell whether a line of a carrier is a report from which something follows; a void one was."""
    line = item.line
    told = line.act is Act.ADVANCE and line.stage == rule.stage and not item.unheard
    return told and (line.value in rule.values or not rule.values)


def _fold_duty(
    books: Books,
    key: Key,
    lines: Iterable[Said],
    mentions: list[tuple[Order, int]],
    causes: list[Cause],
    way: Way,
    registry: Registry,
) -> DutyState:
    kind = registry.by_code[key.kind]
    live = sorted((item for item in lines if item.counts), key=lambda item: item.order)
    back = [item for item in live if item.line.act is Act.RETURN]
    due = [item.line.due for item in live if item.line.due is not None]
    owe = owing(live)
    if back:  # what was done before does not hold any more
        live = [
            item for item in live if item.order >= back[-1].order or item.line.act in (Act.OWE, Act.OFFER, Act.ACCEPT)
        ]
    of = {act: [item for item in live if item.line.act is act] for act in Act}
    took_part = of[Act.ADVANCE] + of[Act.CARRY]
    of[Act.CARRY] = [item for item in of[Act.CARRY] if not _lost(books, _carrier_of(key, item))]

    first_cause = min(causes, key=lambda cause: cause.carry.order, default=None)
    stands = any(_stands(books, cause, registry) for cause in causes)
    withdrawn = owe is None and bool(causes) and not stands
    owed = owe is not None or bool(causes)
    opened_at = min([item.order.at for item in (owe,) if item] + [cause.at for cause in causes], default=None)

    reached = [(item.line.stage, item.order.at) for item in of[Act.ADVANCE] + of[Act.CARRY] + of[Act.RETURN]]
    reached += _brought(books, key, of[Act.CARRY], registry)
    stage = max((rank for rank, _ in reached), default=0)
    stage_at = min((at for rank, at in reached if rank == stage), default=opened_at)
    done = stage >= kind.final

    word = of[Act.MARK][-1] if of[Act.MARK] else None
    if word is not None:
        later = (i for i in took_part if i.order > word.order and i.line.stage >= kind.took_part)
        if not word.line.mark or any(later):
            word = None
    given = way.gifts[-1][1] if way.gifts else None
    value, disputed = counted_value(live, kind.gravest)
    home = owe.line.area if owe else _cause_area(books, first_cause) if first_cause else 0
    place = min(mentions)[1] if mentions else home
    speaks = owed and not done and not withdrawn
    outcome = (
        Outcome.NOT_OWED if not owed
        else Outcome.DONE if done
        else Outcome.EXCUSED if withdrawn or (word and word.line.mark == Mark.EXCUSED)
        else Outcome.OPEN
    )  # fmt: skip
    return DutyState(
        area=(way.steps[-1][1] if way.steps else home) if owed else place,
        origin=home if owed else place,
        frozen=owe.line.frozen if owe else False,
        stage=stage,
        stage_at=stage_at,
        opened_at=opened_at,
        outcome=int(outcome),
        mark=int(word.line.mark or 0) if speaks and word and word.line.mark in (Mark.DEFERRED, Mark.REFUSED) else 0,
        reason=CAUSE_WITHDRAWN if owed and withdrawn and not done else word.line.reason if speaks and word else None,
        until=word.line.until if speaks and word else None,
        offered_to=way.waiting if owed else None,
        variant=owe.line.variant if owe else None,
        value=value,
        takes=len({(i.line.carrier_kind, i.line.carrier) for i in of[Act.CARRY] if not i.line.again}),
        withdrawn=withdrawn,
        unheard=sum(1 for item in lines if item.unheard and not item.dead),
        moved=bool(way.steps),
        disputed=disputed,
        returns=len(back),
        given_kind=given[0] if given else None,
        given=given[1] if given else None,
        due_at=due[-1] if due else None,
    )


def _lost(books: Books, carrier: Key) -> bool:
    """A carrier that ended without arriving (broken, lost) carries nobody any more: they owe again."""
    return books.duties[carrier].outcome == Outcome.EXCUSED


def _stands(books: Books, cause: Cause, registry: Registry) -> bool:
    """A cause stands while the carrier's folded state still has the value and still carries the subject."""
    rule, carrier = registry.consequences[cause.consequence], books.duties[cause.carrier]
    return (
        not cause.carry.dead
        and carrier.outcome != Outcome.NOT_OWED
        and carrier.stage >= rule.stage
        and (carrier.value in rule.values or not (rule.values or rule.of))
        and (not rule.variants or carrier.variant in rule.variants)
    )


def _cause_area(books: Books, cause: Cause) -> int:
    through = books.duties[cause.through]
    return through.origin if through.outcome != Outcome.NOT_OWED else cause.carry.line.area


def _brought(books: Books, key: Key, carries: list[Said], registry: Registry) -> list[tuple[int, datetime]]:
    """Return the ranks that the carriers bring, each with the time at which the carrier came to its own rank."""
    out = []
    for item in carries:
        carrier_key = Key(key.campaign, item.line.carrier_kind or 0, item.line.carrier or 0)
        carrier = books.duties[carrier_key]
        for row in registry.carriages:
            if (
                registry.duties[row.carrier].code == carrier_key.kind
                and registry.duties[row.kind].code == key.kind
                and carrier.stage >= row.carrier_stage
                and carrier.stage_at is not None
                and (not row.variants or carrier.variant in row.variants)
                and (not row.values or carrier.value in row.values)
            ):
                out.append((row.stage, carrier.stage_at))
    return out


def _fold_holdings(books: Books, living: Iterable[Expanded]) -> None:
    sums: Counter[tuple[int, int, int, int]] = Counter()
    for parts in living:
        for move in parts.movements:
            item = (int(move.item_kind), move.item)
            sums[*item, int(move.to_kind), move.to_id] += move.quantity
            sums[*item, int(move.from_kind), move.from_id] -= move.quantity
    books.holdings = {holder: n for holder, n in sums.items() if n}


def _fold_standings(
    books: Books,
    times: Mapping[Slot, datetime],
    living: Mapping[Slot, Expanded],
    journals: Mapping[int, rules.JournalFacts],
    registry: Registry,
) -> None:
    places = _places(books, registry)
    heard: dict[tuple[int, int, str], list[tuple[Any, ...]]] = defaultdict(list)
    for slot, parts in living.items():
        at = times[slot]
        for number, said in enumerate(parts.statements):
            key = (int(said.subject_kind), said.subject, said.name)
            if said.authority and not may_state(journals[slot[0]].ranges, key[:2], places, journals):
                continue
            heard[key].append((at, *slot, number, said.value, said.until))
    for rule in registry.consequences:
        if rule.standing is None:
            continue
        kind, (name, value) = registry.duties[rule.kind], rule.standing
        for key, duty in books.duties.items():
            if key.kind == kind.code and duty.outcome != Outcome.NOT_OWED and not duty.withdrawn:
                heard[int(kind.subject), key.subject, name].append((duty.opened_at, 0, 0, 0, value, None))
    for key, rows in heard.items():
        at, _, _, _, value, until = max(rows, key=lambda row: row[:5])
        books.standings[key] = (value, at, until)


def _places(books: Books, registry: Registry) -> dict[tuple[int, int], set[int]]:
    """Return where each subject owes or owed something: who states something about it must answer for one of them."""
    places: dict[tuple[int, int], set[int]] = defaultdict(set)
    for key, duty in books.duties.items():
        if duty.outcome != Outcome.NOT_OWED:
            places[int(registry.by_code[key.kind].subject), key.subject] |= {duty.area, duty.origin}
    return places
