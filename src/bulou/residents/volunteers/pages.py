"""Volunteers at the desk: who has signed up and waits, one of them, the posters of an area, a new key for somebody."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bulou.forces.actions import NEED, Refusal
from bulou.forces.pages import area_of, choices_of, member_in, places_of
from bulou.forces.vocabulary import SHIFTS, SKILLS
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.residents import rules as codes
from bulou.residents.volunteers import actions, keys, own
from bulou.residents.volunteers.models import CONFIRMED, REFUSED, WAITING, WITHDRAWN, Application, Look, Poster

#: So many are listed; who waits longer than this is late.
LISTED, LATE = 200, timedelta(days=1)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Who has signed up: those who wait first, the longest first."""
    given, now = request.GET, clock.now()
    area = area_of(given, request)
    state = given.get("state", WAITING)
    state = state if state in (WAITING, CONFIRMED, REFUSED, WITHDRAWN) else WAITING
    lo, hi = span(area)
    every = Application.objects.filter(area__gte=lo, area__lte=hi)
    found = list(every.filter(state=state).order_by("said_at" if state == WAITING else "-decided_at")[:LISTED])
    actions.look([one.pk for one in found], request.user.get_username(), request.ranges, now)
    return TemplateResponse(request, "volunteers/list.html", {
        "rows": [
            {"one": one, "skills": [skill for skill in SKILLS if skill.name in one.skills],
             "shifts": [shift for shift in SHIFTS if shift.name in one.shifts],
             "late": one.state == WAITING and now - one.said_at > LATE}
            for one in found
        ],
        "counts": {name: every.filter(state=name).count() for name in (WAITING, CONFIRMED, REFUSED, WITHDRAWN)},
        "state": state, "area": area, "choices": choices_of(request, area), "more": len(found) == LISTED,
        "places": places_of(one.area for one in found), "mine": request.may(NEED, area), "most": LISTED,
    })  # fmt: skip


def _found(number: int) -> Application:
    found = Application.objects.filter(pk=number).first() if number < 2**53 else None
    if found is None:
        raise Http404
    return found


@require_safe
def sheet(request: HttpRequest, application: int) -> HttpResponse:
    """One sign-up: what was said, who is on record already with that name, what was decided, who looked."""
    one, now = _found(application), clock.now()
    actions.look([one.pk], request.user.get_username(), request.ranges, now)
    same = actions.same_member(one) if one.state == WAITING else None
    return TemplateResponse(request, "volunteers/sheet.html", {
        "one": one, "same": same, "skills": [skill for skill in SKILLS if skill.name in one.skills],
        "shifts": [shift for shift in SHIFTS if shift.name in one.shifts], "places": places_of([one.area]),
        "mine": request.may(NEED, one.area), "late": one.state == WAITING and now - one.said_at > LATE,
        "looks": Look.objects.filter(application=one).order_by("-at", "-id")[:20],
    })  # fmt: skip


@require_POST
def act(request: HttpRequest, application: int) -> HttpResponse:
    """Take somebody into the forces, do not, or have a refused sign-up wait again."""
    one, given, now, who = _found(application), request.POST, clock.now(), request.user.get_username()
    try:
        if given.get("act") == "confirm":
            member = actions.confirm(one, given.getlist("skill"), who, request.may, now)
            messages.success(request, _("已接收“%(name)s”，可以集结和排班。") % {"name": member.name})
            return redirect("forces-member", member.pk)
        if given.get("act") == "refuse":
            actions.refuse(one, given.get("reason", ""), who, request.may, now)
            messages.success(request, _("已登记不接收，本人页面会显示理由。"))
        elif given.get("act") == "again":
            actions.again(one, request.may)
            messages.success(request, _("已恢复为待核对。"))
        else:
            raise Refusal(_("没有这项操作。"))
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    return redirect("volunteer", application)


@require_http_methods(["GET", "HEAD", "POST"])
def posters(request: HttpRequest) -> HttpResponse:
    """The posters of an area; a new one is shown to be printed, once."""
    given, now, who = request.POST if request.method == "POST" else request.GET, clock.now(), request.user
    area = area_of(given, request)
    if request.method == "POST":
        if not request.may(NEED, area):
            messages.error(request, _("您的角色不能调度这一区域的力量。"), extra_tags="danger")
        elif given.get("act") == "make":
            made, code = keys.poster(area, who.get_username(), now)
            address = _public(request, reverse("hv-sign-up", args=[code], urlconf="bulou.residents.addresses"))
            return TemplateResponse(request, "volunteers/poster.html", {
                "poster": made, "code": codes.grouped(code), "address": address, "qr": own.qr(address),
                "where": own.where(area), "area": area,
            })  # fmt: skip
        elif given.get("act") == "end":
            n = keys.end_posters(area, who.get_username(), now)
            messages.success(request, _("已停用%(n)s张报名海报，扫码不再能报名。") % {"n": n})
        else:
            messages.error(request, _("没有这项操作。"), extra_tags="danger")
        return redirect(f"{reverse('volunteers-posters')}?area={area}")
    lo, hi = span(area)
    held = list(Poster.objects.filter(area__gte=lo, area__lte=hi).order_by("-id")[:LISTED])
    signed = dict(
        Application.objects.filter(poster__in=held).values_list("poster").annotate(n=Count("pk")).order_by()
    )  # fmt: skip
    return TemplateResponse(request, "volunteers/posters.html", {
        "rows": [{"one": one, "holds": one.ended_at is None and one.until > now, "n": signed.get(one.pk, 0)}
                 for one in held],
        "area": area, "choices": choices_of(request, area), "places": places_of([area, *(one.area for one in held)]),
        "mine": request.may(NEED, area),
        "here": any(one.area == area and one.ended_at is None and one.until > now for one in held),
    })  # fmt: skip


@require_POST
def key(request: HttpRequest) -> HttpResponse:
    """Give somebody of the forces a new key of the own page: shown once, to be handed over; the one before ends."""
    raw = request.POST.get("member", "")
    member, now = member_in(int(raw) if raw.isdecimal() and len(raw) < 16 else 0), clock.now()
    if not request.may(NEED, member.area) or member.ended_at is not None:
        messages.error(request, _("只能给自己区域内、没有退出的人发本人码。"), extra_tags="danger")
        return redirect("forces-member", member.pk)
    code = keys.key(member.area, None, member.pk, now)
    address = _public(request, reverse("hv-own", args=[code], urlconf="bulou.residents.addresses"))
    return TemplateResponse(request, "volunteers/key.html", {
        "member": member, "code": codes.grouped(code), "address": address, "qr": own.qr(address),
    })  # fmt: skip


def _public(request: HttpRequest, path: str) -> str:
    return (settings.PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/") + path
