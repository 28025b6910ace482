"""The allocation on the desk: need by street, the plan with its reasons, publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.forces import planning, reads
from bulou.forces.actions import NEED, Refusal
from bulou.forces.computing import actions as computing
from bulou.forces.computing.models import RUNNING, STEPS, Run
from bulou.forces.models import Plan
from bulou.forces.pages import area_of, choices_of, places_of
from bulou.forces.shift_pages import day_of
from bulou.forces.vocabulary import SHIFTS, SKILLS
from bulou.ledger import clock
from bulou.ui import background, figures, forms, halting
from bulou.ui.figures import Campaign
from bulou.ui.live import fragments as live

#: What a form holds that nobody has filled in: percent of the open duties by shift, people an hour by skill.
SHARES, RATES = {1: 60, 2: 40, 3: 0}, {"sampling": 60, "register": 110}


def _round(request: HttpRequest) -> Campaign | None:
    found = figures.campaigns(request.ranges)
    return next((one for one in found if one.closed_at is None and one.kind not in ("standing", "covered")), None)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Open duties by street of the running round beside the latest plan of a day."""
    given, now = request.GET, clock.now()
    area, day, campaign = area_of(given, request), day_of(given.get("day", ""), reads.today(now)), _round(request)
    needs = planning.streets(campaign.id, area) if campaign else []
    plan = Plan.objects.filter(area=area, day=day).order_by("-id").first()
    told: dict[int, Any] = {one["street"]: one for one in plan.said["streets"]} if plan else {}
    nodes = {one.area for one in needs} | set(told) | {other for one in told.values() for other, _n in one["others"]}
    rows = [{"need": one, "told": told.get(one.area)} for one in needs]
    for row in rows:
        if row["told"] and row["told"]["richest"]:
            row["richest"] = {"street": row["told"]["richest"][0], "cost": round(row["told"]["richest"][1])}
            nodes.add(row["told"]["richest"][0])
    said = plan.said if plan else {}
    run = Run.objects.filter(area=area, day=day).select_related("plan").order_by("-id").first()
    going = run is not None and run.state == RUNNING
    context: dict[str, Any] = {
        "run": run, "steps": STEPS, "going": going, "live": live.is_live(request), "area": area, "day": day,
        "stuck": run is not None and going and background.is_stuck(computing.KIND, run.asked_at, now),
        "ending": run is not None and going and bool(halting.by(computing.KIND, run.pk)),
        "mine": request.may(NEED, area),
    }  # fmt: skip
    if live.is_live(request):
        return TemplateResponse(request, "forces/_run.html", context)
    return TemplateResponse(request, "forces/allocation.html", context | {
        "choices": choices_of(request, area), "campaign": campaign, "rows": rows,
        "plan": plan, "said": said, "places": places_of(nodes),
        "open": sum(one.open for one in needs), "gap": round(1000 * said.get("gap", 0)) if said else None,
        "shares": [(one, said.get("shares", {}).get(str(one.key), SHARES[one.key])) for one in SHIFTS],
        "rates": [(one, said.get("rates", {}).get(one.name, RATES[one.name])) for one in SKILLS if one.name in RATES],
    })  # fmt: skip


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Make a plan of a day, or put the latest one into force."""
    given, now = request.POST, clock.now()
    area, day, campaign = area_of(given, request), day_of(given.get("day", ""), reads.today(now)), _round(request)
    who = request.user.get_username()
    try:
        if given.get("act") == "make":
            if campaign is None:
                raise Refusal(_("没有正在进行的轮次，无法按需求分配。"))
            computing.ask(_read(given, area, day, campaign), who, request.may, request.ranges, now)
            messages.success(request, _("已开始计算，可以离开本页。"))
        elif given.get("act") == "cancel":
            run = Run.objects.filter(pk=forms.number(given.get("run", ""))).first()
            if run is None:
                raise Refusal(_("这次计算已经结束。"))
            computing.cancel(run, who, request.may, now)
        elif given.get("act") == "publish":
            plan = Plan.objects.filter(pk=forms.number(given.get("plan", ""))).first()
            if plan is None:
                raise Refusal(_("没有这份方案：请刷新。"))
            n, ended = planning.publish(plan, who, request.may, now)
            messages.success(request, _("已公布：新生效%(n)s个班次，取消%(ended)s个。") % {"n": n, "ended": ended})
        else:
            raise Refusal(_("没有这项操作。"))
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    return redirect(f"{reverse('allocation')}?{urlencode({'area': area, 'day': day.isoformat()})}")


def _read(given: Any, area: int, day: Any, campaign: Campaign) -> planning.Asked:
    """Read the form.

    Raises:
        Refusal: a share or a rate cannot be.
    """
    shares = {one.key: _number(given.get(f"share_{one.name}", ""), 0, 100, _("各班任务占比")) for one in SHIFTS}
    if sum(shares.values()) != 100:
        raise Refusal(_("各班任务占比合计须为100%%，现在是%(n)s%%。") % {"n": sum(shares.values())})
    rates = {name: _number(given.get(f"rate_{name}", ""), 5, 600, _("每人每小时人数")) for name in RATES}
    return planning.Asked(area, day, campaign, shares, rates)


def _number(text: str, least: int, most: int, label: str) -> int:
    if not text.isdecimal() or not least <= int(text[:9]) <= most:
        raise Refusal(_("“%(field)s”须是%(least)s到%(most)s的整数。") % {"field": label, "least": least, "most": most})
    return int(text)
