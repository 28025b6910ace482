"""Names, doors and telephones have one key each, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.places import addresses
from bulou.places.keys import (
    Door,
    building_key,
    door_key,
    door_parts,
    name_key,
    numeral,
    phone_key,
    same_phone,
    stairwell_key,
)

DOTS = "·•・．‧⋅●∙.ㆍ･。-—–\u00a0\u0387․▪ *'’"
UNSEEN = ["\u200b", "\ufeff", "\u00ad", "\t", "\u200e", "\u200d", "\U000e0100", "\u202d", "\u3000", "\u2060"]


@pytest.mark.parametrize("dot", DOTS)
def test_every_middle_dot_gives_one_name(dot):
    assert name_key(f"哈力克{dot}艾山") == "哈力克艾山"


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_nobody_sees_is_no_part_of_a_name(unseen):
    assert name_key(f"{unseen}阿娜{unseen}尔{unseen}") == "阿娜尔"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Anna Müller", "annamuller"), ("ANNA MU\u0308LLER", "annamuller"), ("Ｊøｒｇｅｎ", "jorgen"),
        ("Weiß", "weiss"),
        ("Nguyễn Văn", "nguyenvan"), ("Łukasz", "lukasz"), ("O’Neil", "oneil"), ("İnci", "inci"), ("이준호", "이준호"),
        ("さくらが", "さくらが"), ("李\ue863", "李䶮"), ("李○明", "李〇明"), ("方⽅", "方方"), ("", ""),
    ],
)  # fmt: skip
def test_names(written, key):
    assert name_key(written) == key


@pytest.mark.parametrize("lost", ["\ufffd", "□", "■", "\uf8f0"])
def test_a_lost_character_makes_another_name(lost):
    assert name_key(f"李{lost}明") != name_key("李明")


@pytest.mark.parametrize(
    "written",
    ["101", "0101", "101室", "0101 室", "１０１", "#101", "101#", "101号", "101房", "No.101", "Room 101", "Rm101",
     "flat 0101", "1单元101室", "3号楼2单元101", "101.0", "一〇一", "一零一室", "一百零一", "3-2-101", "２－１０１",
     "101户",
     "3＃101", "1层101", "\u200b101\u00a0", "'101", "第101号"],
)  # fmt: skip
def test_one_door(written):
    assert door_key(written) == "101"


@pytest.mark.parametrize(
    ("written", "key"),
    [("101a", "101A"), ("0101A室", "101A"), ("101-1", "101-1"), ("101—1", "101-1"), ("宿舍", "宿舍"), ("B01", "B01"),
     ("地下101", "地下101"), ("0", "0"), ("00", "0"), ("", ""), ("  ", ""), ("1101", "1101"), ("101甲", "101甲")],
)  # fmt: skip
def test_other_doors(written, key):
    assert door_key(written) == key


@pytest.mark.parametrize(
    ("written", "door"),
    [
        ("3号楼2单元0502室", Door("502", "3", "2")), ("3-2-502", Door("502", "3", "2")),
        ("3/2/502", Door("502", "3", "2")),
        ("3-502", Door("502", first="3")), ("A-1201", Door("1201", first="A")), ("3#502", Door("502", "3")),
        ("十号楼502", Door("502", "10")), ("6楼601", Door("601", floor="6")), ("2单元-101", Door("101", stairwell="2")),
        ("No. 3, Room 0502", Door("502", "3")), ("Unit 2, Room 1A", Door("1A", stairwell="2")),
    ],
)  # fmt: skip
def test_parts_of_a_door(written, door):
    assert door_parts(written) == door


def test_buildings_and_stairwells():
    for written in ("7号楼", "７幢", "07", "七号楼", "#7", "7#", "7.0", "第7栋", "Building 7", "7号", "7座", "Bldg.7"):
        assert building_key(written) == "7", written
    assert [building_key(text) for text in ("十一号楼", "A座", "东楼", "楼", "二十幢")] == ["11", "a", "东", "楼", "20"]
    for written in ("1单元", "01", "一单元", "unit 1", "1号单元", "1门", "第1单元", "1.0"):
        assert stairwell_key(written) == "1", written
    assert stairwell_key("东单元") == "东" and stairwell_key("") == ""
    assert [numeral(t) for t in ("十", "十一", "二十", "一百零二", "一百二十三", "一〇一", "三")] == [
        "10", "11", "20", "102", "123", "101", "3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("+86 139-0000-1101", "13900001101"), ("8613900001101", "13900001101"), ("0086 13900001101", "13900001101"),
        ("013900001101", "13900001101"), ("１３９ ００００ １１０１", "13900001101"), ("'13900001101", "13900001101"),
        ("021-64001104", "02164001104"), ("(021)6400 1104", "02164001104"), ("+86 21 64001104", "02164001104"),
        ("+86 (0)21 64001104", "02164001104"), ("86-021-64001104", "02164001104"), ("64001106转8012", "64001106"),
        ("64001106 ext. 12", "64001106"), ("+1 (415) 555-0113", "+14155550113"), ("00852-91234567", "+85291234567"),
        ("13900001101.0", "13900001101"), ("00012926869", "00012926869"), ("12345", "12345"), ("无", ""), ("", ""),
    ],
)  # fmt: skip
def test_telephones(written, key):
    assert phone_key(written) == key


def test_a_landline_may_lack_its_area_code():
    assert same_phone("02164001104", "64001104") and same_phone("64001104", "02164001104")
    assert same_phone("05712345678", "2345678") and not same_phone("13900001101", "00001101")
    assert not same_phone("", "") and not same_phone("64001104", "64001105")


@given(st.text(max_size=30))
def test_a_key_is_its_own_key(text):
    assert name_key(name_key(text)) == name_key(text)
    for key in (door_key, stairwell_key, building_key):
        assert key(key(text)) == key(text)
    assert phone_key(phone_key(text)) == phone_key(text)


@pytest.mark.parametrize("style", addresses.STYLES)
@pytest.mark.parametrize(("number", "within"), [("201", ""), ("201", "1"), ("0502A", "12"), ("东铺", "2")])
def test_a_door_as_our_own_files_write_it_is_read_the_same_in_both_languages(style: str, number: str, within: str):
    chinese, english = (addresses.door(number, style, language, within) for language in (False, True))
    assert door_parts(english) == door_parts(chinese)
    assert door_parts(english).door == door_parts(number).door
