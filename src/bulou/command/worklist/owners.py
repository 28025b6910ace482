"""Who answers for an area: read, checked and written within one's own areas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bulou.command.worklist.models import Owner
from bulou.command.worklist.reads import SQL
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import Ranges, covers, multirange
from bulou.ui.figures import Name, rows

DESKS = ("area", "desk", "laboratory", "courier")
TELEPHONE = re.compile(r"[0-9+() \-]{0,30}")
#: Ids that forms give: below those that JavaScript could not keep.
HIGHEST = 2**53


class Wrong(ValueError):
    """A field that cannot be taken; its text is the sentence that the page shows."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the form says of an owner and the deputy. ``subject``: the person in the register, or None."""

    area: int
    desk: str
    name: str
    telephone: str
    subject: int | None
    deputy: str
    deputy_telephone: str
    deputy_subject: int | None

    @classmethod
    def read(cls, form: Mapping[str, str], ranges: Ranges) -> Given:
        """Return what a form gives.

        Raises:
            Wrong: the area is not the user's own, or a field cannot be.
        """

        def text(field: str) -> str:
            return " ".join(form.get(field, "").split())[:80]

        def person(field: str) -> int | None:
            if not text(field):
                return None
            if not text(field).isdecimal() or not 0 < int(text(field)) < HIGHEST:
                raise Wrong(_("人员编码只能填数字。"))
            return int(text(field))

        area = int(text("area")) if text("area").isdecimal() and len(text("area")) < 17 else 0
        if not is_area(area) or not all(covers(ranges, end) for end in span(area)):
            raise Wrong(_("只能登记您负责区域内的责任人。"))
        if text("desk") not in DESKS or not text("name"):
            raise Wrong(_("请填写责任人姓名。"))
        for field in ("telephone", "deputy_telephone"):
            if not TELEPHONE.fullmatch(text(field)):
                raise Wrong(_("电话只能填数字和 + ( ) -。"))
        return cls(
            area, text("desk"), text("name"), text("telephone"), person("subject"), text("deputy"),
            text("deputy_telephone"), person("deputy_subject"),
        )  # fmt: skip


def keep(given: Given) -> None:
    """Write an owner in place of the one that the area's desk had."""
    values = {name: getattr(given, name) for name in Given.__dataclass_fields__ if name not in ("area", "desk")}
    Owner.objects.update_or_create(area=given.area, desk=given.desk, defaults=values)


def remove(owner: int, ranges: Ranges) -> bool:
    """Take an owner of one's own areas off the list; tell whether there was one."""
    found = Owner.objects.filter(pk=owner).first()
    if found is None or not all(covers(ranges, end) for end in span(found.area)):
        return False
    found.delete()
    return True


def owners(ranges: Ranges) -> list[Owner]:
    """Return the owners within the ranges, from the district down; at most 500."""
    if not ranges:
        return []
    lowest, highest = min(lo for lo, _hi in ranges), max(hi for _lo, hi in ranges)
    found = Owner.objects.filter(area__gte=lowest, area__lte=highest).order_by("area", "desk")[:500]
    return [owner for owner in found if covers(ranges, owner.area)]


def areas(ranges: Ranges) -> list[tuple[int, int, Name]]:
    """Return the user's districts, streets and neighbourhoods: (id, depth, name)."""
    return [(id_, depth, name) for id_, depth, name in rows(SQL["owner_areas"], scope=multirange(ranges))]
