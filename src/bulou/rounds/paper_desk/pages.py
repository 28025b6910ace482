"""Sheets of paper come back: the sheet's number and a table of its lines, shown first, then into the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from bulou import people
from bulou.ledger import clock
from bulou.ledger.areas import ancestor
from bulou.ledger.refusals import REFUSALS
from bulou.ledger.vocabulary import REGISTRY
from bulou.people.rules import mask_name
from bulou.rounds.chat_list import taken
from bulou.rounds.chat_list.wording import effect
from bulou.rounds.paper.actions import LASTS, NoSheet
from bulou.rounds.paper.rules import CODES, Problem
from bulou.rounds.paper_desk import actions
from bulou.ui import forms
from bulou.ui.figures import names
from bulou.ui.identity_text import without
from bulou.ui.live import fragments as live

LONGEST = 20_000
HELD = ("kept", "repeated")


def page(request: HttpRequest) -> HttpResponse:
    """The form; whom each line means and what it will do; after that what became of it."""
    now, form = clock.now(), request.POST
    wrong, told = "", dict[str, object]()
    number = form.get("sheet", "").replace(" ", "").partition("-")[0]
    typed = form.get("table", "")
    given = {"sheet": without(number), "at": form.get("at", ""), "table": "\n".join(map(without, typed.splitlines()))}
    if request.method == "POST":
        at = forms.time(form.get("at", ""))
        if too_long := forms.too_long(typed, LONGEST):
            wrong = too_long
        elif at is None or not now - LASTS <= at <= now:
            wrong = _("请填写登记单的现场填写时间，不得晚于现在。")
        else:
            try:
                shown = actions.show(forms.number(number), typed, at, request.may)
                told = _told(request, shown, given, now)
            except NoSheet:
                wrong = _("没有此登记单，或不在您负责的区域内。请核对编号（最后一位是校验码）。")
            except actions.NotApplied:
                wrong = _("未录入：核对后登记单或数据有变化，请重新核对后录入。")
                told = _preview(request, shown, now)
    if not given["at"]:
        given["at"] = timezone.localtime(now).strftime(forms.TIME)
    context = {"given": given, "wrong": wrong, "codes": CODES, "recent": taken.recent(now)}
    return TemplateResponse(request, "paper/page.html", context | told)


def _told(request: HttpRequest, shown: actions.Shown, given: dict[str, str], now: object) -> dict[str, object]:
    """Return what the page tells of a sheet: what is wrong, else what will be written, else what was."""
    if shown.problems:
        return {"problems": [(where(problem), sentence(problem)) for problem in shown.problems]}
    if request.POST.get("act") != "apply":
        return _preview(request, shown, now)
    user = request.user.pk, request.user.get_username()
    done = actions.apply(shown, request.POST.get("shown", ""), user, request.ranges, now)
    live.forget()
    typed = [one.row.line for one in shown.lines]
    missing = [line for line in shown.missing if line not in typed]
    # The next sheet, or what is left of this one.
    given["table"] = "" if all(receipt.status in HELD for receipt in done.receipts) else given["table"]
    given["sheet"] = given["sheet"] if missing or given["table"] else ""
    return {
        "left": _("还有以下行未录入：%(lines)s。") % {"lines": _("、").join(runs(missing))}
        if missing
        else _("此登记单已全部录入。"),
        "record": done.record,
        "done": [
            {"line": r.number, "status": status(r.status), "refusal": REFUSALS[r.code] if r.code else None,
             "tone": "" if r.status in HELD else "refused"}
            for r in done.receipts
        ],
    }  # fmt: skip


def _preview(request: HttpRequest, shown: actions.Shown, now: object) -> dict[str, object]:
    """Return whom each line means, by name for those who may see it, each look noted."""
    swab, named = REGISTRY.duties["swab"], request.may("names", shown.prepared.sheet.area)
    if named:
        seen = [(one.owed.subject, one.owed.area) for one in shown.lines if one.owed.name]
        people.note_look(seen, request.user.get_username(), "desk: sheet of paper", now)
    return {
        "shown": shown.digest,
        "lines": [
            {"one": one, "name": one.owed.name if named or not one.owed.name else mask_name(one.owed.name),
             "effect": _("已采样") if one.code.letter == "S" else effect(one.code.reason, swab),
             "ends": one.code.evidence}
            for one in shown.lines
        ],
        "places": names({ancestor(one.owed.area, depth) for one in shown.lines for depth in (2, 4, 5)}),
    }  # fmt: skip


def where(problem: Problem) -> str:
    """Write which line is meant: one of the sheet, or of what was typed when no line's number could be read."""
    if problem.what in ("unreadable", "number"):
        return _("录入的第%(line)s条") % {"line": problem.line}
    return _("登记单第%(line)s行") % {"line": problem.line}


def runs(lines: Iterable[int]) -> list[str]:
    """Write ascending numbers, those that follow each other as one range."""
    found: list[list[int]] = []
    for line in lines:
        if found and line == found[-1][-1] + 1:
            found[-1].append(line)
        else:
            found.append([line])
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in found]


def status(status_: str) -> str:
    """Write what the ledger did with a line."""
    return {
        "kept": _("已录入"), "repeated": _("重复，已录入过"), "refused": _("未接受"),
        "conflicting": _("与已录入内容不同"),
    }[status_]  # fmt: skip


def sentence(problem: Problem) -> str:
    """Write why a line cannot be taken."""
    said = {"said": problem.said}
    return {
        "unreadable": _("无法识别“%(said)s”：请写行号、代码、管号或说明。"),
        "sheet": _("此行属于登记单%(said)s。"),
        "line": _("此登记单没有第%(said)s行。"),
        "twice": _("第%(said)s行重复。"),
        "code": _("没有代码%(said)s。"),
        "tube": _("管号“%(said)s”有误，请核对（最后一位是校验码）。"),
        "evidence": _("代码%(said)s后面须写说明。"),
        "pool": _("采样管%(said)s超过20人。"),
        "sealed": _("采样管%(said)s已由本单另一行登记；同一管的人请一次录完。"),
        "number": _("含证件号码：不录入也不保留，请去掉后重填。"),
        "denied": _("说明“%(said)s”与代码的意思相反：请核对代码或改写说明。"),
        "already": _("撤销之后已重新录入（第%(said)s号记录）：要改请先撤销那一份。"),
        "entitled": _("您的角色在这栋楼不能登记这种情况。"),
    }[problem.what] % said  # fmt: skip
