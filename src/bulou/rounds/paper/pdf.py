"""Draws the sheets: typst sets the page, an embedded Chinese font makes it the same on every machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from io import BytesIO
from textwrap import wrap

import segno
import typst
from django.conf import settings

from bulou.places import addresses
from bulou.rounds.paper.rules import CODES, Resident

#: The package whose font is used; nothing is taken from the machine's own fonts.
FONT = "pylopdf_fonts_zh_cn"


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet as it is printed. ``number``: its journal with a check digit; ``place``: street to building."""

    number: int
    round: str
    place: str
    printed_at: str
    lines: tuple[Resident, ...]


def render(sheets: Sequence[Printed], foot: str = "") -> bytes:
    """Return the sheets as a PDF, one page each; ``foot`` stands below each."""
    data = {
        "foot": foot,
        "codes": [{"letter": c.letter, "zh": c.zh, "en": c.en} for c in CODES],
        "sheets": [_told(sheet, n, len(sheets)) for n, sheet in enumerate(sheets, 1)],
    }
    with as_file(files(FONT)) as fonts, as_file(files(__package__) / "sheets.typ") as page:
        return typst.compile(
            page.read_bytes(), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )  # fmt: skip


def _told(sheet: Printed, n: int, of: int) -> dict[str, object]:
    return {
        "number": grouped(sheet.number), "qr": code(str(sheet.number)), "round": sheet.round, "place": sheet.place,
        "at": sheet.printed_at, "n": n, "of": of,
        "lines": [
            {
                "n": line, "qr": code(f"{sheet.number}-{line}"), "name": r.name, "home": r.home, "single": r.single,
                "door": addresses.door(r.door, settings.ADDRESS_STYLE, False, r.stairwell) if r.door else "",
            }
            for line, r in enumerate(sheet.lines, 1)
        ],
    }  # fmt: skip


def grouped(number: int) -> str:
    """Return a sheet's number as it is read out and typed: four digits together."""
    return " ".join(wrap(str(number), 4))


def code(text: str) -> str:
    """Return a QR code as SVG."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=1, dark="#000", light="#fff")
    return out.getvalue().decode()
