"""What people decide on shops: an exception for one, an order for an area, staff tests; and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.ledger import clock
from bulou.ledger.scope import covers
from bulou.ui import forms
from bulou.ui.figures import rows
from bulou.zones import reads as zones
from bulou.zones.acting import LONGEST, UNDO, Done, Refusal, end_of, write
from bulou.zones.shops import pages, words
from bulou.zones.shops.vocabulary import ORDERS, RULE, VALUES

KINDS = ["shop.decided", "shop.ordered", "shop.tested"]


def _said(request: HttpRequest, now: datetime, needed: bool) -> tuple[str, str | None]:
    """Return the reason and the end that a form gives.

    Raises:
        Refusal: what is missing or cannot be, in the reader's language.
    """
    reason, text = request.POST.get("reason", "").strip(), request.POST.get("until", "")
    if not reason or len(reason) > LONGEST:
        raise Refusal(_("请填写原因，最多%(n)s个字。") % {"n": LONGEST})
    if not needed:
        return reason, None
    try:
        until = end_of(datetime.fromisoformat(text).date())
    except ValueError:
        raise Refusal(_("请填写到哪一天为止，如2022-04-18。")) from None
    if until is None or until <= now:
        raise Refusal(_("结束日期须是今天或以后。"))
    return reason, until.isoformat()


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Decide on one shop, give it back to the rule, or record how many of its staff were tested today."""
    now = clock.now()
    one = pages.shop_in(request, forms.number(request.POST.get("unit", "")))
    named, area = request.POST.get("act", ""), one.unit.area
    try:
        if named == "tested":
            count = forms.number(request.POST.get("tested", "x"))
            if not 0 <= count <= 5_000:
                raise Refusal(_("请填写今天检测了几人。"))
            told: tuple[str, dict[str, Any]] = ("shop.tested", {"unit": one.unit.id, "tested": count})
            said = _("已登记今天的检测。")
        elif named in (*VALUES, RULE):
            reason, until = _said(request, now, named != RULE)
            told = ("shop.decided", {"unit": one.unit.id, "status": named, "reason": reason, "until": until})
            said = _("“%(name)s”：%(status)s。一小时内可以撤销。") % {
                "name": one.unit.name, "status": words.status_name(named),
            }  # fmt: skip
        else:
            raise Refusal(_("没有这个操作。"))
        write(request, [(told[0], now, area, told[1])], now)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, said)
    return redirect("shops") if request.POST.get("from") == "list" else redirect("shop", one.unit.id)


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Order for an area what its shops may do."""
    now, area = clock.now(), pages.area_of(request.POST, request.ranges)
    named = request.POST.get("order", "")
    try:
        if not area or named not in ORDERS:
            raise Refusal(_("请选择您负责的区域和管理令。"))
        reason, until = _said(request, now, named != "open")
        write(request, [("shop.ordered", now, area, {"order": named, "reason": reason, "until": until})], now)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, _("已下达：%(order)s。一小时内可以撤销。") % {"order": words.order_name(named)})
    return redirect("shops")


def recent(request: HttpRequest, now: datetime) -> list[Done]:
    """Return a user's acts of the last hour that can be taken back."""
    found = rows(zones.SQL["recent"], user=request.user.pk, since=now - UNDO, kinds=KINDS)
    return [
        Done(f"{journal}.{first}.{last}", at, kind, n)
        for journal, first, last, at, kind, n, areas in found
        if all(covers(request.ranges, area) for area in areas)
    ]


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Take one act of the user's own back."""
    now = clock.now()
    parts = request.POST.get("done", "").split(".")
    numbers = [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 16]
    found = []
    if len(numbers) == len(parts) == 3:
        keys = dict(zip(("journal", "first", "last"), numbers, strict=True))
        found = rows(zones.SQL["undoable"], user=request.user.pk, kinds=KINDS, **keys)
    if not found or found[0][2] < now - UNDO:
        messages.error(request, _("这次操作已经撤销，或已超过一小时。"), extra_tags="danger")
        return redirect("shops")
    voids: list[tuple[str, datetime, int, dict[str, Any]]] = [
        ("entry.voided", now, area, {"journal": numbers[0], "number": number, "reason": "撤销"})
        for number, area, _at in found
    ]
    try:
        write(request, voids, now)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, _("已撤销：恢复原来的状态。"))
    return redirect("shops")
