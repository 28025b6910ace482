"""A report as PDF and as Word, both from the same plain values."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from django.utils.translation import gettext as _
from docx import Document
from docx.shared import Cm

from bulou.oversight.models import Report
from bulou.ui.attachments import store
from bulou.ui.export.workbook import local

#: The package whose font is used; nothing is taken from the machine's own fonts.
FONT = "pylopdf_fonts_zh_cn"


def drawn(told: dict[str, Any], text: str, report: Report | None) -> dict[str, Any]:
    """Return what both forms of a report show, in order."""
    signed = report if report and report.signed_at else None
    facts = [
        (_("地点"), " ".join(part for part in (told["place"], told["unit"], told["segment"]) if part)),
        (_("检查表"), told["checklist"]), (_("方式"), told["manner"]), (_("检查人"), told["inspectors"]),
        (_("时间"), f"{told['begun']} – {told['done']}"),
    ]  # fmt: skip
    signature = (
        [_("签发人：%(name)s") % {"name": signed.signed_as}, local(signed.signed_at),
         _("校验：%(digest)s") % {"digest": signed.digest[:16]}]
        if signed and signed.signed_at else [_("未签发"), _("数据截至%(at)s") % {"at": told["as_of"]}]
    )  # fmt: skip
    return {
        "title": _("现场检查报告"), "signed": signed is not None, "facts": [list(row) for row in facts],
        "paragraphs": [part.strip() for part in text.split("\n") if part.strip()],
        "findings": [_finding(one) for one in told["findings"]],
        "answers": [[f"{section} · {asked}" if section else asked, said or "–"]
                    for section, asked, said in told["answers"]],
        "signature": signature,
        "words": {"draft": _("草稿"), "findings": _("问题及整改"), "answers": _("检查结果"), "photos": _("照片")},
    }  # fmt: skip


def _finding(one: dict[str, Any]) -> dict[str, Any]:
    lines = [
        _("%(topic)s；责任：%(owner)s；期限：%(due)s")
        % {"topic": one["topic"], "owner": one["owner"], "due": one["due"] or "–"}
    ]
    if one["answer"]:
        lines.append(_("整改：%(how)s（%(by)s）") % {"how": one["answer"], "by": one["answered_by"]})
    lines += [_("复查不合格：%(why)s") % {"why": why} for why in one["rejected"]]
    if one["seen"]:
        lines.append(_("复查合格：%(note)s") % {"note": one["seen"]})
    lines += [_("批评教育：%(text)s") % {"text": text} for text in one["criticism"]]
    lines += [_("申辩：%(text)s") % {"text": text} for text in one["replies"]]
    return {"head": f"{one['n']}. [{one['severity']}] {one['what']}", "state": one["state"], "lines": lines}


def _photos(told: dict[str, Any]) -> list[tuple[bytes, str]]:
    """Return the photos that are still kept, each with what it shows."""
    found = [(store.read(one["digest"]), one["of"]) for one in told["photos"]]
    return [(content, of) for content, of in found if content]


def pdf(told: dict[str, Any], text: str, report: Report | None) -> bytes:
    """Return the report as PDF."""
    shown, pictures = drawn(told, text, report), _photos(told)
    shown["photos"] = [{"file": f"{n}.jpg", "of": of} for n, (_content, of) in enumerate(pictures)]
    # A picture is read from a file alone: what is given as bytes must be text.
    with as_file(files(FONT)) as fonts, TemporaryDirectory(prefix="bulou-report-") as name:
        folder = Path(name)
        (folder / "report.typ").write_bytes((files(__package__) / "report.typ").read_bytes())
        (folder / "data.json").write_text(json.dumps(shown, ensure_ascii=False), "utf-8")
        for n, (content, _of) in enumerate(pictures):
            (folder / f"{n}.jpg").write_bytes(content)
        return typst.compile(
            folder / "report.typ", root=folder, font_paths=[str(fonts)], ignore_system_fonts=True
        )  # fmt: skip


def word(told: dict[str, Any], text: str, report: Report | None) -> bytes:
    """Return the report as a Word document."""
    shown = drawn(told, text, report)
    page = Document()
    title = shown["title"] if shown["signed"] else f"{shown['title']}（{shown['words']['draft']}）"
    page.add_heading(title, 0)
    _table(page, shown["facts"])
    for part in shown["paragraphs"]:
        page.add_paragraph(part)
    if shown["findings"]:
        page.add_heading(shown["words"]["findings"], 1)
    for one in shown["findings"]:
        page.add_paragraph(f"{one['head']} — {one['state']}").runs[0].bold = True
        for line in one["lines"]:
            page.add_paragraph(line)
    page.add_heading(shown["words"]["answers"], 1)
    _table(page, shown["answers"])
    if pictures := _photos(told):
        page.add_heading(shown["words"]["photos"], 1)
        for content, of in pictures:
            page.add_picture(BytesIO(content), width=Cm(12))
            page.add_paragraph(of)
    for line in shown["signature"]:
        page.add_paragraph(line)
    out = BytesIO()
    page.save(out)
    return out.getvalue()


def _table(page: Any, rows: list[list[str]]) -> None:
    table = page.add_table(rows=0, cols=2, style="Table Grid")
    for left, right in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = left, right
