"""The page on which a list from elsewhere opens duties: its columns, one preview, what is asked, what is given back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bulou.command.work import arriving, arriving_reads, pages
from bulou.command.work.arriving import Arrived, Found, Planned
from bulou.command.worklist.actions import Writing, written
from bulou.command.worklist.chosen import ActRequest, Refusal
from bulou.ledger import clock
from bulou.ledger.steps import Step
from bulou.ledger.vocabulary import Subject
from bulou.ui import forms as fields
from bulou.ui.export import workbook
from bulou.ui.export.files import XLSX
from bulou.ui.identity_text import without
from bulou.ui.live import fragments as live
from bulou.ui.room import Work, works
from bulou.ui.words import said as word

#: Rows at a time: as many as one act can take back.
MOST = 1_000
#: Rows that the preview shows in full; of more it says how many.
SHOWN = 200


def step_of(work: Work, request: HttpRequest) -> Step | None:
    """Return the step by which a list from elsewhere opens a kind; None where none does, or not for this reader."""
    step = work.opening
    mine = work.duty.subject is Subject.HOUSEHOLD and any(request.may(work.opener, area) for area in request.areas)
    return step if mine else None


def page(request: HttpRequest, kind: str, text: str, step: Step) -> HttpResponse | None:
    """What a list comes to; written when it is sure; None where no line of it holds titles that are understood."""
    work, now = works()[kind], clock.now()
    text = "\n".join("\t".join(map(without, line.split("\t"))) for line in text.splitlines())
    arrived = arriving.read(text, step)
    if arrived is None:
        return None
    context: dict[str, Any] = {
        "work": work, "list_url": reverse(f"work-{kind}"), "import_url": reverse(f"work-{kind}-import"), "table": text,
        "opening": step,
    }  # fmt: skip
    if not arrived.rows or len(arrived.rows) > MOST:
        wrong = _("每次最多%(n)s行，请分几次录入。") % {"n": MOST} if arrived.rows else _("表中没有数据。")
        return TemplateResponse(request, "work/arriving.html", context | {"wrong": wrong})
    said = {name[4:]: request.POST[name] for name in request.POST if name.startswith("map_")}
    at = arriving.columns(arrived.head, step, said if said else None)
    found = _found(request, work, step, arrived, at)
    act = request.POST.get("step", "")
    if act == "rejected":
        return _left(work, arrived, found)
    wrong = ""
    if act == "sure":
        if request.POST.get("shown") != found.digest:
            wrong = _("核对后数据有变化，未录入：请重新核对。")
        else:
            who = ActRequest("list", request.user.get_username(), now, may=request.may)
            try:
                written(entries(work, step, found, who), who, request.user.pk, request.ranges)
            except Refusal as refusal:
                wrong = str(refusal)
            else:
                live.forget()
                left = {line for line, _why in found.left}
                table = "\n".join(["\t".join(arrived.head), *("\t".join(arrived.rows[line]) for line in sorted(left))])
                context |= {"done": len(found.planned), "table": table if left else "", "total": len(found.planned)}
                found = Found(asked=found.asked, rejected=found.rejected)
    return _shown(request, arrived, at, found, context | {"wrong": wrong})


def _found(request: HttpRequest, work: Work, step: Step, arrived: Arrived, at: dict[str, int]) -> Found:
    rows = arriving.cells(arrived, at)
    match = arriving_reads.matcher(rows.values(), request.ranges)
    matched = {line: match(said) for line, said in rows.items()}
    doors = {door.household for one in matched.values() for door in ([one.sure] if one.sure else one.doors)}
    chosen = {line: fields.number(request.POST.get(f"who_{line}", "")) for line in rows}
    now = clock.now()
    there = arriving_reads.there(work, doors)
    return arriving.plan(step, rows, match, there, chosen, lambda area: request.may(work.opener, area), now)


def entries(work: Work, step: Step, found: Found, who: ActRequest) -> list[Writing]:
    """Return what is written of a list, all of one kind and one moment, so that it is taken back as a whole."""
    assert work.programme is not None
    digest = f"{found.digest}/{who.now.isoformat()}"
    first = {one.line: one for one in found.planned}
    out: list[Writing] = []
    for one in found.planned:
        body = {"campaign": work.programme.id, "subjects": [one.door.household]} | one.body
        if step.many:
            head: Planned = first[-one.joined] if one.joined < 0 else one
            body["occasion"] = one.joined if one.joined > 0 else arriving.occasion_of(head.door, digest, head.line)
        out.append((step.name, who.now, one.door.area, body))
    return out


def _shown(
    request: HttpRequest, arrived: Arrived, at: dict[str, int], found: Found, context: dict[str, Any]
) -> HttpResponse:  # fmt: skip
    doors = [one.door for one in found.planned] + [door for _line, doors, _why in found.asked for door in doors]
    told = {line: " · ".join(cell for cell in row if cell)[:120] for line, row in arrived.rows.items()}
    step: Step = context["opening"]
    held = {n: name for name, n in at.items()}
    context |= {
        "found": found, "places": pages.places_of([door.area for door in doors]), "shown": found.digest,
        "planned": found.planned[:SHOWN], "more": max(0, len(found.planned) - SHOWN),
        "joined": sum(bool(one.joined) for one in found.planned), "guessed": sum(one.guessed for one in found.planned),
        "asked": [(line, told[line], doors, why) for line, doors, why in found.asked],
        "rejected": [(line, told[line], why) for line, why in found.rejected],
        "chosen": [(one.line, one.door.household) for one in found.planned if one.chosen],
        "titles": [title for title in arrived.head if title],
        "map": [(one, arrived.head[at[one.name]] if one.name in at else "") for one in arriving.fields_of(step)],
        "unread": [title for n, title in enumerate(arrived.head) if title and n not in held],
    }  # fmt: skip
    return TemplateResponse(request, "work/arriving.html", context)


def _left(work: Work, arrived: Arrived, found: Found) -> HttpResponse:
    """The rows that were not taken as a file, as they came, with the reason last: to be mended and sent again."""
    width = len(arrived.head)
    rows = [[*arrived.rows[line][:width], *[""] * (width - len(arrived.rows[line])), why] for line, why in found.left]
    book = workbook.workbook(_("未录入"), [*arrived.head, _("未录入原因")], rows)
    answer = HttpResponse(book, content_type=XLSX)
    name = workbook.file_name(word(work.menu or work.duty), _("未录入"), clock.now())
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
