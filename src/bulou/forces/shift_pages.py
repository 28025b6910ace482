"""Shifts on the desk: the day's list with sign-in, and a shift by hand, refused or replaced where it is unsafe."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bulou.forces import reads, rota, rules
from bulou.forces.actions import NEED, Refusal
from bulou.forces.models import Member, Shift
from bulou.forces.pages import area_of, choices_of, places_of
from bulou.forces.rota import Unsafe, Wanted
from bulou.forces.vocabulary import SHIFTS, SKILLS
from bulou.ledger import clock
from bulou.ledger.areas import ancestor
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui import forms
from bulou.ui.export import files
from bulou.ui.room import unit_kinds
from bulou.ui.templatetags.naming import place
from bulou.ui.words import begin
from bulou.ui.words import said as word

#: So many of those who could take a shift are offered.
OFFERED = 12


def day_of(text: str, today: date) -> date:
    """Return the day that a field names, else today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


def name_of(table: Any, name: str) -> Any:
    """Return a word of a table by its name."""
    return next((one for one in table if one.name == name), None)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The shifts of a day, with who has signed in; or as a file."""
    given, now = request.GET, clock.now()
    area, day = area_of(given, request), day_of(given.get("day", ""), reads.today(now))
    shift = given.get("shift", "") if name_of(SHIFTS, given.get("shift", "")) else ""
    every = reads.shifts(area, day)
    found = [one for one in every if not shift or one.shift == shift]
    reads.look((one.member_id for one in found), request.user.get_username(), "shifts", request.ranges, now)
    sites, places = units.of(one.unit for one in found if one.unit), places_of(one.area for one in found)
    if files.wanted(request, "export export-names"):
        return files.answer(request, _file(found, sites, places), area)
    live = [one for one in every if one.state == "published"]
    return TemplateResponse(request, "forces/shifts.html", {
        "rows": [
            {"shift": one, "when": name_of(SHIFTS, one.shift), "skill": name_of(SKILLS, one.skill),
             "site": sites.get(one.unit or 0), "late": one.state == "published" and not one.signed_in
             and one.starts <= now, "why": rota.reasons(one.override_codes)}
            for one in found
        ],
        "counts": [(one, sum(row.shift == one.name for row in every)) for one in SHIFTS], "shift": shift, "day": day,
        "total": len(every), "area": area, "choices": choices_of(request, area), "places": places,
        "suits": sum(one.suits for one in live), "signed": sum(one.signed_in is not None for one in live),
        "live": len(live), "drafts": len(every) - len(live), "mine": request.may(NEED, area),
        "rule": rules.version_on(day),
    })  # fmt: skip


def _file(found: list[Shift], sites: dict[int, Unit], places: Any) -> files.Sheet:
    head = [_("班次"), _("开始"), _("结束"), _("地点"), _("采样点"), _("姓名"), _("电话"), _("技能"), _("防护服（套）"),
            _("签到")]  # fmt: skip
    lines: list[list[str | int | None]] = [
        [begin(word(name_of(SHIFTS, one.shift))), _at(one.starts), _at(one.ends), place(one.area, places.get(one.area)),
         sites[one.unit].name if one.unit in sites else "", one.member.name, one.member.telephone,
         begin(word(name_of(SKILLS, one.skill))), one.suits, _at(one.signed_in)]
        for one in found
    ]  # fmt: skip
    return files.Sheet("shifts.xlsx", "", _("班次表"), head, lines, masked=False)


def _at(at: Any) -> str:
    return files.workbook.local(at)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A shift by hand: who may have it is offered; who may not is refused with the reason, and others are named."""
    given, now = request.POST if request.method == "POST" else request.GET, clock.now()
    area, day = area_of(given, request), day_of(given.get("day", ""), reads.today(now))
    shift, skill = name_of(SHIFTS, given.get("shift", "")) or SHIFTS[0], name_of(SKILLS, given.get("skill", ""))
    skill = skill or SKILLS[0]
    kind = unit_kinds().get("site")
    sites = units.listed(kind.code, area, limit=500)[0] if kind else []
    site = next((one for one in sites if one.id == forms.number(given.get("site", ""))), None)
    wrong: Refusal | None = None
    member = Member.objects.filter(pk=forms.number(given.get("member", ""))).first()
    if request.method == "POST" and given.get("step") == "save":
        try:
            if member is None:
                raise Refusal(_("请选择人员。"))
            wanted = Wanted(member, area, site, day, shift, skill.name)
            rota.give(wanted, given.get("override", ""), request.user.get_username(), request.may, now)
        except Refusal as refusal:
            wrong = refusal
        else:
            messages.success(request, _("已排班：%(name)s。") % {"name": member.name})
            return redirect(f"{reverse('shifts')}?{urlencode({'area': area, 'day': day.isoformat()})}")
    near = reads.members(ancestor(area, 2), skill=skill.name, limit=500)
    fit = reads.fit(near, day, shift, skill.name, now)
    unfit = [one for one in near if one not in fit]
    reads.look((one.pk for one in near), request.user.get_username(), "shift", request.ranges, now)
    return TemplateResponse(request, "forces/shift_new.html", {
        "area": area, "choices": choices_of(request, area), "day": day, "shifts": SHIFTS, "shift": shift,
        "skills": SKILLS, "skill": skill, "sites": sites, "site": site, "member": member, "fit": fit,
        "offered": [one for one in fit if one != member][:OFFERED], "unfit": unfit, "wrong": wrong,
        "unsafe": isinstance(wrong, Unsafe), "final": isinstance(wrong, Unsafe) and wrong.final,
        "override": given.get("override", ""), "rule": rules.version_on(day),
    })  # fmt: skip


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Sign in or out, take that back, pin, cancel."""
    given, now, may = request.POST, clock.now(), request.may
    one = Shift.objects.filter(pk=forms.number(given.get("id", ""))).select_related("member").first()
    what = given.get("act", "")
    try:
        if one is None:
            raise Refusal(_("没有这个班次，或已变化：请刷新。"))
        if what in ("in", "out", "undo"):
            rota.sign(one, what, may, now)
        elif what in ("pin", "unpin"):
            rota.pin(one, what == "pin", may)
        elif what == "cancel":
            rota.cancel(one, given.get("why", ""), may, now)
            messages.success(request, _("已取消：请安排替班。"))
            asked = {"area": one.area, "day": one.day, "shift": one.shift, "skill": one.skill, "site": one.unit or ""}
            return redirect(f"{reverse('shift-new')}?{urlencode(asked)}")
        else:
            raise Refusal(_("没有这项操作。"))
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    back = {"area": given.get("area", ""), "day": given.get("day", ""), "shift": given.get("shift", "")}
    return redirect(f"{reverse('shifts')}?{urlencode({key: value for key, value in back.items() if value})}")
