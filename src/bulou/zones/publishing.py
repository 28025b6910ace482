"""The list of a street's zones: as it would be published now, with what changed; published, kept, read again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from importlib.resources import as_file, files
from typing import Any

import msgspec
import typst
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level, span
from bulou.ledger.scope import covers
from bulou.ui import access_log
from bulou.ui.export import files as export
from bulou.ui.figures import Name
from bulou.ui.templatetags.naming import place
from bulou.zones import acting, consequences, follows, notice, pages, reads, words
from bulou.zones.diff import Change, changes
from bulou.zones.entries import NOTICE, ListedUnit, digest
from bulou.zones.reads import PublishedList, Unit
from bulou.zones.vocabulary import LEVELS, LIFTED

#: The package whose font is used; nothing is taken from the machine's own fonts.
FONT = "pylopdf_fonts_zh_cn"
#: How a list names the whole of its street.
WHOLE = "全街镇"


def listed_units(street: int, found: Sequence[Unit], places: Mapping[int, Name]) -> list[ListedUnit]:
    """Return the lines of a street's list: every unit that has a level of its own; what is lifted is not listed."""
    out: list[ListedUnit] = []
    for unit in found:
        if unit.own and unit.level and unit.level != LIFTED and unit.held:
            ends = min((at for at in (unit.review, unit.held.until) if at), default=None)
            name = name_of(unit.area, street, places) + (f"（{unit.block}）" if unit.block else "")
            out.append(ListedUnit(
                area=unit.area, level=unit.level, name=name, since=_date(unit.since), ends=_date(ends)
            ))  # fmt: skip
    return out


def name_of(area: int, street: int, places: Mapping[int, Name]) -> str:
    """Write a unit as a notice does: below its neighbourhood, in Chinese; the whole street as such."""
    nodes = [ancestor(area, depth) for depth in range(level(street) + 1, level(area) + 1)]
    named = [places[node][0] for node in nodes if node in places]
    return "".join(named[1:] or named) or WHOLE


def _date(at: datetime | None) -> date | None:
    return timezone.localtime(at).date() if at else None


def drafts(streets: Sequence[int], within: Sequence[int], now: datetime) -> dict[int, list[ListedUnit]]:
    """Return the lists of streets as they stand; ``within``: the areas in which they lie. One read for all."""
    found = reads.units(within, now)
    places = pages.places_of(unit.area for unit in found if unit.own)
    out: dict[int, list[ListedUnit]] = {}
    for street in streets:
        own = [unit for unit in found if ancestor(unit.area, 2) == street]
        above = next((one.held for one in own if one.held and level(one.held.area) < level(street)), None)
        whole = [ListedUnit(area=street, level=above.level, name=WHOLE, since=_date(above.since))] if above else []
        out[street] = [one for one in whole if one.level != LIFTED] + listed_units(street, own, places)
    return out


def draft(street: int, now: datetime) -> list[ListedUnit]:
    """Return the list of a street as it stands."""
    return drafts([street], [street], now)[street]


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The reader's streets, each with when its list was last published and what has changed since."""
    now = clock.now()
    streets = reads.streets(request.ranges)
    last: dict[int, PublishedList] = {}
    for one in reads.published(streets, len(streets) * 40):
        last.setdefault(one.street, one)
    every = drafts(streets, request.areas, now)
    rows = [
        (street, units, last.get(street), len(changes(last[street].body.units if street in last else (), units)))
        for street, units in every.items()
    ]
    return TemplateResponse(request, "zones/lists.html", {"rows": rows, "places": pages.places_of(streets)})


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, area: int) -> HttpResponse:
    """One street's list: as it stands or as published (``?n=``); as page, Excel or PDF; published by POST."""
    if level(area) != 2 or not all(covers(request.ranges, end) for end in span(area)):
        raise Http404
    now = clock.now()
    past = reads.published([area])
    if request.method == "POST":
        return _act(request, area, past, now) if request.POST.get("follow") else _publish(request, area, past, now)
    asked = request.GET.get("n", "")
    shown = next((one for one in past if asked and asked == f"{one.journal}.{one.number}"), None)
    if asked and shown is None:
        raise Http404
    units = list(shown.body.units) if shown else draft(area, now)
    before = past[past.index(shown) + 1 :] if shown else past
    changed = changes(before[0].body.units if before else (), units)
    day = shown.body.day if shown else reads.today(now)
    places = pages.places_of([area])
    name = place(area, places.get(area))
    if export.wanted(request, area=area):
        return export.answer(request, _sheet(name, units, day), area)
    named = places.get(area) or ("", "")
    texts = (shown.body.notice_zh, shown.body.notice_en) if shown else notice.draft(
        (named[0] or name, named[1] or named[0] or name), day, units, changed
    )  # fmt: skip
    if request.GET.get("as") in ("pdf", "notice"):
        if not request.may("export", area):
            raise PermissionDenied
        access_log.note_export(
            request.user.get_username(), "zones.pdf", {"area": str(area)}, len(units), True, now, area
        )  # fmt: skip
        if request.GET["as"] == "notice":
            return _compiled("notice.typ", {"zh": texts[0], "en": texts[1], "draft": shown is None}, "notice.pdf")
        return _pdf(name, units, day, shown)
    one = _followed(area, units, before[0] if before else None, shown)
    return TemplateResponse(
        request, "zones/publish.html", {
            "area": area, "name": name, "sections": sections(units), "n": len(units), "day": day, "shown": shown,
            "changed": [_told(one) for one in changed], "past": past, "last": before[0] if before else None,
            "mine": request.may(pages.NEED, area) and shown is None, "digest": digest(units),
            "may_export": request.may("export", area), "texts": texts, "most": NOTICE,
            "follows": follows.rows(request, one, now), "where": pages.places_of([*{*one.before, *one.now}]),
        },
    )  # fmt: skip


