"""Notices on the desk: the list, one of them with what became of it, what is done about it, poster and door slips."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level
from bulou.ledger.models import Campaign
from bulou.ledger.vocabulary import Outcome
from bulou.notices import actions, audience, printing, sending
from bulou.notices.actions import APPROVE, MOST, WRITE, Refusal
from bulou.notices.audience import SQL
from bulou.notices.edit_page import found
from bulou.notices.models import Notice
from bulou.notices.vocabulary import CHANNELS, DELIVERIES, NEXT, PUBLIC, STATES
from bulou.people.vocabulary import RECORDED
from bulou.ui import access_log, forms
from bulou.ui.desk_journal import writer
from bulou.ui.figures import names, rows

ROWS = 60
#: Doors that a sheet lists; the to-do list of visits has them all.
SHOWN = 100


def placed(nodes: list[int]) -> dict[int, Any]:
    """Return the names of areas and of what they lie in."""
    return names({ancestor(area, depth) for area in nodes for depth in range(1, level(area) + 1)})


def _word(table: Any, name: str) -> Any:
    return next((one for one in table if one.name == name), None)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Notices in sight, the latest first, as the list is narrowed by state."""
    known = {one.name for one in STATES}
    state = request.GET.get("state", "") if request.GET.get("state") in known else ""
    start = forms.number(request.GET.get("from", ""))
    held = Notice.objects.filter(**({"state": state} if state else {})).order_by("-made_at", "-id")
    notices = list(held[start : start + ROWS + 1])
    more, notices = len(notices) > ROWS, notices[:ROWS]
    return TemplateResponse(
        request, "notices/list.html", {
            "rows": [
                {"one": one, "state": _word(STATES, one.state), "channels": _channels(one),
                 "mine": one.state == "draft" and one.by != request.user.get_username()
                 and request.may(APPROVE, one.area)}
                for one in notices
            ],
            "states": STATES, "state": state, "start": start, "next": start + ROWS if more else 0,
            "places": placed([one.area for one in notices]), "mine": request.may(WRITE, request.areas[0]),
        },
    )  # fmt: skip


def _channels(one: Notice) -> list[Any]:
    return [channel for channel in CHANNELS if channel.name in one.channels]


@require_safe
def sheet(request: HttpRequest, notice: int) -> HttpResponse:
    """One notice: its words, whom it names now, what became of it, the doors that it did not reach."""
    one, now = found(notice), clock.now()
    mine = request.may(WRITE, one.area)
    whom = audience.of(one.area, one.audience)
    waiting = one.state in ("draft", "approved")
    counted = audience.count(one.area, whom, now) if waiting and mine else None
    tallies = [
        (_word(CHANNELS, channel), _word(DELIVERIES, state), n, seen, confirmed)
        for channel, state, n, seen, confirmed in rows(SQL["tallies"], notice=one.pk)
    ]
    doors = actions.unreached(one) if one.state == "sent" else []
    places = placed([one.area, *(row[1] for row in doors[:SHOWN])])
    terms = one.audience.get("terms", ())
    campaigns = dict(Campaign.objects.filter(pk__in=[term[0] for term in terms]).values_list("id", "name"))
    return TemplateResponse(
        request, "notices/sheet.html", {
            "one": one, "state": _word(STATES, one.state), "channels": _channels(one), "counted": counted,
            "told": audience.told(one.audience, campaigns), "tallies": tallies, "places": places, "mine": mine,
            "next": NEXT[one.state], "doors": doors[:SHOWN], "unreached": min(len(doors), MOST),
            "many": len(doors) > SHOWN, "owed": sum(row[5] == Outcome.OPEN for row in doors),
            "unvisited": sum(row[5] is None for row in doors), "author": one.by == request.user.get_username(),
            "approves": request.may(APPROVE, one.area), "loud": _loud(one, places) if "loud" in one.channels else (),
            "gateway": bool(settings.SMS_URL), "texts": "sms" in one.channels,
            "public": bool({*one.channels} & {*PUBLIC}),
        },
    )  # fmt: skip


def _loud(one: Notice, places: dict[int, Any]) -> tuple[str, str]:
    """Return the words for the loudspeaker in both languages."""
    out = []
    for language, text in (("zh-hans", one.public_zh), ("en", one.public_en)):
        with override(language):
            out.append(sending.filled(text, {}, one.area, [], 0, places))
    return out[0], out[1]


@require_POST
def act(request: HttpRequest, notice: int) -> HttpResponse:
    """Approve, send, send back, correct, retract; have somebody knock at the doors that were not reached."""
    one, who, may, now = found(notice), request.user.get_username(), request.may, clock.now()
    what = request.POST.get("act", "")
    try:
        if what == "approve":
            actions.approve(one, who, may, now)
            messages.success(request, _("已批准，可以发出。"))
        elif what == "back":
            actions.send_back(one, who, may)
            messages.success(request, _("已退回草稿。"))
        elif what == "send":
            n = actions.send(one, who, may, now)
            messages.success(request, _("已发出：%(n)s户。") % {"n": n})
        elif what == "retract":
            actions.retract(one, request.POST.get("why", ""), who, may, now)
            messages.success(request, _("已撤回。"))
        elif what == "correct":
            return redirect("notice-edit", actions.correction(one, who, may, now).pk)
        elif what == "knock":
            n = actions.visit(one, lambda: writer(request.user.pk, who, request.ranges, now), may, now)
            messages.success(request, _("已安排上门：%(n)s户。") % {"n": n})
        else:
            raise Refusal(_("没有这项操作。"))
    except Refusal as refusal:
        for sentence in str(refusal).split("\n"):
            messages.error(request, sentence, extra_tags="danger")
    return redirect("notice", notice)


def _pdf(drawn: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


@require_safe
def poster(request: HttpRequest, notice: int) -> HttpResponse:
    """The poster of a notice that was approved."""
    one = found(notice)
    if "poster" not in one.channels or one.state not in ("approved", "sent"):
        raise Http404
    home = settings.PUBLIC_URL or request.build_absolute_uri("/")
    return _pdf(printing.poster(one, placed([one.area]), home), "notice-poster.pdf")


@require_safe
def slips(request: HttpRequest, notice: int) -> HttpResponse:
    """The slips of a notice for the doors that it names within the reader's areas."""
    one = found(notice)
    doors = rows(SQL["doors"], notice=one.pk, most=MOST)
    if one.state != "sent" or not doors:
        raise Http404
    home = settings.PUBLIC_URL or request.build_absolute_uri("/")
    what = "notice-slips.pdf"
    assert what in RECORDED
    access_log.note_export(
        request.user.get_username(), what, {"notice": str(one.pk)}, len(doors), True, clock.now(), request.areas[0]
    )
    return _pdf(printing.slips(one, doors, placed([one.area, *(row[0] for row in doors)]), home), what)
