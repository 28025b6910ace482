"""Splits and mergers of areas: checked in the reader's own areas, done in one transaction, taken back as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bulou.command.areas import reads as areas
from bulou.command.areas import rules as naming
from bulou.command.regroup import along
from bulou.command.regroup.models import Regrouping
from bulou.command.regroup.rules import LEVELS, MOST_MERGED, assigned, parts
from bulou.ledger.areas import SHIFTS, level, parent, span
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.statements import statements
from bulou.places import area_changes, regroup
from bulou.places.models import Area
from bulou.ui.figures import Name, rows

SQL = statements(__package__, "regroup")


class Refusal(ValueError):
    """A change that cannot be made; its text is the sentence that the page shows."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is shared out: an area below a compound, a stairwell or a door of a building. ``ids``: of areas or doors."""

    key: str
    text: str
    name: Name | None
    n: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on areas: open rounds keep their tree; units and owners move along; devices and zone levels stay."""

    rounds: int
    units: int
    devices: int
    owners: int
    zones: int


def hanging(olds: Sequence[int], now: datetime) -> Hanging:
    """Return what hangs on areas of one parent."""
    ends = [span(old) for old in olds]
    lo, hi = span(parent(olds[0]))
    found = rows(
        SQL["hanging"], lo=[one[0] for one in ends], hi=[one[1] for one in ends], above_lo=lo, above_hi=hi, now=now
    )
    return Hanging(*found[0])


def pieces(area: int) -> list[Piece]:
    """Return what an area is made of: the areas below it; of a building its stairwells, or its doors if it has one."""
    if level(area) < max(LEVELS):
        lo, hi = span(area)
        people = dict(rows(SQL["people"], lo=lo, hi=hi, shift=SHIFTS[level(area)]))
        return [
            Piece(str(row.id), "", row.name, people.get(row.id, 0), (row.id,))
            for row in areas.below(area) if not row.closed
        ]  # fmt: skip
    stairs = rows(SQL["stairwells"], area=area)
    if len(stairs) > 1:
        return [
            Piece(f"s{at}", f"{stairwell or '–'}: {first}–{last}", None, n, tuple(ids))
            for at, (stairwell, n, first, last, ids) in enumerate(stairs)
        ]
    return [
        Piece(f"d{id_}", door or stairwell, None, 1, (id_,)) for id_, stairwell, door in rows(SQL["doors"], area=area)
    ]


def check_area(area: Area, ranges: Ranges) -> None:
    """Hold a split or merger to what it can be.

    Raises:
        Refusal: it is closed, not of a level that is regrouped, or not the reader's with what is around it.
    """
    if area.level not in LEVELS:
        raise Refusal(_("只有小区和楼栋可以拆分、合并；街镇和居委会涉及账号、手机和公布的名单，请用区域表。"))
    if area.closed_at is not None:
        raise Refusal(_("这个区域已停用，请先恢复。"))
    if not all(covers(ranges, end) for end in span(area.pk)):
        raise Refusal(_("只能调整您负责的区域。"))


def split(area: Area, form: Mapping[str, str], user: str, now: datetime) -> Regrouping:
    """Split an area as a form says.

    Raises:
        Refusal: fewer than two parts, a name that will not do, or a piece that belongs to none.
    """
    wanted = parts(form)
    if len(wanted) < 2 or not all(wanted):
        raise Refusal(_("请填写至少两个新区域的名称，中间不要空。"))
    found = pieces(area.pk)
    given = assigned(form, [one.key for one in found], len(wanted))
    if given is None:
        raise Refusal(_("每一项都要分到一个新区域，每个新区域至少分到一项。"))
    goes = {id_: given[one.key] for one in found for id_ in one.ids}
    there = {id_: form.get(f"unit_{id_}", "1") for id_, _name in along.at(area.pk)}
    if any(part not in map(str, range(1, len(wanted) + 1)) for part in there.values()):
        raise Refusal(_("每个单位都要分到一个新区域。"))
    return _do([area], wanted, goes, user, now, {id_: int(part) - 1 for id_, part in there.items()})


def merge(area: Area, others: Sequence[int], name: str, user: str, now: datetime) -> Regrouping:
    """Merge an area with others of the same parent into a new one, which their names lead to.

    Raises:
        Refusal: no other one, a name that will not do, or two doors of one address.
    """
    found = list(Area.objects.filter(pk__in=[*others], parent=area.parent, closed_at=None).exclude(pk=area.pk))
    if not found or len(found) >= MOST_MERGED:
        raise Refusal(_("请选择要与它合并的区域。"))
    if not name:
        raise Refusal(_("请填写名称。"))
    return _do([area, *found], [name], {}, user, now)


def _do(
    olds: list[Area], wanted: list[str], goes: Mapping[int, int], user: str, now: datetime,
    chosen: Mapping[int, int] | None = None,
) -> Regrouping:  # fmt: skip
    depth, above = olds[0].level, olds[0].parent
    if any(len(naming.clean(name)) > naming.LONGEST for name in wanted):
        raise Refusal(_("名称最多%(n)s个字。") % {"n": naming.LONGEST})
    if naming_twice := [name for name in wanted if wanted.count(name) > 1]:
        raise Refusal(_("“%(name)s”写了两次。") % {"name": naming_twice[0]})
    gone = {one.pk for one in olds}
    beside = [row for row in areas.siblings(above) if row[0] not in gone]
    if taken := naming.clash(depth, wanted, beside):
        raise Refusal(_("同一上级下已有“%(name)s”，请换一个名称。") % {"name": taken[1]})
    source = areas.DESK + user
    try:
        with transaction.atomic():
            area_changes.alone()
            if Area.objects.filter(pk__in=gone, closed_at=None).count() != len(gone):
                raise Refusal(_("这个区域已停用，请先恢复。"))
            moved = regroup.regroup(
                [one.pk for one in olds], above, [(naming.clean(name), "") for name in wanted], goes, source, now
            )
            news = moved.nodes[olds[0].pk]
            if len(olds) > 1:
                called = [one.name for one in olds if one.name != wanted[0]]
                area_changes.call(news[0], called[: naming.MOST], source, now)
            beside_them = along.move(moved.nodes, chosen or {}, source, now)
            return Regrouping.objects.create(
                area=olds[0].pk, olds=[one.pk for one in olds], news=news, by=user, at=now,
                moved=moved.as_json() | {"along": beside_them.as_json()},
            )  # fmt: skip
    except regroup.SameDoor as twice:
        where = f"{twice.stairwell} {twice.door}".strip()
        raise Refusal(_("两处都有“%(door)s”，合并后分不清；请先在名册中改室号。") % {"door": where}) from None
    except area_changes.Full:
        raise Refusal(_("这里的编号已用完，不能再新增。")) from None


def latest(area: int) -> Regrouping | None:
    """Return the split or merger by which an area was closed or came, where it was not taken back."""
    for one in Regrouping.objects.filter(undone_at=None).order_by("-id"):
        if area in one.olds or area in one.news:
            return one
    return None


def undo(one: Regrouping, user: str, now: datetime) -> None:
    """Take a split or merger back.

    Raises:
        Refusal: it was taken back, something came to the new areas since, or a name is taken by now.
    """
    olds = list(Area.objects.filter(pk__in=one.olds))
    beside = [row for row in areas.siblings(parent(one.olds[0])) if row[0] not in one.news]
    if taken := naming.clash(olds[0].level, [old.name for old in olds], beside):
        raise Refusal(_("同一上级下已有“%(name)s”，请换一个名称。") % {"name": taken[1]})
    try:
        with transaction.atomic():
            area_changes.alone()
            done = Regrouping.objects.filter(pk=one.pk, undone_at=None).update(undone_by=user, undone_at=now)
            if not done:
                raise Refusal(_("已经撤销过了。"))
            if Area.objects.filter(pk__in=one.news, closed_at=None).count() != len(one.news):
                raise Refusal(_("新区域之后又有调整，请先撤销后来的调整。"))
            moved, source = regroup.Moved.of(one.moved), areas.DESK + user
            along.undo(along.Along.of(one.moved.get("along")), moved.new, source, now)
            regroup.undo(moved, source, now)
    except along.NewHere:
        raise Refusal(_("新区域之后又登记了单位或责任人：请先移除或改到别处，再撤销。")) from None
    except regroup.Changed:
        raise Refusal(_("新区域之后又登记了人、户或开始了轮次，不能撤销；可以再次拆分或合并。")) from None


def successors(area: int) -> tuple[list[tuple[int, Name]], list[tuple[int, Name]]]:
    """Return the areas that took the place of one, and those of which it took the place."""
    found = rows(SQL["successors"], area=area)
    after = [(id_, name) for id_, name, later in found if later]
    return after, [(id_, name) for id_, name, later in found if not later]
