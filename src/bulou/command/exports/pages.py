"""Thin doors of this room: the missed list as an Excel file, and the list of doors to print."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou import people
from bulou.command.exports import boards, reads
from bulou.command.pages import page_shell
from bulou.ledger import clock
from bulou.ledger.areas import ancestor
from bulou.people.templatetags.people import registered
from bulou.ui.export import files, workbook
from bulou.ui.export.files import XLSX
from bulou.ui.figures import names
from bulou.ui.templatetags.naming import place, seal_line, state_name

#: Doors for one person's evening; more are printed compound by compound.
MOST_DOORS = 1000


@require_safe
def missed(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """The missed list with its filter as an Excel file; names masked unless the user is entitled to see them."""
    around = page_shell(request, campaign, area, "missed")
    state, now = request.GET.get("state", people.STATES[0]), clock.now()
    if state not in people.STATES:
        raise Http404
    found = list(reads.missed(campaign, area, around["kind"], state, workbook.MOST_ROWS))
    unmasked = files.unmasked(request, area)
    nodes = {o.area for o in found} | {o.elsewhere for o in found if o.elsewhere}
    named = names({ancestor(node, depth) for node in nodes for depth in range(2, 6)})
    people.note_look(
        [(o.subject, o.area) for o in found if o.name], request.user.get_username(), f"desk: export missed {state}", now
    )
    people.note_export(
        request.user.get_username(), "missed.xlsx", {"round": campaign, "area": area, "state": state}, len(found),
        not unmasked, now, area,
    )  # fmt: skip
    english = request.LANGUAGE_CODE.startswith("en")
    head = [_("街镇"), _("居委会"), _("小区"), _("楼栋"), _("室号"), _("姓名"), _("状态"), _("原因"), _("起始时间"),
            _("登记住址"), _("编码"), _("校验"), _("情况")]  # fmt: skip
    lines = (
        [
            *boards.way(o.area, named),
            boards.door_here(o),
            (o.name if unmasked else o.masked) or _("名册外人员"),
            o.stage.en if english else o.stage.zh,
            (o.why.en if english else o.why.zh) if o.why else "",
            workbook.local(o.stage_at),
            registered(named, o),
            *boards.coded(o),
            "",
        ]
        for o in found
    )
    title = state_name(state)
    answer = HttpResponse(workbook.workbook(title, head, lines, seal_line()), content_type=XLSX)
    name = workbook.file_name(place(area, around["area_name"]), title, now)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


@require_safe
def doors(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """Who is missed, to be printed: by building, stairwell and floor, a box to tick for each outcome."""
    around = page_shell(request, campaign, area, "missed")
    now = clock.now()
    found = list(reads.missed(campaign, area, around["kind"], "missed", MOST_DOORS + 1))
    too_many = len(found) > MOST_DOORS
    owed = [] if too_many else found
    people.note_look(
        [(o.subject, o.area) for o in owed if o.name], request.user.get_username(), "desk: door list printed", now
    )
    people.note_export(
        request.user.get_username(), "doors", {"round": campaign, "area": area}, len(owed), False, now, area
    )
    came = reads.from_elsewhere(owed)
    phones = people.telephones([o.subject for o in came])
    nodes = {o.area for o in owed} | {o.elsewhere for o in came if o.elsewhere}
    context = {
        **around, "stairwells": reads.stairwells(owed), "people": len(owed), "too_many": too_many, "most": MOST_DOORS,
        "came": [(o, phones.get(o.subject)) for o in came],
        "places": names({ancestor(node, depth) for node in nodes for depth in (2, 4, 5)}), "now": now,
        "away": {one for one, state in people.positives([o.subject for o in owed], now).items() if not state.over},
    }  # fmt: skip
    return TemplateResponse(request, "command/doors.html", context)
