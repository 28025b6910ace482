"""The page of what needs a decision; it starts the day."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.command import forms, live
from bulou.command.exchange import files
from bulou.command.exchange.workbook import local
from bulou.command.now import actions, owners, reads
from bulou.command.now.rules import DECISIONS, TOP, Class, Matter, suggested
from bulou.command.now.templatetags.now import class_name
from bulou.command.now.words import sentence
from bulou.command.templatetags.command import spot
from bulou.ledger import clock
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import covers
from bulou.ledger.vocabulary import REGISTRY, Mark

#: The list asks every fifteen seconds; one reading serves all who answer for the same areas, and nobody twice.
WINDOW = 14.0


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The whole page; or all that is on the list, with its filters, as a file."""
    if files.wanted(request):
        return files.answer(request, _sheet(_context(request, files.MOST)), _area(request) or request.areas[0])
    return TemplateResponse(request, "now/page.html", _context(request) | _bar(request))


def _sheet(context: dict[str, Any]) -> files.Sheet:
    head = [_("类别"), _("事项"), _("地点"), _("起始时间"), _("已等候（分钟）"), _("责任人"), _("电话"), _("接手人")]
    lines = [
        [class_name(row["m"].class_.name.lower()), sentence(row["m"], context["knows"]),
         spot(context["places"], row["m"].area, 0),
         local(row["m"].since), int(row["age"] // 60) if row["age"] is not None else None,
         *(row["owner"].acting if row["owner"] else ("", "")), row["taker"]]
        for row in context["rows"]
    ]  # fmt: skip
    return files.Sheet("now.xlsx", "", _("待办"), head, lines)


@require_safe
@live.part("now/_age_words.html", window=WINDOW)
def fragment(request: HttpRequest) -> HttpResponse:
    """The list alone, for a live refresh."""
    return TemplateResponse(request, "now/_list.html", _context(request))


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """One act on the ticked rows, or on the row whose own button was pressed; then the list again, with a sentence of
    what was done.
    """
    form, now = request.POST, clock.now()
    journal, _dot, number = form.get("void", "").partition(".")
    one, _at, row = form.get("one", "").partition("@")
    hours = forms.number(form.get("hours", ""))
    said = actions.Said(
        one or form.get("act", ""), request.user.get_username(), now, form.get("reason", "") or form.get("why", ""),
        form.get("evidence", ""), now + timedelta(hours=hours) if 0 < hours <= 24 else None,
        forms.number(form.get("to_area", "")),
    )  # fmt: skip
    try:
        if journal:
            done = actions.void(forms.number(journal), forms.number(number), said, request.user.pk, request.ranges)
        else:
            done = actions.decide([row] if row else form.getlist("row"), said, request.user.pk, request.ranges)
    except actions.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        live.forget()
        messages.success(request, _("已登记%(n)s条。") % {"n": len(done)})
    if journal and form.get("of"):
        return redirect("now-matter", form["of"])
    kept = {name: form[name] for name in ("class", "area") if form.get(name)}
    return redirect(reverse("now") + (f"?{urlencode(kept)}" if kept else ""))


def owners_page(request: HttpRequest) -> HttpResponse:
    """Who answers for what: the list, and the form that changes one of them."""
    form, wrong = request.POST, ""
    if request.method == "POST":
        if form.get("remove", "").isdecimal():
            if not owners.remove(forms.number(form["remove"]), request.ranges):
                raise Http404
            live.forget()
            messages.success(request, _("已删除。"))
            return redirect("now-owners")
        try:
            owners.keep(owners.Given.read(form, request.ranges))
        except owners.Wrong as error:
            wrong = str(error)
        else:
            live.forget()
            messages.success(request, _("已保存。"))
            return redirect("now-owners")
    found = owners.owners(request.ranges)
    chosen = next((owner for owner in found if str(owner.pk) == request.GET.get("edit")), None)
    fields = {name: getattr(chosen, name) if chosen else "" for name in owners.Given.__dataclass_fields__}
    areas = owners.areas(request.ranges)
    # A code for each absence would tell the whole street who is ill; the list shows it where it matters, by the deputy.
    return TemplateResponse(
        request, "now/owners.html", {
            "owners": found, "areas": areas, "desks": owners.DESKS, "names": {id_: name for id_, _depth, name in areas},
            "given": fields | {name: form[name] for name in fields if name in form}, "wrong": wrong,
        },
    )  # fmt: skip


def _context(request: HttpRequest, limit: int = TOP) -> dict[str, Any]:
    now = clock.now()
    area = _area(request)
    read = reads.matters((span(area),) if area else request.ranges, now, limit)
    wanted = request.GET.get("class", "")
    minute = now.replace(second=0, microsecond=0)  # ages change by the minute, all at once
    rows = [
        {"m": m, "owner": read.owner(m), "value": f"{m.key}:{m.area}", "taker": read.taker(m), "acts": suggested(m),
         "href": _href(request, m),
         "age": (minute - m.since).total_seconds() if m.since else None}
        for m in read.matters
    ]  # fmt: skip
    return {
        "now": now,
        "first": rows[:DECISIONS],
        "rows": [row for row in rows if not wanted or row["m"].class_.name.lower() == wanted],
        "counts": [(c.name.lower(), read.counts[c]) for c in Class],
        "total": sum(read.counts.values()),
        "open": read.open,
        "data_age": (now - read.heard_at).total_seconds() if read.heard_at else None,
        "places": read.names,
        "wanted": wanted,
        "decides": "decide" in request.abilities,
        "knows": "names" in request.abilities,
        "area": area,
    }


def _href(request: HttpRequest, matter: Matter) -> str:
    """Return where a matter is looked into: its own page, or that of devices for those who may open it."""
    if matter.kind in REGISTRY.duties or (matter.class_ is Class.CONFLICT and matter.detail != "labels"):
        return _page_of(f"{matter.key}:{matter.area}")
    return reverse("devices") if matter.kind == "journal" and "devices" in request.abilities else ""


@lru_cache(10_000)
def _page_of(matter: str) -> str:
    """Return the address of a matter's page; to make it anew for each line took a fifth of a list's time."""
    return reverse("now-matter", args=[matter])


def _bar(request: HttpRequest) -> dict[str, Any]:
    """What stands around the list and is not read again with it."""
    area = _area(request)
    return {
        "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in reads.choices(request.areas, area)],
        "receivers": reads.receivers([*request.areas]),
        "reasons": [(kind, r) for kind in REGISTRY.duties.values() for r in kind.reasons if r.mark is not Mark.REFUSED],
        "bar": actions.ACTS,
    }


def _area(request: HttpRequest) -> int:
    """Return the chosen area where it lies within the reader's, else 0."""
    area = forms.number(request.GET.get("area", ""))
    return area if is_area(area) and all(covers(request.ranges, end) for end in span(area)) else 0
