"""The page where a pasted chat list or an Excel list comes in: shown first, then applied as a whole or not at all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.command import people
from bulou.command.exchange import lists, workbook
from bulou.command.exchange.pages import XLSX
from bulou.command.exchange.rules import read
from bulou.command.official import template
from bulou.command.pages import MAIN_DUTY
from bulou.command.reads import campaigns, roots
from bulou.ledger import clock
from bulou.ledger.vocabulary import REGISTRY, DutyKind

LONGEST, MOST_LINES = 200_000, 2000
#: Headings of an Excel list, and the part of a line that they mean; the first that is found counts.
HEADS = {
    "whole": ("原文", "line"), "building": ("楼", "building"), "stairwell": ("单元", "stairwell"),
    "door": ("室", "房", "户", "门牌", "door", "flat"), "name": ("姓名", "name"),
    "word": ("情况", "备注", "状态", "说明", "remark", "state", "note"),
}  # fmt: skip


def problem_name(why: str) -> str:
    """Write why a line is not applied."""
    return {
        "unreadable": _("无法识别，请写楼号、室号、姓名，例如：3-502 张三"),
        "word": _("情况无法识别，请写：收到、外出、拒检、住院、已搬离等"),
        "unmatched": _("您负责的区域内没有此姓名"), "door": _("有此姓名，但室号不同"),
        "ambiguous": _("同一室号有多个同名人员"), "twice": _("同一人重复"),
        "done": _("本轮已采样、已登记因故未检，或不在应检名单"),
    }[why]  # fmt: skip


def act_name(act: str, kind: DutyKind, english: bool) -> str:
    """Write what a line will do."""
    if act == "called":
        return _("已通知")
    reason = next(reason for reason in kind.reasons if reason.name == act)
    return reason.en if english else reason.zh


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; what each line means; the rejected lines as a file; the result."""
    now, form = clock.now(), request.POST
    rounds = [one for one in campaigns(request.ranges) if roots(one, request.areas) and not one.closed_at]
    chosen = next(
        (one for one in rounds if str(one.id) == form.get("round", request.GET.get("round"))),
        rounds[0] if rounds else None,
    )
    context: dict[str, Any] = {
        "rounds": rounds, "given": {"round": chosen.id if chosen else 0, "table": form.get("table", "")[:LONGEST],
                                    "silent": form.get("silent", "")},
    }  # fmt: skip
    if request.method != "POST" or chosen is None:
        return TemplateResponse(request, "exchange/list.html", context)
    text, wrong = context["given"]["table"], ""
    if sent := request.FILES.get("file"):
        try:
            text = lines_of(template.read(sent.read(template.LARGEST + 1))[1])
        except template.Unreadable:
            text, wrong = "", _("无法读取该文件：请用2 MB以内、未加密的 Excel 文件（.xlsx）。")
    said = read(text)
    if not said or len(said) > MOST_LINES:
        wrong = wrong or _("请粘贴接龙或选择文件，每次最多2000行。")
        return TemplateResponse(request, "exchange/list.html", context | {"wrong": wrong})
    context["given"]["table"] = text
    kind = REGISTRY.duties[MAIN_DUTY.get(chosen.kind, "swab")]
    otherwise = "called" if form.get("silent") else ""
    listed = lists.match(said, text, chosen.id, kind, request.ranges, otherwise)
    if form.get("act") == "rejected":
        return _rejected_file(listed)
    user = request.user.get_username()
    may = "decide" in getattr(request, "abilities", ())
    if form.get("act") == "apply" and may:
        try:
            done = lists.apply(
                listed, form.get("shown", ""), chosen.id, kind, (request.user.pk, user), request.ranges, now
            )
        except lists.NotApplied:
            wrong = _("未录入：核对后名单或数据有变化，请重新核对后录入。")
        else:
            messages.success(request, _("已登记%(n)s人。") % {"n": done})
            if not listed.rejected:
                return redirect("import-list")
            # What is left is what has to be corrected.
            context["given"]["table"] = "\n".join(one.text for one in listed.rejected)
            listed = lists.Listed([], listed.rejected)
    people.note_look([(m.person, m.area) for m in listed.matched], user, "desk: pasted list", now)
    english = request.LANGUAGE_CODE.startswith("en")
    context |= {
        "wrong": wrong, "shown": listed.digest, "may": may, "looked": True,
        "matched": [(m, act_name(m.act, kind, english)) for m in listed.matched],
        "rejected": [(one, problem_name(one.why)) for one in listed.rejected],
    }  # fmt: skip
    return TemplateResponse(request, "exchange/list.html", context)


def lines_of(cells: list[list[str]]) -> str:
    """Return an Excel list as lines of text. By its headings where the first rows have them, else cell after cell."""
    columns: dict[str, int] = {}
    start = 0
    for at, row in enumerate(cells[:20]):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            part = next((p for p, words in HEADS.items() if any(w in cell.lower() for w in words)), "")
            if part:
                found.setdefault(part, column)
        if "whole" in found or {"building", "door", "name"} <= set(found):
            columns, start = found, at + 1
            break
    out = []
    for row in cells[start:]:
        if "whole" in columns:
            out.append(row[columns["whole"]])
        elif columns:
            part = {name: row[column].strip().removesuffix(".0") for name, column in columns.items()}
            place = "-".join(
                p for p in (part["building"].rstrip("号楼幢栋"), part.get("stairwell", ""), part["door"]) if p
            )
            out.append(f"{place} {part['name']} {part.get('word', '')}".strip() if part["name"] else "")
        else:
            out.append(" ".join(cell for cell in row if cell))
    return "\n".join(line.replace("\n", " ") for line in out)


def _rejected_file(listed: lists.Listed) -> HttpResponse:
    """The rejected lines, to be corrected and taken in again: the reader finds the column by its heading."""
    book = workbook.workbook(
        _("未录入"), [_("原文"), _("原因")], [[one.text, problem_name(one.why)] for one in listed.rejected]
    )
    answer = HttpResponse(book, content_type=XLSX)
    name = workbook.file_name(_("接龙"), _("未录入"), clock.now())
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
