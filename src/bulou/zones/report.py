"""What the comparison of rule and published lists comes to, as one plain table of values. Pure."""

from __future__ import annotations

from typing import Any

from bulou.zones import agreement
from bulou.zones.published import Folder

UNIVERSE = (
    "What is compared is the address, because residence lists know nothing smaller. An address counts where a positive"
    " was listed there up to the day before the zone list and the list says a level of it: by a name, or, where a first"
    " list names no lockdown, by absence ('the rest is lockdown') if a positive was listed within 14 days. The"
    " strictest of several names counts. Absence can only mean lockdown, so its precision is 1 by construction: read"
    " 'explicit' beside 'levels'. Addresses within 30 m or under one map title share their positives. Rounds were not"
    " published by unit, so every day is taken for a clean round."
)


def report(folder: Folder) -> dict[str, Any]:
    """Return names matched and unmatched, precision and recall by level, and the reasons of each disagreement."""
    compared = agreement.compare(folder)
    units = [unit for one in compared for unit in one.units]
    missing = list(folder.missing)
    missing += [f"{one.listed.area} {one.listed.day}: {one.why_not}" for one in compared if one.why_not]
    missing += [
        f"{one.listed.area} {one.listed.day}: no lockdown named, and too late to say that the rest is lockdown"
        for one in compared
        if not one.rest_is_lockdown and not any(row.level == "lockdown" for row in one.listed.rows)
    ]
    listed = {one.listed.area for one in compared} | {one.district for one in compared}
    missing += [f"no zone list of {district} is in the folder" for district in sorted(set(folder.positives) - listed)]
    return {
        "matched": sum(len(one.matched) for one in compared),
        "unmatched": sum(len(one.unmatched) for one in compared),
        "units": len(units),
        "levels": _scores(units),
        "explicit": _scores([unit for unit in units if not unit.by_absence]),
        "by_absence": _scores([unit for unit in units if unit.by_absence]),
        "by_name": agreement.scores([(level, derived) for one in compared for _n, level, derived in one.by_name]),
        "reasons": agreement.reasons(units),
        "lists": [
            {
                "area": one.listed.area, "district": one.district, "day": one.listed.day.isoformat(),
                "file": one.listed.file, "rest_is_lockdown": one.rest_is_lockdown, "matched": len(one.matched),
                "unmatched": len(one.unmatched), "units": len(one.units), "why_not": one.why_not,
                "levels": _scores(one.units),
            }
            for one in compared
        ],
        "names": {
            "matched": [{"area": one.listed.area, "name": name} for one in compared for name in one.matched],
            "unmatched": [
                {"area": one.listed.area, "name": name, "level": level}
                for one in compared for name, level in one.unmatched
            ],
        },
        "missing": missing,
        "problems": folder.problems + ([f"and {folder.untold} more"] if folder.untold else []),
        "universe": UNIVERSE,
    }  # fmt: skip


def _scores(units: list[agreement.Unit]) -> dict[str, dict[str, Any]]:
    return agreement.scores([(unit.published, unit.derived) for unit in units])
