"""Tables of goods, and of what came in or was counted, from Excel: shown line by line, taken whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.command.stock import acting, actions, lines
from bulou.command.stock.actions import Refusal
from bulou.command.stock.goods import FIELDS, code_wrong, good_of, save
from bulou.command.stock.lines import Wrong
from bulou.command.work import forms
from bulou.ledger import clock
from bulou.ledger.steps import Field
from bulou.relief.stock import reads, registry
from bulou.relief.stock.models import Good
from bulou.rounds.chat_list import excel
from bulou.rounds.reconciliation import template
from bulou.ui import forms as fields
from bulou.ui.identity_text import without
from bulou.ui.words import begin
from bulou.ui.words import said as word

#: Of a pasted list or a file: no more characters and rows than these.
LONGEST, MOST = 400_000, 1_000


def table_of(request: HttpRequest) -> tuple[str, str]:
    """Return the table that was pasted or sent as a file, and what is wrong with it as a whole."""
    text, wrong = request.POST.get("table", ""), ""
    if sent := request.FILES.get("file"):
        try:
            book = excel.sheets(sent.read(template.LARGEST + 1))
            text = book.text
            if told := fields.left_unread(book.hidden):
                messages.warning(request, told)
        except template.Unreadable:
            wrong = _("无法读取该文件：请用2 MB以内、未加密的 Excel 文件（.xlsx）。")
    text = "\n".join("\t".join(map(without, line.split("\t"))) for line in text.splitlines())
    return text, wrong or fields.too_long(text, LONGEST)


def _digest(found: object) -> str:
    return sha256(repr(found).encode()).hexdigest()[:16]


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, store: int) -> HttpResponse:
    """A table of what came into a store, or of a count: what each line comes to; then the entry."""
    unit, now = acting.store_of(request, store, write=True), clock.now()
    act = request.POST.get("act") or request.GET.get("act", "")
    act = act if act in ("received", "counted") else "received"
    text, wrong = table_of(request)
    looked = request.method == "POST" and request.POST.get("step") in ("look", "sure")
    form = forms.form_of(acting.FIELDS[act], request.POST if looked else None, now)
    context: dict[str, Any] = {
        "unit": unit,
        "act": act,
        "title": acting.titles()[act],
        "form": form,
        "table": text,
        "wrong": wrong,
    }
    if not looked or wrong:
        return TemplateResponse(request, "stock/import.html", context)
    have = reads.held([store])
    read = lines.of_table(text, lines.Goods(registry.listed(state="all")), zero=act == "counted")
    context |= {"rejected": read.wrong, "rows": read.lines, "shown": _digest(read.lines)}
    if not read.lines and not read.wrong:
        context["wrong"] = _("没有可录入的行：请用有“编码”（或“物资”）和“%(what)s”两列的表。") % {
            "what": lines.COUNTED[0] if act == "counted" else lines.QUANTITY[0]}  # fmt: skip
    differ = acting.differences(read.lines, have) if act == "counted" else []
    if form.is_valid() and differ and not form.said.get("reason"):
        form.add_error("f_reason", _("实点与账面不同：请选择原因。"))
    context |= {"differ": differ, "ready": form.is_valid() and bool(read.lines) and not read.wrong}
    if request.POST.get("step") == "sure" and context["ready"]:
        if request.POST.get("shown") != context["shown"]:
            context["wrong"] = _("核对后数据有变化，未录入：请重新核对。")
            return TemplateResponse(request, "stock/import.html", context)
        try:
            actions.write(request, acting.entries(request, act, unit, form.said, read.lines, have, now, ""), now)
            actions.foresee(request, reads.stores(), now)
        except Refusal as refusal:
            context["wrong"] = str(refusal)
        else:
            messages.success(request, _("已登记：%(what)s，%(n)s行。一小时内可以撤销。") % {
                "what": acting.titles()[act], "n": len(read.lines)})  # fmt: skip
            return redirect("stock-store", store)
    return TemplateResponse(request, "stock/import.html", context)


# -- goods -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that can be taken: what is on record (None: a new good), what it is to be, which fields change."""

    line: int
    old: Good | None
    new: Good
    changed: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
