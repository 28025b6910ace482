"""Acts on the list: what a form asks for is checked, asked about where it hurts, done, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.command.worklist import actions, detail, matter, pages, reads, resolving, undo
from bulou.command.worklist.chosen import ActRequest, ItemKey, Refusal
from bulou.command.worklist.rules import WorkItem
from bulou.ledger import clock
from bulou.ledger.scope import covers
from bulou.ledger.vocabulary import REGISTRY
from bulou.ui import forms
from bulou.ui.live import fragments as live

#: Fields of an act that go with it through the question.
FIELDS = ("reason", "why", "evidence", "hours", "to_area", "count", "same_as", "class", "area", "of")


def act(request: HttpRequest) -> HttpResponse:
    """One act on the ticked rows, or on the row whose own button was pressed; then the list again, with a sentence of
    what was done. An act that hurts, or one on several rows, is first read back and asked about. A refused form comes
    back as it was.
    """
    form = request.POST
    if request.method != "POST":  # the address of a form that was given back
        return redirect("now")
    said, rows = _said(request)
    given = {name: form.get(name, "") for name in FIELDS} | {"rows": rows}
    if form.get("back"):
        return _again(request, given)
    journal, _dot, number = form.get("void", "").partition(".")
    try:
        if journal:
            return _void(request, forms.number(journal), forms.number(number), said, given)
        made = actions.prepared(rows, said, request.ranges)
        if actions.asks(said, len(made)) and not form.get("sure"):
            return _asked(request, said, [one for one, _entry in made], given)
        done = actions.written([entry for _one, entry in made], said, request.user.pk, request.ranges)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _again(request, given)
    live.forget()
    messages.success(request, _("已登记%(n)s条。") % {"n": len(done)})
    return pages.back({**given, "of": ""})


def _said(request: HttpRequest) -> tuple[ActRequest, list[str]]:
    """Return what a form says, and the rows that it says it of. A button's value may tell what it is about: the report
    that is said anew (``same:1002.7``), the result that is chosen (``choose:negative``).
    """
    form: QueryDict = request.POST
    now, hours = clock.now(), forms.number(form.get("hours", ""))
    one, _at, row = form.get("one", "").partition("@")
    act, _colon, about = (one or form.get("act", "")).partition(":")
    journal, _dot, number = about.partition(".")
    said = ActRequest(
        act, request.user.get_username(), now, form.get("reason", "") or form.get("why", ""),
        form.get("evidence", ""), now + timedelta(hours=hours) if 0 < hours <= 24 else None,
        forms.number(form.get("to_area", "")), (forms.number(journal), forms.number(number)), about,
        forms.number(form["count"]) if form.get("count", "").isdecimal() else -1,
        form.get("same_as", "")[:40], request.may,
    )  # fmt: skip
    return said, [row] if row else form.getlist("row")


def _again(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    """Return the page that a form came from, with all that was filled in and ticked."""
    if given["of"]:
        return matter.shown(request, given["of"], given)
    return pages.shown(request, given, given)


def _void(request: HttpRequest, journal: int, number: int, said: ActRequest, given: dict[str, Any]) -> HttpResponse:
    """Void one report of a contradiction; a void is final, so it is asked about."""
    one = undo.voidable(journal, number, said, request.user.pk, request.ranges)
    if not request.POST.get("sure"):
        return TemplateResponse(
            request, "now/confirm.html", {
                "void": one, "said": replace(said, act="void"), "given": given, "rows": [], "n": 1,
                "hidden": [(name, given[name]) for name in FIELDS if given[name]] + [("void", f"{journal}.{number}")],
            },
        )  # fmt: skip
    undo.void(journal, number, said, request.user.pk, request.ranges)
    live.forget()
    messages.success(request, _("已登记%(n)s条。") % {"n": 1})
    return pages.back(given)


def _asked(request: HttpRequest, said: ActRequest, chosen: list[ItemKey], given: dict[str, Any]) -> HttpResponse:
    """Return the question whether an act is to be done, with all that it would be done to."""
    out = reads.List()
    reads.fill(out, _matters(request, chosen, said), said.now)
    hidden = [(name, given[name]) for name in FIELDS if given[name]]
    about = f"{said.act}:{said.value}" if said.value else said.act
    hidden += [("act", about), *(("row", row) for row in dict.fromkeys(given["rows"]))]
    kinds = {one.kind for one in chosen}
    again = resolving.report_of(chosen[0], said.report) if said.act == "same" and len(chosen) == 1 else None
    reason = next(
        (r for kind in REGISTRY.duties.values() if kind.name in kinds for r in kind.reasons if r.name == said.reason),
        None,
    )
    return TemplateResponse(
        request, "now/confirm.html", {
            "rows": pages.rows(request, out, said.now), "places": out.names, "said": said, "given": given,
            "n": len(chosen), "knows": "names" in request.abilities,
            "facts": reason or said.reason or (said.until and said.act in ("defer", "snooze"))
            or said.act in ("offer", "same", "choose", "lost"),
            "hidden": hidden, "reason": reason, "again": again, "value": said.value if said.act == "choose" else "",
            "evidence": said.evidence if said.act in ("excuse", "lost") else "",
            "to": reads.name_of(said.to_area) if said.act == "offer" else None,
        },
    )  # fmt: skip


def _matters(request: HttpRequest, chosen: list[ItemKey], said: ActRequest) -> list[WorkItem]:
    """Return the matters of the chosen rows as the list tells them; one that is not on it any more as it stands."""
    listed = reads.matters(request.ranges, said.now, actions.MOST, request.ranges).matters
    known = {m.key: m for one in listed for m in (one, *one.members)}
    out = []
    for one in chosen:
        found = known.get(one.matter.key)
        if found is None and said.act == "lost":  # of a box's tubes nothing is doubtful but that they are there
            found = replace(one.matter, detail=one.doubt or "packed")
        elif found is None and one.class_.name != "OFFER":
            found = detail.matter_of(one.matter, request.ranges, said.now)
        out.append(found or one.matter)
    return out


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Take one act back as a whole."""
    said = ActRequest("undo", request.user.get_username(), clock.now(), may=request.may)
    try:
        n = undo.undo(request.POST.get("done", ""), said, request.user.pk, request.ranges)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        live.forget()
        messages.success(request, _("已撤销%(n)s条，已恢复原来的状态。") % {"n": n})
    return pages.back(request.POST)


