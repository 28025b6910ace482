"""The quick way into book one: what a batch adds to duties, merged by key, so that no line is read twice.

Pure. A new line that only advances a duty, or carries it by something that is mentioned for the first time, adds to
the duty's row whatever lines came before: the highest stage counts, and the earliest time at it. Everything else
(words, voids, reassignment, corrected results, what follows from them) needs all lines of the duty and is folded anew.
Whether the row that is met allows the addition is decided where it is locked (``advance.sql``); both ways leave the
same books, which the laws' tests hold to ``fold.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from bulou.ledger.effects import Entry, Key, Line
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import covers, multirange
from bulou.ledger.vocabulary import Act, CarrierRule, Registry

#: What one entry of the batch says: its number, itself, its lines.
Told = tuple[tuple[int, int], Entry, Sequence[Line]]
#: A line with its place in the one order (the fields of ``lines.Order``; a plain tuple is made ten times as fast).
Said = tuple[tuple[datetime, int, int, int], Line]


class First(NamedTuple):
    """The row of a duty of which nothing was heard before, as the batch alone makes it."""

    key: Key
    area: int
    frozen: bool
    stage: int
    stage_at: datetime
    opened_at: datetime
    outcome: int
    variant: int | None
    value: int | None
    takes: int


class Group(NamedTuple):
    """What is added alike to several subjects' duties: rank, its time, carriers taken, a first value.

    ``ranges``: what the journal answers for, as a multirange's text, where a line counts only within it; else None.
    """

    tier: int
    campaign: int
    kind: int
    occasion: int
    final: int
    stage: int
    at: datetime
    takes: int
    value: int | None
    ranges: str | None


@dataclass(slots=True)
class Plan:
    """How a batch comes into the books: rows as they are, additions by group to subjects, and keys to fold anew."""

    first: dict[Key, First] = field(default_factory=dict[Key, First])
    groups: dict[Group, list[int]] = field(default_factory=lambda: defaultdict[Group, list[int]](list))
    again: set[Key] = field(default_factory=set[Key])


class Words:
    """What the registry's tables say, by code."""

    def __init__(self, registry: Registry):
        code = {kind.name: kind.code for kind in registry.duties.values()}
        self.kinds, self.tiers = registry.by_code, registry.tiers
        self.carriages: dict[tuple[int, int], list[CarrierRule]] = defaultdict(list)
        for carriage in registry.carriages:
            self.carriages[code[carriage.carrier], code[carriage.kind]].append(carriage)
        self.following = {code[row.kind] for row in registry.consequences}
        self.telling = {(code[row.carrier], value) for row in registry.consequences if row.of for value in row.values}
        self.leading = {(code[row.carrier], row.stage) for row in registry.consequences if not row.of}


def plan(
    told: Iterable[Told],
    again: Iterable[tuple[int, int, int, int]],
    journals: Mapping[int, JournalFacts],
    registry: Registry,
) -> Plan:
    """Merge a batch by duty. ``again``: keys that must be folded anew whatever the batch says of them."""
    words, out = Words(registry), Plan(again={Key(*key) for key in again})
    alike: dict[tuple[Any, ...], list[int]] = {}
    heard: dict[Key, list[Said]] = defaultdict(list)
    for (journal, number), entry, lines in told:
        at = entry.at
        for place, line in enumerate(lines):
            heard[line.key].append(((at, journal, number, place), line))
    tiers: dict[int, list[Key]] = defaultdict(list)
    for key in heard:
        tiers[registry.tiers[key[1]]].append(key)
    # Carriers first: what they carry is reached through them.
    for key in (key for tier in sorted(tiers) for key in tiers[tier]):
        said = heard[key]
        group = same = None
        if key not in out.again:
            if len(said) == 1:
                # The people of a tube, the tubes of a box: what is true of one is true of all.
                (_, journal, number, _), line = said[0]
                how = (line.act, line.stage, line.carrier, line.value, line.again, line.corrects)
                same = (journal, number, key[1], key[3], *how)
                members = alike.get(same)
                if members is not None:
                    members.append(key[2])
                    continue
            group = _added(key, said, out, words, journals)
            if same is not None and isinstance(group, Group):
                alike[same] = out.groups[group]
        if group is None:
            out.again.add(key)
            for _, line in said:
                if line.carrier is not None and line.carrier_kind is not None:
                    out.again.add(Key(key.campaign, line.carrier_kind, line.carrier))
    return out


def _added(
    key: Key, said: list[Said], out: Plan, words: Words, journals: Mapping[int, JournalFacts]
) -> Group | First | None:
    """Put what is said of a duty into the plan; return how, or None if that takes a look back."""
    kind = words.kinds[key.kind]
    owed: tuple[datetime, Line] | None = None
    reached: list[tuple[int, datetime]] = []
    value = carrier = None
    takes = 0
    bound: set[int] = set()
    for order, line in sorted(said, key=lambda one: one[0]) if len(said) > 1 else said:
        if line.act == Act.OWE:
            if owed is not None or key.kind in words.following or line.due:
                return None
            owed = (order[0], line)
            continue
        if line.act not in (Act.ADVANCE, Act.CARRY) or line.stage < 1 or line.corrects or line.due:
            return None
        if (key.kind, line.stage) in words.leading or kind.not_by[min(line.stage, kind.final)] >= 0:
            return None
        if line.authority:
            bound.add(order[1])
        reached.append((line.stage, order[0]))
        if line.act == Act.CARRY:
            by = _carrier(line)
            if by is None or by not in out.first or carrier not in (None, by):
                return None
            carrier = by
            takes |= not line.again
            reached += _through(out.first[by], key.kind, words)
        elif line.value is not None:
            if (key.kind, line.value) in words.telling:
                return None
            value = line.value
    stage = max((rank for rank, _ in reached), default=0)
    if owed is None:
        at = min(at for rank, at in reached if rank == stage)
        if len(bound) > 1:
            return None
        ranges = next((multirange(journals[journal].ranges) for journal in bound), None)
        tier = words.tiers[key.kind]
        group = Group(tier, key.campaign, key.kind, key.occasion, kind.final, stage, at, takes, value, ranges)
        out.groups[group].append(key.subject)
        return group
    since, line = owed
    if any(not covers(journals[journal].ranges, line.area) for journal in bound):
        return None
    at = min((at for rank, at in reached if rank == stage), default=since)
    done = int(stage >= kind.final)
    first = out.first[key] = First(key, line.area, line.frozen, stage, at, since, done, line.variant, value, takes)
    return first


def _carrier(line: Line) -> Key | None:
    if line.carrier is None or line.carrier_kind is None:
        return None
    return Key(line.key.campaign, line.carrier_kind, line.carrier)


def _through(carrier: First, kind: int, words: Words) -> list[tuple[int, datetime]]:
    """Return the ranks that a carrier brings a duty to, and since when."""
    return [
        (row.stage, carrier.stage_at)
        for row in words.carriages[carrier.key.kind, kind]
        if carrier.stage >= row.carrier_stage
        and (not row.variants or carrier.variant in row.variants)
        and (not row.values or carrier.value in row.values)
    ]
