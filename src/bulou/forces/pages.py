"""The people of the forces on the desk: a list, a record with what was done and who looked, new, edit, exposure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bulou.forces import actions, reads
from bulou.forces.actions import NEED, Refusal
from bulou.forces.models import Look, Member, MemberChange, Shift
from bulou.forces.vocabulary import CADRES, SHIFTS, SKILLS
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, is_area, level
from bulou.ledger.scope import covers
from bulou.places import units
from bulou.ui import areas, forms
from bulou.ui import figures as board
from bulou.ui.export import files
from bulou.ui.figures import Name
from bulou.ui.templatetags.naming import place
from bulou.ui.words import begin
from bulou.ui.words import said as word

ROWS = 60
LONGEST = {"name": 40, "telephone": 20, "lodging": 80, "note": 200}


def area_of(asked: Mapping[str, str], request: HttpRequest) -> int:
    """Return the chosen area where it lies within the reader's, else his first."""
    area = forms.number(asked.get("area", ""))
    return area if is_area(area) and covers(request.ranges, area) else request.areas[0]


def places_of(nodes: Iterable[int]) -> dict[int, Name]:
    """Return the names of areas and of what they lie in."""
    return board.names({ancestor(area, depth) for area in nodes for depth in range(1, level(area) + 1)})


def choices_of(request: HttpRequest, area: int) -> list[tuple[int, int, Name]]:
    """Return the areas to choose from."""
    return [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)]


def skills_told(member: Member, today: date) -> list[tuple[str, bool]]:
    """Return the skills on a record with how long the proof is good, and whether it no longer is."""
    out = []
    for one in SKILLS:
        if told := reads.skills_of(member).get(one.name):
            over = told.until is not None and told.until < today
            until = _("（至%(day)s）") % {"day": told.until.isoformat()} if told.until else ""
            out.append((begin(word(one)) + until, over))
    return out


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The people of the reader's areas, as the list is narrowed; or as a file."""
    given, now = request.GET, clock.now()
    area, q = area_of(given, request), given.get("q", "")[:40]
    cadre = given.get("cadre", "") if given.get("cadre") in {one.name for one in CADRES} else ""
    skill = given.get("skill", "") if given.get("skill") in {one.name for one in SKILLS} else ""
    there = given.get("state") != "ended"
    start = forms.number(given.get("from", ""))
    if files.wanted(request, "export export-names"):
        found = reads.members(area, there, cadre, skill, q, limit=files.MOST)
        reads.look((one.pk for one in found), request.user.get_username(), "export", request.ranges, now)
        return files.answer(request, _file(found), area)
    found = reads.members(area, there, cadre, skill, q, start, ROWS + 1)
    more, found = len(found) > ROWS, found[:ROWS]
    reads.look((one.pk for one in found), request.user.get_username(), "list", request.ranges, now)
    counts, today = reads.counts(area), reads.today(now)
    teams = units.of(one.team for one in found if one.team)
    return TemplateResponse(
        request, "forces/list.html", {
            "rows": [
                {"member": one, "cadre": _cadre(one.cadre), "skills": skills_told(one, today),
                 "team": teams[one.team].name if one.team in teams else "",
                 "exposed": one.exposed_until is not None and one.exposed_until > now}
                for one in found
            ],
            "cadres": [(one, counts.get(one.name, 0)) for one in CADRES], "total": sum(counts.values()),
            "skills": SKILLS, "cadre": cadre, "skill": skill, "q": q, "there": there, "area": area,
            "places": places_of(one.area for one in found), "choices": choices_of(request, area), "start": start,
            "next": start + ROWS if more else 0, "mine": request.may(NEED, area),
        },
    )  # fmt: skip


def _cadre(name: str) -> Any:
    return next((one for one in CADRES if one.name == name), None)


def heads() -> list[str]:
    """Return the titles of the file, as an import reads them."""
    return [
        _("姓名"), _("电话"), _("身份"), _("区域"), _("技能"), _("可用班次"), _("可用自"), _("可用至"), _("班组"),
        _("住宿"), _("备注"),
    ]  # fmt: skip


