"""The page of doubts: two facts side by side, and whether they are one person or two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.command.roster import actions, found_same
from bulou.command.roster.actions import Refusal
from bulou.ledger import clock
from bulou.ledger.areas import ancestor
from bulou.ledger.scope import covers
from bulou.people.rules import mask_name, mask_phone
from bulou.places import doubts
from bulou.places.vocabulary import DOUBTS, DoubtKind
from bulou.rounds.actions import Joined
from bulou.ui import figures as board
from bulou.ui.access_log import note_look
from bulou.ui.forms import number

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two facts as the page shows it. ``name`` is '' for somebody out of the reader's areas."""

    area: int
    name: str
    stairwell: str
    floor: int | None
    door: str
    birth_year: int | None
    sex: int | None
    bed: str
    phones: str
    tail: str
    source: str
    since: Any
    row: str = ""
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A doubt with its two sides. ``whole``: the reader may decide it."""

    id: int
    kind: DoubtKind
    record: Side
    other: Side
    whole: bool
    decided_by: str | None
    decided_at: Any
    decision: str

    @property
    def sides(self) -> tuple[Side, Side]:
        """Return both facts, what is on record first."""
        return self.record, self.other


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What is open, the oldest first, and the latest decisions; a decision leads back here."""
    if request.method == "POST":
        return _decided(request)
    named = "names" in getattr(request, "abilities", ())
    decides = "decide" in getattr(request, "abilities", ())
    open_ = [_shown(row, request.ranges, named) for row in doubts.doubts(request.ranges, limit=SHOWN)]
    done = [_shown(row, request.ranges, named) for row in doubts.doubts(request.ranges, decided=True, limit=20)]
    found = found_same.waiting(request.ranges, named)
    merged = found_same.waiting(request.ranges, named, merged=True)[:20]
    if named:
        seen = {(side.person, side.area) for one in (*open_, *done) for side in (one.record, one.other) if side.person}
        seen |= {
            (side.person, side.area) for one in (*found, *merged) for side in (one.record, one.stays) if side.person
        }
        note_look(sorted(seen), request.user.get_username(), "desk: doubts, names shown", clock.now())
    areas = {side.area for one in (*open_, *done) for side in (one.record, one.other)}
    areas |= {side.area for one in (*found, *merged) for side in (one.record, one.stays) if side.area}
    context = {
        "open": open_, "done": done, "count": doubts.count(), "most": SHOWN, "named": named, "decides": decides,
        "found": found, "merged": merged,
        "places": board.names({ancestor(area, depth) for area in areas for depth in range(1, 6)}),
    }  # fmt: skip
    return TemplateResponse(request, "roster/doubts.html", context)


def _decided(request: HttpRequest) -> HttpResponse:
    user = (request.user.pk, request.user.get_username())
    doubt, decision = number(request.POST.get("doubt", "")) or 0, request.POST.get("decision", "")
    if "decide" not in getattr(request, "abilities", ()):
        messages.error(request, _("您没有处置的权限。"), extra_tags="danger")
        return redirect("roster-doubts")
    try:
        if "found" in request.POST:
            person = number(request.POST["found"]) or 0
            if decision == "back":
                joined = found_same.take_back(person, user, request.ranges, clock.now())
                messages.success(request, _("已撤回，两条记录恢复。"))
            else:
                joined = found_same.decide(person, decision == "same", user, request.ranges, clock.now())
                messages.success(request, _("已处理。"))
        elif decision == "back":
            joined = actions.take_back(doubt, user, request.ranges, clock.now())
            messages.success(request, _("已撤回，两条记录恢复。"))
        else:
            joined = actions.decide(doubt, decision, user, request.ranges, clock.now())
            messages.success(request, _("已处理。"))
        _tell(request, joined)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    return redirect("roster-doubts")


def _tell(request: HttpRequest, joined: dict[int, Joined]) -> None:
    """Say who owes an open round from now on, and whom its scope rule leaves out; nothing where that is nobody."""
    called = {one.id: one.name for one in board.campaigns(request.ranges)}
    for campaign, one in joined.items():
        if campaign in called and (one.added or one.out_of_scope):
            said = {"round": called[campaign], "added": one.added, "left": one.out_of_scope}
            text = _("轮次“%(round)s”：补录应检 %(added)s 人，不在应检范围 %(left)s 人。") % said
            messages.success(request, text)


def _shown(row: dict[str, Any], ranges: Any, named: bool) -> Shown:
    said = row["said"]
    file = f"{row['file']} {row['sheet']}".strip() if row["file"] else ""
    line = _("第 %(row)s 行") % {"row": row["line"]} if row["line"] else ""
    record = Side(
        row["area"], row["name"] or "", row["stairwell"] or "", row["floor"], row["door"] or "", row["birth_year"],
        row["sex"], row["bed"] or "", _phones([row["phone"], row["phone_2"]], named), row["id_tail"] or "",
        row["on_record_by"] or "", row["on_record_since"], person=row["person"] if row["name"] else None,
    )  # fmt: skip
    inside = covers(ranges, row["other_area"])
    other = Side(
        row["other_area"], said["name"] if inside else "", said["stairwell"] if inside else "", said.get("floor"),
        said["door"] if inside else "", said["birth_year"] if inside else None, said["sex"] if inside else None,
        said["bed"] if inside else "", _phones(said["phones"], named) if inside else "",
        (said.get("tail") or "") if inside else "", row["source"] or "", row["since"],
        f"{file} {line}".strip(),
        row["other"] if inside else None,
    )  # fmt: skip
    if not named:
        record, other = _masked(record), _masked(other)
    return Shown(
        row["id"], DOUBTS[row["kind"]], record, other, row["whole"], row["decided_by"], row["decided_at"],
        row["decision"] or "",
    )  # fmt: skip


def _masked(side: Side) -> Side:
    return replace(side, name=mask_name(side.name) if side.name else "", tail="")


def _phones(phones: list[str | None], named: bool) -> str:
    return "  ".join(phone if named else mask_phone(phone) for phone in phones if phone)
