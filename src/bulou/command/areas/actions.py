"""What is changed of the area tree at the desk: checked in the reader's own areas, written as dated facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from bulou.command.areas import reads, rules
from bulou.ledger.areas import parent as parent_of
from bulou.ledger.areas import span
from bulou.ledger.scope import Ranges, covers
from bulou.places import area_changes
from bulou.places.models import Area


class Refusal(ValueError):
    """A change that cannot be made; its text is the sentence that the page shows."""


def own(area: int, ranges: Ranges) -> bool:
    """Tell whether the whole of an area lies within the ranges."""
    return all(covers(ranges, end) for end in span(area))


def add(parent: int, form: Mapping[str, str], ranges: Ranges, user: str, now: datetime) -> int:
    """Add an area below ``parent`` (0: a district) and return its id.

    Raises:
        Refusal: it is not the reader's, the name will not do, or no number is left.
    """
    name, name_en = _names(form)
    area_changes.alone()
    if not own(parent, ranges):
        raise Refusal(_("只能在您负责的区域内新增。"))
    if parent and not Area.objects.filter(pk=parent, closed_at=None).exists():
        raise Refusal(_("上级区域已停用，不能新增。"))
    _free(parent, [name], 0)
    try:
        return area_changes.add(parent, name, name_en, reads.DESK + user, now)
    except area_changes.Full:
        raise Refusal(_("这里的编号已用完，不能再新增。")) from None


def rename(area: Area, form: Mapping[str, str], user: str, now: datetime) -> bool:
    """Give an area another name; tell whether anything changed.

    Raises:
        Refusal: it is closed, or the name will not do.
    """
    name, name_en = _names(form)
    area_changes.alone()
    _still_open(area)
    _free(area.parent, [name], area.pk)
    area.refresh_from_db()
    if (name, name_en) == (area.name, area.name_en):
        return False
    area_changes.rename(area, name, name_en, reads.DESK + user, now)
    return True


def call(area: Area, form: Mapping[str, str], user: str, now: datetime) -> bool:
    """Set the other names that lists use for an area; tell whether anything changed.

    Raises:
        Refusal: it is closed, or a name will not do.
    """
    names = [one for one in rules.listed(form.get("others", "")) if one != area.name]
    if len(names) > rules.MOST or any(len(one) > rules.LONGEST for one in names):
        raise Refusal(_("别名最多%(n)s个，每个最多%(m)s个字。") % {"n": rules.MOST, "m": rules.LONGEST})
    area_changes.alone()
    _still_open(area)
    _free(area.parent, names, area.pk)
    if names == reads.changes(area.pk)[1]:
        return False
    area_changes.call(area.pk, names, reads.DESK + user, now)
    return True


def close(area: Area, user: str, now: datetime) -> bool:
    """Close an area; tell whether nothing stood in the way.

    Raises:
        Refusal: it was closed already.
    """
    area_changes.alone()
    _still_open(area)
    return not reads.in_the_way(area.pk) and area_changes.close(area.pk, reads.DESK + user, now)


def reopen(area: Area, user: str, now: datetime) -> None:
    """Take the closing of an area back.

    Raises:
        Refusal: what is above it is closed, its name is taken by now, or it is open.
    """
    area_changes.alone()
    above = parent_of(area.pk)
    if above and not Area.objects.filter(pk=above, closed_at=None).exists():
        raise Refusal(_("请先恢复上级区域。"))
    _free(above, [area.name, *reads.changes(area.pk)[1]], area.pk)
    if not area_changes.reopen(area.pk, reads.DESK + user, now):
        raise Refusal(_("这个区域没有停用。"))


def _names(form: Mapping[str, str]) -> tuple[str, str]:
    name, name_en = rules.clean(form.get("name", "")), rules.clean(form.get("name_en", ""))
    if not name:
        raise Refusal(_("请填写名称。"))
    if max(len(name), len(name_en)) > rules.LONGEST:
        raise Refusal(_("名称最多%(n)s个字。") % {"n": rules.LONGEST})
    return name, name_en


def _free(parent: int, names: list[str], area: int) -> None:
    """Refuse a name that lists would take for a neighbouring area."""
    depth = reads.level(parent) + 1
    if taken := rules.clash(min(depth, 5), names, reads.siblings(parent), area):
        raise Refusal(_("同一上级下已有“%(name)s”，请换一个名称。") % {"name": taken[1]})


def _still_open(area: Area) -> None:
    if not Area.objects.filter(pk=area.pk, closed_at=None).exists():
        raise Refusal(_("这个区域已停用，请先恢复。"))
