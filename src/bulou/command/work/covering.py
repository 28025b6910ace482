"""Opening a covered kind over an area: each household or person of it owes one, as in a round; and closing it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bulou.command.work import forms
from bulou.command.work.reads import SQL
from bulou.command.worklist.chosen import Refusal
from bulou.command.worklist.late import bits
from bulou.command.worklist.pages import area_of
from bulou.ledger import campaigns as openings
from bulou.ledger import clock
from bulou.ledger.areas import SHIFTS, span
from bulou.ledger.scope import EVERYWHERE, Ranges, scoped
from bulou.ledger.steps import Choice, Field
from bulou.ledger.vocabulary import COVERED, Subject
from bulou.rounds import actions as rounds
from bulou.rounds.opening.reads import Reason, next_number
from bulou.rounds.vocabulary import CLOSING_REASONS
from bulou.ui import areas
from bulou.ui import figures as board
from bulou.ui import forms as fields
from bulou.ui.desk_journal import writer
from bulou.ui.entitled import NotEntitled
from bulou.ui.figures import rows
from bulou.ui.live import fragments as live
from bulou.ui.room import Cover, Whom, Work, works

#: Types of field that the campaign can have fixed although they have no default of their own.
FIXED = ("unit", "good")
#: Fields that every such opening asks besides its own.
UNTIL = Field("due", "time", "限期", "To be done by", required=False)


@dataclass(frozen=True, slots=True)
class Running:
    """A campaign that covers an area, with what was fixed when it was opened, and how it stands."""

    id: int
    name: str
    area: int
    opened_at: datetime
    open: int
    done: int
    excused: int


def running(work: Work) -> list[Running]:
    """Return the open campaigns of a covered kind that the reader's areas have a part in, the newest first."""
    return [Running(*row) for row in rows(SQL["running"], kind=work.duty.code, covered=COVERED)]


def rules_of(campaign: int) -> dict[str, str]:
    """Return what a campaign fixed when it was opened; nothing for one that stands open."""
    return {name: value for name, value in rows(SQL["rules"], campaign=campaign) if name != "scope"}


def with_defaults(asked: tuple[Field, ...], campaigns: set[int]) -> tuple[Field, ...]:
    """Return fields of a form with what the duties' campaign fixed of them already filled in."""
    if len(campaigns) != 1 or not any(one.default is not None or one.type in FIXED for one in asked):
        return asked
    fixed = rules_of(next(iter(campaigns)))
    return tuple(replace(one, default=fixed[one.name]) if one.name in fixed else one for one in asked)


def whom_field(one: Cover) -> tuple[Field, ...]:
    """Return the field that asks for whom it is, where that can be chosen."""
    if not one.whom:
        return ()
    choices = tuple(Choice(part.name, part.zh, part.en) for part in one.whom)
    return (Field("whom", "choice", "发给谁", "For whom", choices=choices, default=one.whom[0].name, required=False),)


def _part(work: Work, area: int, name: str, now: datetime) -> dict[str, Any]:
    """Return the values of the statements that find who owes it in an area."""
    lo, hi = span(area)
    known = work.cover.whom if work.cover else ()
    part = next((one for one in known if one.name == name), Whom("", "", ""))
    level, values = part.levels or ("", ())
    standing, value = part.standing or ("", "")
    return {
        "lo": lo, "hi": hi, "personal": work.duty.subject is Subject.PERSON, "needs": bits(part.needs), "level": level,
        "values": [*values], "standing": standing, "value": value, "now": now, "shifts": [0, *SHIFTS],
        "subject_kind": int(work.duty.subject),
    }  # fmt: skip


def owed_in(work: Work, area: int, whom: str = "", now: datetime | None = None) -> int:
    """Return how many would owe it in an area."""
    return rows(SQL["cover_count"], **_part(work, area, whom, now or clock.now()))[0][0]


