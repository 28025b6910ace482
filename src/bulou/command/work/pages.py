"""The list and the sheet of every kind of duty that a room declares as work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou import people
from bulou.command.work import cells, covering, forms, reads, unit_field
from bulou.command.work.actions import sentence
from bulou.command.work.looking import shown_people
from bulou.command.work.reads import After, Asked, Said
from bulou.command.work.rules import LEVELS, Row, Wait, facts, next_act, subject_of, wait, why_not
from bulou.command.work.saved import reads as saved
from bulou.command.worklist import undo
from bulou.command.worklist.pages import area_of
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level
from bulou.ledger.steps import Field
from bulou.ledger.vocabulary import Act as Line
from bulou.ledger.vocabulary import Subject
from bulou.ui import areas
from bulou.ui import figures as board
from bulou.ui.attachments import pages as photos
from bulou.ui.attachments.about import ABOUT
from bulou.ui.export import files
from bulou.ui.responsible import Owner, owner_of
from bulou.ui.room import Act, Work, works
from bulou.ui.templatetags.naming import spot
from bulou.ui.words import said as word

#: What everybody is owed is listed one by one where there are no more; above that by area alone.
WIDE = 20_000
#: Filters that an address keeps.
FILTERS = ("area", "state", "stage", "late", "danger", "refused", "given", "q")


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as a page draws it. ``named``: whether its names may stand there."""

    row: Row
    named: bool
    wait: Wait
    cells: list[tuple[str, Any]]
    needs: list[Any]
    reason: Any
    href: str
    place: str = ""

    @property
    def who(self) -> str:
        """Of an area its name; else the name, where it may be shown, or the code."""
        if self.row.kind.subject is Subject.AREA:
            return self.place
        return self.row.name if self.named and self.row.name else self.row.code


