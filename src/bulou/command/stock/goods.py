"""The register of goods on the desk: a list, a sheet, new, edit, closing and opening again, Excel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.command.stock import actions, lines
from bulou.command.stock.actions import Refusal
from bulou.command.work import forms
from bulou.ledger import clock
from bulou.ledger.steps import Field
from bulou.relief.stock import reads, registry
from bulou.relief.stock.models import Good
from bulou.relief.stock.vocabulary import KEEPS, KINDS
from bulou.ui.export import files
from bulou.ui.words import begin
from bulou.ui.words import said as word

#: What the form of a good asks, and the columns of its file.
FIELDS = (
    Field("name", "text", "名称", "Name", most=60, help_zh="例：蔬菜包（5公斤）",
          help_en="In Chinese, as it is printed, with its weight"),
    Field("name_en", "text", "英文名称", "English name", required=False, most=60),
    Field("code", "text", "编码", "Code", required=False, most=20,
          help_zh="大写字母、数字和短横，印在标签上；不填由系统编号",
          help_en="Capital letters, digits, hyphens, for the label; left empty, one is given out"),
    Field("kind", "choice", "类别", "Kind", choices=KINDS),
    Field("unit", "text", "单位", "Unit", most=10, help_zh="份、盒、人份、只", help_en="Piece, box, test"),
    Field("pack", "int", "每箱数量", "Units in a pack", least=1, most=100_000, default=1),
    Field("keeps", "choice", "批号和有效期", "Lots and expiry", choices=KEEPS, default="none"),
    Field("warn_days", "int", "临期提前提醒（天）", "Warn before expiry (days)", most=365, default=3),
    Field("cover_days", "int", "应保有（天）", "Days of cover to keep", least=1, most=60, default=3,
          help_zh="预计可用天数低于此数即为缺货", help_en="Below it a shortage is foreseen"),
    Field("household_days", "int", "封控户几天一份", "A closed household uses one in (days)", most=60, default=0,
          help_zh="填0表示不按封控户数预计", help_en="0: not foreseen by closed households"),
)  # fmt: skip


def good_of(said: Mapping[str, Any], old: Good | None = None) -> Good:
    """Return the good that a form describes."""
    values = {one.name: said.get(one.name, "" if one.type == "text" else 0) for one in FIELDS}
    values |= {one.name: one.default for one in FIELDS if one.name not in said and one.default is not None}
    values["code"] = str(values["code"]).strip().upper()
    return Good(**values, until=old.until if old else None)


def data_of(good: Good) -> dict[str, Any]:
    """Return what the form of a good is filled in with."""
    return {forms.PREFIX + one.name: getattr(good, one.name) for one in FIELDS}


def code_wrong(code: str, old: str = "") -> bool:
    """Tell whether a code cannot be printed, or is like those that the register gives out itself."""
    return bool(code) and code != old and not (registry.CODE.fullmatch(code) and not registry.GIVEN_OUT.fullmatch(code))


def save(pairs: list[tuple[Good | None, Good]], by: str, now: Any) -> list[int]:
    """Add and change goods, all or none; return their numbers.

    Raises:
        Refusal: a code cannot be, or is another good's; or a good is closed.
    """
    for old, new in pairs:
        if code_wrong(new.code, old.code if old else ""):
            raise Refusal(_("编码只能用2至20位大写字母、数字和短横，且不能是G加数字（由系统编号）。"))
        if old is not None and old.until is not None:
            raise Refusal(_("这种物资已停用：要修改请先恢复使用。"))
    try:
        return registry.save(pairs, by, now)
    except registry.CodeTaken as taken:
        raise Refusal(_("编码%(code)s已由其他物资使用。") % {"code": taken}) from None


def shown(good: Good, one: Field) -> str:
    """Write a field of a good."""
    value = getattr(good, one.name)
    return forms.shown(one, value) if value not in ("", None) else ""


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The goods, as the list is narrowed; or as a file."""
    given = request.GET
    kind = given.get("kind", "") if given.get("kind") in [one.name for one in KINDS] else ""
    state = given.get("state", "") if given.get("state") in ("open", "closed", "all") else "open"
    q = given.get("q", "").strip()[:60]
    found = registry.listed(kind, q, state)
    if actions.leaves(request):
        head = [*(begin(word(one)) for one in FIELDS), _("状态")]
        told: list[list[str | int | None]] = [
            [*(shown(good, one) for one in FIELDS), _("已停用") if good.until else _("使用中")] for good in found
        ]
        return files.answer(request, files.Sheet("goods.xlsx", "", _("物资"), head, told), request.areas[0])
    choices = {one.name: one for one in KINDS}
    return TemplateResponse(
        request, "stock/goods.html", {
            "rows": [(good, lines.name_of(good), choices.get(good.kind), shown(good, FIELDS[6])) for good in found],
            "kind": kind, "state": state, "q": q, "kinds": KINDS, "mine": "stock" in request.abilities,
            "may": "stock" in request.abilities,
            "kept": {name: given[name] for name in ("kind", "state") if given.get(name)},
        },
    )  # fmt: skip


