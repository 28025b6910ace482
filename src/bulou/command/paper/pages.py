"""Sheets of paper come back: the sheet's number and a table of its lines, into the ledger like any other journal."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from bulou.command import forms
from bulou.ledger import clock
from bulou.ledger.refusals import REFUSALS
from bulou.rounds.paper.actions import LASTS, NoSheet, Taken, take_back
from bulou.rounds.paper.rules import CODES, Problem

LONGEST = 20_000
HELD = ("kept", "repeated")


def page(request: HttpRequest) -> HttpResponse:
    """The form, and below it what became of each line."""
    now = clock.now()
    form, wrong, taken = request.POST, "", None
    number = form.get("sheet", "").replace(" ", "").partition("-")[0]
    if request.method == "POST":
        at = forms.time(form.get("at", ""))
        if at is None or not now - LASTS <= at <= now:
            wrong = _("请填写登记单的现场填写时间，不得晚于现在。")
        else:
            try:
                taken = take_back(forms.number(number), form.get("table", "")[:LONGEST], at, now)
            except NoSheet:
                wrong = _("没有此登记单，或不在您负责的区域内。请核对编号（最后一位是校验码）。")
    given = {"sheet": number, "at": form.get("at", ""), "table": form.get("table", "")}
    if taken and not taken.problems:  # the next sheet, or what is left of this one
        given["table"] = "" if all(r.status in HELD for r in taken.receipts) else given["table"]
        given["sheet"] = number if taken.missing or given["table"] else ""
    if not given["at"]:
        given["at"] = timezone.localtime(now).strftime(forms.TIME)
    return TemplateResponse(
        request, "paper/page.html", {"given": given, "wrong": wrong, "codes": CODES} | (_told(taken) if taken else {})
    )


def _told(taken: Taken) -> dict[str, object]:
    return {
        "taken": taken,
        "problems": [(where(problem), sentence(problem)) for problem in taken.problems],
        "left": _("还有以下行未录入：%(lines)s。") % {"lines": _("、").join(runs(taken.missing))}
        if taken.missing
        else _("此登记单已全部录入。"),
        "done": [
            {"line": r.number, "status": status(r.status), "refusal": REFUSALS[r.code] if r.code else None,
             "tone": "" if r.status in HELD else "refused"}
            for r in taken.receipts
        ],
    }  # fmt: skip


def where(problem: Problem) -> str:
    """Write which line is meant: one of the sheet, or of what was typed when no line's number could be read."""
    if problem.what == "unreadable":
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
    }[problem.what] % said  # fmt: skip
