"""Notices on paper: a poster for the entrance, and slips for doors, two languages and a code to scan."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils import timezone, translation

from bulou.notices import sending
from bulou.notices.models import Notice
from bulou.places import addresses

#: The package whose font is used; nothing is taken from the machine's own fonts.
FONT = "pylopdf_fonts_zh_cn"


def code(text: str) -> str:
    """Return a QR code as SVG."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=1, dark="#000", light="#fff")
    return out.getvalue().decode()


def _both(one: Notice, zh: str, en: str, area: int, met: list[int], people: int, places: Mapping[int, Any]) -> Any:
    out = []
    for language, text in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            out.append(sending.filled(text, one.audience, area, met, people, dict(places)))
    return out


def _compiled(name: str, data: dict[str, Any]) -> bytes:
    with as_file(files(FONT)) as fonts, as_file(files("bulou.notices") / name) as page:
        return typst.compile(
            page.read_bytes(), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )  # fmt: skip


def _head(one: Notice, home: str) -> dict[str, Any]:
    page = f"{home.rstrip('/')}/h/"
    at = timezone.localtime(one.sent_at or one.approved_at or one.made_at)
    return {
        "title_zh": one.title_zh, "title_en": one.title_en, "day": at.strftime("%Y-%m-%d %H:%M"), "page": page,
        "qr": code(page),
    }  # fmt: skip


def poster(one: Notice, places: Mapping[int, Any], home: str) -> bytes:
    """Return a poster as a PDF of one page A4. Nobody is named on it."""
    zh, en = _both(one, one.public_zh, one.public_en, one.area, [], 0, places)
    return _compiled("poster.typ", _head(one, home) | {"zh": zh, "en": en})


def slips(one: Notice, doors: Sequence[tuple[Any, ...]], places: Mapping[int, Any], home: str) -> bytes:
    """Return the slips of doors, (building, stairwell, door, duties met, people), as a PDF, four a page."""
    rows = []
    for area, stairwell, door, met, people in doors:
        zh, en = _both(one, one.text_zh, one.text_en, area, met, people, places)
        shown = addresses.door(door, settings.ADDRESS_STYLE, False, stairwell)
        with translation.override("zh-hans"):
            where = sending.filled("{place}", {}, area, [], 0, dict(places))
        rows.append({"door": shown, "place": where, "zh": zh, "en": en})
    return _compiled("slips.typ", _head(one, home) | {"slips": rows})