def _file(found: list[Member]) -> files.Sheet:
    places, teams = places_of(one.area for one in found), units.of(one.team for one in found if one.team)
    lines: list[list[str | int | None]] = []
    for one in found:
        way = [ancestor(one.area, depth) for depth in range(min(2, level(one.area)), level(one.area) + 1)]
        skills = [
            begin(word(skill)) + (f":{told.get('until')}" if told.get("until") else "")
            for skill in SKILLS if (told := one.skills.get(skill.name)) is not None
        ]  # fmt: skip
        lines.append([
            one.name, one.telephone, begin(word(_cadre(one.cadre))),
            "/".join(place(node, places.get(node)) for node in way), _("、").join(skills),
            _("、").join(begin(word(shift)) for shift in SHIFTS if shift.name in one.shifts),
            str(one.since or ""), str(one.until or ""), teams[one.team].code if one.team in teams else "", one.lodging,
            one.note,
        ])  # fmt: skip
    return files.Sheet("forces.xlsx", "", _("力量名单"), heads(), lines, masked=False)


def member_in(number: int) -> Member:
    """Return somebody in sight.

    Raises:
        Http404: nobody in sight has the number.
    """
    found = Member.objects.filter(pk=number).first() if number < 2**53 else None
    if found is None:
        raise Http404
    return found


