"""The pages of passes: what waits and what holds, one pass with its code, the gates; the printed pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou.ledger import clock
from bulou.ledger.areas import ancestor, is_area, level, span
from bulou.ledger.scope import Ranges, covers
from bulou.ui import access_log, areas, forms
from bulou.ui import figures as board
from bulou.ui.export import files
from bulou.ui.figures import Name
from bulou.ui.templatetags.naming import door, place, spot
from bulou.zones.passes import printing, reads, words
from bulou.zones.passes.reads import Pass
from bulou.zones.passes.vocabulary import PROGRAMME

#: Rows of one page of the list.
ROWS = 60
#: How a list is narrowed: the states that each filter shows.
SHOWS: Mapping[str, tuple[str, ...]] = {
    "waiting": ("asked", "contested"), "holds": ("valid", "ending", "early"), "ending": ("ending",),
    "outside": (), "turned_down": ("turned_down",), "gone": ("revoked", "ended", "over", "used"), "all": (),
}  # fmt: skip
#: What comes first on a list.
ORDER = ("contested", "asked", "ending", "valid", "early", "used", "turned_down", "revoked", "ended", "over")


@dataclass(frozen=True, slots=True)
class Row:
    """A pass as a page draws it. ``named``: whether its names may stand there; ``late``: its decision is overdue."""

    one: Pass
    state: str
    tone: str
    sort: str
    uses: str
    named: bool
    late: bool
    overdue: bool


def row_of(request: HttpRequest, one: Pass, now: datetime) -> Row:
    """Return a pass with its words; somebody who is out when it has ended is overdue."""
    return Row(
        one, words.state_name(one.state), words.tone(one.state), words.sort_name(one.sort),
        words.uses_name(one.uses, one.out), request.may("names", one.area),
        bool(one.state in ("asked", "contested") and one.due and one.due <= now),
        one.outside and one.state in ("over", "revoked", "ended"),
    )  # fmt: skip


def area_of(asked: Mapping[str, str], ranges: Ranges) -> int:
    """Return the chosen area where it lies within the reader's, else 0."""
    area = forms.number(asked.get("area", ""))
    return area if is_area(area) and all(covers(ranges, end) for end in span(area)) else 0


def places_of(nodes: Iterable[int]) -> dict[int, Name]:
    """Return the names of areas and of what they lie in."""
    return board.names({ancestor(area, depth) for area in nodes for depth in range(1, level(area) + 1)})


def fits(one: Pass, show: str) -> bool:
    """Tell whether a filter shows a pass."""
    if show == "outside":
        return one.outside
    return show == "all" or one.state in SHOWS[show]


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The passes of the reader's areas, as the list is narrowed; or all of it as a file."""
    now, given = clock.now(), request.GET
    area = area_of(given, request.ranges)
    every = reads.passes([area] if area else [*request.areas], now)
    counts = {name: sum(fits(one, name) for one in every) for name in SHOWS}
    show = given.get("show", "") if given.get("show") in SHOWS else "waiting" if counts["waiting"] else "all"
    found = sorted((one for one in every if fits(one, show)), key=lambda one: (ORDER.index(one.state), _first(one)))
    if files.wanted(request):
        return files.answer(request, _file(request, found, now), area or request.areas[0])
    start = max(0, forms.number(given.get("from", "")))
    page = found[start : start + ROWS]
    rows = [row_of(request, one, now) for one in page]
    access_log.note_look(
        reads.named(row.one for row in rows if row.named), request.user.get_username(), "desk: passes", now
    )  # fmt: skip
    out = reads.let_out([area] if area else [*request.areas], day_of(now), now)
    return TemplateResponse(
        request, "passes/list.html", {
            "rows": rows, "area": area, "show": show, "counts": counts, "total": len(every),
            "places": places_of([one.area for one in page]), "campaign": PROGRAMME.id,
            "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)],
            "next": start + ROWS if start + ROWS < len(found) else 0, "start": start,
            "mine": any(request.may("passes", own) for own in request.areas),
            "let_out": len(out), "open_out": sum(one.open for one in out),
        },
    )  # fmt: skip


def _first(one: Pass) -> datetime:
    """What comes first within a state: the nearest end of those that have one, else the longest wait."""
    return one.ends if one.ends and one.state in ("ending", "valid", "early") else one.asked_at


def day_of(now: datetime) -> datetime:
    """Return the beginning of the day in the installation's zone."""
    return timezone.make_aware(datetime.combine(timezone.localtime(now).date(), time()))


