"""The timetable on paper: for each compound the calls of its buildings in their order, to be pinned up at the door."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.resources import as_file, files
from itertools import groupby

import typst
from django.conf import settings
from django.utils import timezone

from bulou.ledger.areas import ancestor, level, span
from bulou.places import addresses, units
from bulou.rounds.calls.models import Call
from bulou.rounds.calls.reads import SQL
from bulou.rounds.paper.pdf import FONT
from bulou.ui.figures import Campaign, Name, names, rows
from bulou.ui.templatetags.naming import place, seal_line


def pdf(campaign: Campaign, area: int, now: datetime) -> bytes:
    """Return the calls of a round in an area, with doors and no names. Runs within the caller's scope."""
    lo, hi = span(area)
    found = list(Call.objects.filter(campaign=campaign.id, area__range=(lo, hi)).order_by("at", "id"))
    doors = dict(rows(SQL["doors"], campaign=campaign.id, lo=lo, hi=hi))
    named = names({ancestor(one.area, depth) for one in found for depth in (2, 3, 4, 5)})
    sites = units.of({one.unit for one in found})
    found.sort(key=lambda one: (_compound(one.area), one.at is None, one.at or now, one.pk))
    sheets = [
        {
            "place": " · ".join(_named(named, node) for node in _above(compound)), "round": campaign.name,
            "at": now.strftime("%Y-%m-%d %H:%M"),
            "lines": [
                {
                    "time": timezone.localtime(one.at).strftime("%m-%d %H:%M") if one.at else "待定 to follow",
                    "building": _named(named, one.area),
                    "stairwell": addresses.stairwell(one.stairwell, settings.ADDRESS_STYLE, False) or "–",
                    "doors": "、".join(filter(None, doors.get(one.pk, []))), "people": one.people,
                    "site": sites[one.unit].name if one.unit in sites else "–",
                }
                for one in within
            ],
        }
        for compound, within in groupby(found, key=lambda one: _compound(one.area))
    ]  # fmt: skip
    data = {"sheets": sheets, "foot": seal_line()}
    with as_file(files(FONT)) as fonts, as_file(files(__package__) / "calls.typ") as page:
        return typst.compile(
            page.read_bytes(), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )  # fmt: skip


def _compound(area: int) -> int:
    return ancestor(area, min(4, level(area)))


def _above(compound: int) -> list[int]:
    return [ancestor(compound, depth) for depth in range(2, level(compound) + 1)]


def _named(named: dict[int, Name], node: int) -> str:
    return place(node, named.get(node))