def reopen(request: HttpRequest, duty: str) -> HttpResponse:
    """Ask about, and take back, the word on one duty: excused, deferred or refused, whoever said it."""
    kind, *numbers = duty.split(".")
    if (
        kind not in REGISTRY.duties
        or len(numbers) != 3
        or not all(part.isdecimal() and len(part) < 17 for part in numbers)
    ):
        raise Http404
    campaign, subject, occasion = (int(part) for part in numbers)
    stands = detail.standing(kind, campaign, subject, occasion) if campaign < 2**31 else None
    if stands is None or not covers(request.ranges, stands.area):
        raise Http404
    said = ActRequest("reopen", request.user.get_username(), clock.now(), request.POST.get("why", ""), may=request.may)
    if request.method == "POST" and stands.can_reopen:
        try:
            undo.reopen((kind, campaign, subject, occasion), stands.area, said, request.user.pk, request.ranges)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            live.forget()
            messages.success(request, _("已重新打开。"))
            return redirect("now")
    out = reads.List()
    reads.fill(
        out,
        [WorkItem(matter.Category.OVERDUE, kind, subject, stands.area, None, occasion=occasion, campaign=campaign)],
        said.now,
    )
    declared = REGISTRY.duties[kind]
    return TemplateResponse(
        request, "now/reopen.html", {
            "m": out.matters[0], "kind": declared, "stands": stands, "places": out.names, "given": request.POST,
            "reason": next((r for r in declared.reasons if r.name == stands.reason), None),
        },
    )  # fmt: skip
