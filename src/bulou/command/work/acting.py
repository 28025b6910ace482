"""Acts on declared kinds: the form with its rows, the question where it hurts, the writing, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.command.work import actions, forms, pages
from bulou.command.work.actions import Chosen
from bulou.command.work.covering import with_defaults
from bulou.command.worklist import undo
from bulou.command.worklist.chosen import ActRequest, Refusal
from bulou.ledger import clock
from bulou.ui.live import fragments as live
from bulou.ui.room import Act, Work, works
from bulou.ui.words import said as word


def act(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of an act on the named rows; filled in, the question where it hurts or where there are several; then the
    act itself. What is refused comes back with the form as it was filled in.
    """
    work = works()[kind]
    given = request.POST if request.method == "POST" else request.GET
    named = next((one for one in work.acts if one.name == given.get("act")), None)
    if named is None:
        return _away(request, work, _("没有这个操作。") if given.get("act") else "")
    step, now = given.get("step", ""), clock.now()
    if request.method != "POST":
        step = ""
    try:
        chosen = actions.choose(
            work, named, given.getlist("row"), request.user.pk, request.ranges, request.may, now, hold=step == "sure"
        )
    except Refusal as refusal:
        return _away(request, work, str(refusal))
    fields = forms.fields_of(named, work, chosen.able)
    if work.covered:
        fields = with_defaults(fields, {row.campaign for row in chosen.able})
    form = forms.form_of(fields, given if step else None, now)
    if not step or step == "back" or not form.is_valid() or not chosen.able:
        return _form(request, work, named, chosen, form)
    if step == "form" and asks(named, chosen):
        return _form(request, work, named, chosen, form, asked=True)
    said = ActRequest(named.name, request.user.get_username(), now, may=request.may)
    try:
        n = actions.do(work, named, chosen, form.said, said, request.user.pk, request.ranges)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _form(request, work, named, chosen, form)
    live.forget()
    messages.success(request, _("已登记“%(what)s”：%(n)s 条。一小时内可以撤销。") % {"what": word(named), "n": n})
    return redirect(_back(work, given, chosen))


def asks(act: Act, chosen: Chosen) -> bool:
    """Tell whether an act is asked about before it is done."""
    return act.confirm is not None or len(chosen.able) > 1


def _back(work: Work, given: Mapping[str, str], chosen: Chosen) -> str:
    """Return where a form leads: to the sheet that it came from, else to the list as it was narrowed."""
    rows = [*chosen.able, *(row for row, _why in chosen.unable)]
    if given.get("from") == "sheet" and len(rows) == 1:
        return reverse(f"work-{work.name}-sheet", args=[*rows[0].key])
    query = given.get("query", "")
    return reverse(f"work-{work.name}") + (f"?{query}" if query and "\n" not in query else "")


def _away(request: HttpRequest, work: Work, said: str) -> HttpResponse:
    if said:
        messages.error(request, said)
    return redirect(f"work-{work.name}")


def _form(
    request: HttpRequest, work: Work, act: Act, chosen: Chosen, form: forms.ActForm, asked: bool = False
) -> HttpResponse:
    """The form with the rows that it is about; ``asked``: what was filled in, to be confirmed."""
    given = request.POST if request.method == "POST" else request.GET
    now = clock.now()
    listed = [*chosen.able, *(row for row, _why in chosen.unable)]
    places = pages.places_of([row.area for row in listed])
    shown = {row.key: pages.shown_of(request, row, [], places, now) for row in listed}
    pages.look(request, work, [*shown.values()], now, "act")
    context: dict[str, Any] = {
        "work": work, "act": act, "form": form, "asked": asked, "places": places,
        "able": [shown[row.key] for row in chosen.able],
        "unable": [(shown[row.key], actions.sentence(why)) for row, why in chosen.unable],
        "changed": {row.key for row in chosen.changed}, "n": len(chosen.able),
        "confirm": actions.sentence(act.confirm) if act.confirm else "",
        "hidden": [
            (name, value) for name in given if name.startswith(forms.PREFIX) for value in given.getlist(name)
        ] if asked else [],
        "kept": [(name, given[name]) for name in ("from", "query") if given.get(name)],
        "act_url": reverse(f"work-{work.name}-act"), "back_url": _back(work, given, chosen),
        "list_url": reverse(f"work-{work.name}"),
    }  # fmt: skip
    return TemplateResponse(request, "work/act.html", context)


@require_POST
def take_back(request: HttpRequest, kind: str) -> HttpResponse:
    """Take one act of the user's own back as a whole."""
    work = works()[kind]
    said = ActRequest("undo", request.user.get_username(), clock.now(), may=request.may)
    try:
        n = undo.undo(request.POST.get("done", ""), said, request.user.pk, request.ranges, work)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        live.forget()
        messages.success(request, _("已撤销：%(n)s 条，原来的状态已恢复。") % {"n": n})
    return redirect(_back_of(work, request.POST))


def _back_of(work: Work, given: Mapping[str, str]) -> str:
    parts = given.get("sheet", "").split(".")
    if len(parts) == 3 and all(part.isascii() and part.isdecimal() and len(part) < 17 for part in parts):
        return reverse(f"work-{work.name}-sheet", args=[int(part) for part in parts])
    return reverse(f"work-{work.name}")
