"""Opening a duty of a declared kind by hand: about whom, what it asks, what is open there, the writing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bulou import people
from bulou.command.work import forms, pages, reads
from bulou.command.work.reads import SQL, Asked
from bulou.command.work.rules import Key, Row, code, subject_of
from bulou.command.worklist.actions import written
from bulou.command.worklist.chosen import ActRequest, Refusal
from bulou.command.worklist.pages import area_of
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, found_id
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.steps import Step, due_of
from bulou.ledger.vocabulary import REGISTRY, Subject
from bulou.people.rules import mask_name, search_query
from bulou.people.search import Hit, search
from bulou.ui import areas
from bulou.ui import figures as board
from bulou.ui.figures import rows
from bulou.ui.live import fragments as live
from bulou.ui.room import Work, works
from bulou.ui.words import said as word

#: Of these subjects a search by name or door leads to one; the others are named by their area or their number.
SEARCHED = (Subject.PERSON, Subject.HOUSEHOLD)


@dataclass(frozen=True, slots=True)
class About:
    """Whom or what a duty is opened on. ``name``: of a person; ``door``: stairwell, floor, door of a household."""

    subject: int
    area: int
    name: str = ""
    door: tuple[str, int | None, str] | None = None


def about(work: Work, text: str, ranges: Ranges) -> About | None:
    """Return what a code names, as far as it is on the register and within the scope; None for nothing."""
    kind, subject = work.duty.subject, subject_of(text)
    if not subject or subject >= 2**53:
        return None
    if kind is Subject.AREA:
        found = rows(SQL["area"], area=subject) if covers(ranges, subject) else []
        return About(subject, subject) if found else None
    if kind not in SEARCHED:
        return None
    found = rows(SQL["home"], subject=subject, personal=kind is Subject.PERSON)
    if not found:
        return None
    area, name, *door = found[0]
    return About(subject, area, name or "", (door[0] or "", door[1], door[2]) if door[2] else None)


def open_(work: Work, step: Step, who: About, said: dict[str, Any], by: ActRequest, user: int, ranges: Ranges) -> Key:
    """Open a duty on somebody; return its key.

    Raises:
        Refusal: not the user's to open, owed already where it is owed but once, or not taken by the ledger.
    """
    assert work.programme is not None
    if not covers(ranges, who.area):
        raise Refusal(_("您的区域内没有这个编码。"))
    campaign = work.programme.id
    if not step.many and reads.of(work, ranges, [(campaign, who.subject, 0)], by.now):
        raise Refusal(_("这里已经登记过同样的事项：请打开原来的记录办理。"))
    body = {"campaign": campaign, "subjects": [who.subject]} | said | due_of(step, said, by.now)
    (receipt,) = written([(step.name, by.now, who.area, body)], by, user, ranges)
    return campaign, who.subject, found_id(receipt.journal, receipt.number) if step.many else 0


def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose whom it is about; fill in the form; confirm; the sheet of what was opened."""
    work = works()[kind]
    step = work.opening
    if step is None or not any(request.may(work.opener, area) for area in request.areas):
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    now = clock.now()
    chosen = about(work, given.get("subject", ""), request.ranges)
    if chosen is not None and not request.may(work.opener, chosen.area):
        messages.error(request, _("您的角色在这一区域不能办理“%(what)s”。") % {"what": word(step)})
        chosen = None
    if chosen is None or "into" in given:
        return _choose(request, work, step, given.get("subject", "") if "into" not in given else "")
    stage = given.get("step", "") if request.method == "POST" else ""
    form = forms.form_of(step.fields, given if stage else None, now)
    sure = stage == "sure"
    if not stage or stage == "back" or not form.is_valid():
        return _form(request, work, step, chosen, form, now)
    if not sure:
        return _form(request, work, step, chosen, form, now, asked=True)
    by = ActRequest(step.name, request.user.get_username(), now, may=request.may)
    try:
        key = open_(work, step, chosen, form.said, by, request.user.pk, request.ranges)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _form(request, work, step, chosen, form, now)
    live.forget()
    messages.success(request, _("已登记“%(what)s”。一小时内可以撤销。") % {"what": word(step)})
    return redirect(f"work-{work.name}-sheet", *key)


