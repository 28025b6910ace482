"""The page where a declared list comes back from Excel: shown row by row, applied as a whole, taken back as a whole."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.command.work import actions, arriving_pages, pages, reads, taking
from bulou.command.work.rules import Row, facts
from bulou.command.worklist.actions import written
from bulou.command.worklist.chosen import ActRequest, Refusal
from bulou.ledger import clock
from bulou.places import tables
from bulou.places.text_file import UnreadableFile
from bulou.rounds.chat_list import excel
from bulou.rounds.reconciliation import template
from bulou.ui import forms as fields
from bulou.ui.export import workbook
from bulou.ui.export.files import XLSX
from bulou.ui.live import fragments as live
from bulou.ui.room import Work, works
from bulou.ui.words import said as word

#: Of a pasted list or a file: no more characters and rows than these.
LONGEST, MOST = 400_000, 2_000


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, kind: str) -> HttpResponse:
    """The form; what each row comes to; the rows that are given back as a file; the result."""
    work, now = works()[kind], clock.now()
    text, wrong = request.POST.get("table", ""), ""
    if sent := request.FILES.get("file"):
        content = sent.read(template.LARGEST + 1)
        try:
            book = excel.Sheets(tables.text_in(content)) if tables.is_text(sent.name or "") else excel.sheets(content)
            text = book.text
            if told := fields.left_unread(book.hidden):
                messages.warning(request, told)
        except (template.Unreadable, UnreadableFile):
            wrong = _("无法读取该文件：请用2 MB以内、未加密的 Excel 文件（.xlsx）或 CSV。")
    wrong = wrong or fields.too_long(text, LONGEST)
    context: dict[str, Any] = {
        "work": work, "list_url": reverse(f"work-{kind}"), "import_url": reverse(f"work-{kind}-import"), "table": text,
        "opening": arriving_pages.step_of(work, request),
    }  # fmt: skip
    if request.method != "POST" or wrong:
        return TemplateResponse(request, "work/import.html", context | {"wrong": wrong})
    read, opening = taking.read(text), arriving_pages.step_of(work, request)
    if read is None and opening and (answer := arriving_pages.page(request, kind, text, opening)):
        return answer
    if read is None or not read.lines or len(read.lines) > MOST:
        wrong = _("请用本页导出的 Excel 文件（含“校验”一列），每次最多%(n)s行。") % {"n": MOST}
        return TemplateResponse(request, "work/import.html", context | {"wrong": wrong})
    step = request.POST.get("step", "")
    found = _plan(request, work, read, hold=step == "sure")
    if step == "rejected":
        return _rejected(work, read, found)
    if step == "sure":
        if request.POST.get("shown") != found.digest:
            wrong = _("核对后数据有变化，未录入：请重新核对。")
        else:
            who = ActRequest("list", request.user.get_username(), now, may=request.may)
            entries = [
                actions.entry_of(work, one.act, one.row, one.said, now)
                for one in sorted(found.planned, key=lambda one: (one.act.name, one.line))
            ]
            try:
                written(entries, who, request.user.pk, request.ranges)
            except Refusal as refusal:
                wrong = str(refusal)
            else:
                live.forget()
                messages.success(request, _("已录入%(n)s条。一小时内可以整体撤销。") % {"n": len(entries)})
                if not found.rejected:
                    return redirect(f"work-{kind}")
                return _rejected(work, read, found, as_page=request, context=context)
    return _shown(request, work, found, context | {"wrong": wrong})


def _plan(request: HttpRequest, work: Work, read: taking.Read, hold: bool) -> taking.Taken:
    now = clock.now()
    keys = list({one.key for one in taking.ticked(read.lines).values()})
    rows = {row.key: row for row in reads.of(work, request.ranges, keys, now, hold)} if keys else {}
    doers = reads.doers(work, [*rows.values()]) if rows else {}

    def known(row: Row) -> Any:
        return facts(row, doers.get(row.key, {}), reads.actor(request.user.pk), now)

    return taking.plan(work, read, rows, known, request.may, now)


def _shown(request: HttpRequest, work: Work, found: taking.Taken, context: dict[str, Any]) -> HttpResponse:
    now = clock.now()
    places = pages.places_of([one.row.area for one in found.planned])
    shown = {one.row.key: pages.shown_of(request, one.row, [], places, now) for one in found.planned}
    pages.look(request, work, [*shown.values()], now, "act")
    context |= {
        "looked": True, "found": found, "places": places, "shown": found.digest,
        "planned": [(one, shown[one.row.key]) for one in found.planned],
        "rejected": found.rejected,
    }  # fmt: skip
    return TemplateResponse(request, "work/import.html", context)


def _rejected(
    work: Work, read: taking.Read, found: taking.Taken, as_page: HttpRequest | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """The rows that were not taken, as they came with the reason last: as a file, or left on the page to be mended."""
    if as_page is not None and context is not None:
        left = "\n".join(["\t".join(read.head), *("\t".join(read.rows[line.number]) for line, _why in found.rejected)])
        context |= {"table": left, "looked": True, "found": found, "rejected": found.rejected, "planned": []}
        return TemplateResponse(as_page, "work/import.html", context)
    width = len(read.head)
    rows = [[*read.rows[line.number][:width], *[""] * (width - len(read.rows[line.number])), why]
            for line, why in found.rejected]  # fmt: skip
    book = workbook.workbook(_("未录入"), [*read.head, _("未录入原因")], rows)
    answer = HttpResponse(book, content_type=XLSX)
    name = workbook.file_name(word(work.menu or work.duty), _("未录入"), clock.now())
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
