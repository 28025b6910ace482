"""The page of what needs a decision; it starts the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou.command.first.reads import steps
from bulou.command.work.rules import act_at
from bulou.command.worklist import actions, reads, undo
from bulou.command.worklist.advice import advice
from bulou.command.worklist.rules import THINGS, TOP, Category, WorkItem, first, suggested
from bulou.command.worklist.templatetags.now import class_name
from bulou.command.worklist.words import sentence
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, is_area, level, span
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.vocabulary import REGISTRY
from bulou.ui import areas, forms
from bulou.ui.export import files
from bulou.ui.export.workbook import local
from bulou.ui.figures import Name
from bulou.ui.live import fragments as live
from bulou.ui.room import Work, works
from bulou.ui.templatetags.naming import place, spot
from bulou.ui.words import said as word

#: The list asks every fifteen seconds; one reading serves all who answer for the same areas, and nobody twice.
WINDOW = 14.0
#: Below this level nobody is registered as an owner: what lies there is the committee's.
ANSWERS = 3


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The whole page; or all that is on the list, with its filters, as a file."""
    if files.wanted(request):
        area = area_of(request.GET, request.ranges)
        return files.answer(request, _sheet(_context(request, request.GET, files.MOST)), area or request.areas[0])
    return shown(request, request.GET)


def shown(request: HttpRequest, asked: Mapping[str, str], given: Mapping[str, Any] | None = None) -> HttpResponse:
    """Return the page as ``asked`` narrows it. ``given``: what a form that is given back held, with its ticked rows."""
    context = _context(request, asked) | _bar(request, asked)
    if not context["total"] and not context["open"]:
        context["steps"] = steps(request)
    ticked = set(given.get("rows", ())) if given else set[str]()
    for row in context["rows"]:
        row["ticked"] = row["value"] in ticked
    return TemplateResponse(request, "now/page.html", context | {"given": given or {}})


