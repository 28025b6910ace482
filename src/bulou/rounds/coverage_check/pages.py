"""The page of true coverage: draw a sample, see how far its re-visits are, the estimate beside the ledger's figure."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.ledger import clock
from bulou.rounds.coverage_check import actions, reads
from bulou.rounds.coverage_check.actions import Refusal
from bulou.rounds.coverage_check.models import Draw
from bulou.rounds.coverage_check.rules import EXCUSED, SAMPLED, Answers, Share, allotted, wilson
from bulou.rounds.shell import shell
from bulou.ui import figures, forms
from bulou.ui.export import files
from bulou.ui.live import fragments as live
from bulou.ui.templatetags.naming import place
from bulou.ui.templatetags.page import percent

#: Half widths to choose from, in tenths of a percent, and the usual one.
WIDTHS, USUAL = (5, 10, 20, 30, 50, 100), 20
SHOWN = 20


def kind_name(kind: str) -> str:
    """Write what the ledger says of the people of a stratum."""
    return {SAMPLED: _("已采样"), EXCUSED: _("因故未检")}[kind]


def told(share: Share | None) -> str:
    """Write a share with its interval: "96.2%（94.1%–97.7%）"."""
    if share is None:
        return "–"
    at, low, high = map(percent, share.per_mille)
    return _("%(at)s（%(low)s–%(high)s）") % {"at": at, "low": low, "high": high}


def apart(share: Share | None) -> tuple[str, str]:
    """Write a share and its interval by themselves."""
    if share is None:
        return "–", ""
    at, low, high = map(percent, share.per_mille)
    return at, f"{low}–{high}"


def interval(one: Answers) -> str:
    """Write the share of a stratum with its interval."""
    return told(wilson(one.right, one.n, one.size)) if one.n else "–"


@require_safe
def page(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """The newest sample of the area with its estimate; the form of another; earlier ones."""
    context, now = shell(request, campaign, area, "coverage"), clock.now()
    drawn = list(Draw.objects.filter(campaign=campaign, area=area).order_by("-id")[:SHOWN])
    asked = forms.number(request.GET.get("draw", ""))
    one = next((row for row in drawn if row.pk == asked), drawn[0] if drawn else None)
    found = reads.estimate(one) if one else None
    names = figures.names([row.area for row in found.strata]) if found else {}
    strata = [(row, place(row.area, names.get(row.area)), kind_name(row.kind), interval(row)) for row in
              found.strata] if found else []  # fmt: skip
    if found and files.wanted(request, area=area):
        return files.answer(request, _sheet(strata, found), area)
    context |= {
        "drawn": drawn, "one": one, "found": found, "strata": strata,
        "standing": reads.standing(one, now) if one else None, "mine": request.may(actions.NEED, area),
        "listed": request.may("people", area), "widths": [(n, f"±{n / 10:g}%") for n in WIDTHS],
        "wanted": f"±{one.half_width / 10:g}%" if one else "",
    }  # fmt: skip
    if found:
        context |= {"true": apart(found.true), "sampled": apart(found.sampled), "excused": apart(found.excused)}
    if live.is_live(request):
        return TemplateResponse(request, "coverage/_estimate.html", context)
    there = reads.population(campaign, area) if context["mine"] else None
    width = forms.number(request.GET.get("half_width", "")) or USUAL
    context |= {
        "there": there, "given": _given(request, width, now),
        "sizes": [(n, f"±{n / 10:g}%", sum(allotted(there.strata, n / 1000).values())) for n in WIDTHS]
        if there and there.strata else [],
    }  # fmt: skip
    return TemplateResponse(request, "coverage/page.html", context)


def _given(request: HttpRequest, width: int, now: Any) -> dict[str, Any]:
    due = timezone.localtime(now + timedelta(days=1)).replace(minute=0)
    usual = {"seed": str(secrets.randbelow(actions.SEEDS - 1) + 1), "due": due.strftime(forms.TIME)}
    return {name: request.GET.get(name, value)[:20] for name, value in usual.items()} | {"half_width": width}


def _sheet(strata: list[tuple[Answers, str, str, str]], found: reads.Estimate) -> files.Sheet:
    head = [_("区域"), _("台账记录"), _("总人数"), _("属实"), _("不属实"), _("未见到"), _("属实比例（置信区间）")]
    rows: list[list[str | int | None]] = [
        [where, kind, row.size, row.right, row.wrong, row.unreached, share] for row, where, kind, share in strata
    ]
    rows.append([_("真实覆盖率估计"), "", None, None, None, None, told(found.true)])
    rows.append([_("抽查时台账覆盖率"), "", None, None, None, None, percent(found.ledger)])
    return files.Sheet("coverage.xlsx", "", _("覆盖率抽查"), head, rows)


@require_POST
def act(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """Draw a sample, or give what nobody has; what cannot be comes back as a sentence."""
    round_, now = shell(request, campaign, area, "coverage")["campaign"], clock.now()
    sent = request.POST
    try:
        if sent.get("act") == "give":
            one = Draw.objects.filter(pk=forms.number(sent.get("draw", "")), campaign=campaign, area=area).first()
            if one is None:
                raise Refusal(_("没有这次抽样。"))
            n = actions.give(one, request.may, now)
            if not n:
                raise Refusal(
                    _("没有合适的手机：需要督查员的手机，或别的居委会的志愿者手机，且本人没有采过、登记过这些人。")
                )
            messages.success(request, _("已交给手机：%(n)s人。") % {"n": n})
        else:
            due = forms.time(sent.get("due", ""))
            if due is None:
                raise Refusal(_("请填写期限。"))
            one, n = actions.draw(
                round_, area, forms.number(sent.get("half_width", "")), forms.number(sent.get("seed", "")), due,
                request.user.get_username(), request.may, now,
            )  # fmt: skip
            messages.success(request, _("已抽样，其中%(n)s人已交给别的队伍的手机。") % {"n": n})
    except Refusal as error:
        messages.error(request, str(error), extra_tags="danger")
    return redirect("coverage", campaign, area)
