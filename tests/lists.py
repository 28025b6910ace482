"""Lists for the tests of imports: two towns that they are about, workbooks and archives, and the import itself."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from bulou.ledger.areas import area_id
from bulou.places import actions, imports
from bulou.places.imports import Outcome

AT = datetime(2022, 4, 3, 8, tzinfo=UTC)
HEAD = "姓名,手机,小区,楼号,室号"


def two_towns() -> None:
    """Load two compounds of one name in two towns, and one of its own."""
    named = [
        (area_id(1), "试验区"), (area_id(1, 1), "东试镇"), (area_id(1, 1, 1), "一居委"),
        (area_id(1, 1, 1, 1), "平安小区"),
        *((area_id(1, 1, 1, 1, n), f"{n}号楼") for n in (1, 2, 3)),
        (area_id(1, 1, 1, 2), "新村"), (area_id(1, 1, 1, 2, 1), "1号楼"),
        (area_id(1, 2), "西试街道"), (area_id(1, 2, 1), "二居委"), (area_id(1, 2, 1, 1), "新村"),
        (area_id(1, 2, 1, 1, 1), "1号楼"),
    ]  # fmt: skip
    actions.load_areas([{"id": area, "name": name} for area, name in named], AT, "区划表")


def taker(folder: Path) -> Callable[..., Outcome]:
    """Return what imports a text, bytes or a workbook; its name is the source's."""

    def take(content: str | bytes | openpyxl.Workbook, name: str = "", **given) -> Outcome:
        file = folder / (name or ("list.xlsx" if isinstance(content, openpyxl.Workbook) else "list.csv"))
        if isinstance(content, openpyxl.Workbook):
            content.save(file)
        else:
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return imports.import_persons(file, folder, AT, **given)

    return take


def book(*rows: list, title: str = "Sheet") -> tuple[openpyxl.Workbook, Worksheet]:
    made = openpyxl.Workbook()
    page = made.active
    assert isinstance(page, Worksheet)
    page.title = title
    for row in rows:
        page.append(row)
    return made, page


def unpacked(made: openpyxl.Workbook) -> dict[str, bytes]:
    held = io.BytesIO()
    made.save(held)
    with zipfile.ZipFile(held) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
