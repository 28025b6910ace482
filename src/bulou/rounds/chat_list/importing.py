"""The page where a pasted chat list or an Excel list comes in: shown first, then applied as a whole or not at all, and
what was applied can be taken back as a whole.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou import people
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, is_area, span
from bulou.ledger.scope import covers
from bulou.ledger.vocabulary import REGISTRY, DutyKind
from bulou.rounds.chat_list import excel, lists, table, taken
from bulou.rounds.chat_list.settling import Rejected
from bulou.rounds.chat_list.wording import act_name, effect, why
from bulou.rounds.reconciliation import template
from bulou.rounds.vocabulary import MAIN_DUTY
from bulou.ui import entitled, forms
from bulou.ui.export import workbook
from bulou.ui.export.files import XLSX
from bulou.ui.figures import names, roots
from bulou.ui.identity_text import without
from bulou.ui.live import fragments as live
from bulou.ui.tabs import campaigns

LONGEST, MOST_LINES = 200_000, 2000


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; what each row means; the rejected rows as a file; the result."""
    now, form = clock.now(), request.POST
    rounds = [one for one in campaigns(request) if roots(one, request.areas) and not one.closed_at]
    chosen = next(
        (one for one in rounds if str(one.id) == form.get("round", request.GET.get("round"))),
        rounds[0] if rounds else None,
    )
    under = _under(request)
    pasted = form.get("table", "")
    context: dict[str, Any] = {
        "rounds": rounds, "choices": [(id_, depth > 3, name) for id_, depth, name in lists.choices(request.ranges)],
        "given": {"round": chosen.id if chosen else 0, "table": _shown_again(pasted),
                  "silent": form.get("silent", ""), "under": under},
        "recent": taken.recent(now),
    }  # fmt: skip
    if request.method != "POST" or chosen is None:
        return TemplateResponse(request, "exchange/list.html", context)
    hidden: tuple[str, ...] = ()
    wrong = ""
    if sent := request.FILES.get("file"):
        try:
            found = excel.sheets(sent.read(template.LARGEST + 1))
            pasted, hidden = found.text, found.hidden
        except template.Unreadable:
            pasted, wrong = "", _("无法读取该文件：请用2 MB以内、未加密的 Excel 文件（.xlsx）。")
    context["given"]["table"] = _shown_again(pasted)
    wrong = wrong or forms.too_long(pasted, LONGEST)
    read = table.read("" if wrong else pasted)
    if not read.rows or len(read.rows) > MOST_LINES:
        wrong = wrong or _("请粘贴接龙或选择文件，每次最多2000行。")
        return TemplateResponse(request, "exchange/list.html", context | {"wrong": wrong})
    kind = REGISTRY.duties[MAIN_DUTY.get(chosen.kind, "swab")]
    otherwise = "called" if form.get("silent") else ""
    try:
        listed = lists.match(read, chosen.id, kind, request.ranges, otherwise, request.may, under)
    except lists.TooMuch:
        wrong = _("名单太长：请分几次录入。")
        return TemplateResponse(request, "exchange/list.html", context | {"wrong": wrong})
    if form.get("act") == "rejected":
        return _rejected_file(listed, pasted, read)
    user = request.user.get_username()
    if form.get("act") == "apply":
        try:
            who = request.user.pk, user
            number = lists.apply(
                listed, form.get("shown", ""), chosen.id, kind, who, request.ranges, request.may, now
            )  # fmt: skip
        except lists.NotApplied:
            wrong = _("未录入：核对后名单或数据有变化，请重新核对后录入。")
        except entitled.NotEntitled as error:
            wrong = str(error)
        else:
            live.forget()
            messages.success(request, _("已登记%(n)s人。") % {"n": len(listed.matched)})
            if not listed.rejected:
                return redirect("import-list-taken", number)
            # What is left is what has to be corrected.
            context["given"]["table"] = _shown_again(_left(listed, pasted, read))
            context["recent"] = taken.recent(now)
            listed = lists.Listed([], listed.rejected)
    people.note_look([(m.person, m.area) for m in listed.matched], user, "desk: pasted list", now)
    context |= {
        "wrong": wrong, "shown": listed.digest, "titles": read.titles, "unused": read.unused, "hidden": hidden,
        "matched": [
            {"m": m, "act": act_name(m.act, kind), "effect": effect(m.act, kind), "ends": lists.ends(m.act, kind),
             "now": _owed(m.who, kind)}
            for m in listed.matched
        ],
        "places": names({ancestor(m.area, depth) for m in listed.matched for depth in (2, 4, 5)}),
        "rejected": [(one, why(one)) for one in listed.rejected],
    }  # fmt: skip
    return TemplateResponse(request, "exchange/list.html", context)


