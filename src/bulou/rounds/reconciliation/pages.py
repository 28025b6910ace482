"""Our figure beside the official one: a table comes in, is matched and reconciled, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou import people
from bulou.ledger import clock
from bulou.ledger.vocabulary import REGISTRY
from bulou.rounds.reconciliation import reads, tables, template
from bulou.rounds.reconciliation.rules import CAUSES, UNEXPLAINED, Reconciled, total
from bulou.rounds.vocabulary import MAIN_DUTY
from bulou.ui import forms
from bulou.ui.export.files import XLSX
from bulou.ui.export.workbook import file_name, workbook
from bulou.ui.figures import Campaign, roots
from bulou.ui.identity_text import without
from bulou.ui.tabs import campaigns
from bulou.ui.templatetags.naming import seal_line

LONGEST = 200_000
BASES = ("scope", "registration", "closed_loop")


def figure_name(figure: str) -> str:
    """Write the name of a figure."""
    return {
        "owed": _("应检人数"), "covered": _("已采样人数"), "missed": _("未采样人数"), "done": _("已出结果人数"),
    }[figure]  # fmt: skip


def doubt(said: tables.Doubt) -> str:
    """Write why no column can be compared, and what can be chosen."""
    headings = _("、").join(f"“{heading}”" for heading in said.headings)
    choices = _("、").join(figure_name(figure) for figure in tables.FIGURES)
    return {
        "unsure": _("表头%(headings)s没有说明是哪一种数字：请在“数字的含义”中选择（%(choices)s），或把表头写全。"),
        "other": _("表头%(headings)s不是可以核对的人数（如率、管数、昨日或累计数）：可以核对的有%(choices)s。"),
        "twice": _("有几列说的是同一种数字：%(headings)s。请只留一列再核对。"),
        "columns": _("没有表头，而第%(headings)s列都是数字：请加上表头（%(choices)s），或只留一列。"),
    }[said.why] % {"headings": headings, "choices": choices}  # fmt: skip


def cause_name(cause: str) -> str:
    """Write the name of a cause."""
    return {
        "cut": _("截止时间不同"), "scope": _("统计范围不同"), "registration": _("登记地与居住地不同"),
        "closed_loop": _("是否含闭环人员"), "unexplained": _("原因不明"),
    }[cause]  # fmt: skip


def problem_name(problem: str) -> str:
    """Write why a row was not matched."""
    return {
        "unmatched": _("您负责的区域内没有此名称"), "ambiguous": _("有多个同名区域，请在前面加写上级区域名称"),
        "twice": _("区域重复"),
    }[problem]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; after it was sent the comparison, or the template as a filled Excel file."""
    now, form = clock.now(), request.POST
    rounds = [(one, root[0]) for one in campaigns(request) if (root := roots(one, request.areas))]
    chosen, root = next(
        ((one, root) for one, root in rounds if str(one.id) == form.get("round", request.GET.get("round"))),
        rounds[0] if rounds else (None, 0),
    )
    figure = form.get("figure", "")
    figure = figure if figure in tables.FIGURES else ""
    cut = forms.time(form.get("cut", "")) or now
    given = {
        "round": chosen.id if chosen else 0, "figure": figure,
        "table": "\n".join(map(without, form.get("table", "").splitlines())),
        "cut": timezone.localtime(cut).strftime(forms.TIME), "bases": {name for name in BASES if form.get(name)},
    }  # fmt: skip
    context: dict[str, Any] = {
        "rounds": rounds, "given": given,
        "figures": [
            ("", _("以表头为准；没有表头时为已采样人数")), *((name, figure_name(name)) for name in tables.FIGURES),
        ],
        "bases": [("scope", _("只含开始时应检（不含补录）")), ("registration", _("按登记地统计（非居住地）")),
                  ("closed_loop", _("不含闭环内人员"))],
    }  # fmt: skip
    if request.method != "POST" or chosen is None:
        return TemplateResponse(request, "official/page.html", context)
    book, wrong = None, forms.too_long(given["table"], LONGEST)
    if sent := request.FILES.get("file"):
        try:
            book, cells = template.read(sent.read(template.LARGEST + 1))
        except template.Unreadable:
            cells, wrong = [], _("无法读取该文件：请用2 MB以内、未加密的 Excel 文件（.xlsx）。")
    else:
        cells = tables.grid("" if wrong else given["table"])
    table = tables.understand(cells, tables.Names(reads.areas(request.ranges)), figure)
    if not table.rows and not wrong:
        wrong = _("请粘贴表格或选择文件，每行写一个区域名称和一个数字。")
    wrong = doubt(table.doubt) if table.doubt else wrong
    if not table.matched or not table.columns:
        return TemplateResponse(request, "official/page.html", context | {"wrong": wrong, "rejected": _rejected(table)})
    kind = REGISTRY.duties[MAIN_DUTY.get(chosen.kind, "swab")]
    ours = reads.figures(chosen.id, kind, [row.area for row in table.matched if row.area])
    may_leave = "export" in request.abilities
    filling = book is not None and form.get("act") == "fill" and may_leave
    leaving = form.get("act") == "export" and may_leave
    people.note_export(
        request.user.get_username(), "official.xlsx" if filling or leaving else "official.txt",
        {"round": chosen.id, "figures": sorted(table.columns)}, len(table.matched), True, now, root,
    )  # fmt: skip
    if book is not None and filling:
        return _filled(book, table, ours, now)
    basis = reads.Basis(cut, **{name: name in given["bases"] for name in BASES})
    told = reads.compare(chosen.id, kind, table.rows, ours, basis)
    context |= {
        "wrong": wrong, "rejected": _rejected(table), "parts": _parts(table, ours, told), "unused": table.unused,
    }  # fmt: skip
    if leaving:
        return _exported(context["parts"], request.LANGUAGE_CODE.startswith("en"), now)
    context["text"] = _text(chosen, cut, context["parts"], request.LANGUAGE_CODE.startswith("en"))
    return TemplateResponse(request, "official/page.html", context)


