"""Levels re-derived by the rule, held against what was published: what agrees, what does not, and why. Pure.

What is compared is the **address**, since residence lists know nothing smaller: the published level of an address is
the strictest of all published names that mean it. What enters the comparison (the universe) is every address with a
positive listed up to the day before the list, for which the list says a level: by a name, or, where the first lists
name no lockdown because "the rest is lockdown", by absence; the latter only for addresses that the rule itself can
speak of, with a positive in its memory of 14 days. Of a compound that such a list names in part, the rest is lockdown.
Addresses that are one place (``neighbours``) share their positives.
Names that mean no address are counted apart: of them the residence lists say nothing, which agrees with precaution.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from bulou.zones import neighbours, place_match
from bulou.zones.place_match import Addresses
from bulou.zones.published import Folder, ZoneList
from bulou.zones.rules import LEVELS, LOCKDOWN, MEMORY_DAYS, VERSIONS, Proposal, Version, milder, replay

#: First lists say that what they do not name is lockdown; a list without lockdown so many days later does not.
FIRST_LISTS_DAYS = 7
#: A street's own list is of the district that knows this share of its names; less is chance.
SURE = 0.15
#: Why a published level and the rule's disagree.
REASONS = {
    "no_recent_positive": ("公布更严：7天内没有公布阳性", "published stricter; no positive listed in 7 days"),
    "absence": ("未列入清单，按“其余为封控区”计", "counted as lockdown by absence; the rule would be milder"),
    "part": ("公布的是小区的一部分，阳性只公布到弄或小区", "a part is published, positives are known by the whole"),
    "several_levels": ("同一地址被不同等级的名称指到", "names of several levels mean this address"),
    "one_positive": ("只有一天公布阳性，可能为闭环内发现", "a positive on one day only, perhaps found in quarantine"),
    "recent_positive": ("公布较宽：7天内仍有公布阳性", "published milder although positives were listed in 7 days"),
    "other": ("天数不同", "the day counts differ"),
}


@dataclass
class Unit:
    """One address in the comparison."""

    district: str
    address: str
    published: str
    derived: str
    proposal: Proposal
    names: tuple[str, ...]
    by_absence: bool
    reason: str = ""


@dataclass
class Compared:
    """One list, compared. ``by_name``: (name, published, derived) of every matched name."""

    listed: ZoneList
    district: str
    rest_is_lockdown: bool
    matched: list[str] = field(default_factory=list)
    unmatched: list[tuple[str, str]] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    by_name: list[tuple[str, str, str]] = field(default_factory=list)
    why_not: str = ""


def compare(folder: Folder, versions: Sequence[Version] = VERSIONS) -> list[Compared]:
    """Compare each list of a folder with what the rule derives day by day from the residence lists."""
    tables = {
        district: Addresses.of(found, folder.other_names.get(district, {}))
        for district, found in folder.positives.items()
    }
    pooled = {
        district: neighbours.together(
            found, neighbours.groups(found, folder.points.get(district, {}), folder.other_names.get(district, {}))
        )
        for district, found in folder.positives.items()
    }
    return [_compared(one, folder, pooled, tables, versions) for one in folder.lists]


def _compared(
    listed: ZoneList, folder: Folder, pooled: Mapping[str, Mapping[str, set[date]]], tables: Mapping[str, Addresses],
    versions: Sequence[Version],
) -> Compared:  # fmt: skip
    start = next((one.effective for one in versions if not one.blanket), listed.day)
    levels = {row.level for row in listed.rows}
    rest = LOCKDOWN not in levels and listed.day < start + timedelta(days=FIRST_LISTS_DAYS)
    said = [place_match.read(row.name) for row in listed.rows]
    district = listed.area if listed.area in tables else ""
    if not district:  # a street's own list: the district that knows most of its names
        known = {name: sum(bool(table.find(one).addresses) for one in said) for name, table in tables.items()}
        district = max(known, key=lambda name: known[name], default="")
        if known.get(district, 0) < SURE * len(said) or listed.area.endswith("区"):
            out = Compared(listed, listed.area, rest)
            out.unmatched = [(row.name, row.level) for row in listed.rows]
            out.why_not = f"no residence list of {listed.area} is in the folder"
            return out
    out = Compared(listed, district, rest and listed.area == district)
    _units(out, said, folder.positives[district], pooled[district], tables[district], start, versions)
    return out


def _units(
    out: Compared, said: Sequence[place_match.Said], own: Mapping[str, set[date]], positives: Mapping[str, set[date]],
    table: Addresses, start: date, versions: Sequence[Version],
) -> None:  # fmt: skip
    """Fill in the units of a list: by its names, then by absence."""
    until = out.listed.day - timedelta(days=1)  # what was reported for a day was published the morning after
    a_day_earlier = [replace(one, effective=one.effective - timedelta(days=1)) for one in versions]
    names: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    proposals = {
        address: replay(days, until, start - timedelta(days=1), a_day_earlier)
        for address, days in positives.items() if min(own[address]) <= until
    }  # fmt: skip
    for row, one in zip(out.listed.rows, said, strict=True):
        found = table.find(one)
        if not found.addresses:
            out.unmatched.append((row.name, row.level))
            continue
        out.matched.append(row.name)
        for address in found.addresses:
            names[address].append((row.level, row.name, found.part))
        known = [proposals[address].level for address in found.addresses if address in proposals]
        if known:
            out.by_name.append((row.name, row.level, min(known, key=LEVELS.index)))
    for address, proposal in proposals.items():
        told = names.get(address, [])
        whole = [level for level, _name, part in told if not part]
        recent = any(0 <= (until - day).days < MEMORY_DAYS for day in own[address])
        absent = out.rest_is_lockdown and not whole and recent
        if not told and not absent:
            continue
        published = min([LOCKDOWN] if absent else [level for level, _n, _p in told], key=LEVELS.index)
        unit = Unit(
            out.district, address, published, proposal.level, proposal, tuple(name for _l, name, _p in told), absent
        )
        if unit.published != unit.derived:
            unit.reason = _reason(unit, told, positives[address], until)
        out.units.append(unit)


def _reason(unit: Unit, told: Sequence[tuple[str, str, bool]], days: set[date], until: date) -> str:
    if unit.by_absence:
        return "absence"
    if len({level for level, _n, _p in told}) > 1:
        return "several_levels"
    if any(part for _l, _n, part in told):
        return "part"
    if milder(unit.derived, unit.published):
        return "no_recent_positive"
    recent = [one for one in days if 0 <= (until - one).days < 7]
    return "one_positive" if len(recent) == 1 else "recent_positive" if recent else "other"


def scores(pairs: Sequence[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Return precision, recall and number by level of (published, derived) pairs; None where nothing can be divided."""
    out: dict[str, dict[str, Any]] = {}
    for level in LEVELS:
        published = sum(one == level for one, _other in pairs)
        derived = sum(other == level for _one, other in pairs)
        both = sum(one == other == level for one, other in pairs)
        out[level] = {
            "precision": round(both / derived, 4) if derived else None,
            "recall": round(both / published, 4) if published else None,
            "n": published,
            "derived": derived,
        }
    return out


def reasons(units: Sequence[Unit]) -> dict[str, list[dict[str, Any]]]:
    """Return for each published level why the rule's differs, the most frequent first."""
    counted: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for unit in units:
        if unit.reason:
            counted[unit.published][unit.derived, unit.reason] += 1
    return {
        level: [
            {"derived": derived, "reason": reason, "n": n, "zh": REASONS[reason][0], "en": REASONS[reason][1]}
            for (derived, reason), n in counted[level].most_common()
        ]
        for level in LEVELS if counted[level]
    }  # fmt: skip
