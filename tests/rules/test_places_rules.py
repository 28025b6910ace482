"""Cleaning of roster cells, identity numbers and addresses: plain values in, plain values out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger.areas import area_id, level, parent
from bulou.places import rejects, rules
from bulou.places.identity import Keyring, masked
from bulou.places.names import name_key, pinyin
from bulou.places.rules import Problem
from bulou.places.tree import Tree


@pytest.mark.parametrize(
    ("given_text", "name"),
    [
        (" 胡 试晴强 ", "胡试晴强"),
        ("蒋　试　淑", "蒋试淑"),
        ("ＡＮＮＡ  Lee", "ANNA Lee"),
        ("'=1+1", "=1+1"),
        ("王\u200b试\x00安", "王试安"),
    ],
)
def test_names(given_text, name):
    assert rules.clean_name(given_text) == name


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1980-09-23", 1980), ("1980/9/23", 1980), ("1980.9.3", 1980), ("1980年9月23日", 1980), ("1980年 9月", 1980),
        ("198009", 1980), ("19800923", 1980), ("1980", 1980), ("1980-09-23 00:00:00", 1980), ("29487", 1980),
        ("1990-02-30", None), ("19901301", None), ("明年", None), ("80-9-23", None), ("0980-01-01", None),
    ],
)  # fmt: skip
def test_birth_years(text, year):
    assert rules.birth_year(text) == year


def test_identity_numbers():
    # GB 11643-1999 gives 11010519491231002X as its own example.
    assert rules.clean_identity("１１０１０５１９４９１２３１００２ｘ") == ("11010519491231002X", None)
    assert rules.clean_identity("110105194912310021") == (None, 302)
    assert rules.clean_identity("1101051949123100") == (None, 303)
    assert rules.clean_identity("110105491231002") == ("11010519491231002X", None)
    assert rules.clean_identity("E12345678") == ("E12345678", None)
    assert rules.clean_identity("  ") == (None, None)


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


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("000-1292 6869", "00012926869"),
        ("+86 138-0000", "+861380000"),
        ("", ""),
        ("57252625.0", "57252625"),
        ("无", None),
    ],
)
def test_phones(text, phone):
    assert rules.clean_phone(text) == phone


def test_needs():
    assert rules.clean_needs("卧床、血透", False) == 0b11
    assert rules.clean_needs("alone_over_75; Bedridden", False) == 0b10001
    assert rules.clean_needs("租户", False) is None and rules.clean_needs("租户、孕妇", True) == 0b1000
    assert rules.clean_needs("无", False) == 0


@given(
    st.dictionaries(st.sampled_from(["name", "id_number", "birth_date", "phone", "needs", "door", "floor"]), st.text())
)
def test_any_cells_give_a_record_or_reasons(cells):
    result = rules.clean(cells)
    assert isinstance(result, rules.Record) or (result and all(isinstance(problem, Problem) for problem in result))


@given(st.text() | st.text("=+-@'＝ \t1\u0338"))
def test_a_disarmed_cell_comes_back_as_it_was(cell):
    safe = rejects.disarmed(cell)
    assert not safe.lstrip().startswith(("=", "+", "-", "@"))
    assert rules.plain(safe) == rules.plain(cell.lstrip())


def test_a_birth_date_that_differs_from_the_number_is_refused():
    cells = {"name": "王试安", "id_number": "11010519491231002X", "birth_date": "1950-01-01", "door": "101"}
    assert rules.clean(cells) == [Problem(305, "birth_date", "1950-01-01")]


def test_names_sound():
    assert pinyin(name_key("曾试宁")) == ("zengshining", "zsn")
    assert pinyin(name_key("Anna Lee")) == ("annalee", "a")


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
