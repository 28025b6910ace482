"""The pages of rounds: the list, a new one, the check before it begins, its opening, its end, its summary."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bulou.ledger import clock
from bulou.ledger.areas import is_area, level, span
from bulou.ledger.campaigns import STEPS
from bulou.ledger.scope import covers
from bulou.ledger.vocabulary import REGISTRY
from bulou.rounds import summary as final
from bulou.rounds.opening import actions, plans, reads
from bulou.rounds.opening.actions import Refusal
from bulou.rounds.opening.forms import LONGEST, NewRound
from bulou.rounds.opening.models import ASKED, DONE, DRAFT, FAILED, Draft
from bulou.rounds.opening.rules import MENDED
from bulou.rounds.scope.pages import told_scope
from bulou.rounds.scope.rules import CAUSES, CHOICES, SEALED, STANDARD, Scope
from bulou.rounds.self_test.kind import SELF_TEST
from bulou.rounds.vocabulary import CLOSING_REASONS
from bulou.ui import background, entitled, tabs
from bulou.ui import figures as board
from bulou.ui import forms as fields
from bulou.ui.areas import choices
from bulou.ui.figures import Campaign
from bulou.ui.live import fragments as live
from bulou.ui.room import works
from bulou.ui.templatetags.naming import place

SHOWN = 100


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds that touch the reader's areas, and those that are being prepared."""
    known = tabs.campaigns(request)[:SHOWN]
    counts = reads.counted(known, REGISTRY.duties["swab"])
    drafts = list(Draft.objects.filter(state__in=(DRAFT, ASKED, FAILED)).order_by("-id")[:SHOWN])
    drafts = [one for one in drafts if _inside(request, one.area)]
    named = board.names([*(one.area for one in known), *(one.area for one in drafts)])
    context = {
        "rounds": [
            {"round": one, "name": named.get(one.area), "root": board.roots(one, request.areas)[0],
             "owed": counts.get(one.id, (None, None))[0], "open": counts.get(one.id, (None, None))[1],
             "mine": request.may("rounds", one.area)}
            for one in known
        ],
        "drafts": [(one, named.get(one.area)) for one in drafts], "last": _last(request),
    }  # fmt: skip
    return TemplateResponse(request, "opening/rounds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what the round is to be like, as the last one was where that is asked for; what is given is kept as a draft,
    and leads to the check.
    """
    now = clock.now()
    usual = {"name": _usual_name(now), "pool_size": str(plans.USUAL_POOL), **told_scope(Scope())}
    last = _last(request)
    if last and request.GET.get("from") == str(last.id):
        usual |= plans.copied(last, now)
    given = request.POST if request.method == "POST" else usual
    area = _area(request, request.POST if request.method == "POST" else request.GET) or _area(request, given)
    form = NewRound(given, now=now)
    if request.method == "POST" and area and given.get("kind") == SELF_TEST.name:
        return _self_test(request, area, now)
    if request.method == "POST" and area and form.is_valid():
        actions.check_area(request.may, area)
        made = plans.prepare(area, form.cleaned_data, request.user.get_username(), now)
        return redirect("round-draft", made.pk)
    context = _form(request, form, area, given, request.method == "POST") | {"last": last}
    return TemplateResponse(request, "opening/new.html", context)


def _self_test(request: HttpRequest, area: int, now: datetime) -> HttpResponse:
    """Lead to the form of a self-test day with what was typed here; the reader comes back where he may not hold one."""
    if not _may_test(request, area):
        messages.error(request, _("您的角色在这一区域不能开始抗原自检。"), extra_tags="danger")
        return redirect(f"{reverse('round-new')}?area={area}")
    name = " ".join(request.POST.get("name", "").split())[:LONGEST]
    typed = {
        "area": str(area), "name": "" if name == _usual_name(now) else name, "f_due": request.POST.get("until", ""),
    }  # fmt: skip
    told = urlencode({key: value for key, value in typed.items() if value})
    return redirect(f"{reverse(f'work-{SELF_TEST.name}-cover')}?{told}")


def _may_test(request: HttpRequest, area: int = 0) -> bool:
    """Tell whether the reader may hold a self-test day: in an area, or in any of his (0)."""
    cover = works()[SELF_TEST.name].cover
    return cover is not None and any(request.may(cover.ability, one) for one in ((area,) if area else request.areas))


def _form(request: HttpRequest, form: NewRound, area: int, given: Any, posted: bool) -> dict[str, Any]:
    """Return what the form of a round shows."""
    wrong = {name: errors[0] for name, errors in form.errors.items()} if posted else {}
    if posted and not area:
        wrong["area"] = _("请选择区域。")
    found = choices(request.areas, area)
    if not area and len([one for one in found if one[1] == min(row[1] for row in found)]) == 1:
        area = min(found, key=lambda one: one[1])[0]
        found = choices(request.areas, area)
    return {
        "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in found], "area": area, "given": given,
        "wrong": wrong, "longest": LONGEST, "others": _others(request), "sizes": plans.POOL_SIZES, "sealed": SEALED,
        "tests": SELF_TEST.name if _may_test(request) else "",
        "rule": [
            {"cause": cause, "chosen": given.get(cause) or STANDARD[cause], "choices": CHOICES[cause],
             "days": given.get(f"{cause}_days", ""), "wrong": wrong.get(cause) or wrong.get(f"{cause}_days", "")}
            for cause in CAUSES
        ],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, draft: int) -> HttpResponse:
    """Change a round that is prepared and has not begun; the check then says what is otherwise than before."""
    one = _draft(request, draft)
    if one.state not in (DRAFT, FAILED) or not request.may("rounds", one.area):
        return redirect("round-draft", one.pk)
    now, posted = clock.now(), request.method == "POST"
    given = request.POST if posted else plans.told(one, plans.of(one))
    area = _area(request, request.POST if posted else request.GET) or (0 if posted else one.area)
    form = NewRound(given, now=now)
    if posted and area and form.is_valid():
        try:
            actions.check_area(request.may, area)
            found = plans.change(one, area, form.cleaned_data, request.user.get_username(), now)
            messages.success(request, _("已修改%(n)s项。") % {"n": len(found)} if found else _("没有变化。"))
        except entitled.NotEntitled as error:
            messages.error(request, str(error), extra_tags="danger")
        except KeyError:
            messages.error(request, _("这一轮已经开始或已取消。"), extra_tags="danger")
        return redirect("round-draft", one.pk)
    context = _form(request, form, area, given, posted) | {"draft": one}
    return TemplateResponse(request, "opening/new.html", context)


def _last(request: HttpRequest) -> Campaign | None:
    """Return the round that was opened last, where it is wholly the reader's."""
    mine = [one for one in tabs.campaigns(request) if _inside(request, one.area)]
    return max(mine, key=lambda one: one.opened_at, default=None)


def _usual_name(now: Any) -> str:
    return _("%(day)s 核酸筛查") % {"day": timezone.localtime(now).strftime("%Y-%m-%d")}


def _others(request: HttpRequest) -> list[Campaign]:
    return [one for one in tabs.campaigns(request) if one.closed_at is None]


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, draft: int) -> HttpResponse:
    """What is known before the round begins, who can mend what, and the button; once it is asked for, how far it is."""
    one = _draft(request, draft)
    if request.method == "POST":
        return _given_up(request, one)
    if one.state not in (DRAFT, FAILED):
        return _progress(request, one)
    now = clock.now()
    plan = plans.of(one)
    scope = plans.scope(plan)
    ready = reads.ready(one.area, now, scope)
    named = board.names({one.area, *(node for nodes in ready.lacking.values() for node in nodes)})
    held = [
        {"check": c, "mend": _mend(request, c.name), "lacking": ready.lacking.get(c.name, ())} for c in ready.checks
    ]
    context = {
        "draft": one, "ready": ready, "checks": held, "names": named, "area_name": named.get(one.area),
        "others": _others(request), "most": reads.NAMED, "depth": level(one.area), "late": _late(one, now),
        "plan": plan, "scope": scope, "changes": plans.changes(plan), "mine": request.may("rounds", one.area),
        "areas_named": board.names(plans.areas(plan)),
    }  # fmt: skip
    return TemplateResponse(request, "opening/draft.html", context)


