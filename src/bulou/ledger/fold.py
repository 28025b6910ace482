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
from bulou.ledger.intake import Report
from bulou.ledger.lines import Expanded, Key, Line, Order
from bulou.ledger.refusals import Refused
from bulou.ledger.vocabulary import CAUSE_WITHDRAWN, REGISTRY, Act, Mark, Outcome, Registry

Slot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DutyState:
    """One row of the duties; the fields are those of ``models.Duty``."""

    area: int
    origin: int
    frozen: bool
    stage: int
    stage_at: datetime | None
    opened_at: datetime | None
    outcome: int
    mark: int
    reason: str | None
    until: datetime | None
    offered_to: int | None
    variant: int | None
    value: int | None
    takes: int
    withdrawn: bool


@dataclass(slots=True)
class Books:
    """All that follows from the entries."""

    duties: dict[Key, DutyState] = field(default_factory=dict)
    holdings: dict[tuple[int, int, int, int], int] = field(default_factory=dict)
    standings: dict[tuple[int, int, str], tuple[str, datetime, datetime | None]] = field(default_factory=dict)
    counters: dict[tuple[int, int, int], tuple[int, ...]] = field(default_factory=dict)
    transfers: dict[tuple[int, int, int, int], int] = field(default_factory=dict)
    refused: dict[tuple[int, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """A line with its place in the order of everything, and whether its entry is void."""

    order: Order
    line: Line
    dead: bool


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
    void = {target for parts in expanded.values() for target in parts.voids}
    said: dict[Key, list[Said]] = defaultdict(list)
    times = {slot: report.entry.at for slot, report in counted.items() if report.entry is not None}
    for order, line in _lines(times, expanded, bulk):
        said[line.key].append(Said(order, line, (order.journal, order.number) in void))
    _fold_duties(books, said, registry)
    living = {slot: parts for slot, parts in expanded.items() if slot not in void}
    _fold_holdings(books, living.values())
    _fold_standings(books, times, living, registry)
    books.counters, books.transfers = count(books.duties)
    return books


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


def _fold_duties(books: Books, said: dict[Key, list[Said]], registry: Registry) -> None:
    """Fold tier by tier: carriers before what they carry, causes before what follows."""
    mentions: dict[Key, list[tuple[Order, int]]] = defaultdict(list)
    carried: dict[Key, list[tuple[Key, Said]]] = defaultdict(list)
    for key, lines in said.items():
        for item in lines:
            mentions[key].append((item.order, item.line.area))
            if item.line.carrier is not None and item.line.carrier_kind is not None:
                carrier = Key(key.campaign, item.line.carrier_kind, item.line.carrier)
                mentions[carrier].append((item.order, item.line.area))
                carried[carrier].append((key, item))
    causes = _causes(said, carried, registry)
    for kind in sorted(registry.duties.values(), key=lambda kind: kind.tier):
        for key in {k for k in (*mentions, *causes) if k.kind == kind.code}:
            state = _fold_duty(books, key, said.get(key, []), mentions.get(key, []), causes.get(key, []), registry)
            books.duties[key] = state


@dataclass(frozen=True, slots=True)
class Cause:
    """One way in which a duty follows: who carried the subject, and the report that had the value."""

    consequence: int
    carrier: Key
    through: Key
    carry: Said
    at: datetime


def _causes(
    said: Mapping[Key, list[Said]], carried: Mapping[Key, list[tuple[Key, Said]]], registry: Registry
) -> dict[Key, list[Cause]]:
    causes: dict[Key, list[Cause]] = defaultdict(list)
    for index, rule in enumerate(registry.consequences):
        carrier_kind, of_kind = registry.duties[rule.carrier].code, registry.duties[rule.of].code
        for carrier, members in carried.items():
            if carrier.kind != carrier_kind:
                continue
            own = [item.line for item in said.get(carrier, [])]
            if rule.variants and not any(line.act is Act.OWE and line.variant in rule.variants for line in own):
                continue
            told = [
                item.order.at
                for item in said.get(carrier, [])
                if item.line.act is Act.ADVANCE and item.line.stage == rule.stage and item.line.value in rule.values
            ]
            if not told:
                continue
            for key, item in members:
                if key.kind == of_kind and item.line.act is Act.CARRY:
                    occasion = carrier.subject if rule.per_carrier else 0
                    following = Key(key.campaign, registry.duties[rule.kind].code, key.subject, occasion)
                    causes[following].append(Cause(index, carrier, key, item, min(told)))
    return causes


def _fold_duty(
    books: Books,
    key: Key,
    lines: Iterable[Said],
    mentions: list[tuple[Order, int]],
    causes: list[Cause],
    registry: Registry,
) -> DutyState:
    kind = registry.by_code[key.kind]
    live = sorted((item for item in lines if not item.dead), key=lambda item: item.order)
    of = {act: [item for item in live if item.line.act is act] for act in Act}
    owe = of[Act.OWE][0] if of[Act.OWE] else None

    first_cause = min(causes, key=lambda cause: cause.carry.order, default=None)
    stands = any(_stands(books, cause, registry) for cause in causes)
    withdrawn = owe is None and bool(causes) and not stands
    owed = owe is not None or bool(causes)
    opened_at = min([item.order.at for item in of[Act.OWE][:1]] + [cause.at for cause in causes], default=None)

    reached = [(item.line.stage, item.order.at) for item in of[Act.ADVANCE] + of[Act.CARRY]]
    reached += _brought(books, key, of[Act.CARRY], registry)
    stage = max((rank for rank, _ in reached), default=0)
    stage_at = min((at for rank, at in reached if rank == stage), default=opened_at)
    done = stage >= kind.final

    word = of[Act.MARK][-1] if of[Act.MARK] else None
    if word is not None:
        later = (i for i in of[Act.ADVANCE] + of[Act.CARRY] if i.order > word.order and i.line.stage >= kind.took_part)
        if not word.line.mark or any(later):
            word = None
    area, offered_to = _placed(of, owe)
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
        area=(area or home) if owed else place,
        origin=home if owed else place,
        frozen=owe.line.frozen if owe else False,
        stage=stage,
        stage_at=stage_at,
        opened_at=opened_at,
        outcome=int(outcome),
        mark=int(word.line.mark or 0) if speaks and word and word.line.mark in (Mark.DEFERRED, Mark.REFUSED) else 0,
        reason=CAUSE_WITHDRAWN if owed and withdrawn and not done else word.line.reason if speaks and word else None,
        until=word.line.until if speaks and word else None,
        offered_to=offered_to if owed else None,
        variant=owe.line.variant if owe else None,
        value=next((i.line.value for i in reversed(of[Act.ADVANCE]) if i.line.value is not None), None),
        takes=len({(i.line.carrier_kind, i.line.carrier) for i in of[Act.CARRY] if not i.line.again}),
        withdrawn=withdrawn,
    )


def _stands(books: Books, cause: Cause, registry: Registry) -> bool:
    """A cause stands while the carrier's folded state still has the value and still carries the subject."""
    rule, carrier = registry.consequences[cause.consequence], books.duties[cause.carrier]
    return (
        not cause.carry.dead
        and carrier.outcome != Outcome.NOT_OWED
        and carrier.stage >= rule.stage
        and carrier.value in rule.values
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


def _placed(of: dict[Act, list[Said]], owe: Said | None) -> tuple[int | None, int | None]:
    """Return (area by the latest accepted offer, area of a later offer not yet accepted)."""
    offers = {(item.order.journal, item.order.number): item for item in of[Act.OFFER]}
    taken = [
        (item, offers[item.line.ref])
        for item in of[Act.ACCEPT]
        if item.line.ref in offers and offers[item.line.ref].line.to_area == item.line.area
    ]
    last = max(taken, key=lambda pair: pair[0].order, default=None)
    accepted = {(offer.order.journal, offer.order.number) for _, offer in taken}
    waiting = [
        item
        for slot, item in offers.items()
        if slot not in accepted and (last is None or item.order > last[0].order)
    ]  # fmt: skip
    newest = max(waiting, key=lambda item: item.order, default=None)
    return (last[1].line.to_area if last else None), (newest.line.to_area if newest else None)


def _fold_holdings(books: Books, living: Iterable[Expanded]) -> None:
    sums: Counter[tuple[int, int, int, int]] = Counter()
    for parts in living:
        for move in parts.movements:
            item = (int(move.item_kind), move.item)
            sums[*item, int(move.to_kind), move.to_id] += move.quantity
            sums[*item, int(move.from_kind), move.from_id] -= move.quantity
    books.holdings = {holder: n for holder, n in sums.items() if n}


def _fold_standings(
    books: Books, times: Mapping[Slot, datetime], living: Mapping[Slot, Expanded], registry: Registry
) -> None:
    heard: dict[tuple[int, int, str], list[tuple[Any, ...]]] = defaultdict(list)
    for slot, parts in living.items():
        at = times[slot]
        for number, said in enumerate(parts.statements):
            key = (int(said.subject_kind), said.subject, said.name)
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


def count(
    duties: Mapping[Key, DutyState],
) -> tuple[dict[tuple[int, int, int], tuple[int, ...]], dict[tuple[int, int, int, int], int]]:
    """Return the counters and transfers of duties: figures by leaf area, in the order of ``models.Counter``."""
    figures: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0] * 13)
    transfers: Counter[tuple[int, int, int, int]] = Counter()
    for key, duty in duties.items():
        if duty.outcome == Outcome.NOT_OWED:
            continue
        figures[key.campaign, key.kind, duty.origin][0 if duty.frozen else 1] += 1
        here = figures[key.campaign, key.kind, duty.area]
        here[2 + duty.outcome] += 1
        if duty.outcome == Outcome.OPEN:
            here[5] += duty.mark == Mark.DEFERRED
            here[6] += duty.mark == Mark.REFUSED
            here[7 + duty.stage] += 1
        if duty.origin != duty.area:
            transfers[key.campaign, key.kind, duty.origin, duty.area] += 1
    return {place: tuple(row) for place, row in figures.items()}, dict(transfers)
