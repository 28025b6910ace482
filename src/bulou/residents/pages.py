"""The desk's page of door cards: which doors have one, cards printed for a compound or building, one ended."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.command.worklist.pages import area_of
from bulou.ledger import clock
from bulou.ledger.areas import level
from bulou.residents import cards, printing
from bulou.ui import areas, forms
from bulou.ui.figures import names
from bulou.ui.live import fragments as live

ABILITY = "cards"
#: The level from which doors are listed and printed: a compound.
FROM = 4


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Doors and cards below an area; from a compound down the doors themselves, and the forms that print."""
    area = area_of(request.GET, request.ranges) or (request.areas[0] if len(request.areas) == 1 else 0)
    found = cards.counts(area) if area and level(area) < 5 else []
    doors = cards.homes(area) if area and level(area) >= FROM else []
    context: dict[str, Any] = {
        "area": area, "choices": areas.choices(request.areas, area), "found": found,
        "doors": doors[: cards.MOST], "many": len(doors) > cards.MOST, "most": cards.MOST,
        "without": sum(one.carded is None for one in doors), "deep": bool(area) and level(area) >= FROM,
        "total": sum(row[1] for row in found), "carded": sum(row[2] for row in found),
        "mine": bool(area) and request.may(ABILITY, area),
        "places": names({area, *(row[0] for row in found), *(one.area for one in doors)} - {0}),
    }  # fmt: skip
    return TemplateResponse(request, "residents/cards.html", context)


@require_POST
def printed(request: HttpRequest) -> HttpResponse:
    """Make cards for an area's doors and answer with the sheets: the codes are shown here and nowhere again."""
    area = area_of(request.POST, request.ranges)
    if not area or level(area) < FROM or not request.may(ABILITY, area):
        messages.error(request, _("请选择您负责的一个小区或一栋楼。"))
        return redirect("door-cards")
    which, doors = request.POST.get("which", ""), cards.homes(area)
    one = forms.number(request.POST.get("home", ""))
    if which == "one":
        doors = [home for home in doors if home.id == one]
    elif which == "missing":
        doors = [home for home in doors if home.carded is None]
    elif which != "all" or not request.POST.get("sure"):
        messages.error(request, _("全部重印会让已贴的门牌码失效：请先勾选确认。"))
        return _back(area)
    if not doors:
        messages.error(request, _("没有要印的门牌：这里每一户都已有门牌码。"))
        return _back(area)
    if len(doors) > cards.MOST:
        messages.error(request, _("一次最多印%(n)s张：请逐栋印制。") % {"n": cards.MOST})
        return _back(area)
    codes = cards.make(doors, request.user.get_username(), clock.now())
    live.forget()
    drawn = printing.pdf(doors, codes, settings.PUBLIC_URL or request.build_absolute_uri("/"))
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename="door-cards.pdf")
    return answer


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Take one household's card out of use, with the reason."""
    area = area_of(request.POST, request.ranges)
    reason = request.POST.get("reason", "").strip()[:200]
    home = forms.number(request.POST.get("home", ""))
    own = {one.id for one in cards.homes(area)} if area and level(area) >= FROM else set()
    if home not in own or not request.may(ABILITY, area):
        messages.error(request, _("请选择您负责的一个小区或一栋楼。"))
        return redirect("door-cards")
    if not reason:
        messages.error(request, _("请填写停用原因，如“门牌被拍照外传”。"))
    elif cards.end([home], reason, request.user.get_username(), clock.now()):
        messages.success(request, _("已停用：扫这张门牌不再显示任何内容。需要时再印新的。"))
    else:
        messages.error(request, _("这一户没有在用的门牌码。"))
    return _back(area)


def _back(area: int) -> HttpResponse:
    return redirect(f"{reverse('door-cards')}?area={area}")
