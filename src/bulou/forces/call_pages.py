"""Call-ups on the desk: the list, a new one, and one of them at a glance with answers and arrival."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bulou.forces import call_ups, reads, rules
from bulou.forces.actions import NEED, Refusal
from bulou.forces.matters import writing
from bulou.forces.matters.kind import PROGRAMME
from bulou.forces.matters.models import Matter
from bulou.forces.models import Asked, CallUp
from bulou.forces.pages import area_of, choices_of, places_of
from bulou.forces.vocabulary import CIRCLES, SELF, SKILLS
from bulou.ledger import clock
from bulou.ui import forms
from bulou.ui.desk_journal import writer

#: The most that one call-up asks for, and how many of the latest are listed.
MOST, LISTED = 500, 100
NONE = (0, 0, 0, 0, 0)


def row_of(one: CallUp, tally: tuple[int, int, int, int, int], now: Any) -> dict[str, Any]:
    """Return a call-up as a page draws it."""
    asked, accepted, reserve, refused, arrived = tally
    return {
        "call": one, "asked": asked, "accepted": accepted, "reserve": reserve, "refused": refused, "arrived": arrived,
        "silent": asked - accepted - reserve - refused, "short": max(0, one.wanted - accepted),
        "skill": next((skill for skill in SKILLS if skill.name == one.skill), None),
        "circle": next((circle for circle in CIRCLES if circle.name == str(one.circle)), None),
        "late": one.closed_at is None and one.at < now and arrived < one.wanted,
    }  # fmt: skip


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The call-ups of the reader's areas: the open ones first."""
    now = clock.now()
    found = sorted(CallUp.objects.order_by("-id")[:LISTED], key=lambda one: (one.closed_at is not None, one.at, one.pk))
    tallies = reads.tallies(found)
    return TemplateResponse(request, "forces/call_ups.html", {
        "rows": [row_of(one, tallies.get(one.pk, NONE), now) for one in found],
        "places": places_of(one.area for one in found), "mine": any(request.may(NEED, own) for own in request.areas),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a call-up; it asks its first circle at once."""
    given = request.POST if request.method == "POST" else request.GET
    area, wrong = area_of(given, request), ""
    if request.method == "POST" and given.get("step") == "save":
        try:
            values = _read(given, area)
            with transaction.atomic():
                call_up = call_ups.make(values, request.user.get_username(), request.may, clock.now())
                writing.opened(call_up, journal_of(request, clock.now()), clock.now())
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, _("已发起集结，列出%(n)s人待通知。") % {"n": call_up.asked_set.count()})
            return redirect("call-up", call_up.pk)
    return TemplateResponse(request, "forces/call_up_new.html", {
        "area": area, "choices": choices_of(request, area), "wrong": wrong, "skills": SKILLS, "most": MOST,
        "given": {name: given.get(name, "") for name in ("place", "at", "skill", "wanted", "reserve", "note")},
    })  # fmt: skip


def journal_of(request: HttpRequest, now: Any) -> int:
    """Return the journal in which the user's acts on call-ups are written."""
    return writer(request.user.pk, request.user.get_username(), request.ranges, now)


@require_safe
def duty(request: HttpRequest, campaign: int, subject: int, occasion: int) -> HttpResponse:
    """The call-up that a duty of the ledger is: where Now leads to."""
    found = Matter.objects.filter(occasion=occasion, area=subject).first() if occasion < 2**63 else None
    if found is None or campaign != PROGRAMME.id:
        raise Http404
    return redirect("call-up", found.call_up_id)


def _read(given: Any, area: int) -> dict[str, object]:
    """Read the form.

    Raises:
        Refusal: a field is missing or cannot be.
    """
    at, wanted = forms.time(given.get("at", "")), forms.number(given.get("wanted", ""))
    place = given.get("place", "").strip()
    if not place:
        raise Refusal(_("请填写集合地点。"))
    if at is None or at <= clock.now():
        raise Refusal(_("“到场时间”须是以后的时间。"))
    if not 1 <= wanted <= MOST:
        raise Refusal(_("“人数”须是1到%(most)s的整数。") % {"most": MOST})
    reserve = given.get("reserve", "").strip() or "0"
    if not reserve.isdecimal() or int(reserve) > MOST:
        raise Refusal(_("“后备人数”须是0到%(most)s的整数。") % {"most": MOST})
    skill = given.get("skill", "")
    if skill and skill not in {one.name for one in SKILLS}:
        raise Refusal(_("请从列出的技能中选择。"))
    return {
        "area": area, "place": place[:80], "at": at, "skill": skill, "wanted": wanted, "reserve": int(reserve),
        "note": given.get("note", "").strip()[:200],
    }  # fmt: skip


def _found(number: int) -> CallUp:
    found = CallUp.objects.filter(pk=number).first() if number < 2**53 else None
    if found is None:
        raise Http404
    return found


@require_safe
def sheet(request: HttpRequest, call_up: int) -> HttpResponse:
    """One call-up: figures, who was asked in which circle, what each said, who is there."""
    one, now = _found(call_up), clock.now()
    asked = list(Asked.objects.filter(call_up=one).select_related("member"))
    order = {"": 1, "accepted": 0, "refused": 2}
    asked.sort(key=lambda row: (order[row.answer], row.reserve, row.circle * -1, row.member.name))
    reads.look((row.member_id for row in asked), request.user.get_username(), "call-up", request.ranges, now)
    told = row_of(one, reads.tallies([one]).get(one.pk, NONE), now)
    for row in asked:
        row.overdue = not row.answer and rules.silent_from(row.asked_at, one.at) <= now  # type: ignore[attr-defined]
        row.own = row.answered_by == SELF  # type: ignore[attr-defined]
    overdue = sum(row.overdue for row in asked)  # type: ignore[attr-defined]
    return TemplateResponse(request, "forces/call_up.html", told | {
        "told": told, "people": asked, "overdue": overdue,
        "places": places_of([one.area, *(row.area for row in asked)]),
        "mine": request.may(NEED, one.area) and one.closed_at is None, "widest": one.circle <= 1,
    })  # fmt: skip


@require_POST
def act(request: HttpRequest, call_up: int) -> HttpResponse:
    """Note an answer or an arrival, widen, close."""
    one, given, now = _found(call_up), request.POST, clock.now()
    what, member = given.get("act", ""), forms.number(given.get("member", ""))
    try:
        with transaction.atomic():
            _acted(request, one, what, member, now)
            writing.told(one, journal_of(request, now), now)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    return redirect("call-up", call_up)


def _acted(request: HttpRequest, one: CallUp, what: str, member: int, now: Any) -> None:
    given, may = request.POST, request.may
    if what == "widen":
        n = call_ups.widen(one, may, now)
        messages.success(request, _("已扩大范围，又列出%(n)s人待通知。") % {"n": n})
    elif what == "more":
        n = call_ups.more(one, may, now)
        messages.success(request, _("又列出%(n)s人待通知。") % {"n": n})
    elif what == "close":
        call_ups.close(one, given.get("why", ""), may, now)
        messages.success(request, _("集结已结束。"))
    elif what in ("accepted", "refused", "unanswered"):
        said = "" if what == "unanswered" else what
        row = call_ups.answer(one, member, said, request.user.get_username(), may, now)
        if row.reserve:
            messages.success(request, _("人数已满，列为后备。"))
    elif what in ("arrived", "not-arrived"):
        call_ups.arrive(one, member, what == "not-arrived", may, now)
    else:
        raise Refusal(_("没有这项操作。"))