def sections(units: Iterable[ListedUnit]) -> list[tuple[str, str, list[ListedUnit]]]:
    """Return the list by level, the strictest first: name, tone, lines."""
    told = [*units]
    return [
        (words.level_name(one.name), words.tone(one.name), [unit for unit in told if unit.level == one.name])
        for one in LEVELS if one.name != LIFTED
    ]  # fmt: skip


def _told(one: Change) -> tuple[str, str, str, str, str]:
    gone = _("未列入")
    before, now = (words.level_name(name) if name else gone for name in (one.before, one.now))
    return one.unit.name, before, words.tone(one.before), now, words.tone(one.now)


def _publish(request: HttpRequest, area: int, past: Sequence[PublishedList], now: datetime) -> HttpResponse:
    units = draft(area, now)
    told = digest(units)
    try:
        if not request.may(pages.NEED, area):
            raise acting.Refusal(_("您的角色在这一区域不能公布名单。"))
        if request.POST.get("digest") != told:
            raise acting.Refusal(_("打开页面后名单已有变化：请核对后再公布。"))
        if past and past[0].digest == told:
            raise acting.Refusal(_("与上次公布的名单相同，不必再公布。"))
        texts = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in ("notice_zh", "notice_en")}
        if any(len(text) > NOTICE for text in texts.values()):
            raise acting.Refusal(_("通告最多%(n)s个字。") % {"n": NOTICE})
        body = {"day": reads.today(now).isoformat(), "units": msgspec.to_builtins(units), "digest": told, **texts}
        with transaction.atomic():
            acting.write(request, [("zone.published", now, area, body)], now)
            shown = reads.published([area], 1)[0]
            follows.post(request, _followed(area, units, past[0] if past else None, shown), now)
    except ValueError as refusal:  # of ours, or of what follows: then nothing of it is published
        messages.error(request, str(refusal), extra_tags="danger")
        return redirect("zones-list", area)
    messages.success(request, _("已公布。一小时内可以在“管控区”页撤销。"))
    return redirect(f"{reverse('zones-list', args=[area])}?n={shown.journal}.{shown.number}")


def _followed(
    area: int, units: Sequence[ListedUnit], before: PublishedList | None, shown: PublishedList | None
) -> follows.Published:
    """Return a list and the one before it, as what follows is told by."""
    return follows.Published(
        area, consequences.levels(before.body.units if before else ()), consequences.levels(units),
        shown.at if shown else None, f"{shown.journal}.{shown.number}" if shown else "",
    )  # fmt: skip


def _act(request: HttpRequest, area: int, past: Sequence[PublishedList], now: datetime) -> HttpResponse:
    """Do, or take back, one thing that follows from the list that was published last."""
    if not past or request.POST.get("n") != f"{past[0].journal}.{past[0].number}":
        messages.error(request, _("已有新的名单：请在最新的名单上办理。"), extra_tags="danger")
        return redirect("zones-list", area)
    one = _followed(area, list(past[0].body.units), past[1] if len(past) > 1 else None, past[0])
    name, _dot, done = request.POST.get("follow", "").partition(":")
    try:
        if not request.may(pages.NEED, area):
            raise acting.Refusal(_("您的角色在这一区域不能公布名单。"))
        said = [follower.act(request, one, name, done, now) for follower in follows.FOLLOWERS]
    except ValueError as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, "".join(said))
    return redirect(f"{reverse('zones-list', args=[area])}?n={one.key}")


def _sheet(name: str, units: Sequence[ListedUnit], day: date) -> export.Sheet:
    head = [_("等级"), _("序号"), _("名称"), _("自何时"), _("复核或截止"), _("区域编号")]
    lines: list[list[str | int | None]] = []
    for title, _tone, rows in sections(units):
        lines += [
            [title, n, unit.name, str(unit.since or ""), str(unit.ends or ""), str(unit.area)]
            for n, unit in enumerate(rows, 1)
        ]
    return export.Sheet("zones-list.xlsx", name, _("三区名单 %(day)s") % {"day": day}, head, lines)


def _pdf(name: str, units: Sequence[ListedUnit], day: date, shown: PublishedList | None) -> HttpResponse:
    data: dict[str, Any] = {
        "title": f"{name}封控区、管控区、防范区名单", "day": f"{day.year}年{day.month}月{day.day}日",
        "draft": shown is None, "digest": digest(list(units))[:16],
        "sections": [
            {"title": title, "rows": [{"name": one.name, "ends": str(one.ends or "")} for one in rows]}
            for title, rows in (
                (one.zh, [unit for unit in units if unit.level == one.name]) for one in LEVELS if one.name != LIFTED
            )
        ],
    }  # fmt: skip
    return _compiled("list.typ", data, "zones.pdf")


def _compiled(file: str, data: dict[str, Any], name: str) -> HttpResponse:
    """Return a page that is drawn from data."""
    with as_file(files(FONT)) as fonts, as_file(files(__package__) / file) as page:
        drawn = typst.compile(
            page.read_bytes(), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )  # fmt: skip
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name)
    return answer
