"""A view is kept, renamed, shared, and removed: by who made it alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bulou.command.work.saved import rules
from bulou.command.work.saved.models import View
from bulou.command.work.saved.rules import Filters
from bulou.ledger.areas import ancestor, level
from bulou.ui.room import Work


class Refusal(ValueError):
    """What cannot be kept; its text is the sentence that the page shows."""


def keep(work: Work, user: int, name: str, filters: Filters, area: int, roles: Sequence[str], now: datetime) -> View:
    """Keep filters under a name. ``roles``: who else sees them in ``area``; none: nobody else.

    Raises:
        Refusal: the name will not do, nothing is narrowed, or there are too many already.
    """
    with transaction.atomic():
        _may(rules.named(name), filters, _of(user, work))
        return View.objects.create(
            user_id=user, kind=work.name, name=rules.named(name), area=area, roles=[*roles], within=filters.within,
            state=filters.state, stage=filters.stage, late=filters.late, danger=filters.danger,
            refused=filters.refused, given=filters.given, made_at=now,
        )  # fmt: skip


def rename(view: View, work: Work, name: str) -> None:
    """Give a view another name.

    Raises:
        Refusal: the name will not do.
    """
    with transaction.atomic():
        _may(rules.named(name), None, _of(view.user_id, work).exclude(pk=view.pk))
        View.objects.filter(pk=view.pk).update(name=rules.named(name))


def share(view: View, roles: Sequence[str]) -> None:
    """Show a view to those with one of these roles; to none of them, it is the owner's alone."""
    View.objects.filter(pk=view.pk).update(roles=[*roles])


def remove(view: View) -> None:
    """Remove a view."""
    View.objects.filter(pk=view.pk).delete()


def own(user: int, work: Work, number: int) -> View:
    """Return a view that the reader has made.

    Raises:
        Refusal: there is none.
    """
    found = _of(user, work).filter(pk=number).first() if number < 2**53 else None
    if found is None:
        raise Refusal(_("这个视图已删除，或不是您保存的。"))
    return found


def home_of(filters: Filters, areas: Sequence[int]) -> int:
    """Return the one of the reader's areas that a view belongs to: the one it is narrowed to lies in it."""
    way = {ancestor(filters.within, depth) for depth in range(1, level(filters.within) + 1)} if filters.within else ()
    return next((area for area in areas if area in way), areas[0])


def holding(area: int) -> list[int]:
    """Return an area and all that it lies in, the root included."""
    return [0, *(ancestor(area, depth) for depth in range(1, level(area) + 1))] if area else [0]


def _of(user: int, work: Work) -> Any:
    return View.objects.filter(user_id=user, kind=work.name)


def _may(name: str, filters: Filters | None, others: Any) -> None:
    """Refuse what a rule forbids. The owner's other views are held, so that two windows keep no name twice."""
    broken = rules.why_not(name, filters, [one.name for one in others.select_for_update()])
    if broken:
        raise Refusal({
            "empty": _("请填写视图名称。"),
            "long": _("名称最多%(n)s个字。") % {"n": rules.LONGEST},
            "number": _("名称里不能有编号或电话。"),
            "taken": _("您已有同名的视图，请换一个名称。"),
            "many": _("每个列表最多保存%(n)s个视图，请先删除不用的。") % {"n": rules.MOST},
            "all": _("请先选择筛选条件，再保存。"),
        }[broken])  # fmt: skip
