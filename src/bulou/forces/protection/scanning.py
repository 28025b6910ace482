"""Sign-in at the place of work: somebody's code of the day is scanned or typed, by a reader that types or by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.forces import badges, reads, rota
from bulou.forces.actions import NEED, Refusal
from bulou.forces.models import Shift
from bulou.forces.pages import area_of, choices_of
from bulou.forces.shift_pages import name_of
from bulou.forces.vocabulary import SHIFTS
from bulou.ledger import clock
from bulou.ledger.areas import span

#: So long before a shift somebody may sign in, so long after its end out of it; and so soon a second scan is a slip.
EARLY, LATE, AGAIN = timedelta(hours=2), timedelta(hours=2), timedelta(minutes=10)


def scanned(code: str, area: int, now: datetime) -> Shift:
    """Return the shift to which a code signs somebody in or out.

    Raises:
        Refusal: no such code today, or no shift at this time in this area.
    """
    lo, hi = span(area)
    found = list(
        Shift.objects.filter(
            area__gte=lo, area__lte=hi, state="published", cancelled_at=None, starts__lte=now + EARLY,
            ends__gt=now - LATE,
        ).select_related("member").order_by("starts")
    )  # fmt: skip
    member = badges.whose(code, {one.member_id for one in found}, reads.today(now))
    if member is None:
        raise Refusal(_("没有这个人现在的班次，或不是今天的签到码：请核对区域，或在班次页按姓名签到。"))
    own = [one for one in found if one.member_id == member]
    return next((one for one in own if one.signed_out is None), own[-1])


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The field that takes a code, and whom the last one signed in or out."""
    given, now = request.POST if request.method == "POST" else request.GET, clock.now()
    area = area_of(given, request)
    if request.method == "POST":
        try:
            if not request.may(NEED, area):
                raise Refusal(_("您的角色不能调度这一区域的力量。"))
            one = scanned(given.get("code", "")[:40], area, now)
            reads.look([one.member_id], request.user.get_username(), "scan", request.ranges, now)
            name, when = one.member.name, name_of(SHIFTS, one.shift)
            if one.signed_in and not one.signed_out and now - one.signed_in < AGAIN:
                messages.warning(request, _("%(name)s刚才已签到，不用再扫。") % {"name": name})
            else:
                act = "out" if one.signed_in else "in"
                rota.sign(one, act, request.may, now)
                told = _("%(name)s已签到。") if act == "in" else _("%(name)s已签退。")
                messages.success(request, told % {"name": name, "when": when})
        except Refusal as refusal:
            messages.error(request, str(refusal), extra_tags="danger")
        return redirect(f"{reverse('protection-scan')}?area={area}")
    lo, hi = span(area)
    here = Shift.objects.filter(area__gte=lo, area__lte=hi, state="published", cancelled_at=None,
                                starts__lte=now + EARLY, ends__gt=now)  # fmt: skip
    latest = list(here.exclude(signed_in=None).select_related("member").order_by("-signed_in")[:10])
    reads.look((one.member_id for one in latest), request.user.get_username(), "scan", request.ranges, now)
    return TemplateResponse(request, "protection/scan.html", {
        "area": area, "choices": choices_of(request, area), "mine": request.may(NEED, area), "latest": latest,
        "expected": here.count(), "signed": here.exclude(signed_in=None).count(), "day": reads.today(now),
    })  # fmt: skip