def _sheet(context: dict[str, Any]) -> files.Sheet:
    head = [
        _("类别"), _("事项"), _("怎么办"), _("地点"), _("起始时间"), _("已等候（分钟）"), _("责任人"), _("电话"),
        _("接手人"),
    ]  # fmt: skip
    knows = context["knows"]
    lines = [
        [class_name(row["m"].class_.name.lower()), sentence(row["m"], knows), advice(row["m"], knows),
         spot(context["places"], row["m"].spot, 0), local(row["m"].since),
         int(row["age"] // 60) if row["age"] is not None else None,
         *(row["owner"].acting if row["owner"] else (_("%(place)s（未登记责任人）") % {"place": row["body"]}, "")),
         row["taker"]]
        for row in context["rows"]
    ]  # fmt: skip
    return files.Sheet("now.xlsx", "", _("待办"), head, lines)


@require_safe
@live.part("now/_age_words.html", window=WINDOW)
def fragment(request: HttpRequest) -> HttpResponse:
    """The list alone, for a live refresh."""
    return TemplateResponse(request, "now/_list.html", _context(request, request.GET))


def _context(request: HttpRequest, asked: Mapping[str, str], limit: int = TOP) -> dict[str, Any]:
    now = clock.now()
    area = area_of(asked, request.ranges)
    read = reads.matters((span(area),) if area else request.ranges, now, limit, request.ranges)
    wanted = asked.get("class", "")
    listed = rows(request, read, now)
    shown = [row for row in listed if not wanted or row["m"].class_.name.lower() == wanted]
    top = first(read.matters, [row["m"] for row in listed if row["taker"]])
    total = sum(read.counts.values())
    return {
        "now": now,
        "first": [row for row in listed if any(row["m"] is m for m in top)],
        "rows": shown,
        "counts": [(c.name.lower(), read.counts[c]) for c in Category],
        "total": total,
        "hidden": sum(n for c, n in read.counts.items() if not wanted or c.name.lower() == wanted) - len(shown),
        "open": read.open,
        "data_age": (now - read.heard_at).total_seconds() if read.heard_at else None,
        "places": read.names,
        "wanted": wanted,
        "decides": "decide" in request.abilities,
        "knows": "names" in request.abilities,
        "area": area,
        "query": urlencode({name: asked[name] for name in ("class", "area") if asked.get(name)}),
    }


def rows(request: HttpRequest, read: reads.List, now: datetime) -> list[dict[str, Any]]:
    """Return the lines of a list: each matter with its age, its owner, who took it, its acts and where it is solved."""
    minute = now.replace(second=0, microsecond=0)  # ages change by the minute, all at once
    return [
        {
            "m": m, "owner": read.owner(m), "body": body(m, read.names), "narrow": level(m.spot) > ANSWERS,
            "value": value(m), "taker": read.taker(m),
            "acts": suggested(m), "href": _href(request, m), "way": way(request, m), "ticked": False,
            "age": (minute - m.since).total_seconds() if m.since else None,
        }
        for m in read.matters
    ]  # fmt: skip


def value(matter: WorkItem) -> str:
    """Return what a form's tick says of a matter; of what is counted also how many it was."""
    return f"{matter.key}:{matter.area}" + (f":{matter.n}" if matter.kind in THINGS and matter.n > 0 else "")


def body(matter: WorkItem, names: Mapping[int, Name]) -> str:
    """Return the office that answers for a matter as long as no owner is registered."""
    node = ancestor(matter.spot, min(level(matter.spot), ANSWERS))
    return place(node, names.get(node))


def _href(request: HttpRequest, matter: WorkItem) -> str:
    """Return where a matter is looked into: its own page, or the list that it is about. What another area offers lies
    there until it is accepted.
    """
    if matter.class_ is Category.OFFER or matter.detail == "packed":
        return ""
    if work := _worked(request, matter):
        return reverse(
            work.page or f"work-{matter.kind}-sheet", args=[matter.campaign, matter.subject, matter.occasion]
        )
    if matter.kind in REGISTRY.duties or matter.kind in reads.OF_GROUPS or matter.kind == "journal":
        return _page_of(f"{matter.key}:{matter.area}")
    return way(request, matter)[0] if matter.kind in ("unsampled", "unreached", "plan") else ""


def way(request: HttpRequest, matter: WorkItem) -> tuple[str, str]:
    """Return the page on which a matter is solved, where that is not its own: (address, what the link says)."""
    if (work := _worked(request, matter)) is not None and work.page:
        return reverse(work.page, args=[matter.campaign, matter.subject, matter.occasion]), word(work.duty)
    if work is not None:
        act = act_at(work, matter.n)
        if act is None or not request.may(act.ability, matter.area):
            return "", ""
        row = f"{matter.campaign}.{matter.subject}.{matter.occasion}."
        asked = urlencode({"act": act.name, "row": row, "from": "sheet"})
        return reverse(f"work-{matter.kind}-act") + f"?{asked}", word(act)
    if matter.kind == "unreached" and matter.detail in works():
        work = works()[matter.detail]
        url = reverse(f"work-{work.name}") + f"?{urlencode({'area': matter.area})}"
        return (url, word(work.menu or work.duty)) if set(work.sees.split()) <= request.abilities else ("", "")
    if matter.kind in ("deferred", "unsampled", "plan"):
        state = "?state=deferred" if matter.kind == "deferred" else ""
        if "people" in request.abilities:
            return _list_of("missed", matter.campaign, matter.area) + state, _("应检未检名单")
        return (
            (_list_of("board", matter.campaign, matter.area), _("总览")) if "board" in request.abilities else ("", "")
        )
    if matter.kind == "journal" and "devices" in request.abilities:
        if matter.class_ is Category.SILENT and matter.detail != "quiet":
            return reverse("hand-in"), _("补传离线记录")
        return reverse("devices"), _("查看设备")
    return "", ""


def _worked(request: HttpRequest, matter: WorkItem) -> Work | None:
    """Return the declared kind on whose pages a matter is solved: what waits, and nothing that is in doubt."""
    work = works().get(matter.kind) if matter.class_ in (Category.DANGER, Category.OVERDUE, Category.SOON) else None
    if work is None or matter.doubt or matter.foreign or not request.who.may(work.sees):
        return None
    return work if not work.secret or request.may("names", matter.area) else None


@lru_cache(10_000)
def _page_of(matter: str) -> str:
    """Return the address of a matter's page; to make it anew for each line took a fifth of a list's time."""
    return reverse("now-matter", args=[matter])


@lru_cache(10_000)
def _list_of(page: str, campaign: int, area: int) -> str:
    return reverse(page, args=[campaign, area])


def _bar(request: HttpRequest, asked: Mapping[str, str]) -> dict[str, Any]:
    """What stands around the list and is not read again with it."""
    area = area_of(asked, request.ranges)
    return {
        "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)],
        "receivers": areas.receivers([*request.areas]),
        "reasons": [(kind, r) for kind in REGISTRY.duties.values() for r in kind.reasons if actions.sayable(r)],
        "bar": actions.ACTS,
        "done": undo.recent(request.user.pk, clock.now()) if "decide" in request.abilities else [],
    }


def area_of(asked: Mapping[str, str], ranges: Ranges) -> int:
    """Return the chosen area where it lies within the reader's, else 0."""
    area = forms.number(asked.get("area", ""))
    return area if is_area(area) and all(covers(ranges, end) for end in span(area)) else 0


def back(form: Mapping[str, str]) -> HttpResponse:
    """Return to the list as it was narrowed, or to the page of the matter that the form was about."""
    if form.get("of"):
        return redirect("now-matter", form["of"])
    kept = {name: form[name] for name in ("class", "area") if form.get(name)}
    return redirect(reverse("now") + (f"?{urlencode(kept)}" if kept else ""))
