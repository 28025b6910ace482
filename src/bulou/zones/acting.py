"""What people decide on levels: the form with the units and what changes, the question, the writing, the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.ledger import clock, journals
from bulou.ledger.areas import is_area, level, span
from bulou.ledger.scope import covers
from bulou.ui import entitled
from bulou.ui.desk_journal import writer
from bulou.ui.figures import rows
from bulou.ui.live import fragments as live
from bulou.zones import pages, reads, rules, words
from bulou.zones.entries import PROGRAMME_ID
from bulou.zones.reads import SQL, Unit
from bulou.zones.rules import milder
from bulou.zones.vocabulary import LEVELS, LIFTED

ACTS = ("accept", "set", "keep")
KINDS = ["zone.decided", "zone.kept", "zone.published"]
#: Units of one act, days that a review may lie ahead, the longest reason and name of a block.
MOST, FARTHEST, LONGEST, BLOCK = 200, 60, 300, 40
FIELDS = ("level", "review", "until", "reason", "block")
#: So long an act is taken back as a whole.
UNDO = timedelta(hours=1)

Writing = tuple[str, datetime, int, dict[str, Any]]


class Refusal(ValueError):
    """An act that cannot be done; its text is the sentence that the page shows."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the form says. ``until``: the level ends by itself; ``review``: the day by which it is looked at again."""

    level: str = ""
    review: date | None = None
    until: date | None = None
    reason: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """An act of the last hour that can be taken back."""

    key: str
    at: datetime
    kind: str
    n: int


def chosen(request: HttpRequest, given: Sequence[str], now: datetime) -> list[Unit]:
    """Return the units that a form names, as they stand now.

    Raises:
        Refusal: nothing is ticked, too much is, one is not the reader's, or has changed since the page was made.
    """
    tokens = [*dict.fromkeys(given)]
    if not tokens:
        raise Refusal(_("请先勾选区域。"))
    if len(tokens) > MOST:
        raise Refusal(_("一次最多办理%(n)s个区域。") % {"n": MOST})
    named: dict[int, str] = {}
    for token in tokens:
        number = token.split(".")[0]
        area = int(number) if number.isascii() and number.isdecimal() and len(number) < 17 else 0
        if not is_area(area) or not all(covers(request.ranges, end) for end in span(area)):
            raise Refusal(_("所选区域不在您负责的范围内。"))
        if not request.may(pages.NEED, area):
            raise Refusal(_("您的角色在这一区域不能确定等级。"))
        named[area] = token
    found = reads.units(_tops(named), now, named)
    if len(found) < len(named):
        raise Refusal(_("所选区域已停用，或不是小区、楼栋。"))
    if any(named[one.area] != one.token for one in found if "." in named[one.area]):
        raise Refusal(_("打开页面后情况已有变化（新阳性或他人已办理）：请核对后再办。"))
    return found


def _tops(named: Mapping[int, str]) -> list[int]:
    """Return the areas without those that lie in another one of them."""
    spans = {area: span(area) for area in named}
    return [
        area for area in named
        if not any(lo <= area <= hi and other != area for other, (lo, hi) in spans.items())
    ]  # fmt: skip