def _owed(who: Any, kind: DutyKind) -> people.DutyRow:
    """Return how somebody stands, as the pages write it."""
    return people.DutyRow(
        kind, who.area, who.person, 0, who.stage, None, who.mark, who.reason, None, who.name, outcome=who.outcome or 0
    )


def _under(request: HttpRequest) -> int:
    """Return the area that a list is said to be from, where it lies within the reader's, else 0."""
    area = forms.number(request.POST.get("under", ""))
    return area if is_area(area) and all(covers(request.ranges, end) for end in span(area)) else 0


def _shown_again(text: str) -> str:
    """Return a pasted text without identity numbers."""
    return "\n".join(map(without, text.splitlines()))


def _left(listed: lists.Listed, pasted: str, read: table.Read) -> str:
    """Return the rejected rows as they were pasted, those of a table below their headings."""
    lines, out, head = pasted.splitlines(), list[str](), 0
    for one in listed.rejected:
        if (above := read.heads.get(one.line, 0)) != head and above:
            out.append(lines[above - 1])
        head = above or head
        out.append(lines[one.line - 1])
    return "\n".join(out)


def _rejected_file(listed: lists.Listed, pasted: str, read: table.Read) -> HttpResponse:
    """The rejected rows, to be corrected and taken in again: with the columns they came in, and the reason last."""
    lines = [_shown_again(line).split("\t") for line in pasted.splitlines()]
    heads = sorted({read.heads[one.line] for one in listed.rejected if one.line in read.heads})
    if len(heads) == 1 and all(one.line in read.heads for one in listed.rejected):
        head = [cell.strip() for cell in lines[heads[0] - 1]]
        rows = [[*_as_wide(lines[one.line - 1], len(head)), why(one)] for one in listed.rejected]
    else:
        head, rows = [_("原文")], [[_whole(one, lines), why(one)] for one in listed.rejected]
    book = workbook.workbook(_("未录入"), [*head, _("未录入原因")], rows)
    answer = HttpResponse(book, content_type=XLSX)
    name = workbook.file_name(_("接龙"), _("未录入"), clock.now())
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def _as_wide(cells: list[str], width: int) -> list[str]:
    return [cell.strip() for cell in cells[:width]] + [""] * (width - len(cells))


def _whole(one: Rejected, lines: list[list[str]]) -> str:
    return " ".join(cell.strip() for cell in lines[one.line - 1] if cell.strip()) or one.text


@require_http_methods(["GET", "HEAD", "POST"])
def applied(request: HttpRequest, taken_id: int) -> HttpResponse:
    """A list or sheet that was applied: who is in it and how each stands now; sent, it is taken back as a whole."""
    now, user = clock.now(), request.user.get_username()
    one = taken.one(taken_id) if taken_id < 2**63 else None
    if one is None:
        raise Http404
    kind = REGISTRY.duties["swab"]
    said = taken.people(one, kind)
    if request.method == "POST":
        try:
            n = taken.undo(one, said, (request.user.pk, user), request.ranges, request.may, now)
        except (taken.Refusal, entitled.NotEntitled) as error:
            messages.error(request, str(error), extra_tags="danger")
        else:
            live.forget()
            messages.success(request, _("已撤销整份名单：作废%(n)s条记录，撤销人%(user)s。") % {"n": n, "user": user})
        return redirect("import-list-taken", taken_id)
    people.note_look([(s.row.person, s.row.area) for s in said if s.name], user, "desk: applied list", now)
    later = sum(not s.void and s.owed is not None and not _as_said(s, kind) for s in said)
    context = {
        "taken": one, "said": [(s, act_name(s.row.act, kind) if s.row.act != "sealed" else _("已采样")) for s in said],
        "later": later, "places": names({ancestor(s.row.area, depth) for s in said for depth in (2, 4, 5)}),
        "own": one.user == user, "may": one.user == user or all(request.may("void", s.row.area) for s in said),
    }  # fmt: skip
    return TemplateResponse(request, "exchange/taken.html", context)


def _as_said(said: taken.Said, kind: DutyKind) -> bool:
    """Tell whether a person stands as the list said: nothing was reported since that moved the duty."""
    assert said.owed is not None
    if said.row.act in ("called", "sealed"):
        return said.owed.mark == 0 and said.owed.rank <= kind.took_part
    return said.owed.reason == said.row.act
