"""Cleaning of roster cells, identity numbers and addresses: plain values in, plain values out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger.areas import area_id, level, parent
from bulou.places import rejects, rules
from bulou.places.births import read_birth
from bulou.places.cells import Spoiled
from bulou.places.documents import read_document
from bulou.places.identity import Keyring, masked
from bulou.places.names import name_key, pinyin
from bulou.places.rules import Problem
from bulou.places.tree import Tree


def born_on(day: str) -> str:
    """A resident number of a region that does not exist, born on a day."""
    start = f"319904{day}001"
    return start + rules.check_character(start)


TODAY = date(2022, 4, 3)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1980-09-23", 1980), ("1980/9/23", 1980), ("1980.9.3", 1980), ("1980年9月23日", 1980), ("1980年 9月", 1980),
        ("198009", 1980), ("19800923", 1980), ("1980", 1980), ("1980-09-23 00:00:00", 1980), ("29487", 1980),
        ("1980.09.23.", 1980), ("23/09/1980", 1980), ("9/23/1980 12:00:00 AM", 1980), ("Sep 23, 1980", 1980),
        ("一九八〇年九月二十三日", 1980), ("1980‑09–23", 1980), ("1980 9 23", 1980), ("19800923.0", 1980),
        ("1980.1", 1980), ("10000", 1927), ("2022-04-03", 2022), ("1900-01-01", 1900),
        ("1990-02-30", None), ("19901301", None), ("明年", None), ("80-9-23", None), ("0980-01-01", None),
        ("2022-04-04", None), ("2031-02-03", None), ("99999", None), ("1899-12-31", None), ("1871", None), ("41", None),
        ("2月3日", None), ("1900-01-00", None), ("15/05/20", None), ("13/13/1980", None), ("", None),
    ],
)  # fmt: skip
def test_birth_dates(text, year):
    born = read_birth(text, TODAY)
    assert (born.year if born else None) == year


@pytest.mark.parametrize(
    ("text", "number"),
    [
        # GB 11643-1999 gives 11010519491231002X as its own example.
        ("１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"), ("110105 19491231 002X", "11010519491231002X"),
        ("110105491231002", "11010519491231002X"), ("'11010519491231002X", "11010519491231002X"),
        ('="11010519491231002X"', "11010519491231002X"), ("`11010519491231002X", "11010519491231002X"),
        ("’11010519491231002X", "11010519491231002X"), ("\t11010519491231002x ", "11010519491231002X"),
        ("E12345678", "E12345678"), ("H1234567890", "H1234567890"), ("A123456(7)", "A123456(7)"),
        ("沪字第123456号", "沪字第123456号"), ("L1234567(美国)", "L1234567"), ("C3X5Y7890", "C3X5Y7890"),
        ("123456789", "123456789"), ("01234567", "01234567"), ("AB1234567", "AB1234567"),
        ("911181000000000000", "911181000000000000"), ("身份证号：11010519491231002X", "11010519491231002X"),
        ("护照 E12345678", "E12345678"), ("11010519491231002X（本人）", "11010519491231002X"),
    ],
)  # fmt: skip
def test_documents(text, number):
    document, code = read_document(text, TODAY)
    assert (document and document.number, code) == (number, 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  ", 0), ("无", 324), ("未知", 324), ("-", 324), ("N/A", 324),
        ("110105194912310021", 302), ("1101051949123100", 303), ("11010519491231002", 303), ("13900001101", 303),
        ("110105194912310020X", 303), ("8888888", 303), ("3.19904E+17", 321), ("319904198102030000", 321),
        ("319904195501059000", 321), ("110105********002X", 330),
        ("XXX", 303), ("张三", 303), (born_on("20220404"), 303), (born_on("20990101"), 303), (born_on("18710101"), 303),
        (born_on("19800230"), 303),
    ],
)  # fmt: skip
def test_no_documents(text, code):
    assert read_document(text, TODAY) == (None, code)


def test_a_resident_number_says_when_one_was_born_and_the_sex():
    document, _ = read_document("11010519491231002X", TODAY)
    assert document and (document.born, document.sex) == (date(1949, 12, 31), 2)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("11010519491231002X", True), ("11010519491231002x", True), ("王芳11010519491231002X", True),
        ("王芳 110105 19491231 002X 家属", True), ("110105-19491231-002X", True),
        ("\uff11\uff11\uff10105 19491231 002Ｘ", True),
        ("110105491231002", True), ("王芳(110105491231002)", True), ("110105 491231 002", True),
        ("13812345678 110105491231002", True), ("1381234567811010519491231002X", True),
        ("110105194912310021", False), ("11010519491331002X", False), ("110105491331002", False),
        ("1101054912310021", False), ("13812345678 13912345678", False), ("13812345678", False),
        ("王芳", False), ("Ann X", False), ("", False), ("E12345678", False),
    ],
)  # fmt: skip
def test_an_identity_number_in_a_text(text, holds):
    assert rules.holds_identity(text) is holds


@given(
    st.integers(0, 999_999), st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999),
    st.text("王芳Ann (", max_size=8), st.text("Xn 家属)", max_size=8),
)  # fmt: skip
def test_every_identity_number_is_found_wherever_it_stands(place, born, order, before, after):
    seventeen = f"{place:06}{born:%Y%m%d}{order:03}"
    assert rules.holds_identity(before + seventeen + rules.check_character(seventeen) + after)
    assert rules.holds_identity(f"{before}{seventeen[:6]}{seventeen[8:]}{after}")


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_the_check_character_finds_every_single_wrong_digit(digits, at, by):
    wrong = digits[:at] + str((int(digits[at]) + by) % 10) + digits[at + 1 :]
    assert rules.check_character(wrong) != rules.check_character(digits)


def test_needs():
    assert rules.clean_needs("卧床、血透") == (0b11, False)
    assert rules.clean_needs("alone_over_75; Bedridden") == (0b10001, False)
    assert rules.clean_needs("租户、孕妇") == (0b1000, True)
    assert rules.clean_needs("无") == (0, False)


@given(
    st.dictionaries(st.sampled_from(["name", "id_number", "birth_date", "phone", "needs", "door", "floor"]), st.text())
)
def test_any_cells_give_a_record_or_reasons(cells):
    result = rules.clean(cells, TODAY)
    assert isinstance(result, rules.Record) or (result and all(isinstance(problem, Problem) for problem in result))


@given(st.text() | st.text("=+-@'＝ \t1\u0338"))
def test_a_disarmed_cell_comes_back_as_it_was(cell):
    safe = rejects.disarmed(cell)
    assert not safe.lstrip().startswith(("=", "+", "-", "@"))
    assert rules.plain(safe) == rules.plain(cell.lstrip())


def row(**cells) -> rules.Record | list[Problem]:
    return rules.clean({"name": "王试安", "door": "101", **cells}, TODAY)


def told(result) -> list[tuple[int, str]]:
    assert isinstance(result, rules.Record), result
    return [(flag.code, flag.field) for flag in result.flags]


def test_a_number_of_another_year_than_the_birth_date_may_be_somebody_elses():
    assert row(id_number="11010519491231002X", birth_date="1950-01-01") == [Problem(305, "birth_date", "1950-01-01")]
    other_day = row(id_number="11010519491231002X", birth_date="1949-12-13")
    assert told(other_day) == [(305, "birth_date")] and other_day.birth_year == 1949


@pytest.mark.parametrize(
    ("cells", "flags"),
    [
        ({"phone": "无"}, [(324, "phone")]),
        ({"phone": "139O0001115"}, [(310, "phone")]),
        ({"phone": ("1390000116", "13900001101")}, [(310, "phone")]),
        ({"phone": "110105194912310 02X"}, [(320, "phone")]),
        ({"phone": Spoiled("1390000110112345", "digits")}, [(321, "phone")]),
        ({"id_number": Spoiled("319904195501059114", "digits")}, [(321, "id_number")]),
        ({"id_number": "110105194912310021"}, [(302, "id_number")]),
        ({"birth_date": "2099-01-01"}, [(304, "birth_date")]),
        ({"needs": "爱下棋"}, [(311, "needs")]),
        ({"needs": "卧床；已搬走"}, [(327, "needs")]),
        ({"floor": "天台"}, [(314, "floor")]),
        ({"sex": "?"}, [(333, "sex")]),
        ({"phone": Spoiled("", "formula")}, [(323, "phone")]),
        ({"phone": "#N/A"}, [(323, "phone")]),
        ({"name": "王试安（儿子）"}, [(325, "name")]),
        ({"name": "王〇安"}, [(329, "name")]),
        ({"bed": "x" * 11}, [(332, "bed")]),
    ],
)  # fmt: skip
def test_one_bad_cell_costs_the_cell(cells, flags):
    assert told(row(**cells)) == flags


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"name": "王*"}, 316), ({"name": "#REF!"}, 323), ({"name": Spoiled("", "formula")}, 323),
        ({"name": Spoiled("王试安", "struck")}, 319), ({"name": "王试安11010519491231002X"}, 320),
        ({"name": "王试安(已故)"}, 318), ({"name": "王\ufdd0"}, 317), ({"name": "张三、李四"}, 331),
        ({"name": ""}, 301),
        ({"door": ""}, 309), ({"door": "3月5日"}, 322), ({"door": Spoiled("2022-03-05", "date")}, 322),
        ({"door": "无"}, 309), ({"door": "/"}, 309), ({"door": "2-502", "building": "3号楼", "stairwell": "1"}, 335),
        ({"door": "5-Mar"}, 322), ({"door": "#N/A"}, 323), ({"door": "x" * 11}, 309), ({"stairwell": "x" * 11}, 315),
    ],
)  # fmt: skip
def test_a_row_that_says_not_who_or_where_is_refused(cells, code):
    result = row(**cells)
    assert isinstance(result, list) and [problem.code for problem in result] == [code]
    assert "11010519491231002X" not in str(result)


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ({"door": "3-502", "building": "3号楼"}, ("", "502", "")),
        ({"door": "2-502", "building": "3号楼"}, ("2", "502", "")),
        ({"door": "1-502", "building": "3号楼", "stairwell": "01"}, ("1", "502", "")),
        ({"door": "101-102", "building": "3号楼"}, ("", "101-102", "")),
        ({"door": "101/102"}, ("", "101/102", "")),
        ({"door": "5F502（出租）"}, ("", "502", "")),
        ({"door": "3-502"}, ("", "502", "3")),
        ({"door": "3号楼1单元0502室"}, ("1", "502", "3")),
        ({"door": "0502室", "stairwell": "01单元"}, ("1", "502", "")),
    ],
)
def test_doors_with_what_stands_before_them(cells, where):
    record = row(**cells)
    assert isinstance(record, rules.Record) and (record.stairwell, record.door, record.building) == where


def test_names_sound():
    assert pinyin(name_key("曾试宁")) == ("zengshining", "zsn")
    assert pinyin(name_key("Anna Lee")) == ("annalee", "a")


def test_a_rejects_file_carries_a_number_without_saying_it(tmp_path):
    ring, other = Keyring.open(tmp_path / "a"), Keyring.open(tmp_path / "b")
    text = ring.carried("11010519491231002X", 1949, 2)
    assert "1949" not in text and "110105" not in text
    document, code = read_document(text, TODAY)
    assert code == 0 and document and document.number == "002X"
    known = (1, ring.digest("11010519491231002X"), 1949, 2)
    assert ring.uncarried(document.code, "002X") == known
    assert ring.uncarried(document.code, "0021") is None and other.uncarried(document.code, "002X") is None
    assert ring.uncarried(document.code[:-1] + ("A" if document.code[-1] != "A" else "B"), "002X") is None
    assert Keyring.rotate(tmp_path / "a").uncarried(document.code, "002X") == known
    assert ring.uncarried("K1:" + "A" * 40, "002X") is None and ring.uncarried("K9:!", "002X") is None


def test_digests_need_the_key(tmp_path):
    one, other = Keyring.open(tmp_path / "a"), Keyring.open(tmp_path / "b")
    assert one.digest("11010519491231002X") == Keyring.open(tmp_path / "a").digest("11010519491231002X")
    assert one.digest("11010519491231002X") != other.digest("11010519491231002X")
    assert one.keys[1].hex() not in repr(one) and masked("11010519491231002X") == "*" * 14 + "002X"
    (tmp_path / "a" / "identity-keys.json").chmod(0o644)
    with pytest.raises(PermissionError):
        Keyring.open(tmp_path / "a")


AREAS = {
    area_id(1): "试验区", area_id(1, 1): "华泾镇", area_id(1, 2): "康健街道",
    area_id(1, 1, 1): "一居委会", area_id(1, 2, 1): "一居委会",
    area_id(1, 1, 1, 1): "平安小区", area_id(1, 2, 1, 1): "平安小区", area_id(1, 2, 1, 2): "和平里",
    area_id(1, 1, 1, 1, 7): "7号楼", area_id(1, 2, 1, 1, 7): "7号楼", area_id(1, 2, 1, 2, 1): "1号楼",
}  # fmt: skip


@pytest.mark.parametrize(
    ("names", "within", "found"),
    [
        (("华泾镇", "一居委", "平安", "７幢"), 0, area_id(1, 1, 1, 1, 7)),
        (("康健", "", "平安小区", "07"), 0, area_id(1, 2, 1, 1, 7)),
        (("", "", "和平里", "一号楼"), 0, area_id(1, 2, 1, 2, 1)),
        (("", "", "", "7"), area_id(1, 1, 1, 1), area_id(1, 1, 1, 1, 7)),
        (("", "", "平安小区", "7"), 0, Problem(308, "compound", "7")),
        (("", "", "平安小区", "7"), area_id(1, 1), area_id(1, 1, 1, 1, 7)),
        (("华泾镇", "", "和平里", "1"), 0, Problem(307, "compound", "和平里")),
        (("", "", "和平里", "99"), 0, Problem(307, "building", "99")),
        (("", "", "和平里", ""), 0, Problem(306, "building")),
    ],
)
def test_addresses(names, within, found):
    tree = Tree((area, parent(area), level(area), name) for area, name in AREAS.items())
    assert tree.find(*names, within=within) == found
