"""The command's pages. Each reads its figures and fills its template; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from bulou import people
from bulou.command import backlog as waits
from bulou.command import schematic
from bulou.command.exports import boards
from bulou.command.first.reads import steps
from bulou.ledger import clock
from bulou.ledger.areas import LEVELS, ancestor, level
from bulou.ledger.vocabulary import REGISTRY, DutyKind
from bulou.people.offering.actions import can_offer
from bulou.people.rules import mask_name
from bulou.places.actions import look_up
from bulou.rounds import comparison as beside
from bulou.rounds import progress as pace
from bulou.rounds.scope.reads import misfilled
from bulou.rounds.shell import shell
from bulou.rounds.vocabulary import MAIN_DUTY
from bulou.ui import figures as reads
from bulou.ui import sorting, tabs
from bulou.ui.areas import receivers
from bulou.ui.export import files
from bulou.ui.live import fragments as live
from bulou.ui.templatetags.naming import place

#: Boards ask every five seconds; one reading serves all who look at the same.
WINDOW = 4.0
#: The board's columns that sort.
COLUMNS: sorting.Columns = {
    "name": (lambda c: c.area, False),
    "owed": (lambda c: c.owed, True),
    "coverage": (lambda c: c.coverage, False),
    "missed": (lambda c: c.missed, True),
    "deferred": (lambda c: c.deferred, True),
    "refused": (lambda c: c.refused, True),
    "excused": (lambda c: c.excused, True),
    "held": (lambda c: c.stages[4], True),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Go to the current campaign's board at the user's own area, or say that there is none yet."""
    for campaign in tabs.campaigns(request):
        for root in reads.roots(campaign, request.areas):
            return redirect("board", campaign.id, root)
    return TemplateResponse(request, "command/none.html", {"steps": steps(request)})


def _names_people(request: HttpRequest) -> bool:
    """Tell whether a board shows people by name: that of a building, to who may see them."""
    area = request.resolver_match.kwargs["area"]
    return level(area) == len(LEVELS) and request.may("people names", area)


