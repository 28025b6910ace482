"""The doors that addresses of a list mean, in the register's one cleaned form, and what they owe already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from bulou.command.work.arriving import Door, Match, There
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import Outcome
from bulou.places.keys import building_key, door_key, door_parts, stairwell_key
from bulou.places.roster_rows import open_areas
from bulou.places.rules import Problem
from bulou.places.telephones import read as telephones
from bulou.places.tree import Tree
from bulou.places.vocabulary import ROW_REFUSALS
from bulou.ui.figures import rows
from bulou.ui.room import Work
from bulou.ui.words import english

SQL = statements(__package__, "arriving")
#: Doors that are offered for one row.
OFFERED = 8


def matcher(said: Iterable[Mapping[str, str]], ranges: Ranges) -> Callable[[Mapping[str, str]], Match]:
    """Return what leads from a row to the households that it may mean, for these rows; a few statements for all.

    Sure is one door of the building that the address names, in the stairwell that it names or the only one. A
    telephone alone makes nothing sure.
    """
    tree = Tree(*open_areas("default"))
    told = [*said]
    placed = {_key(one): _placed(tree, one) for one in told}
    wanted = sorted({(area, door) for area, _well, door in placed.values() if isinstance(area, int) and door})
    doors: dict[tuple[int, str], list[Door]] = {}
    for found in rows(SQL["doors"], areas=[one[0] for one in wanted], doors=[one[1] for one in wanted]):
        doors.setdefault((found[1], found[4]), []).append(Door(*found))
    ends = sorted({end for one in told for end in _ends(one)})
    called: dict[str, list[Door]] = {}
    for first, second, *home in rows(SQL["phones"], ends=ends) if ends else []:
        for end in {first, second} & {*ends}:
            called.setdefault(end, []).append(Door(*home))

    def match(one: Mapping[str, str]) -> Match:
        area, stairwell, door = placed[_key(one)]
        near = tuple(dict.fromkeys(
            home for end in _ends(one) for home in called.get(end, []) if covers(ranges, home.area)
        ))[:OFFERED]  # fmt: skip
        if isinstance(area, Problem):
            return Match(None, near, _why(area))
        if not covers(ranges, area):
            return Match(None, (), _("不在您的区域内。"))
        if not door:
            return Match(None, near, _("没有写明室号。"))
        there = doors.get((area, door), [])
        own = [home for home in there if not stairwell or home.stairwell == stairwell]
        if len(own) == 1:
            return Match(own[0])
        if own or there:
            return Match(None, tuple(own or there)[:OFFERED], _("这个室号在几个单元都有，请选择。"))
        return Match(None, near, _("名册上没有这个室号：%(door)s。") % {"door": door})

    return match


def _key(said: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(said.get(name, "") for name in ("address", "compound", "building", "stairwell", "door"))


def _placed(tree: Tree, said: Mapping[str, str]) -> tuple[int | Problem, str, str]:
    """Return the building, the stairwell and the door that a row names, or why there is no such building."""
    parts = {name: said.get(name, "") for name in ("compound", "building", "stairwell", "door")}
    street = ""
    if said.get("address"):
        read = tree.address(said["address"])
        street = read.get("street", "")
        parts = {name: text or read.get(name, "") for name, text in parts.items()}
    inner = door_parts(parts["door"])
    building = parts["building"] or inner.building or inner.first
    if not any(parts.values()) or (said.get("address") and not parts["compound"]):
        return Problem(334, "compound", said.get("address", "")), "", ""
    area = tree.find(street, "", parts["compound"], building_key(building), within=0)
    return area, stairwell_key(parts["stairwell"] or inner.stairwell), door_key(parts["door"])


def _ends(said: Mapping[str, str]) -> list[str]:
    """Return the telephones of a row from the last digit on, without extensions."""
    return [number.split("转")[0][::-1] for number in telephones(said.get("telephone", "")).numbers]


def _why(problem: Problem) -> str:
    known = ROW_REFUSALS[problem.code]
    told = known.en if english() else known.zh
    return f"{told}: {problem.found}" if problem.found else told


def there(work: Work, households: Iterable[int]) -> dict[int, list[There]]:
    """Return what households owe of a kind already; what a number of a list opened or said again, once for each."""
    out: dict[int, list[There]] = {}
    assert work.programme is not None
    found: list[Any] = rows(
        SQL["there"], campaign=work.programme.id, kind=work.duty.code, households=sorted({*households})
    )
    for household, occasion, outcome, variant, due, raw in found:
        number = str(msgspec.json.decode(bytes(raw))["body"].get("number") or "")
        known = work.duty.variants[variant] if variant < len(work.duty.variants) else ""
        out.setdefault(household, []).append(
            There(household, occasion, outcome == Outcome.OPEN, known, due, number)
        )  # fmt: skip
    return out