def goods(request: HttpRequest) -> HttpResponse:
    """A table of goods: what each row comes to; then all of them."""
    text, wrong = table_of(request)
    context: dict[str, Any] = {"table": text, "wrong": wrong}
    looked = request.method == "POST" and request.POST.get("step") in ("look", "sure")
    if not looked or wrong:
        return TemplateResponse(request, "stock/goods_import.html", context)
    planned, rejected, same = plan(text)
    context |= {"looked": True, "planned": planned, "rejected": rejected, "same": same}
    context["shown"] = _digest([(one.line, one.old and one.old.pk, forms_said(one.new)) for one in planned])
    if not planned and not rejected and not same:
        told = _("没有可录入的行：请用有“编码”和“名称”两列的表，每次最多%(n)s行。") % {"n": MOST}
        context |= {"looked": False, "wrong": told}
    if request.POST.get("step") == "sure" and planned and not rejected:
        if request.POST.get("shown") != context["shown"]:
            context["wrong"] = _("核对后数据有变化，未录入：请重新核对。")
        else:
            try:
                save([(one.old, one.new) for one in planned], request.user.get_username(), clock.now())
            except Refusal as refusal:
                context["wrong"] = str(refusal)
            else:
                messages.success(request, _("已录入%(n)s种物资。") % {"n": len(planned)})
                return redirect(reverse("goods"))
    return TemplateResponse(request, "stock/goods_import.html", context)


def forms_said(good: Good) -> list[Any]:
    """Return the fields of a good."""
    return [getattr(good, one.name) for one in FIELDS]


def plan(text: str) -> tuple[list[Planned], list[Wrong], int]:
    """Return what a table of goods comes to: rows that can be taken, rows that cannot, how many change nothing."""
    rows = read(text)
    known = registry.coded(cells.get("code", "") for _line, cells in rows)
    planned, rejected, seen, same = list[Planned](), list[Wrong](), set[str](), 0
    for number, cells in rows:
        code = cells.get("code", "").upper()
        old = known.get(code)
        if code and code in seen:
            rejected.append(Wrong(number, _("编码"), code, _("每个编码只出现一次")))
            continue
        if code_wrong(code, old.code if old else ""):
            rejected.append(Wrong(number, _("编码"), code[:40], _("2至20位大写字母、数字和短横，不能是G加数字")))
            continue
        if old is not None and old.until is not None:
            rejected.append(Wrong(number, _("编码"), code, _("使用中的物资：它已停用，请先恢复使用")))
            continue
        seen.add(code)
        start = {one.name: getattr(old, one.name) for one in FIELDS} if old else {
            one.name: one.default for one in FIELDS if one.default is not None}  # fmt: skip
        said = {
            one.name: _value(one, cells[one.name]) for one in FIELDS if one.name in cells and (cells[one.name] or old)
        }  # fmt: skip
        form = forms.form_of(FIELDS, {forms.PREFIX + name: value for name, value in (start | said).items()})
        if not form.is_valid():
            name, errors = next(iter(form.errors.items()))
            one = next(one for one in FIELDS if forms.PREFIX + one.name == name)
            expected = str(errors[0])
            if one.choices:
                expected = _("其中之一：%(words)s") % {"words": _("、").join(word(choice) for choice in one.choices)}
            rejected.append(Wrong(number, begin(word(one)), cells.get(one.name, "")[:40], expected))
            continue
        new = good_of(form.said, old)
        before = registry.differing(old, new) if old else {}
        if old and not before:
            same += 1
        else:
            planned.append(Planned(number, old, new, [begin(word(one)) for one in FIELDS if one.name in before]))
    if len(rows) > MOST:
        rejected.append(Wrong(MOST + 1, _("整行"), "", _("每次最多%(n)s行") % {"n": MOST}))
    return planned, rejected, same


def read(text: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows below the line with the titles of code and name: (line, cells by name of field)."""
    by_title = {title: one.name for one in FIELDS for title in (one.zh, one.en, begin(one.en))}
    head: list[str] = []
    out = []
    for number, raw in enumerate(text.splitlines(), 1):
        row = [cell.strip() for cell in raw.split("\t")]
        if not head:
            names = [by_title.get(cell, "") for cell in row]
            head = names if {"code", "name"} <= set(names) else []
        elif any(row):
            cells = zip(head, [*row, *[""] * (len(head) - len(row))], strict=False)
            out.append((number, {name: cell for name, cell in cells if name}))
    return out


def _value(one: Field, text: str) -> str:
    if one.type != "choice":
        return text
    words = {name: c.name for c in one.choices for name in (c.zh, c.en, begin(c.en), c.name)}
    return words.get(text, text)
