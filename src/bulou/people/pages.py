"""The pages of people: search, the sheets, and the form that breaks the glass."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bulou.ledger import clock
from bulou.ledger.areas import ancestor
from bulou.ledger.scope import covers
from bulou.ledger.vocabulary import REGISTRY
from bulou.people import emergency_access, positive, reads
from bulou.people.access_record import Refusal
from bulou.people.list_code import coded
from bulou.people.offering.actions import can_offer, can_withdraw
from bulou.people.rules import search_query
from bulou.people.search import MOST, Hit, search
from bulou.people.vocabulary import HOWS, WHYS
from bulou.places.actions import look_up
from bulou.ui import figures as board
from bulou.ui import tabs
from bulou.ui.access_log import note_look
from bulou.ui.areas import receivers
from bulou.ui.export import files
from bulou.ui.identity_text import tails
from bulou.ui.room import works
from bulou.ui.templatetags.naming import door, spot
from bulou.ui.words import said


def may(request: HttpRequest, ability: str) -> bool:
    """Tell whether the reader has an ability; nobody has one that was not given."""
    return ability in getattr(request, "abilities", ())


def current(request: HttpRequest) -> int:
    """Return the newest open round that touches the reader's areas; 0 for none."""
    return next((c.id for c in tabs.campaigns(request) if c.closed_at is None), 0)


def around(request: HttpRequest) -> dict[str, Any]:
    """Return what every page here shows."""
    return {
        "campaign_id": current(request), "entitled": may(request, "names"), "auditor": may(request, "audit"),
        "may_break": may(request, "glass"), "may_decide": may(request, "decide"),
    }  # fmt: skip


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """One box. Names and telephones are masked unless the reader is entitled to see them; then the looks are noted."""
    text = request.GET.get("q", "")[:80]
    shell = around(request)
    asked = search_query(text)
    hits, more = search(asked, request.ranges, shell["campaign_id"], REGISTRY.duties["swab"])
    if files.wanted(request):
        return files.answer(request, _sheet(hits, files.unmasked(request)), request.areas[0])
    if shell["entitled"]:
        shown = [(hit.id, hit.area) for hit in hits]
        note_look(shown, request.user.get_username(), "desk: search, names shown", clock.now())
    context = {
        **shell, "q": text, "hits": hits, "more": more, "most": MOST, "too_short": bool(text) and asked.nothing,
        "places": board.names({ancestor(hit.area, depth) for hit in hits for depth in range(1, 6)}),
        "positives": positive.positives([hit.id for hit in hits], clock.now()),
    }  # fmt: skip
    return TemplateResponse(request, "people/search.html", context)


def _sheet(hits: list[Hit], full: bool) -> files.Sheet:
    places = board.names({ancestor(hit.area, depth) for hit in hits for depth in range(1, 6)})
    lines = [
        [f"P{hit.id}", hit.name if full else hit.masked, hit.phone if full else hit.masked_phone,
         spot(places, hit.area, 0), door(hit.stairwell, hit.floor, hit.door) if hit.door else "",
         said(hit.duty.stage) if hit.duty else "", said(hit.duty.why) if hit.duty else "",
         coded(hit.duty)[1] if hit.duty else "", ""]
        for hit in hits
    ]  # fmt: skip
    head = [_("编码"), _("姓名"), _("电话"), _("地点"), _("室号"), _("本轮状态"), _("原因"), _("校验"), _("情况")]
    people = [(hit.id, hit.area) for hit in hits]
    return files.Sheet("people.xlsx", "", _("查找结果"), head, lines, people, not full)


