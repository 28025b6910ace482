"""Teams from outside on the desk: expected, here, gone; where they lodge; meals of the day by site."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bulou.forces import reads
from bulou.forces.actions import NEED, Refusal, check, told
from bulou.forces.pages import area_of, choices_of, places_of
from bulou.forces.protection import rules
from bulou.forces.protection.models import OutsideTeam, TeamChange
from bulou.forces.shift_pages import day_of
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.places import units
from bulou.ui import forms

LONGEST = {"name": 40, "origin": 40, "leader": 20, "telephone": 20, "lodging": 80, "note": 200}
MOST, LISTED = 2000, 200


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The teams of an area: late ones first, then those here; and the meals that the day's shifts take, by site."""
    given, now = request.GET, clock.now()
    area, day = area_of(given, request), day_of(given.get("day", ""), reads.today(now))
    lo, hi = span(area)
    found = list(OutsideTeam.objects.filter(area__gte=lo, area__lte=hi).order_by("-id")[:LISTED])
    rows = [
        {"team": one, "late": one.arrived_at is None and one.arrives_at < now,
         "here": one.arrived_at is not None and one.left_at is None,
         "stays": one.left_at is None and one.leaves_on is not None and one.leaves_on < day}
        for one in found
    ]  # fmt: skip
    rows.sort(key=lambda row: (not row["late"], not row["here"], row["team"].left_at is not None, row["team"].name))
    meals, sites = meals_of(area, day)
    return TemplateResponse(request, "protection/teams.html", {
        "rows": rows, "people": sum(row["team"].people for row in rows if row["here"]), "day": day, "area": area,
        "choices": choices_of(request, area), "mine": request.may(NEED, area), "meals": meals, "sites": sites,
        "places": places_of([*(one.area for one in found), *(row["area"] for row in meals)]),
    })  # fmt: skip


def meals_of(area: int, day: date) -> tuple[list[dict[str, Any]], dict[int, Any]]:
    """Return for each place of work the meals of a day's shifts in force, and the sites by number."""
    counts: dict[tuple[int, int], Counter[str]] = {}
    for one in reads.shifts(area, day):
        shift = reads.day_shift(one.shift)
        if one.state == "published" and shift is not None:
            counts.setdefault((one.area, one.unit or 0), Counter()).update(rules.meals(shift.starts, shift.ends))
    sites = units.of(unit for _area, unit in counts if unit)
    rows = [
        {"area": node, "site": sites.get(unit), "n": [found[name] for name, _at in rules.MEALS],
         "total": sum(found.values())}
        for (node, unit), found in sorted(counts.items())
    ]  # fmt: skip
    return rows, sites


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, team: int = 0) -> HttpResponse:
    """The form of a team, new or changed."""
    old = _found(team) if team else None
    given = request.POST if request.method == "POST" else request.GET
    area = area_of(given, request) if old is None or "area" in given else old.area
    filled = {k: str(v) for k, v in given.items()} if request.method == "POST" or old is None else _filled(old)
    wrong = ""
    if request.method == "POST" and given.get("step") == "save":
        try:
            values, now, who = read(filled, area), clock.now(), request.user.get_username()
            check(request.may, area)
            with transaction.atomic():
                if old is None:
                    saved = OutsideTeam.objects.create(by=who, made_at=now, **values)
                    TeamChange.objects.create(team=saved, area=area, at=now, by=who, act="added")
                else:
                    check(request.may, old.area)
                    before = {k: told(getattr(old, k)) for k, v in values.items() if getattr(old, k) != v}
                    OutsideTeam.objects.filter(pk=old.pk).update(**values)
                    TeamChange.objects.create(team=old, area=area, at=now, by=who, act="changed", before=before)
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, _("已保存“%(name)s”。") % {"name": values["name"]})
            return redirect(f"{reverse('outside-teams')}?area={area}")
    return TemplateResponse(request, "protection/team.html", {
        "old": old, "area": area, "choices": choices_of(request, area), "filled": filled, "wrong": wrong,
        "longest": LONGEST, "changes": TeamChange.objects.filter(team=old).order_by("-id")[:20] if old else [],
    })  # fmt: skip


def _filled(old: OutsideTeam) -> dict[str, str]:
    out = {name: str(getattr(old, name) or "") for name in (*LONGEST, "people", "leaves_on")}
    return out | {"arrives_at": timezone.localtime(old.arrives_at).strftime("%Y-%m-%dT%H:%M")}


def read(filled: dict[str, str], area: int) -> dict[str, Any]:
    """Read the form.

    Raises:
        Refusal: a field is missing or cannot be.
    """
    labels = {
        "name": _("队名"), "origin": _("来自"), "leader": _("领队"), "telephone": _("领队电话"), "lodging": _("住宿"),
        "note": _("备注"),
    }  # fmt: skip
    values: dict[str, Any] = {"area": area}
    for name, label in labels.items():
        values[name] = " ".join(filled.get(name, "").split())
        if name not in ("lodging", "note") and not values[name]:
            raise Refusal(_("请填写%(field)s。") % {"field": label})
        if len(values[name]) > LONGEST[name]:
            raise Refusal(_("“%(field)s”最多%(n)s字。") % {"field": label, "n": LONGEST[name]})
    values["people"] = forms.number(filled.get("people", ""))
    if not 1 <= values["people"] <= MOST:
        raise Refusal(_("“人数”须是1到%(most)s的整数。") % {"most": MOST})
    values["arrives_at"] = forms.time(filled.get("arrives_at", ""))
    if values["arrives_at"] is None:
        raise Refusal(_("请填写预计到达时间。"))
    text = filled.get("leaves_on", "").strip()
    try:
        values["leaves_on"] = date.fromisoformat(text) if text else None
    except ValueError:
        told_ = {"field": _("预计离开"), "value": text[:20]}
        raise Refusal(_("“%(field)s”须是日期，例如 2022-04-30：填的是“%(value)s”。") % told_) from None
    return values


def _found(number: int) -> OutsideTeam:
    found = OutsideTeam.objects.filter(pk=number).first() if number < 2**53 else None
    if found is None:
        raise Http404
    return found


@require_POST
def act(request: HttpRequest, team: int) -> HttpResponse:
    """Note that a team has come or gone, or take that back."""
    one, what, now, who = _found(team), request.POST.get("act", ""), clock.now(), request.user.get_username()
    moves = {
        "arrived": ({"arrived_at": None}, {"arrived_at": now}),
        "not-arrived": ({"arrived_at__isnull": False, "left_at": None}, {"arrived_at": None}),
        "left": ({"arrived_at__isnull": False, "left_at": None}, {"left_at": now}),
        "not-left": ({"left_at__isnull": False}, {"left_at": None}),
    }
    try:
        check(request.may, one.area)
        if what not in moves:
            raise Refusal(_("没有这项操作。"))
        if what == "arrived" and not one.lodging:
            raise Refusal(_("请先登记住宿，再登记到达。"))
        where, values = moves[what]
        with transaction.atomic():
            if not OutsideTeam.objects.filter(pk=one.pk, **where).update(**values):
                raise Refusal(_("这支队伍的状态已变化：请刷新。"))
            TeamChange.objects.create(team=one, area=one.area, at=now, by=who, act=what)
        messages.success(request, _("已登记。"))
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    return redirect(f"{reverse('outside-teams')}?area={area_of(request.POST, request)}")