def _choose(request: HttpRequest, work: Work, step: Step, wrong: str) -> HttpResponse:
    """The page on which it is said whom it is about."""
    if wrong:
        messages.error(request, _("您的区域内没有这个编码。"))
    context: dict[str, Any] = _around(work, step)
    if work.duty.subject is Subject.AREA:
        area = area_of({"area": request.GET.get("subject", "")}, request.ranges)
        context |= {
            "area": area, "choices": [
                (id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)
            ],
        }  # fmt: skip
        return TemplateResponse(request, "work/choose.html", context)
    text = request.GET.get("q", "")[:80]
    asked = search_query(text)
    hits, more = search(asked, request.ranges, 0, REGISTRY.duties["swab"])
    found = [one for hit in hits if (one := _hit(request, work, hit)) is not None]
    if asked.household and not found and work.duty.subject is Subject.HOUSEHOLD:  # a flat in which nobody is on record
        empty = about(work, f"H{asked.household}", request.ranges)
        found = [(empty, "", code(Subject.HOUSEHOLD, empty.subject))] if empty else []
    people.note_look(
        [(hit.id, hit.area) for hit in hits if request.may("names", hit.area)], request.user.get_username(),
        "desk: search, names shown", clock.now(),
    )  # fmt: skip
    context |= {
        "searched": True, "q": text, "found": found, "more": more, "too_short": bool(text) and asked.nothing,
        "places": _places([one.area for one, _name, _code in found]),
    }  # fmt: skip
    return TemplateResponse(request, "work/choose.html", context)


def _hit(request: HttpRequest, work: Work, hit: Hit) -> tuple[About, str, str] | None:
    """Return whom a person found stands for, the name as the reader may see it, and the code."""
    subject = hit.id if work.duty.subject is Subject.PERSON else hit.household
    if not subject:
        return None
    name = hit.name if request.may("names", hit.area) else hit.masked
    door = (hit.stairwell or "", hit.floor, hit.door) if hit.door else None
    return About(subject, hit.area, hit.name, door), name, code(work.duty.subject, subject)


def _places(areas: list[int]) -> dict[int, Any]:
    return board.names({ancestor(area, depth) for area in areas for depth in range(1, 6)})


def _around(work: Work, step: Step) -> dict[str, Any]:
    return {
        "work": work, "opening": step, "new_url": reverse(f"work-{work.name}-new"),
        "list_url": reverse(f"work-{work.name}"),
    }  # fmt: skip


def _form(
    request: HttpRequest, work: Work, step: Step, chosen: About, form: forms.ActForm, now: datetime, asked: bool = False
) -> HttpResponse:
    """The form of the opening step, or what was filled in, to be confirmed; and what is open there already."""
    given = request.POST if request.method == "POST" else request.GET
    named = request.may("names", chosen.area)
    there: list[Row] = reads.listed(work, request.ranges, Asked(subject=chosen.subject), now)[0]
    places = pages.places_of([chosen.area, *(row.area for row in there)])
    if named and chosen.name:
        people.note_look(
            [(chosen.subject, chosen.area)], request.user.get_username(), "desk: work act", now
        )  # fmt: skip
    context = _around(work, step) | {
        "about": chosen, "code": code(work.duty.subject, chosen.subject), "named": named,
        "name": chosen.name if named else mask_name(chosen.name) if chosen.name else "", "form": form, "asked": asked,
        "places": places, "there": [pages.shown_of(request, row, [], places, now) for row in there],
        "hidden": [
            (name, value) for name in given if name.startswith(forms.PREFIX) for value in given.getlist(name)
        ] if asked else [],
    }  # fmt: skip
    return TemplateResponse(request, "work/new.html", context)