@require_safe
def listed(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as it is narrowed, or all of it as a file."""
    work = works()[kind]
    asked, now = asked_of(request.GET, request, work), clock.now()
    if files.wanted(request):
        return files.answer(request, sheet_of(request, work, asked, now), asked.area or request.areas[0])
    try:
        after = After.read(request.GET.get("after", ""))
    except ValueError:
        raise Http404 from None
    return TemplateResponse(request, "work/list.html", context_of(request, work, asked, now, after))


def context_of(
    request: HttpRequest, work: Work, asked: Asked, now: datetime, after: After | None = None
) -> dict[str, Any]:
    """Return what the page of a list shows."""
    parts = reads.coverage(work, request.ranges, asked.area, now)
    wide = work.covered and not asked.subject and sum(part.open + part.done for part in parts) > WIDE
    found, more = ([], None) if wide else reads.listed(work, request.ranges, asked, now, after)
    covers = covered_of(request, work)
    running = [one.area for one in covers.get("running", [])]
    places = places_of([*(row.area for row in found), *(part.area for part in parts), *running])
    columns = [column for column in work.columns if not column.file]
    rows = [shown_of(request, row, columns, places, now) for row in found]
    said = [n for n, column in enumerate(columns) if column.source in cells.DRAWN or any(r.cells[n][1] for r in rows)]
    columns = [columns[n] for n in said]  # a column without a word takes no room
    rows = [replace(row, cells=[row.cells[n] for n in said]) for row in rows]
    look(request, work, rows, now)
    counts = reads.counts(work, request.ranges, asked.area, now)
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    return {
        "work": work, "rows": rows, "columns": columns, "places": places, "asked": asked, "now": now,
        "parts": parts if len(parts) > 1 or asked.area else [], "wide": wide, "counts": counts,
        "total": _sum(counts), "danger": sentence(work.danger), "after": after, "more": more.text if more else "",
        "query": urlencode(kept), "kept": kept, "q": kept.get("q", ""),
        "choices": [
            (id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, asked.area)
        ],
        "acts": [act for act in work.acts if act.bulk and may_somewhere(request, act)],
        "done": recent(request, work, now), "list_url": reverse(f"work-{work.name}"),
        "act_url": reverse(f"work-{work.name}-act"), "undo_url": reverse(f"work-{work.name}-undo"),
        "import_url": reverse(f"work-{work.name}-import"), **covers,
        "new_url": reverse(f"work-{work.name}-new") if may_open(request, work) else "",
        "secret": work.secret and not all(row.named for row in rows),
        "above": work.above(request, asked.area) if work.above else "", **saved.beside(request, work, asked, now),
    }  # fmt: skip


def covered_of(request: HttpRequest, work: Work) -> dict[str, Any]:
    """Return what the list of a covered kind shows besides: the campaigns that run, and how another one is begun."""
    if work.cover is None:
        return {}
    found = covering.running(work)
    mine = any(request.may(work.cover.ability, area) for area in request.areas)
    return {
        "running": found, "may_cover": mine, "cover_url": reverse(f"work-{work.name}-cover") if mine else "",
        "close_url": reverse(f"work-{work.name}-close"), "reasons": covering.closing_reasons(),
    }  # fmt: skip


def _sum(counts: list[reads.Count]) -> dict[str, int]:
    return {name: sum(getattr(one, name) for one in counts) for name in ("n", "late", "danger", "refused", "loose")}


def asked_of(given: Mapping[str, str], request: HttpRequest, work: Work) -> Asked:
    """Return how an address narrows a list; what it says wrongly narrows nothing."""
    stages = [stage.name for stage in work.duty.stages]
    state, stage = given.get("state", ""), given.get("stage", "")
    return Asked(
        area_of(given, request.ranges), state if state in reads.STATES else "open",
        stages.index(stage) if stage in stages else -1, given.get("late") == "1", given.get("danger") == "1",
        given.get("refused") == "1", given.get("given", "") if given.get("given") in ("yes", "no") else "",
        subject_of(given.get("q", "")) or (-1 if given.get("q", "").strip() else 0),
    )  # fmt: skip


def may_somewhere(request: HttpRequest, act: Act) -> bool:
    """Tell whether a reader may do an act in one of the areas of the page."""
    return any(request.may(act.ability, area) for area in request.areas)


def may_open(request: HttpRequest, work: Work) -> bool:
    """Tell whether a reader may open a duty of the kind by hand in one of the areas of the page."""
    return work.opening is not None and any(request.may(work.opener, area) for area in request.areas)


def shown_of(request: HttpRequest, row: Row, columns: list[Any], places: dict[int, Any], now: datetime) -> Shown:
    """Return a row as the reader may see it."""
    named = request.may("names", row.area)
    told = [
        (column.source, "" if column.source in cells.DRAWN else cells.text(row, column, places, named, now))
        for column in columns
    ]
    address = reverse(f"work-{row.work.name}-sheet", args=[*row.key])
    return Shown(
        row, named, wait(row, now), told, cells.needs_of(row), cells.reason_of(row), address, spot(places, row.area, 0)
    )


def look(request: HttpRequest, work: Work, rows: list[Shown], now: datetime, what: str = "list") -> None:
    """Put on record whom the reader was shown by name, or by what somebody of the household had said."""
    seen = shown_people(work, [one.row for one in rows if one.named])
    people.note_look(seen, request.user.get_username(), f"desk: work {what}", now)


def places_of(areas: list[int]) -> dict[int, Any]:
    """Return the names of areas and of what they lie in."""
    return board.names({ancestor(area, depth) for area in areas for depth in range(1, level(area) + 1)})


def recent(request: HttpRequest, work: Work, now: datetime) -> list[undo.Done]:
    """Return the user's latest acts on this kind that can be taken back."""
    able = may_open(request, work) or any(may_somewhere(request, act) for act in work.acts)
    return _joined(undo.recent(request.user.pk, now, work)) if able else []


def _joined(found: list[undo.Done]) -> list[undo.Done]:
    """Return acts with those of one moment as one: a file that was taken in is taken back as a whole."""
    out: list[undo.Done] = []
    for one in found:
        last = out[-1] if out else None
        beside = last and (last.journal, last.at) == (one.journal, one.at)
        if last and beside and one.last + 1 == last.first:
            out[-1] = replace(last, first=one.first, n=last.n + one.n, act=last.act if last.act == one.act else "list")
        elif last and beside and last.last + 1 == one.first:
            out[-1] = replace(last, last=one.last, n=last.n + one.n, act=last.act if last.act == one.act else "list")
        else:
            out.append(one)
    return out


def sheet_of(request: HttpRequest, work: Work, asked: Asked, now: datetime) -> files.Sheet:
    """The whole list as a file. Of a secret kind names stand in it for those alone who may take them out."""
    found, _more = reads.listed(work, request.ranges, asked, now, limit=files.MOST)
    places = places_of([row.area for row in found])
    full = {row.key: files.unmasked(request, row.area) for row in found}
    head = [_("编码"), *(cells.head(work, column) for column in work.columns), _("校验")]
    lines = [
        [_code(row), *(cells.text(row, column, places, full[row.key], now) for column in work.columns), row.token]
        for row in found
    ]
    named = shown_people(work, [row for row in found if full[row.key]])
    return files.Sheet(
        f"work-{work.name}.xlsx", "", word(work.menu or work.duty), head, lines, named, not any(full.values())
    )


def _code(row: Row) -> str:
    """Return the code of a row in a file; an area has its name in the column of the subject, and no number."""
    return "" if row.kind.subject is Subject.AREA else row.code


# -- one of them -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Button:
    """An act on the sheet. ``why``: the sentence that greys it, "" where it can be done."""

    act: Act
    why: str
    first: bool


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the timeline: what was said, by whom, with which fields."""

    said: Said
    words: str
    fields: list[tuple[str, str]]


@require_safe
def sheet(request: HttpRequest, kind: str, campaign: int, subject: int, occasion: int) -> HttpResponse:
    """One duty: how it stands, its clock, who answers for it, what was reported, what can be done."""
    work, now = works()[kind], clock.now()
    if campaign >= 2**31 or max(subject, occasion) >= 2**54:
        raise Http404
    found = reads.of(work, request.ranges, [(campaign, subject, occasion)], now)
    if not found:
        raise Http404
    (row,) = found
    told = reads.timeline(row)
    places = places_of([row.area, *(said.area for said in told)])
    columns = [column for column in work.columns if column.source not in cells.SAID]
    one = shown_of(request, row, columns, places, now)
    look(request, work, [one], now, "sheet")
    known = facts(row, reads.doers(work, found)[row.key], reads.actor(request.user.pk), now)
    first = next_act(row, known)
    buttons = [
        Button(act, sentence(why) if (why := why_not(act, row, known)) else "", act is first)
        for act in work.acts
        if request.may(act.ability, row.area)
    ]
    way = [ancestor(row.area, depth) for depth in range(1, level(row.area) + 1)]
    answers = reads.owners(way, now)
    return TemplateResponse(
        request, "work/sheet.html", {
            "work": work, "one": one, "row": row, "wait": one.wait, "places": places, "now": now,
            "facts": [
                (column, value) for column, (_source, value) in zip(columns, one.cells, strict=True) if value
            ],
            "buttons": sorted(buttons, key=lambda button: (bool(button.why), not button.first)),
            "told": _told(work, told[::-1], one.named),
            "owner": owner_of(row.area, "area", answers, way),
            "asks": _asked(one.wait, way, answers), "barred": _barred(buttons),
            "done": [
                done for done in recent(request, work, now)
                if any(said.journal == done.journal and done.first <= said.number <= done.last for said in told)
            ],
            "desk": work.owners.get(row.at.name, "") if row.open else "",
            "act_url": reverse(f"work-{kind}-act"), "undo_url": reverse(f"work-{kind}-undo"),
            "list_url": reverse(f"work-{kind}"), "photos": _photos(request, row),
        },
    )  # fmt: skip


def _photos(request: HttpRequest, row: Row) -> str:
    """Draw the photos of a duty, where its kind has any."""
    about = f"{row.work.name}.{row.campaign}.{row.subject}.{row.occasion}"
    return photos.block(request, about, row.area) if row.work.name in ABOUT else ""


def _barred(buttons: list[Button]) -> list[tuple[str, list[Act]]]:
    """Return each sentence that greys buttons, with their acts."""
    found: dict[str, list[Act]] = {}
    for button in buttons:
        if button.why:
            found.setdefault(button.why, []).append(button.act)
    return [*found.items()]


def _asked(waits: Wait, way: list[int], answers: list[Owner]) -> tuple[str, int, Owner | None] | None:
    """Return who is asked beyond the owner about what is late: (what, area, whom)."""
    if waits.to not in LEVELS or len(way) < LEVELS[waits.to]:
        return None
    node = way[LEVELS[waits.to] - 1]
    return waits.to, node, next((owner for owner in answers if owner.area == node and owner.desk == "area"), None)


def _told(work: Work, entries: list[Said], named: bool) -> list[Told]:
    """Return what was reported as people read it; whom entries speak of is looked up for all of them at once."""
    steps = {step.name: step.fields for step in work.steps}
    asked = [(said, steps[said.name] if said.name in steps else _own(work, said)) for said in entries]
    known = {found for said, own in asked for one in own if (found := unit_field.given(one, said.body))}
    names = unit_field.named(known) if known else {}
    return [
        Told(
            said, word(said.kind) if said.kind else said.name,
            [
                (word(one), forms.shown(one, said.body[one.name], unit_field.narrowed(one, said.body, names)))
                for one in own
                if said.body.get(one.name) not in (None, "", []) and (named or not one.personal)
            ],
        )
        for said, own in asked
    ]  # fmt: skip


def _own(work: Work, said: Said) -> tuple[Field, ...]:
    act = next((act for act in work.acts if act.step == said.name), None)
    if act is not None:
        return forms.own_fields(act, work.duty, [*work.duty.stages])
    return () if said.act == Line.OWE else (Field("reason", "text", "原因", "Reason"),)
