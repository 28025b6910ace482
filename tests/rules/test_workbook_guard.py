"""A small file never takes much memory, whoever reads it; and what offices write is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from bulou.places import workbook, workbook_guard
from bulou.places.tables import open_book
from bulou.places.text_file import UnreadableFile
from bulou.places.workbook_guard import Bounds, Most, Size, Unopened, check
from bulou.rounds.reconciliation import template
from tests.workbooks import merged, ods, ods_cell, packed, xlsx

ROW = "<row>" + "<c><v>1</v></c>" * 50 + "</row>"
CORNER = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ALL = "A1:XFD1048576"
SVG = '<!DOCTYPE svg [<!ENTITY ns "http://x">]><svg><g/></svg>'
#: Of a few kilobytes each, by what a reader would make of them; each is made when it is asked for.
BOMBS: dict[str, Callable[[], bytes]] = {
    "cells": lambda: xlsx(ROW * 40_000),
    "empty cells": lambda: xlsx(("<row>" + "<c/>" * 50 + "</row>") * 60_000),
    "rows with a height": lambda: xlsx('<row ht="12"/>' * 1_000_000),
    "styles": lambda: xlsx(styles="<xf/>" * 1_000_000),
    "texts": lambda: xlsx(texts="<si><t>x</t></si>" * 2_500_000),
    "one long text": lambda: xlsx(texts=f"<si><t>{'x' * 60_000_000}</t></si>"),
    "one long comment": lambda: xlsx(after=f"<!--{'x' * 60_000_000}-->"),
    "a picture": lambda: xlsx(**{"xl/media/image1.png": b"\0" * 60_000_000}),
    "entities": lambda: sheet(f'<!DOCTYPE s [<!ENTITY a "{"x" * 99}">]><sheetData>&a;</sheetData>'.encode()),
    "a sheet in UTF-16": lambda: sheet(f"<sheetData>{ROW * 40_000}</sheetData>".encode("utf-16")),
    "a sheet that is no XML": lambda: sheet(f"<x></y><sheetData>{CORNER}</sheetData>".encode()),
    "binary": lambda: packed({"xl/workbook.bin": b"x"}),
    "many parts": lambda: packed({f"{n}.xml": "" for n in range(5_001)}),
}
#: What only readers mind that lay out a whole sheet, or that make each cell of a range.
SPANS: dict[str, Callable[[], bytes]] = {
    "the last cell": lambda: xlsx(CORNER),
    "the last cell by another prefix": lambda: xlsx(re.sub("<(/?)", r"<\1x:", CORNER)),
    "the last cell in other quotes": lambda: xlsx(CORNER.replace('"', "'")),
    "repeated rows": lambda: ods(
        f'<table:table-row table:number-rows-repeated="1000000">{ods_cell("x", number_columns_repeated=1000)}'
        "</table:table-row>"
    ),
    "a cell far below": lambda: ods(
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row><table:table-row>'
        f'<table:table-cell table:number-columns-repeated="16000"/>{ods_cell("x")}</table:table-row>'
    ),
}
SPREADS: dict[str, Callable[[], bytes]] = {
    "a merge": lambda: merged("A1:XFD1048576"),
    "a merge of whole columns": lambda: merged("A:C"),
    "a merge from below": lambda: merged("XFD1048576:A1"),
    "many merges": lambda: merged(*["A1:Z999"] * 20),
    "a link": lambda: xlsx(after='<hyperlinks><hyperlink ref="A1:XFD1048576" location="a"/></hyperlinks>'),
}


def sheet(content: bytes) -> bytes:
    """A workbook whose sheet is exactly this."""
    return xlsx(**{"xl/worksheets/sheet1.xml": content})


@pytest.mark.parametrize("name", [*BOMBS, "repeated rows", "a cell far below"])
def test_a_roster_that_unfolds_to_too_much_is_refused(name: str, tmp_path: Path) -> None:
    content = (BOMBS | SPANS)[name]()
    assert len(content) < 500_000
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(UnreadableFile) as refused:
        open_book(tmp_path / "a.xlsx")
    zh, en = str(refused.value).split(" / ")
    assert len(zh) > 10 and en.isascii()


@pytest.mark.parametrize("name", [*BOMBS, *SPREADS])
def test_a_template_that_unfolds_to_too_much_is_refused(name: str) -> None:
    with pytest.raises(template.Unreadable) as refused:
        template.read((BOMBS | SPREADS)[name]())
    assert isinstance(refused.value.__cause__, Unopened)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\3\4", packed({"a": "b"})[:-9], b"\xd0\xcf\x11\xe0 protected", b"a,b\n"],
    ids=["empty", "begun", "cut", "protected", "text"],
)
def test_what_is_no_packed_file_is_refused(content: bytes) -> None:
    with pytest.raises(Unopened):
        check(BytesIO(content), workbook.BOUNDS)


def test_what_a_reader_does_not_mind_is_let_through(tmp_path: Path) -> None:
    (tmp_path / "far.xlsx").write_bytes(SPANS["the last cell"]())
    assert rows(tmp_path / "far.xlsx")[-1][-1] == "1"
    for content in SPREADS.values():
        check(BytesIO(content()), workbook.BOUNDS)
    for name in ("the last cell", "the last cell in other quotes"):
        with pytest.raises(template.Unreadable) as refused:  # by its rows, once it is open: they cost nothing
            template.read(SPANS[name]())
        assert refused.value.__cause__ is None


def test_a_reader_of_rows_minds_how_wide_each_is() -> None:
    wide = xlsx('<row><c r="XFD2"/></row>' * 10_000)
    rows = Bounds(unfolded=Most(1 << 30), light=Most(1 << 30), heavy=Most(1 << 30), laid=Most(10_000_000))
    with pytest.raises(Unopened):
        check(BytesIO(wide), rows)


# -- what offices write --------------------------------------------------------------------------------

#: A roster of any size: nothing is free, and what each byte of the file allows is enough.
EACH = Bounds(**{
    name: replace(most, free=0) for name in Size.__slots__ if (most := getattr(workbook.BOUNDS, name)) is not None
})  # fmt: skip


def rows(path: Path) -> list[list[str]]:
    """Return the rows that hold something."""
    return [row for page in open_book(path).pages for row in page.read() if any(row)]


def test_sheets_with_formatted_empty_rows_are_read(tmp_path: Path) -> None:
    """Whoever colours a whole column leaves a million rows that hold nothing."""
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"constant_memory": True})
    page, grey = book.add_worksheet(), book.add_format({"bg_color": "#eeeeee"})
    page.write_row(0, 0, ["姓名", "地址"])
    for row in range(1, 4_000):
        for column in range(10):
            page.write_blank(row, column, None, grey)
    book.close()
    check(tmp_path / "a.xlsx", EACH)
    assert len(rows(tmp_path / "a.xlsx")) == 1


def test_a_roster_of_many_is_read(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"constant_memory": True})
    page = book.add_worksheet()
    for row in range(3_000):
        page.write_row(
            row, 0, ["姓名" if not row else f"王试{row}", "地址" if not row else f"试验路{row % 90}号101室"] * 6
        )
    book.close()
    check(tmp_path / "a.xlsx", EACH)
    assert len(rows(tmp_path / "a.xlsx")) == 3_000


def test_a_whole_sheet_of_libreoffice_is_read(tmp_path: Path) -> None:
    """It writes how often the empty rest of a sheet is repeated."""
    head = f"<table:table-row>{ods_cell('姓名')}{ods_cell('地址')}"
    head += '<table:table-cell table:number-columns-repeated="16382"/></table:table-row>'
    rest = '<table:table-cell table:number-columns-repeated="16384"/>'
    rest = f'<table:table-row table:number-rows-repeated="1048575">{rest}</table:table-row>'
    (tmp_path / "a.ods").write_bytes(ods(head + rest))
    assert rows(tmp_path / "a.ods") == [["姓名", "地址"]]


def test_a_template_with_merges_pictures_and_old_drawings_is_read() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["A1"] = "各街镇情况表"
    page.merge_cells("A1:H2")
    page["A3"].hyperlink = "https://bulou.example"
    out = BytesIO()
    book.save(out)
    assert template.read(out.getvalue())[1][0][0] == "各街镇情况表"
    odd = {
        "xl/media/image1.svg": SVG,
        "xl/drawings/vmlDrawing1.vml": "<xml><br></xml>",
        "xl/media/image2.png": b"\x89PNG",
    }
    check(BytesIO(xlsx(**odd)), template.BOUNDS)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"]))
def test_whatever_is_in_a_part_makes_no_other_error(content: bytes, part: str) -> None:
    for inside in (content, b"<a>" + content, b"<row " + content + b"/>"):
        try:
            check(BytesIO(xlsx(**{part: inside})), template.BOUNDS)
        except workbook_guard.Unopened as error:
            assert error.zh and error.en
