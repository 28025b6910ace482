"""The code of a pass: made, signed, drawn, printed on a card."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.resources import as_file, files
from io import BytesIO

import segno
import typst
from django.utils import timezone

from bulou.ledger.areas import ancestor, level
from bulou.zones.passes import code
from bulou.zones.passes.key import PassKey, pass_key
from bulou.zones.passes.reads import Pass
from bulou.zones.passes.vocabulary import SORTS

#: The package whose font is used; nothing is taken from the machine's own fonts.
FONT = "pylopdf_fonts_zh_cn"


def content(one: Pass, key: PassKey, issued: datetime) -> code.Content:
    """Return what the code of a granted pass says: it counts at the gates of its compound."""
    assert one.ends is not None
    place = next((n for n, sort in enumerate(SORTS) if sort.name == one.sort), 0)
    return code.Content(
        key.id, one.household, one.occasion, ancestor(one.area, min(4, level(one.area))), issued,
        one.starts or issued, one.ends, place, one.uses, one.initials,
    )  # fmt: skip


def code_text(one: Pass, now: datetime) -> str:
    """Return the text of a pass's code; "" where it has no end or the installation has no key for it.

    ``issued`` is when it was decided: a gate whose list is newer and has not the pass knows that it was taken back.
    """
    key = pass_key()
    if key is None or one.ends is None:
        return ""
    said = code.content_of(content(one, key, one.decided_at or now))
    return code.text_of(said, key.sign(said))


def drawing(text: str) -> str:
    """Return the QR code as SVG."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=4, xmldecl=False, border=2, dark="#000", light="#fff"
    )
    return out.getvalue().decode()


def card(one: Pass, text: str, place: str) -> bytes:
    """Return the printed pass as PDF, in both languages: no name and no door stands on it."""
    sort = next((row for row in SORTS if row.name == one.sort), SORTS[0])
    uses = ("不限次数", "as often as needed") if not one.uses else (f"{one.uses} 次", f"{one.uses} times out")
    data = {
        "number": one.number, "qr": drawing(text), "place": place, "initials": one.initials or "–",
        "facts": [
            ["事由 For", f"{sort.zh} {sort.en}"], ["范围 Where", place], ["生效 From", _at(one.starts)],
            ["到期 Until", _at(one.ends)], ["出门 Out", f"{uses[0]} {uses[1]}"],
        ],
    }  # fmt: skip
    with as_file(files(FONT)) as fonts, as_file(files(__package__) / "card.typ") as page:
        return typst.compile(
            page.read_bytes(), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )  # fmt: skip


def _at(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