def _rejected(table: tables.Table) -> list[tuple[int, str, str]]:
    return [(row.row, without(row.said), problem_name(row.problem)) for row in table.rejected]


def _filled(book: Any, table: tables.Table, ours: dict[int, dict[str, int]], now: datetime) -> HttpResponse:
    cells = {
        (row.row, column + 1): ours[row.area.id][figure]
        for row in table.matched if row.area for figure, column in table.columns.items()
    }  # fmt: skip
    answer = HttpResponse(template.fill(book, cells), content_type=XLSX)
    name = file_name("", _("已填写"), now).removeprefix("-")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def _exported(parts: list[dict[str, Any]], english: bool, now: datetime) -> HttpResponse:
    head = [_("数字"), _("区域"), _("上级数据"), _("本系统"), _("相差"), *map(cause_name, (*CAUSES, UNEXPLAINED))]
    lines = [
        [part["name"], (area.name_en if english else "") or area.name,
         *((told.official, ours, told.difference, *(step.n for step in told.steps)) if told else (None, ours))]
        for part in parts for area, ours, told in part["lines"]
    ]  # fmt: skip
    answer = HttpResponse(workbook(_("与上级数据核对"), head, lines, seal_line()), content_type=XLSX)
    name = file_name("", _("与上级数据核对"), now)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def _parts(
    table: tables.Table, ours: dict[int, dict[str, int]], told: dict[tuple[int, str], Reconciled]
) -> list[dict[str, Any]]:
    """Return for each figure its rows and their sum: (area, our figure, how the official one becomes it or None)."""
    out = []
    for figure in table.columns:
        lines = [
            (row.area, ours[row.area.id][figure], told.get((row.area.id, figure))) for row in table.matched if row.area
        ]
        known = [told for area, _, told in lines if told and area.id in _outermost(lines)]
        out.append({
            "name": figure_name(figure), "lines": lines, "total": total(known) if known else None,
            "causes": [cause_name(step.cause) for step in known[0].steps] if known else [],
        })  # fmt: skip
    return out


def _outermost(lines: Sequence[tuple[tables.Area, int, Reconciled | None]]) -> set[int]:
    """Return the areas with an official figure that lie in no other one of the table: their sum counts nobody twice."""
    told = [area for area, _, told in lines if told]
    return {area.id for area in told if not any(o.id < area.id <= o.hi for o in told)}


def _text(campaign: Campaign, cut: datetime, parts: list[dict[str, Any]], english: bool) -> str:
    """Write the comparison without any name of a person, to be forwarded."""
    when = timezone.localtime(cut).strftime("%m-%d %H:%M")
    out = []
    for part in parts:
        out.append(_("%(round)s%(figure)s（上级数据截至%(when)s）") % {
            "round": campaign.name, "figure": part["name"], "when": when,
        })  # fmt: skip
        for area, ours, told in part["lines"]:
            said = {"area": (area.name_en if english else "") or area.name, "ours": ours}
            if told is None:
                out.append(_("%(area)s：本系统%(ours)s") % said)
                continue
            causes = ", ".join(f"{cause_name(step.cause)} {step.n:+d}" for step in told.steps if step.n)
            said |= {"official": told.official, "difference": f"{told.difference:+d}", "causes": causes or _("一致")}
            out.append(_("%(area)s：上级数据%(official)s，本系统%(ours)s，相差%(difference)s（%(causes)s）") % said)
    return "\n".join(out)