def read(act: str, form: Mapping[str, str], found: Sequence[Unit], now: datetime) -> Said:
    """Return what a form says.

    Raises:
        Refusal: what is missing or cannot be, in the reader's language.
    """
    today = reads.today(now)
    review, until = _date(form.get("review", "")), _date(form.get("until", ""))
    reason, block = form.get("reason", "").strip(), " ".join(form.get("block", "").split())
    name = form.get("level", "")
    if (form.get("review") and review is None) or (form.get("until") and until is None):
        raise Refusal(_("日期无法识别：请填写如2022-04-18的日期。"))
    if any(day is not None and not today <= day <= today + timedelta(days=FARTHEST) for day in (review, until)):
        raise Refusal(_("日期须在今天起%(n)s天以内。") % {"n": FARTHEST})
    if act == "set" and name not in [one.name for one in LEVELS]:
        raise Refusal(_("请选择等级。"))
    if review is None and until is None and not (act == "set" and name == LIFTED):
        raise Refusal(_("每个等级都要有复核期限或自动结束日。"))
    if act == "keep" and review is None:
        raise Refusal(_("请填写下次复核日期。"))
    if act != "accept" and not reason:
        raise Refusal(_("请填写原因。"))
    if len(reason) > LONGEST or len(block) > BLOCK:
        raise Refusal(_("原因最多%(n)s个字，块区名称最多%(m)s个字。") % {"n": LONGEST, "m": BLOCK})
    if block and any(level(one.area) != 5 for one in found):
        raise Refusal(_("块区由楼栋组成：请只勾选楼栋。"))
    return Said(name, review, until, reason, block)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def end_of(day: date | None) -> datetime | None:
    """Return the last moment of a day in the installation's zone."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None


def entries(act: str, found: Sequence[Unit], said: Said, now: datetime) -> list[Writing]:
    """Return what an act writes, an entry a unit; units to which it does nothing are left out."""
    out: list[Writing] = []
    review, until = (one.isoformat() if one else None for one in (end_of(said.review), end_of(said.until)))
    for one in found:
        if act == "keep":
            if one.review is not None and one.own:
                body = {"campaign": PROGRAMME_ID, "subjects": [one.area], "due": review, "reason": said.reason}
                out.append(("zone.kept", now, one.area, body))
            continue
        name = said.level if act == "set" else one.proposal.level
        out.append((
            "zone.decided", now, one.area,
            {
                "level": name, "basis": "other" if act == "set" else "proposal", "reason": said.reason,
                "until": until if name != LIFTED else None, "review": review if name != LIFTED else None,
                "block": said.block, "proposed": proposed(one),
            },
        ))  # fmt: skip
    return out


def proposed(unit: Unit) -> dict[str, Any]:
    """Return the rule's proposal as the entry keeps it."""
    told = unit.proposal
    return {
        "version": told.version, "level": told.level, "days": told.days,
        "last": told.last.isoformat() if told.last else None, "seven": told.seven, "fourteen": told.fourteen,
        "missing": [*told.missing],
    }  # fmt: skip


def write(request: HttpRequest, told: Sequence[Writing], now: datetime) -> None:
    """Write entries as the user's own, all or none.

    Raises:
        Refusal: the user may not, or the ledger did not take one.
    """
    journal = writer(request.user.pk, request.user.get_username(), request.ranges, now)
    try:
        for kind, _at, area, body in told:
            entitled.check(request.may, kind, area, body, own=body.get("journal") == journal)
    except entitled.NotEntitled as error:
        raise Refusal(str(error)) from None
    if any(receipt.status != "kept" for receipt in journals.append(journal, told, now)):
        raise Refusal(_("操作未成功，请刷新后重试。"))
    live.forget()


def act(request: HttpRequest) -> HttpResponse:
    """The form of an act on the ticked units; filled in, the question; then the act itself."""
    given = request.POST if request.method == "POST" else request.GET
    named, now = given.get("act", ""), clock.now()
    if named not in ACTS:
        return redirect("zones")
    try:
        found = chosen(request, given.getlist("row"), now)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
        return redirect(_back(given))
    stage = given.get("step", "") if request.method == "POST" else ""
    if stage not in ("form", "sure"):
        return _form(request, named, found, now, given)
    try:
        said = read(named, given, found, now)
        told = entries(named, found, said, now)
        if not told:
            raise Refusal(_("所选区域没有自己的等级，没有可约定的复核。"))
    except Refusal as refusal:
        return _form(request, named, found, now, given, str(refusal))
    strict = [one for one in found if named != "keep" and milder(one.level, _to(named, one, said))]
    if stage == "form" and (strict or len(told) > 1 or (named == "set" and said.level == LIFTED)):
        return _form(request, named, found, now, given, said=said, strict=len(strict))
    try:
        write(request, told, now)
    except Refusal as refusal:
        return _form(request, named, found, now, given, str(refusal))
    messages.success(request, _("已办理：%(n)s个区域。一小时内可以撤销。") % {"n": len(told)})
    return redirect(_back(given))