def open_(
    work: Work, name: str, area: int, said: dict[str, Any], n: int, user: tuple[int, str], ranges: Ranges, now: datetime
) -> int:
    """Open a campaign of a kind over an area; return its number.

    Parameters:
        n: how many owe it, as the asker was shown.

    Raises:
        Refusal: nobody owes it there, or other people by now.
    """
    whom = str(said.get("whom", ""))
    found = owed_in(work, area, whom, now)
    if not found and whom not in ("", "all"):
        raise Refusal(_("区域内没有符合条件的住户。"))
    if not found:
        raise Refusal(_("区域内没有登记的住户，请先导入名册。"))
    if found != n:
        raise Refusal(_("应送户数有变化，现为%(n)s，请再次核对。") % {"n": f"{found:,}"})
    due = said.get("due")
    rules = {"scope": f"{work.name}-1"} | {key: str(value) for key, value in said.items()}
    journal, campaign = writer(*user, ranges, now), next_number()
    with openings.opening() as cursor:
        cursor.execute(SQL["cover"], _part(work, area, whom, now) | {"due": due})
        openings.freeze(cursor, openings.Campaign(campaign, COVERED, name, area, work.name, rules), journal, now, now)
    return campaign


@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: HttpRequest, kind: str) -> HttpResponse:
    """The form: where, its name, the kind's own fields; sent, the number of those who owe it; then it opens."""
    work = works()[kind]
    one = work.cover
    if one is None or not any(request.may(one.ability, area) for area in request.areas):
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    now, area = clock.now(), area_of(given, request.ranges)
    asked = (*one.fields, *whom_field(one), UNTIL)
    step = request.POST.get("step", "")
    form = forms.form_of(asked, request.POST if step else None, now)
    for field in form.fields:  # typed on the page that led here
        if request.method != "POST" and given.get(field):
            form.fields[field].initial = given[field]
    name = " ".join(given.get("name", "").split())[:80] or _usual(one, now)
    n, ready = 0, False
    if step in ("form", "sure") and form.is_valid():
        if not area or not request.may(one.ability, area):
            messages.error(request, _("请选择您可以办理的区域。"))
        elif step == "form":
            n, ready = owed_in(work, area, form.said.get("whom", ""), now), True
        else:
            try:
                user = request.user.pk, request.user.get_username()
                shown = fields.number(request.POST.get("n", ""))
                open_(work, name, area, form.said, shown, user, request.ranges, now)
            except (Refusal, NotEntitled) as refusal:
                messages.error(request, str(refusal))
                n, ready = owed_in(work, area, form.said.get("whom", ""), now), True
            else:
                live.forget()
                messages.success(request, _("已开始：%(name)s，%(n)s 项。") % {"name": name, "n": f"{shown:,}"})
                return redirect(f"work-{work.name}")
    context = {
        "work": work, "cover": one, "form": form, "area": area, "name": name, "ready": ready, "n": n,
        "choices": [(id_, max(0, depth - 1), named) for id_, depth, named in areas.choices(request.areas, area)],
        "place": board.names([area]).get(area) if area else None, "list_url": reverse(f"work-{work.name}"),
        "cover_url": reverse(f"work-{work.name}-cover"),
        "hidden": [(key, value) for key in given if key.startswith(forms.PREFIX) for value in given.getlist(key)],
    }  # fmt: skip
    return TemplateResponse(request, "work/cover.html", context)


def _usual(one: Cover, now: datetime) -> str:
    return f"{timezone.localtime(now):%Y-%m-%d} {one.zh.removeprefix('开始')}"


@require_POST
def close(request: HttpRequest, kind: str) -> HttpResponse:
    """Close a campaign of the kind, with the reason for what is still open."""
    work = works()[kind]
    number, reason = fields.number(request.POST.get("campaign", "")), request.POST.get("reason", "")
    one = next((row for row in running(work) if row.id == number), None)
    if one is None or work.cover is None or not request.may(work.cover.ability, one.area):
        raise Http404
    if reason not in CLOSING_REASONS:
        messages.error(request, _("请选择原因。"))
        return redirect(f"work-{work.name}")
    now = clock.now()
    with scoped(EVERYWHERE):
        still = sum(openings.open_duties(one.id).values())
    journal = writer(request.user.pk, request.user.get_username(), request.ranges, now)
    try:
        rounds.close_round(one.id, one.area, journal, now, now, {reason: still})
    except rounds.CannotClose:
        messages.error(request, _("上报还在不断到达，请稍后再试。"))
    else:
        live.forget()
        messages.success(request, _("已结束：%(name)s；%(n)s项未完成的仍留在记录中。") % {"name": one.name, "n": still})
    return redirect(f"work-{work.name}")


def closing_reasons() -> list[Reason]:
    """Return the typed reasons with which a campaign is closed."""
    return [Reason(name) for name in CLOSING_REASONS]