def _file(request: HttpRequest, found: list[Pass], now: datetime) -> files.Sheet:
    places = places_of(one.area for one in found)
    head = [
        _("编号"), _("事由"), _("当前"), _("谁出门"), _("地点"), _("室号"), _("从何时起"), _("到何时止"), _("出入次数"),
        _("理由"), _("申请时间"),
    ]  # fmt: skip
    full = {one.occasion: files.unmasked(request, one.area) for one in found}
    lines: list[list[str | int | None]] = [
        [
            one.number, words.sort_name(one.sort), words.state_name(one.state),
            one.who if full[one.occasion] else one.initials, path_of(one.area, places),
            door(one.stairwell, one.floor, one.door) if full[one.occasion] else "",
            stamp(one.starts), stamp(one.ends), words.uses_name(one.uses, one.out), one.reason, stamp(one.asked_at),
        ]
        for one in found
    ]  # fmt: skip
    people = reads.named(one for one in found if full[one.occasion])
    return files.Sheet("passes.xlsx", "", _("通行证"), head, lines, people, not any(full.values()))


def stamp(at: datetime | None) -> str:
    """Write a moment in the installation's zone; nothing for none."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def path_of(area: int, places: Mapping[int, Name]) -> str:
    """Write an area from its street down."""
    nodes = [ancestor(area, depth) for depth in range(min(2, level(area)), level(area) + 1)]
    return "/".join(place(node, places.get(node)) for node in nodes)


# -- one of them -----------------------------------------------------------------------------------


def pass_in(request: HttpRequest, household: int, occasion: int, now: datetime) -> Pass:
    """Return a pass within the reader's areas.

    Raises:
        Http404: there is none.
    """
    if max(household, occasion) >= 2**54 or not occasion:
        raise Http404
    found = [one for one in reads.passes(request.areas, now, occasion) if one.household == household]
    if not found:
        raise Http404
    return found[0]


@require_safe
def sheet(request: HttpRequest, household: int, occasion: int) -> HttpResponse:
    """One pass: how it stands, its code to show, its passages; deciding is on the sheet of its duty."""
    now = clock.now()
    one = pass_in(request, household, occasion, now)
    row = row_of(request, one, now)
    if row.named:
        access_log.note_look(reads.named([one]), request.user.get_username(), "desk: pass", now)
    text = printing.code_text(one, now) if one.holds or one.state in ("early", "used") else ""
    gone = reads.passages([one.area], now - reads.READ_BACK, occasion)
    return TemplateResponse(
        request, "passes/sheet.html", {
            "row": row, "one": one, "places": places_of([one.area, *(passed.area for passed in gone)]),
            "code": mark_safe(printing.drawing(text)) if text else "", "text": text,
            "gone": [(passed, words.way_name(passed.way)) for passed in gone], "campaign": PROGRAMME.id,
            "mine": request.may("passes", one.area), "keyless": one.holds and not text,
        },
    )  # fmt: skip


@require_safe
def card(request: HttpRequest, household: int, occasion: int) -> HttpResponse:
    """The pass as a page to print: the code, its number, its time; the holder by initials alone."""
    now = clock.now()
    one = pass_in(request, household, occasion, now)
    text = printing.code_text(one, now) if one.holds or one.state in ("early", "used") else ""
    if not text or not request.may("passes", one.area):
        raise Http404
    places = places_of([one.area])
    name = spot(places, ancestor(one.area, min(4, level(one.area))), 2)
    access_log.note_export(
        request.user.get_username(), "pass.pdf", {"number": one.number}, 1, True, now, one.area
    )  # fmt: skip
    answer = HttpResponse(printing.card(one, text, name), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="pass.pdf"'
    return answer


# -- gates -----------------------------------------------------------------------------------------


@require_safe
def gates(request: HttpRequest) -> HttpResponse:
    """Who went through the gates today: on a pass, in an emergency, and what was not let through; or as a file."""
    now, given = clock.now(), request.GET
    area = area_of(given, request.ranges)
    within, since = [area] if area else [*request.areas], day_of(now)
    gone = reads.passages(within, since)
    if files.wanted(request):
        return files.answer(request, _passages_file(gone), area or request.areas[0])
    refused, out = reads.turned_away(within, since), reads.let_out(within, since, now)
    by: dict[tuple[int, str], list[int]] = {}
    for one in gone:
        by.setdefault((one.device, one.by), [0, 0, 0])[one.way == "in"] += 1
    for one in refused:
        by.setdefault((one.device, one.by), [0, 0, 0])[2] += 1
    return TemplateResponse(
        request, "passes/gates.html", {
            "area": area, "gone": [(one, words.way_name(one.way)) for one in gone], "by": sorted(by.items()),
            "refused": [(one, words.why_name(one.why)) for one in refused], "campaign": PROGRAMME.id,
            "out": [(one, words.cause_name(one.cause)) for one in out],
            "places": places_of([one.area for one in (*gone, *refused, *out)]),
            "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)],
        },
    )  # fmt: skip


def _passages_file(gone: list[reads.Passage]) -> files.Sheet:
    places = places_of(one.area for one in gone)
    head = [_("时间"), _("方向"), _("编号"), _("地点"), _("设备")]
    lines: list[list[Any]] = [
        [stamp(one.at), words.way_name(one.way), one.number, path_of(one.area, places), one.by] for one in gone
    ]
    return files.Sheet("passages.xlsx", "", _("卡口出入"), head, lines)
