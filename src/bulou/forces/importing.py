"""The page where a list of people comes in from Excel: looked through row by row, taken as a whole or not at all."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.forces import actions, pages
from bulou.forces.actions import Refusal
from bulou.forces.models import Member
from bulou.forces.vocabulary import CADRES, SHIFTS, SKILLS
from bulou.ledger import clock
from bulou.ledger.scope import covers
from bulou.places import units, workbook
from bulou.places.text_file import UnreadableFile
from bulou.ui.identity_text import holds_identity, without

#: Of a file and of a pasted list.
LARGEST, LONGEST, MOST = 2 << 20, 400_000, 2_000
#: What the columns may be called: in the order of ``pages.heads``, in both languages.
TITLES = (
    ("name", ("姓名", "name")), ("telephone", ("电话", "联系电话", "手机", "telephone")), ("cadre", ("身份", "who")),
    ("area", ("区域", "area")), ("skills", ("技能", "skills")), ("shifts", ("可用班次", "shifts available")),
    ("since", ("可用自", "available from")), ("until", ("可用至", "available until")), ("team", ("班组", "team")),
    ("lodging", ("住宿", "lodging")), ("note", ("备注", "note")),
)  # fmt: skip
SPLIT = re.compile(r"[、,，;；/]")


@dataclass(slots=True)
class Taken:
    """What a file comes to: (line, member on record or None, values), and (line, name, sentence) of what cannot be."""

    planned: list[tuple[int, Member | None, dict[str, Any]]] = field(default_factory=list)
    rejected: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """What the reader was shown, so that nothing else is written."""
        return sha256(repr([(n, old.pk if old else 0, values) for n, old, values in self.planned]).encode()).hexdigest()


def text_of(content: bytes) -> str:
    """Return the visible sheets of a workbook as lines with tabs.

    Raises:
        UnreadableFile: no workbook that can be read.
    """
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        path = Path(file.name)
        kind = workbook.kind_of(path)
        if not kind:
            raise UnreadableFile("not a workbook")
        out = ["\t".join(" ".join(cell.split()) for cell in row)
               for sheet in workbook.pages_of(path, kind) if not sheet.hidden for row in sheet.read()]  # fmt: skip
    return "\n".join(out)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; what each row comes to; the result."""
    text, wrong = request.POST.get("table", "")[: LONGEST + 1], ""
    if sent := request.FILES.get("file"):
        try:
            content = sent.read(LARGEST + 1)
            if len(content) > LARGEST:
                raise UnreadableFile("too large")
            text = text_of(content)
        except UnreadableFile:
            wrong = _("无法读取该文件：请用2 MB以内、未加密的 Excel 文件（.xlsx）。")
    if holds_identity(text):
        text, wrong = without(text), _("表里有身份证号，没有录入：请删去后再试。")
    context: dict[str, Any] = {"table": text, "wrong": wrong, "heads": pages.heads()}
    if request.method != "POST" or wrong:
        return TemplateResponse(request, "forces/import.html", context)
    lines = rows_of(text)
    if not lines or len(lines) > MOST or len(text) > LONGEST:
        context["wrong"] = _("请用有“姓名”“电话”“身份”三列的表，每次最多%(n)s行。") % {"n": MOST}
        return TemplateResponse(request, "forces/import.html", context)
    found = plan(lines, request)
    if request.POST.get("step") == "sure" and not found.rejected:
        if request.POST.get("shown") != found.digest:
            context["wrong"] = _("核对后数据有变化，未录入：请重新核对。")
        else:
            try:
                pairs = [(old, values) for _line, old, values in found.planned]
                actions.save(pairs, request.user.get_username(), request.may, clock.now())
            except Refusal as refusal:
                context["wrong"] = str(refusal)
            else:
                messages.success(request, _("已录入%(n)s人。") % {"n": len(found.planned)})
                return redirect("forces")
    context |= {"found": found, "looked": True, "shown": found.digest}
    return TemplateResponse(request, "forces/import.html", context)


def rows_of(text: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows below the titles: line number and cells by field; none where no line has the titles."""
    head: list[str] = []
    out = []
    for number, raw in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in raw.split("\t")]
        if not head:
            own = {title.lower(): key for title, (key, _titles) in zip(pages.heads(), TITLES, strict=True)}
            known = own | {title: key for key, titles in TITLES for title in titles}
            named = [known.get(cell.lower(), "") for cell in cells]
            head = named if {"name", "telephone", "cadre"} <= set(named) else []
        elif any(cells):
            out.append((number, {key: cell for key, cell in zip(head, cells, strict=False) if key}))
    return out


def plan(lines: list[tuple[int, dict[str, str]]], request: HttpRequest) -> Taken:
    """Return what rows come to: who is known by name and telephone is changed, others are new."""
    out, seen = Taken(), set[tuple[str, str]]()
    named = units.areas_named({row.get("area", "").split("/")[-1].strip() for _line, row in lines} - {""})
    known = {
        (one.name, one.telephone): one
        for one in Member.objects.filter(telephone__in=[row.get("telephone", "") for _line, row in lines])
    }
    for line, row in lines:
        filled, wrong = _filled(row)
        area = request.areas[0]
        if row.get("area"):
            name = row["area"].split("/")[-1].strip()
            here = [id_ for id_, zh, en in named if name in (zh, en) and covers(request.ranges, id_)]
            if len(here) == 1:
                area = here[0]
            else:
                wrong.append(_("“区域”须是您能登记的一个区域：填的是“%(value)s”。") % {"value": row["area"][:40]})
        values, more = pages.read(filled, area)
        key = (values["name"], values["telephone"])
        if key in seen:
            more.append(_("同一张表里重复出现。"))
        seen.add(key)
        if not request.may(actions.NEED, area):
            more.append(_("您的角色不能调度这一区域的力量。"))
        out.rejected += [(line, row.get("name", ""), sentence) for sentence in [*wrong, *more]]
        if not wrong and not more:
            out.planned.append((line, known.get(key), values))
    return out


def _filled(row: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return a row as the form is filled in."""
    wrong: list[str] = []
    out = {key: row.get(key, "") for key in ("name", "telephone", "since", "until", "team", "lodging", "note")}
    cadre = next((one.name for one in CADRES if row.get("cadre", "").lower() in (one.zh, one.en)), "")
    out["cadre"] = cadre
    for part in filter(None, map(str.strip, SPLIT.split(row.get("skills", "")))):
        name, _colon, until = part.replace("：", ":").partition(":")
        skill = next((one.name for one in SKILLS if name.strip().lower() in (one.zh, one.en)), "")
        if skill:
            out |= {f"s_{skill}": "on", f"u_{skill}": until}
        else:
            known = _("、").join(one.zh for one in SKILLS)
            wrong.append(_("没有“%(value)s”这项技能；可填：%(known)s。") % {"value": name[:20], "known": known})
    for part in filter(None, map(str.strip, SPLIT.split(row.get("shifts", "")))):
        shift = next((one.name for one in SHIFTS if part.lower() in (one.zh, one.en)), "")
        if shift:
            out[f"h_{shift}"] = "on"
        else:
            known = _("、").join(one.zh for one in SHIFTS)
            wrong.append(_("没有“%(value)s”这个班次；可填：%(known)s。") % {"value": part[:20], "known": known})
    return out, wrong