def _late(one: Draft, now: Any) -> bool:
    return one.until is not None and one.until <= now


def _mend(request: HttpRequest, name: str) -> str:
    """Return the page on which something is mended, where the reader may open it."""
    page, need = MENDED[name]
    return page if request.who.may(need) else ""


def _given_up(request: HttpRequest, one: Draft) -> HttpResponse:
    try:
        if request.POST.get("act") == "again":
            actions.go_on(one, request.may, clock.now())
            return redirect("round-draft", one.pk)
        if not actions.drop(one, request.may, clock.now()):
            raise Refusal(_("这一轮已经开始或已取消。"))
        messages.success(request, _("已取消准备：%(name)s。") % {"name": one.name})
    except (Refusal, entitled.NotEntitled) as error:
        messages.error(request, str(error), extra_tags="danger")
        return redirect("round-draft", one.pk)
    return redirect("rounds")


def _progress(request: HttpRequest, one: Draft) -> HttpResponse:
    """How far an opening is. What is done leads on; what was broken off can be taken up again."""
    now = clock.now()
    stuck = one.state == ASKED and one.asked_at and background.is_stuck(background.OPENING, one.asked_at, now)
    if one.state == DONE:
        live.forget()
    context = {
        "draft": one, "stuck": stuck, "done": one.state == DONE, "asked": one.state == ASKED, "steps": len(STEPS) + 1,
        "at": one.step + 1, "area_name": board.names([one.area]).get(one.area),
        "took": (one.ended_at - one.asked_at).total_seconds() if one.ended_at and one.asked_at else None,
    }  # fmt: skip
    template = "opening/_progress.html" if live.is_live(request) else "opening/progress.html"
    return TemplateResponse(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def opened(request: HttpRequest, draft: int) -> HttpResponse:
    """Ask once more, with the number of people; sent with that number, have the round opened."""
    one = _draft(request, draft)
    if one.state not in (DRAFT, FAILED):
        return redirect("round-draft", one.pk)
    now, wrong = clock.now(), ""
    if request.method == "POST":
        user = request.user.pk, request.user.get_username()
        try:
            people = fields.number(request.POST.get("people", ""))
            actions.open_(one, people, user, request.ranges, request.may, now)
            return redirect("round-draft", one.pk)
        except (Refusal, entitled.NotEntitled) as error:
            wrong = str(error)
    context = {
        "draft": one, "ready": reads.ready(one.area, now, plans.scope(plans.of(one))), "wrong": wrong,
        "others": _others(request), "area_name": board.names([one.area]).get(one.area),
    }  # fmt: skip
    return TemplateResponse(request, "opening/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, campaign: int) -> HttpResponse:
    """Ask, with what is open by stage, and a reason for each kind; sent with the reasons, close the round."""
    one = _campaign(request, campaign)
    if not request.may("rounds", one.area):
        raise Http404
    if one.closed_at is not None:
        return redirect("round-summary", one.id)
    wrong, now = "", clock.now()
    given = {kind: request.POST.get(f"reason_{kind}", "") for kind in REGISTRY.duties}
    if request.method == "POST" and request.POST.get("sure"):
        user = request.user.pk, request.user.get_username()
        try:
            n = actions.close(one, given, user, request.ranges, request.may, now)
            live.forget()
            messages.success(
                request, _("已结束：%(name)s；%(n)s项未完成的仍留在记录中。") % {"name": one.name, "n": f"{n:,}"}
            )
            return redirect("round-summary", one.id)
        except (Refusal, entitled.NotEntitled) as error:
            wrong = str(error)
    elif request.method == "POST":
        wrong = _("请勾选“我已核对”。")
    found = reads.open_by_stage(one.id)
    context = {
        "round": one, "wrong": wrong, "area_name": board.names([one.area]).get(one.area),
        "open": [(kind, stages, sum(n for _s, n in stages), given.get(kind.name, "")) for kind, stages in found],
        "total": sum(n for _kind, stages in found for _stage, n in stages),
        "reasons": [reads.Reason(name) for name in CLOSING_REASONS],
    }  # fmt: skip
    return TemplateResponse(request, "opening/close.html", context)


@require_safe
def summary(request: HttpRequest, campaign: int) -> HttpResponse:
    """What became of a round, in the reader's part of it."""
    one = _campaign(request, campaign)
    root = board.roots(one, request.areas)[0]
    found = final.figures(one.id, root)
    swab, disposition = REGISTRY.duties["swab"], REGISTRY.duties["disposition"]
    known = {reason.name: reason for reason in swab.reasons}
    named = board.names([root, *(row["area"] for row in found["areas"])])
    ended = reads.closing(one)
    context = {
        "round": one, "area": root, "area_name": named.get(root), "found": found,
        "excused": [(known.get(name, name), n) for name, n in found["excused"].items()],
        "areas": [(row, place(row["area"], named.get(row["area"]))) for row in found["areas"]],
        "positives": [(stage, found["positives"][stage.name]) for stage in disposition.stages
                      if stage.name in found["positives"]],
        "ended": ended,
        "reasons": [(reads.Reason(row["reason"]), row["n"]) for row in ended[2]] if ended else [],
        "mine": request.may("rounds", one.area),
    }  # fmt: skip
    return TemplateResponse(request, "opening/summary.html", context)


def _campaign(request: HttpRequest, campaign: int) -> Campaign:
    found = next((one for one in tabs.campaigns(request) if one.id == campaign), None)
    if found is None or not board.roots(found, request.areas):
        raise Http404
    return found


def _draft(request: HttpRequest, number: int) -> Draft:
    """Return a round that is being prepared within the reader's areas.

    Raises:
        Http404: there is none.
    """
    one = Draft.objects.filter(pk=number).first() if number < 2**53 else None
    if one is None or not _inside(request, one.area):
        raise Http404
    return one


def _inside(request: HttpRequest, area: int) -> bool:
    return all(covers(request.ranges, end) for end in span(area))


def _area(request: HttpRequest, given: Any) -> int:
    """Return the chosen area where it lies within the reader's, else 0."""
    area = fields.number(given.get("area", ""))
    return area if is_area(area) and _inside(request, area) and board.names([area]) else 0
