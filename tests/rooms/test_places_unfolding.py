"""Small files that would unfold to large ones are not opened."""

from __future__ import annotations

import pytest

from bulou.places.text_file import UnreadableFile
from tests.lists import HEAD, book, taker, two_towns, unpacked
from tests.workbooks import packed


@pytest.fixture
def take(db, tmp_path):
    two_towns()
    return taker(tmp_path)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/image1.png"])
def test_a_small_file_that_unfolds_to_a_large_one_is_not_opened(take, part):
    parts = unpacked(book(HEAD.split(","), ["试甲", "", "平安小区", "1号楼", "101"])[0])
    bomb = packed(parts | {part: b"<row/>" * 12_000_000})
    assert len(bomb) < 300_000
    with pytest.raises(UnreadableFile, match=r"展开.*unfolds"):
        take(bomb, "bomb.xlsx")


def test_what_a_sheet_says_of_its_size_is_not_believed(take):
    parts = unpacked(book(HEAD.split(","), ["试甲", "", "平安小区", "1号楼", "101"])[0])
    sheet = "xl/worksheets/sheet1.xml"
    wide = parts[sheet].replace(b'ref="A1:E2"', b'ref="A1:XFD1048576"')
    far = wide.replace(b"</sheetData>", b'<row r="1000000"><c r="XFD1000000"><v>1</v></c></row></sheetData>')
    outcome = take(packed(parts | {sheet: far}), "far.xlsx")
    assert outcome.accepted == 1
    beyond = wide.replace(b"</sheetData>", b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row></sheetData>')
    with pytest.raises(UnreadableFile, match="broke off"):
        take(packed(parts | {sheet: beyond}), "beyond.xlsx")


def test_an_open_document_that_repeats_a_cell_without_end_is_not_opened(take):
    content = (
        '<office:document-content xmlns:office="o" xmlns:table="t"><table:table table:name="x"><table:table-row'
        ' table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000"'
        ' office:value-type="float" office:value="1"/></table:table-row></table:table></office:document-content>'
    )
    with pytest.raises(UnreadableFile, match="unfolds to too much"):
        take(packed({"mimetype": b"x", "content.xml": content.encode()}), "x.ods")