def good_in(good: int) -> Good:
    """Return a good of the register.

    Raises:
        Http404: there is none.
    """
    found = registry.of([good]).get(good)
    if found is None:
        raise Http404
    return found


@require_safe
def sheet(request: HttpRequest, good: int) -> HttpResponse:
    """One good: what it is, who has it, what was done to it."""
    found, known = good_in(good), reads.stores()
    have = [own for (_store, number), own in reads.held(known).items() if number == good]
    own = {one.name: one for one in FIELDS}
    told = [
        (one, [(begin(word(own[name])), str(forms.shown(own[name], was) if was != "" else _("（空）")))
               for name, was in one.before.items() if name in own])
        for one in registry.changes(good)
    ]  # fmt: skip
    return TemplateResponse(
        request, "stock/good.html", {
            "good": found, "name": lines.name_of(found),
            "facts": [(begin(word(one)), shown(found, one)) for one in FIELDS],
            "held": sorted(((known[one.store], one) for one in have), key=lambda row: row[0].name), "told": told,
            "mine": "stock" in request.abilities, "sum": sum(one.total for one in have),
        },
    )  # fmt: skip


def new(request: HttpRequest) -> HttpResponse:
    """The form of a new good; filled in, the good."""
    return _form(request, None)


def edit(request: HttpRequest, good: int) -> HttpResponse:
    """The form of a good as it is; filled in, the good as it is then."""
    return _form(request, good_in(good))


def _form(request: HttpRequest, old: Good | None) -> HttpResponse:
    sent, wrong = request.method == "POST", ""
    form = forms.form_of(FIELDS, request.POST if sent else data_of(old) if old else None, clock.now())
    if sent and form.is_valid():
        try:
            (number,) = save([(old, good_of(form.said, old))], request.user.get_username(), clock.now())
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, _("已保存“%(name)s”。") % {"name": form.said["name"]})
            return redirect("good", number)
    return TemplateResponse(request, "stock/good_form.html", {"old": old, "form": form, "wrong": wrong})


@require_POST
def act(request: HttpRequest, good: int) -> HttpResponse:
    """Close a good, or open it again, with a reason."""
    found, reason = good_in(good), request.POST.get("reason", "").strip()[:200]
    reopen = request.POST.get("act") == "reopened"
    if not reason:
        messages.error(request, _("请填写原因。"), extra_tags="danger")
    elif not registry.end(found, request.user.get_username(), reason, clock.now(), reopen):
        messages.error(request, _("没有改动：请刷新后再看。"), extra_tags="danger")
    else:
        messages.success(request, _("已恢复使用。") if reopen else _("已停用：不能再入库和发放，已有的库存都在。"))
    return redirect("good", good)
