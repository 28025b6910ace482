"""The page of sites and calls of a round: sites, the buildings each serves, the timetable and the live queue."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level
from bulou.places import units
from bulou.places.units import Unit
from bulou.rounds.calls import actions, printing, reads
from bulou.rounds.calls.actions import Refusal
from bulou.rounds.calls.rules import LEAST, MOST, PER_LANE_HOUR, Pace
from bulou.rounds.shell import shell
from bulou.rounds.units import SITE
from bulou.ui import areas, entitled, figures, forms
from bulou.ui.export import files
from bulou.ui.live import fragments as live
from bulou.ui.templatetags.naming import place, stairwell_name

#: So many buildings without a site are listed one by one.
LISTED = 60
#: Hours as people write them: "7:00-11:30".
HOURS = re.compile(r"([01]?[0-9]|2[0-4])[:：.]([0-5][0-9])\s*[-–—至到~～]\s*([01]?[0-9]|2[0-4])[:：.]([0-5][0-9])")


def advice_name(advice: str) -> str:
    """Write what a site should do."""
    return {
        "next": _("可以叫下一批"), "wait": _("先等现场的人采完"), "slow": _("放慢：现场人多"),
        "stop": _("暂停叫号：现场拥挤"), "done": _("已全部叫完"),
    }[advice]  # fmt: skip


TONES = {"next": "good", "wait": "", "slow": "held", "stop": "bad", "done": "good"}


def where(names: dict[int, figures.Name], area: int, stairwell: str, part: int, parts: int) -> str:
    """Write which group a call is: compound, building, stairwell, and which part where there are several."""
    said = [place(node, names.get(node)) for node in (ancestor(area, min(4, level(area))), area)]
    if stairwell:
        said.append(str(stairwell_name(stairwell)))
    text = " ".join(dict.fromkeys(said))
    return text + (_("（第%(part)s批，共%(parts)s批）") % {"part": part, "parts": parts} if parts > 1 else "")


@require_safe
def page(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """Sites with what each serves; of one of them the timetable and the queue; buildings without a site in red."""
    told, now = shell(request, campaign, area, "calls"), clock.now()
    found = reads.sites(area)
    site = _chosen(request, found)
    buildings = reads.buildings(campaign, area)
    queue = reads.queue(campaign, site) if site else None
    nodes = {one.area for one in buildings} | ({one.area for one in queue.calls} if queue else set())
    names = figures.names({ancestor(node, depth) for node in nodes for depth in range(2, level(node) + 1)})
    rows = _rows(queue, names)
    if site and files.wanted(request, area=area):
        return files.answer(request, _sheet(rows, site), area)
    if live.is_live(request):
        return TemplateResponse(request, "calls/_queue.html", told | _of_site(request, found, site, queue, rows, area))
    planned, phones = reads.planned(campaign, area), reads.phones(area, now)
    served: dict[int, list[reads.Building]] = {}
    for one in buildings:
        served.setdefault(one.unit, []).append(one)
    bare = [one for one in served.get(0, []) if one.owed]
    told |= {
        "sites": [
            {"site": one, "lanes": reads.lanes(one), "phones": phones.get(one.id, 0),
             "buildings": len(served.get(one.id, ())), "owed": sum(b.owed for b in served.get(one.id, ())),
             "plan": planned.get(one.id)}
            for one in found
        ],
        "bare": bare[:LISTED], "bare_n": len(bare), "bare_people": sum(one.owed for one in bare), "names": names,
        "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)],
        "mine": request.may(actions.NEED, area), "may_add": request.may("roster", area), "kind": SITE.name,
        "served": served.get(site.id, []) if site else [],
    }  # fmt: skip
    if site:
        told |= {"apart": reads.homes(campaign, site.id, now)[1], "given": _given(request, site, now)}
    return TemplateResponse(request, "calls/page.html", told | _of_site(request, found, site, queue, rows, area))


def _of_site(
    request: HttpRequest,
    sites: list[Unit],
    site: Unit | None,
    queue: reads.Queue | None,
    rows: list[dict[str, Any]],
    area: int,
) -> dict[str, Any]:
    named = {one["call"].id: one["where"] for one in rows}
    done = request.session.get("called")
    return {
        "site": site, "queue": queue, "rows": rows,
        "may_call": request.may("words", area) and request.may(actions.NEED, area),
        "may_change": request.may(actions.NEED, area), "others": [one for one in sites if one is not site],
        "advice": advice_name(queue.advice) if queue else "", "tone": TONES[queue.advice] if queue else "",
        "next": queue.next if queue else None, "next_where": named.get(queue.next.id) if queue and queue.next else "",
        "unfit": [one for one in rows if one["call"].at is None and one["call"].state == "left"],
        "done": done if site and done and done["site"] == site.id else None,
    }  # fmt: skip


def _chosen(request: HttpRequest, found: list[Unit]) -> Unit | None:
    asked = forms.number(request.GET.get("site", "") or request.POST.get("site", ""))
    return next((one for one in found if one.id == asked), found[0] if len(found) == 1 and not asked else None)


def _rows(queue: reads.Queue | None, names: dict[int, figures.Name]) -> list[dict[str, Any]]:
    if queue is None:
        return []
    parts: dict[tuple[int, str], int] = {}
    for one in queue.calls:
        parts[one.area, one.stairwell] = max(one.part, parts.get((one.area, one.stairwell), 0))
    return [
        {"call": one, "where": where(names, one.area, one.stairwell, one.part, parts[one.area, one.stairwell])}
        for one in queue.calls
    ]  # fmt: skip


def state_name(one: reads.Queued) -> str:
    """Write how a call stands."""
    return {
        "left": _("未叫"), "partly": _("叫过，有人后来加入"), "waiting": _("已叫，未采完"), "done": _("采完"),
    }[one.state]  # fmt: skip


def _sheet(rows: list[dict[str, Any]], site: Unit) -> files.Sheet:
    head = [
        _("时间"), _("楼栋、单元"), _("人数"), _("未叫"), _("已叫未采"), _("已采"), _("未叫先采"), _("状态"),
        _("叫号时间"),
    ]  # fmt: skip
    lines = [
        [_time(one.at), row["where"], one.people, one.uncalled, one.waiting, one.sampled, one.own, state_name(one),
         _time(one.called_at)]
        for row in rows for one in [row["call"]]
    ]  # fmt: skip
    return files.Sheet("calls.xlsx", site.name, _("叫号时间表"), head, lines)


def _time(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%m-%d %H:%M") if at else ""


def _given(request: HttpRequest, site: Unit, now: datetime) -> dict[str, Any]:
    """Return what the form of the timetable holds: as sent, else by the hours of the site, else the next half day."""
    today = timezone.localtime(now)
    begins = (today + timedelta(minutes=15 - today.minute % 15)).replace(second=0, microsecond=0)
    ends = begins + timedelta(hours=8)
    if said := HOURS.search(site.hours):
        first, last = (
            today.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=int(h), minutes=int(m))
            for h, m in (said.group(1, 2), said.group(3, 4))
        )
        if last > today:
            begins, ends = max(begins, first), last
    usual = {
        "lanes": str(reads.lanes(site)),
        "per_lane_hour": str(PER_LANE_HOUR),
        "least": str(LEAST),
        "most": str(MOST),
        "begins": begins.strftime(forms.TIME),
        "ends": ends.strftime(forms.TIME),
    }
    return {name: request.GET.get(name, value)[:20] for name, value in usual.items()}


def pace_of(given: Any) -> Pace:
    """Read a form's pace.

    Raises:
        Refusal: a number or a time is missing or cannot be; the sentence names the field.
    """
    bounds = {
        "lanes": (_("通道数"), 1, 200), "per_lane_hour": (_("每通道每小时人数"), 10, 600),
        "least": (_("每批最少人数"), 1, 100), "most": (_("每批最多人数"), 1, 100),
    }  # fmt: skip
    read: dict[str, int] = {}
    for name, (said, least, most) in bounds.items():
        n = forms.number(given.get(name, ""))
        if not least <= n <= most:
            raise Refusal(
                _("“%(field)s”须是%(least)s到%(most)s的整数。") % {"field": said, "least": least, "most": most}
            )
        read[name] = n
    if read["least"] > read["most"]:
        raise Refusal(_("每批最少人数不能大于最多人数。"))
    begins, ends = forms.time(given.get("begins", "")), forms.time(given.get("ends", ""))
    if begins is None or ends is None:
        raise Refusal(_("请填写开始和结束的日期、时间。"))
    return Pace(read["lanes"], read["per_lane_hour"], begins, ends, read["least"], read["most"])


@require_POST
def act(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """Do one thing and lead back; what cannot be done comes back as a sentence, and nothing is half done."""
    told, now, what = shell(request, campaign, area, "calls"), clock.now(), request.POST.get("act", "")
    round_, who = told["campaign"], request.user.get_username()
    user = request.user.pk, who
    site = _chosen(request, reads.sites(area))
    number = forms.number(request.POST.get("call", ""))
    kept = {name: request.POST[name][:20] for name in ("lanes", "per_lane_hour", "least", "most", "begins", "ends")
            if what == "make" and name in request.POST}  # fmt: skip
    try:
        if what in ("serve", "unserve"):
            wanted = [forms.number(value) for value in request.POST.getlist("building")]
            wanted += [node] if (node := forms.number(request.POST.get("node", ""))) else []
            to = _site(request, "to") if what == "serve" else None
            n = actions.serve(wanted, to, who, request.may, now)
            text = _("已安排：%(n)s栋楼由“%(site)s”服务。") if to else _("已取消：%(n)s栋楼。")
            said = text % {"n": n, "site": to.name if to else ""}
        elif site is None:
            raise Refusal(_("请先选择采样点。"))
        else:
            said = _on_site(request, what, round_, site, number, user, now)
            kept = {}
        messages.success(request, said)
    except (Refusal, entitled.NotEntitled) as error:
        messages.error(request, str(error), extra_tags="danger")
    query = {"site": str(site.id)} if site else {}
    return redirect(reverse("calls", args=(campaign, area)) + f"?{urlencode(query | kept)}")


def _on_site(
    request: HttpRequest,
    what: str,
    round_: figures.Campaign,
    site: Unit,
    call: int,
    user: tuple[int, str],
    now: datetime,
) -> str:
    """Do what is done at one site; return the sentence that says so."""
    may, who = request.may, user[1]
    if what == "make":
        made = actions.make(round_, site, pace_of(request.POST), who, may, now)
        text = _("已排出%(groups)s批，共%(people)s人。") % {"groups": made.groups, "people": made.people}
        return text + (_("其中%(n)s批排不进时间，见下。") % {"n": made.unfit} if made.unfit else "")
    if what == "next":
        done = actions.call(round_, site, call, user, request.ranges, may, now)
        request.session["called"] = {
            "site": site.id,
            "key": f"{done.journal}.{done.first}.{done.last}",
            "people": done.people,
        }
        return _("已叫号：%(n)s人。") % {"n": done.people}
    if what == "back":
        key = tuple(forms.number(part) for part in request.POST.get("done", "").split("."))
        if len(key) != 3:
            raise Refusal(_("只能撤回自己刚叫的号。"))
        actions.take_back(key, user, request.ranges, now)
        request.session.pop("called", None)
        return _("已撤回这次叫号。请现场再口头通知一声。")
    moves: dict[str, Callable[[], None]] = {
        "send": lambda: actions.send(round_, site, call, _site(request, "to"), who, may, now),
        **{
            how: (lambda how=how: actions.move(round_, site, call, how, who, may))
            for how in ("up", "down", "later10", "later30")
        },
    }
    if what not in moves:
        raise Refusal(_("没有这项操作。"))
    moves[what]()
    return _("时间表已修改。")


def _site(request: HttpRequest, field: str) -> Unit:
    number = forms.number(request.POST.get(field, ""))
    found = units.of([number]).get(number)
    if found is None or found.kind != SITE.code:
        raise Refusal(_("请选择采样点。"))
    return found


@require_safe
def printed(request: HttpRequest, campaign: int, area: int) -> HttpResponse:
    """The timetable of the area as a PDF, one page or more for each compound."""
    told = shell(request, campaign, area, "calls")
    content = printing.pdf(told["campaign"], area, timezone.localtime(clock.now()))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="calls.pdf"'
    return answer
