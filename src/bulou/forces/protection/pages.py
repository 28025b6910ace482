"""Own protection on the desk: who is due for a test, whose proof has expired, hours in seven days, open shifts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.forces import reads
from bulou.forces import rules as safety
from bulou.forces.actions import NEED, Refusal
from bulou.forces.models import Member
from bulou.forces.pages import area_of, choices_of, places_of
from bulou.forces.protection import actions, rules
from bulou.forces.protection.models import StaffTest
from bulou.forces.shift_pages import name_of
from bulou.forces.vocabulary import IN_SUITS, SHIFTS, SKILLS, TRAINING
from bulou.ledger import clock
from bulou.places import units
from bulou.ui import forms

#: So many people are looked through.
MOST = 500
STATES = ("due", "expired", "exposed", "long")


def rows_of(found: list[Member], now: Any) -> list[dict[str, Any]]:
    """Return what stands with each of some people: test, proof, hours, exposure."""
    today = reads.today(now)
    rule, rest, last = rules.version_on(today), safety.version_on(today), actions.last_tests(found)
    spans, out = actions.spans_of(found, now), []
    for one in found:
        skills = reads.skills_of(one)
        in_suits, test = bool(IN_SUITS & set(skills)), last.get(one.pk)
        due = rules.due_on(timezone.localtime(test.at).date() if test else None, in_suits, today, rule)
        expired = [
            skill for skill in SKILLS if (told := skills.get(skill.name)) and told.until and told.until < today
        ]  # fmt: skip
        hours = rules.worked(spans[one.pk], now)
        out.append({
            "member": one, "test": test, "due": due, "is_due": due <= today, "overdue": due < today, "expired": expired,
            "untrained": in_suits and TRAINING not in skills, "hours": round(hours / timedelta(hours=1), 1),
            "long": hours >= rest.week, "exposed": bool(one.exposed_until and one.exposed_until > now),
        })  # fmt: skip
    return out


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The people of an area by what is to be seen to; by name, no score."""
    given, now = request.GET, clock.now()
    area, state = area_of(given, request), given.get("state", "")
    found = reads.members(area, limit=MOST + 1)
    more, found = len(found) > MOST, found[:MOST]
    every = rows_of(found, now)
    kept = {
        "due": [row for row in every if row["is_due"]],
        "expired": [row for row in every if row["expired"] or row["untrained"]],
        "exposed": [row for row in every if row["exposed"]], "long": [row for row in every if row["long"]],
    }  # fmt: skip
    shown = kept.get(state, every)
    reads.look((row["member"].pk for row in shown), request.user.get_username(), "protection", request.ranges, now)
    who = request.user.get_username()
    recent = StaffTest.objects.filter(by=who, void_at=None, at__gt=now - actions.UNDO).select_related("member")
    return TemplateResponse(request, "protection/list.html", {
        "rows": shown, "n": {name: len(rows) for name, rows in kept.items()}, "total": len(every), "more": more,
        "state": state if state in kept else "", "area": area, "choices": choices_of(request, area), "most": MOST,
        "places": places_of(row["member"].area for row in shown), "mine": request.may(NEED, area),
        "rule": rules.version_on(reads.today(now)), "rest": safety.version_on(reads.today(now)),
        "recent": recent.order_by("-at", "-id")[:20], "gaps": len(actions.gaps(area, now)),
    })  # fmt: skip


@require_POST
def tested(request: HttpRequest) -> HttpResponse:
    """Record tests of those who are ticked, or take one back."""
    given, now, who = request.POST, clock.now(), request.user.get_username()
    area = area_of(given, request)
    back = f"{reverse('protection')}?area={area}&state={given.get('state', '') if given.get('state') in STATES else ''}"
    try:
        if "undo" in given:
            one = StaffTest.objects.filter(pk=forms.number(given["undo"])).first()
            if one is None:
                raise Refusal(_("没有这次检测记录：请刷新。"))
            actions.take_back(one, who, request.may, now)
            messages.success(request, _("已撤回这次检测记录。"))
            return redirect(back)
        numbers = [forms.number(text) for text in given.getlist("member")[:MOST]]
        members = list(Member.objects.filter(pk__in=numbers, ended_at=None))
        lost = actions.test(members, given.get("value", ""), who, request.may, now)
        messages.success(request, _("已登记%(n)s人的检测，一小时内可以撤回。") % {"n": len(members)})
        if lost:
            messages.success(request, _("阳性人员已停止排班，%(n)s个班次要安排替班。") % {"n": len(lost)})
            return redirect(f"{reverse('protection-gaps')}?area={area}")
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    return redirect(back)


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """Shifts that an exposure or a withdrawal freed, each with people who can take it over at one press."""
    now = clock.now()
    area = area_of(request.GET, request)
    found = actions.gaps(area, now)
    shown = [member.pk for gap in found for member in (*gap.offered, gap.shift.member)]
    reads.look(shown, request.user.get_username(), "gaps", request.ranges, now)
    sites = units.of(gap.shift.unit for gap in found if gap.shift.unit)
    return TemplateResponse(request, "protection/gaps.html", {
        "rows": [
            {"gap": gap, "when": name_of(SHIFTS, gap.shift.shift), "skill": name_of(SKILLS, gap.shift.skill),
             "site": sites.get(gap.shift.unit or 0), "soon": gap.shift.starts - now < timedelta(hours=12)}
            for gap in found
        ],
        "area": area, "choices": choices_of(request, area), "places": places_of(gap.shift.area for gap in found),
        "mine": request.may(NEED, area),
    })  # fmt: skip
