"""The pages of entries whose time is in doubt: which devices have some, and saying them anew with the right time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.field.times import actions, reads
from bulou.field.times.rules import Stretch
from bulou.ledger import clock
from bulou.ui import forms


@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """Devices of the reader's areas of which something is in doubt."""
    return TemplateResponse(request, "times/devices.html", {"devices": reads.devices(request.ranges)})


@require_safe
def device(request: HttpRequest, journal: int) -> HttpResponse:
    """What of a device is in doubt, by stretches, and what was said in its place."""
    return _shown(request, journal)


@require_POST
def act(request: HttpRequest, journal: int) -> HttpResponse:
    """Say the ticked entries of a stretch anew, or take back what was said."""
    user, now = request.user, clock.now()
    who: Any = (user.pk, user.get_username(), request.ranges, now)
    back = forms.number(request.POST.get("undo", ""))
    try:
        if back:
            actions.undo(journal, back, *who)
            messages.success(request, _("已撤回补记。"))
        else:
            numbers = [forms.number(text) for text in request.POST.getlist("n")]
            n = actions.accept(journal, numbers, forms.time(request.POST.get("first", "")), *who)
            messages.success(request, _("已补记%(n)s条。核对无误后，请在待办中按“核对完毕”。") % {"n": n})
    except actions.Refusal as refusal:
        return _shown(request, journal, str(refusal))
    return redirect("device-times", journal)


def _shown(request: HttpRequest, journal: int, wrong: str = "") -> HttpResponse:
    found = reads.device(journal, request.ranges)
    if found is None:
        raise Http404
    given = request.POST
    ticked = {forms.number(text) for text in given.getlist("n")}
    return TemplateResponse(
        request, "times/device.html", {
            "device": found, "wrong": wrong, "settled": reads.settled(journal),
            "stretches": [_stretch(found, one, given.get("first", ""), ticked) for one in found.stretches],
            "left_out": [row for row in found.rows.values() if not row.sayable],
            "more": len(found.rows) >= reads.MOST,
        },
    )  # fmt: skip


def _stretch(device: reads.Device, stretch: Stretch, first: str, ticked: set[int]) -> dict[str, Any]:
    """Return a stretch as its form shows it; one that is given back holds what was given."""
    mine = ticked & {one.number for one in stretch.doubts}
    counts = stretch.doubts[0].counts
    return {
        "first": first if mine else timezone.localtime(stretch.first).strftime(forms.TIME),
        "title": _("已计入，手机时钟变动过：更正后原上报作废，按实际时间另记") if counts
        else _("未计入：上报时间超出设备有效期"),
        "low": stretch.low, "high": stretch.high, "counts": counts,
        "rows": [
            {"row": device.rows[one.number], "at": stretch.at(one, stretch.first),
             "ticked": one.number in mine if mine else not counts}
            for one in stretch.doubts
        ],
    }  # fmt: skip