def _to(named: str, unit: Unit, said: Said) -> str:
    return said.level if named == "set" else unit.proposal.level


def _back(given: Mapping[str, str]) -> str:
    if given.get("of", "").isdecimal() and len(given["of"]) < 17:
        return reverse("zone", args=[int(given["of"])])
    query = given.get("query", "")
    return reverse("zones") + (f"?{query}" if query and "\n" not in query else "")


def _form(
    request: HttpRequest, named: str, found: Sequence[Unit], now: datetime, given: Mapping[str, str],
    wrong: str = "", said: Said | None = None, strict: int = 0,
) -> HttpResponse:  # fmt: skip
    """The form with the units that it is about; ``said``: what was filled in, to be confirmed."""
    today = reads.today(now)
    version = rules.version_on(today)
    default = today + timedelta(days=version.review_days)
    soonest = [one.proposal.earliest for one in found if one.proposal.earliest and one.proposal.earliest > today]
    if soonest and min(soonest) < default:
        default = min(soonest)
    lines = [
        (pages.row_of(one), words.level_name(_to(named, one, said)) if said and named != "keep" else "")
        for one in found
    ]
    return TemplateResponse(
        request, "zones/act.html", {
            "act": named, "lines": lines, "places": pages.places_of(one.area for one in found), "wrong": wrong,
            "asked": said is not None, "strict": strict, "n": len(found), "given": given,
            "review": given.get("review") or ("" if given.get("step") else default.isoformat()),
            "levels": [(one.name, words.level_name(one.name)) for one in LEVELS], "longest": LONGEST, "block": BLOCK,
            "today": today.isoformat(), "last": (today + timedelta(days=FARTHEST)).isoformat(),
            "buildings": all(level(one.area) == 5 for one in found), "back": _back(given),
            "hidden": [(name, given[name]) for name in FIELDS if given.get(name)],
        },
    )  # fmt: skip


# -- the way back ----------------------------------------------------------------------------------


def recent(request: HttpRequest, now: datetime) -> list[Done]:
    """Return a user's acts of the last hour that can be taken back."""
    found = rows(SQL["recent"], user=request.user.pk, since=now - UNDO, kinds=KINDS)
    return [
        Done(f"{journal}.{first}.{last}", at, kind, n)
        for journal, first, last, at, kind, n, areas in found
        if all(covers(request.ranges, area) for area in areas)
    ]


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Take one act of the user's own back as a whole."""
    now = clock.now()
    parts = request.POST.get("done", "").split(".")
    numbers = [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 16]
    found = []
    if len(numbers) == len(parts) == 3:
        journal, first, last = numbers
        found = rows(
            SQL["undoable"], user=request.user.pk, journal=journal, first=first, last=last, kinds=KINDS
        )  # fmt: skip
    if not found or len({at for _number, _area, at in found}) > 1 or found[0][2] < now - UNDO:
        messages.error(request, _("这次操作已经撤销，或已超过一小时。"), extra_tags="danger")
        return redirect(_back(request.POST))
    told: list[Writing] = [
        ("entry.voided", now, area, {"journal": numbers[0], "number": number, "reason": "撤销"})
        for number, area, _at in found
    ]
    try:
        _void(request, numbers[0], told, now)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, _("已撤销：%(n)s个区域恢复原来的等级。") % {"n": len(told)})
    return redirect(_back(request.POST))


def _void(request: HttpRequest, journal: int, told: Sequence[Writing], now: datetime) -> None:
    try:
        for kind, _at, area, body in told:
            entitled.check(request.may, kind, area, body, own=True)
    except entitled.NotEntitled as error:
        raise Refusal(str(error)) from None
    if any(receipt.status != "kept" for receipt in journals.append(journal, told, now)):
        raise Refusal(_("操作未成功，请刷新后重试。"))
    live.forget()