@require_safe
def person(request: HttpRequest, person: int) -> HttpResponse:
    """One person's sheet; outside the own areas only while a glass is broken for this person."""
    now, user = clock.now(), request.user.get_username()
    shell = around(request)
    grant, sheet = None, None
    if known := look_up(person, user, "desk: person sheet", now):
        sheet = reads.person(known, shell["campaign_id"], now)
    elif grant := emergency_access.live(user, person, now):
        with emergency_access.opened(grant):
            if known := look_up(person, user, grant.reason, now):
                sheet = reads.person(known, shell["campaign_id"], now)
    if sheet is None:
        raise Http404
    named = may(request, "names") if grant else request.may("names", sheet.known["seen_in"])
    if named and not grant:
        note_look([(member.id, member.area) for member in sheet.members], user, "desk: household sheet", now)
    # Of somebody from elsewhere the flat's others are not ours to see.
    own = covers(request.ranges, sheet.known["area"])
    if not named:
        sheet = positive.discreet(sheet)
    offering = {} if grant else _offering(request, sheet)
    context = {
        **shell, "sheet": sheet, "grant": grant, "now": now, "entitled": named, "own": own,
        "open": _beside(sheet.open, grant, offering), "past": _beside(sheet.past, grant, offering),
        "positives": positive.positives([person, *(member.id for member in sheet.members)], now),
    }  # fmt: skip
    return TemplateResponse(request, "people/person.html", context | offering)


def _beside(found: list[reads.Owing], grant: Any, offering: dict[str, Any]) -> list[reads.Owing]:
    """Return the duties that a table of their own lists: those of declared kinds have a section (``ui.sections``).

    It lists one all the same where somebody else's area is looked at, where what was said of it can be taken back here
    alone, and where its round is over.
    """
    declared, drawn = works(), offering.get("withdrawable", ())
    reopened = {name for name, work in declared.items() if any(act.step == "duty.reopened" for act in work.acts)}
    return [
        one for one in found
        if grant or one.owed.kind.name not in declared or one.closed_at or one.key in drawn
        or (one.reopens and one.owed.kind.name not in reopened)
    ]  # fmt: skip


def _offering(request: HttpRequest, sheet: reads.Sheet) -> dict[str, Any]:
    """Return which duties of a person the reader may hand over, to whom, and whose offer may be withdrawn."""
    offerable = [d for d in sheet.open if not d.closed_at and can_offer(request.may, d.owed)]
    return {
        "offerable": offerable,
        "withdrawable": {d.key for d in sheet.open if can_withdraw(request.may, d.owed)},
        "receivers": receivers([*request.areas]) if offerable else [],
    }


@require_safe
def household(request: HttpRequest, household: int) -> HttpResponse:
    """One household's sheet: its members by name, each look noted."""
    now = clock.now()
    shell = around(request)
    home = reads.household(household, shell["campaign_id"], now)
    if home is None:
        raise Http404
    named = request.may("names", home.seen_in)
    shown = [(member.id, member.area) for member in home.members]
    note_look(shown, request.user.get_username(), "desk: household sheet", now)
    context = {
        **shell, "home": home, "now": now, "entitled": named, "own": covers(request.ranges, home.area),
        "positives": positive.positives([member.id for member in home.members], now),
    }  # fmt: skip
    return TemplateResponse(request, "people/household.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def break_glass(request: HttpRequest) -> HttpResponse:
    """The form; a good one leads to the sheet for a quarter of an hour."""
    if not may(request, "glass"):
        raise Http404
    said = {name: request.POST.get(name, "")[:500] for name in ("how", "value", "name", "kind", "why")}
    said["value"] = tails(said["value"])
    if request.method == "POST":
        try:
            grant = emergency_access.break_glass(
                request.user.get_username(), **said, ranges=request.ranges, now=clock.now()
            )  # fmt: skip
        except emergency_access.Own as own:
            return redirect("person-sheet", own.person)
        except Refusal as refusal:
            messages.error(request, str(refusal), extra_tags="danger")
        else:
            return redirect("person-sheet", grant.person)
    context = {
        **around(request),
        "said": said,
        "whys": WHYS,
        "hows": HOWS,
        "minutes": int(emergency_access.LASTS.total_seconds() // 60),
    }
    return TemplateResponse(request, "people/glass.html", context)