@require_safe
def sheet(request: HttpRequest, member: int) -> HttpResponse:
    """One record: who, skills, availability, shifts, what was done to it, who looked at it."""
    one, now = member_in(member), clock.now()
    reads.look([one.pk], request.user.get_username(), "sheet", request.ranges, now)
    shifts = list(Shift.objects.filter(member=one, state="published").order_by("-starts")[:20])
    sites = units.of(shift.unit for shift in shifts if shift.unit)
    team = units.of([one.team]).get(one.team) if one.team else None
    return TemplateResponse(
        request, "forces/sheet.html", {
            "member": one, "cadre": _cadre(one.cadre), "skills": skills_told(one, reads.today(now)),
            "team": team, "available": [shift for shift in SHIFTS if shift.name in one.shifts],
            "exposed": one.exposed_until is not None and one.exposed_until > now, "longest": LONGEST["note"],
            "places": places_of([one.area, *(shift.area for shift in shifts)]),
            "shifts": [(shift, reads.day_shift(shift.shift), sites.get(shift.unit or 0)) for shift in shifts],
            "told": MemberChange.objects.filter(member=one).order_by("-at", "-id")[:50],
            "looks": Look.objects.filter(member=one).order_by("-at", "-id")[:20], "mine": request.may(NEED, one.area),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, member: int = 0) -> HttpResponse:
    """The form of a record, new or changed."""
    old = member_in(member) if member else None
    given = request.POST if request.method == "POST" else request.GET
    area = area_of(given, request) if old is None or "area" in given else old.area
    filled = _filled(old) if request.method != "POST" else {**{k: str(v) for k, v in given.items()}}
    wrong: list[str] = []
    if request.method == "POST" and given.get("step") == "save":
        values, wrong = read(filled, area)
        if not wrong:
            try:
                (saved,) = actions.save([(old, values)], request.user.get_username(), request.may, clock.now())
            except Refusal as refusal:
                wrong = [str(refusal)]
            else:
                messages.success(request, _("已保存“%(name)s”。") % {"name": saved.name})
                return redirect("forces-member", saved.pk)
    return TemplateResponse(
        request, "forces/form.html", {
            "old": old, "area": area, "choices": choices_of(request, area), "filled": filled, "wrong": wrong,
            "cadres": CADRES, "longest": LONGEST,
            "skills": [
                (one, filled.get(f"s_{one.name}"), filled.get(f"p_{one.name}", ""), filled.get(f"u_{one.name}", ""))
                for one in SKILLS
            ],
            "shifts": [(one, filled.get(f"h_{one.name}")) for one in SHIFTS],
            "back": reverse("forces-member", args=[old.pk]) if old else reverse("forces"),
        },
    )  # fmt: skip


def _filled(old: Member | None) -> dict[str, str]:
    if old is None:
        return {}
    out = {name: str(getattr(old, name) or "") for name in ("cadre", "name", "telephone", "since", "until", "lodging",
                                                          "note")}  # fmt: skip
    team = units.of([old.team]).get(old.team) if old.team else None
    out["team"] = team.code if team else ""
    for name, told in old.skills.items():
        out |= {f"s_{name}": "on", f"p_{name}": told.get("proof", ""), f"u_{name}": told.get("until", "")}
    return out | {f"h_{name}": "on" for name in old.shifts}


def read(filled: Mapping[str, str], area: int) -> tuple[dict[str, Any], list[str]]:
    """Return what a filled form comes to, and what is wrong with it, a sentence each."""
    wrong: list[str] = []
    values: dict[str, Any] = {"area": area, "team": None}
    for name, label in (("name", _("姓名")), ("telephone", _("电话")), ("lodging", _("住宿")), ("note", _("备注"))):
        values[name] = " ".join(filled.get(name, "").split())
        if name in ("name", "telephone") and not values[name]:
            wrong.append(_("请填写%(field)s。") % {"field": label})
        if len(values[name]) > LONGEST[name]:
            wrong.append(_("“%(field)s”最多%(n)s字。") % {"field": label, "n": LONGEST[name]})
    if values["telephone"] and not 5 <= sum(c.isdigit() for c in values["telephone"]) <= 15:
        wrong.append(_("“电话”须是5至15位数字：填的是“%(value)s”。") % {"value": values["telephone"]})
    values["cadre"] = filled.get("cadre", "")
    if values["cadre"] not in {one.name for one in CADRES}:
        wrong.append(_("请选择身份。"))
    for name, label in (("since", _("可用自")), ("until", _("可用至"))):
        values[name] = _day(filled.get(name, ""), label, wrong)
    if values["since"] and values["until"] and values["until"] < values["since"]:
        wrong.append(_("“可用至”不能早于“可用自”。"))
    values["skills"] = {}
    for one in SKILLS:
        if filled.get(f"s_{one.name}"):
            until = _day(filled.get(f"u_{one.name}", ""), begin(word(one)), wrong)
            proof = filled.get(f"p_{one.name}", "").strip()[:60]
            values["skills"][one.name] = {"proof": proof, "until": until.isoformat() if until else ""}
    values["shifts"] = [one.name for one in SHIFTS if filled.get(f"h_{one.name}")]
    try:
        values["team"] = actions.team_named(filled.get("team", ""))
    except Refusal as refusal:
        wrong.append(str(refusal))
    return values, wrong


def _day(text: str, label: str, wrong: list[str]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        told = {"field": label, "value": text[:20]}
        wrong.append(_("“%(field)s”须是日期，例如 2022-04-30：填的是“%(value)s”。") % told)
        return None


@require_POST
def act(request: HttpRequest, member: int) -> HttpResponse:
    """Have somebody leave or come back; record an exposure at work, or take it back."""
    one, who, now = member_in(member), request.user.get_username(), clock.now()
    what, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    try:
        if what == "exposed":
            lost = actions.expose(one, reason, who, request.may, now)
            messages.success(request, _("已登记暴露：%(n)s个班次已取消，请安排替班。") % {"n": len(lost)})
            if lost:
                first = min(lost, key=lambda shift: shift.starts)
                return redirect(f"{reverse('shift-new')}?area={first.area}&day={first.day}&shift={first.shift}"
                                f"&skill={first.skill}&site={first.unit or ''}")  # fmt: skip
        elif what == "cleared":
            actions.clear(one, reason, who, request.may, now)
            messages.success(request, _("已解除观察。此前取消的班次不会自动恢复，请重新排班。"))
        elif what in ("ended", "back"):
            actions.end(one, what == "back", reason, who, request.may, now)
            messages.success(request, _("已登记。"))
        else:
            raise Refusal(_("没有这项操作。"))
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    return redirect("forces-member", member)