@require_safe
@live.part("command/_age_words.html", window=WINDOW, own=_names_people)
def board(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """One node: its balance, its stages, its children; a building door by door."""
    shell = page_shell(request, campaign, area, "board")
    kind = shell["kind"]
    if level(area) == len(LEVELS):
        return _building(request, shell)
    sort = sorting.chosen(request.GET.get("sort", ""), COLUMNS)
    read = reads.board(campaign, area, kind)
    read = replace(read, children=sorting.ordered(read.children, sort, COLUMNS))
    if files.wanted(request, area=area):
        return files.answer(request, boards.board(read, _here(shell)), area)
    now = clock.now()
    known, minute = [one for one, _ in shell["campaigns"]], now.replace(second=0, microsecond=0)
    told = beside.beside(shell["campaign"], known, read.total, area, minute, request.ranges)
    context = {**shell, "board": read, "sort": sort, "beside": told}
    context |= {live.UNFINISHED: told.unfinished, "now": now}
    template = "command/_board.html" if live.is_live(request) else "command/board.html"
    return TemplateResponse(request, template, context)


def _building(request: HttpRequest, shell: dict[str, Any]) -> HttpResponse:
    campaign, area, kind = shell["campaign"], shell["area"], shell["kind"]
    read = reads.board(campaign.id, area, kind)
    if files.wanted(request, "export people", area):
        doors = people.building(campaign.id, area, kind)
        places, full = _homes(one for d in doors for one in d.people), files.unmasked(request, area)
        return files.answer(request, boards.building(doors, _here(shell), area, full, places), area)
    listed, named = request.may("people", area), _names_people(request)
    doors = people.building(campaign.id, area, kind) if listed else []
    if not named:
        doors = [replace(door, people=[replace(one, name=one.masked) for one in door.people]) for door in doors]
    now, user = clock.now(), request.user.get_username()
    places = _homes(one for d in doors for one in d.people)
    context = {
        **shell, "board": read, "doors": doors, "listed": listed, "now": now, "places": places,
        "positives": people.positives([owed.subject for door in doors for owed in door.people], now),
    }  # fmt: skip
    shown = [(owed.subject, area) for door in doors for owed in door.people if owed.name and named]
    if live.is_live(request):
        people.go_on_looking(shown, user, "desk: building page", now)
        return TemplateResponse(request, "command/_building.html", context)
    people.note_look(shown, user, "desk: building page", now)
    return TemplateResponse(request, "command/building.html", context)


def _homes(owed: Iterable[people.DutyRow]) -> dict[int, reads.Name]:
    """Return the names of the places where those are registered whose duty stands elsewhere; few, mostly none."""
    nodes = {ancestor(one.elsewhere, depth) for one in owed if one.elsewhere for depth in range(1, 6)}
    return reads.names(nodes) if nodes else {}


@require_safe
def missed(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """Who is missed under a node, and why; names masked."""
    shell = page_shell(request, campaign, area, "missed")
    state = request.GET.get("state", people.STATES[0])
    try:
        after = tuple(int(part) for part in request.GET["after"].split("-")) if "after" in request.GET else None
        if after is not None and len(after) != 3:
            raise ValueError
        found, more = people.missed(campaign, area, shell["kind"], state, after)
    except ValueError:
        raise Http404 from None
    ways = people.leaf_ways({owed.area for owed in found}, area)
    named = reads.names({node for way in ways.values() for node in way})
    listed = [(owed, [(node, named.get(node)) for node in ways[owed.area]]) for owed in found]
    context = {
        **shell, "places": _homes(found), "receivers": _receivers(request, found),
        "state": state, "states": people.STATES, "listed": listed, "after": after,
        "positives": people.positives([owed.subject for owed in found], clock.now()),
        "more": "-".join(str(part) for part in more) if more else None,
    }  # fmt: skip
    return TemplateResponse(request, "command/missed.html", context)


def _receivers(request: HttpRequest, found: list[people.DutyRow]) -> list[tuple[int, int, reads.Name]]:
    """Return to whom people of a list can be handed over, where the reader may and there is anybody."""
    return receivers([*request.areas]) if any(can_offer(request.may, owed) for owed in found) else []


@require_safe
@live.part("command/_seen_words.html", window=WINDOW)
def oldest(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """What waits longest under a node."""
    shell = page_shell(request, campaign, area, "waits")
    seen = clock.now()
    now = seen.replace(second=0, microsecond=0) if live.is_live(request) else seen  # ages that change by the minute
    duties = REGISTRY.duties
    whole, listed = files.wanted(request, area=area), request.may("people", area)
    limit = files.MOST if whole else waits.LIMIT
    ghosts, conflicts = waits.doubts(campaign, area, limit)
    queues = [
        (duties[name], waits.oldest(campaign, area, duties[name], now, limit, listed))
        for name in ("disposition", "retest", "tube")
        if name in duties
    ]
    gaps, wrong = waits.gaps(area, now, limit), misfilled(campaign, area, limit)
    leaves = {w.owed.area for _, queue in queues for w in queue} | {d.area for d in (*ghosts, *conflicts, *wrong)}
    context = {
        **shell, "now": seen, "listed": listed, "tubes": waits.tubes(campaign, area, duties["tube"], now),
        "queues": queues, "ghosts": ghosts, "conflicts": conflicts, "gaps": gaps, "misfilled": wrong,
        "tube_kind": duties["tube"],
        "places": reads.names({ancestor(leaf, depth) for leaf in leaves for depth in range(2, 6)}),
    }  # fmt: skip
    if whole:
        return files.answer(request, boards.waits(context, _here(shell), files.unmasked(request, area)), area)
    template = "command/_waits.html" if live.is_live(request) else "command/waits.html"
    return TemplateResponse(request, template, context)


@require_safe
def pace_page(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """How fast a node goes: the forecast of its finish, its plan, the round before."""
    shell = page_shell(request, campaign, area, "pace")
    known = [one for one, _ in shell["campaigns"]]
    read = pace.pace(shell["campaign"], known, area, shell["kind"], clock.now())
    if files.wanted(request, area=area):
        return files.answer(request, boards.pace(read, _here(shell)), area)
    return TemplateResponse(request, "command/pace.html", {**shell, "pace": read})


@require_safe
@live.part("command/_age_words.html", window=WINDOW)
def map_page(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """A schematic map of a node's children, coloured by coverage."""
    shell = page_shell(request, campaign, area, "map")
    read = reads.board(campaign, area, shell["kind"])
    located = [c for c in read.children if c.area != area and (c.x or c.y)]
    points, height = schematic.fit([(c.x, c.y) for c in located])
    cells = schematic.cells(points, 1000, height)
    shapes = [
        {
            "counts": counts,
            "path": " ".join(f"{x:.1f},{y:.1f}" for x, y in cell),
            "x": round(schematic.middle(cell)[0], 1),
            "y": round(schematic.middle(cell)[1], 1),
            "tone": coverage_tone(counts.coverage),
        }
        for counts, cell in zip(located, cells, strict=True)
        if cell
    ]
    size = 32 if len(shapes) <= 16 else 24 if len(shapes) <= 36 else 17
    lowest = sorted((c for c in read.children if c.missed), key=lambda c: (c.coverage, -c.missed))[:12]
    context = {
        **shell, "board": read, "shapes": shapes, "height": round(height), "size": size, "lowest": lowest,
        "now": clock.now(),
        "drop": round(size * 1.25),
    }  # fmt: skip
    return TemplateResponse(request, "command/_map.html" if live.is_live(request) else "command/map.html", context)


@require_safe
def person(request: HttpRequest, campaign: int, person: int) -> HttpResponse:
    """One person: what is owed, and all that was reported."""
    owed = people.duties_of(campaign, person)
    if not owed:
        raise Http404
    shell = page_shell(request, campaign, owed[0].area, "person")
    known = look_up(person, request.user.get_username(), "desk: person page", clock.now())
    named = known is not None and request.may("names", known["seen_in"])
    context = {
        **shell, "who": known and (known["name"] if named else mask_name(known["name"])), "person": person,
        "owed": [one for one in owed if named or not people.is_secret(one.kind)],
        "told": [one if named else replace(one, value=None) for one in people.timeline(campaign, person)
                 if named or not people.is_secret(one.kind)],
        "positives": people.positives([person], clock.now()),
    }  # fmt: skip
    return TemplateResponse(request, "command/person.html", context)


def coverage_tone(coverage: int | None) -> int | None:
    """Return the step 0..4 of the map's scale for a coverage in tenths of a percent."""
    if coverage is None:
        return None
    return sum(coverage >= bound for bound in (500, 800, 950, 1000))


def _here(shell: dict[str, Any]) -> str:
    return place(shell["area"], shell["area_name"])


def page_shell(request: HttpRequest, campaign: int, area: int, tab: str) -> dict[str, Any]:
    """Return what every page of a round shows around its content, and its main kind of duty.

    Raises:
        Http404: no such campaign or area, or not the user's.
    """
    around = shell(request, campaign, area, tab)
    return around | {"kind": _main_duty(around["campaign"].kind)}


def _main_duty(campaign_kind: str) -> DutyKind:
    return REGISTRY.duties[MAIN_DUTY.get(campaign_kind, "swab")]
