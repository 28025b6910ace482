"""Names as lists write them: what is the name, what was masked or lost, what is a remark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.places.names import read_name, wild


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" 胡 试晴强 ", "胡试晴强"), ("蒋　试　淑", "蒋试淑"), ("ＡＮＮＡ  Lee", "ANNA Lee"), ("'=1+1王", "=1+1王"),
        ("王\u200b试\x00安", "王试安"), ("'王试安", "王试安"), ('="王试安"', "王试安"), ("=王试安", "=王试安"),
        ("哈力克*艾山江", "哈力克·艾山江"), ("哈力克。艾山江", "哈力克·艾山江"), ("哈力克-艾山江", "哈力克·艾山江"),
        ("王试安（儿子）", "王试安"), ("王试安-户主", "王试安"), ("（王试安）", "王试安"), ("Anna (Müller)", "Anna"),
        ("李&#19886;", "李䶮"), ("李\ue863", "李䶮"), ("𠮷村苗", "𠮷村苗"), ("O’Brien Sean", "O’Brien Sean"),
        ("'t Hooft", "'t Hooft"), ("新生儿", "新生儿"), ("欧阳试安", "欧阳试安"),
        ("王试安 13900003001", "王试安"), ("王试安，手机13900003001", "王试安"), ("021-64003001 王试安", "王试安"),
        ("户主：王试安", "王试安"), ("Müller", "Müller"), ("曾祥瑾", "曾祥瑾"), ("璩美凤", "璩美凤"),
    ],
)  # fmt: skip
def test_names(text, name):
    read = read_name(text)
    assert (read.name, read.fault) == (name, "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("王*", "masked"), ("王**", "masked"), ("王＊安", "masked"), ("李?", "masked"), ("？村苗", "masked"),
        ("李\ufffd", "masked"), ("孙某", "masked"), ("李某某", "masked"), ("王XX", "masked"), ("王○○", "masked"),
        ("钱", "masked"), ("欧阳*明", "masked"), ("李\uf8f0", "masked"), ("æ\x9d\x8eæ\x98\x8e", "masked"),
        ("欧阳\ufdd0", "cut"), ("吴试国(已故)", "gone"), ("吴试国已搬走", "gone"), ("吴试国【死亡】", "gone"),
        ("吴试国（故）", "gone"), ("吴试国 殁", "gone"), ("亡 吴试国", "gone"), ("吴试国(已离世)", "gone"),
        ("Wu (deceased)", "gone"),
        ("ÀîÊÔÃ÷", "masked"), ("鐜嬫槑", "masked"), ("王OO", "masked"), ("=1+1", "none"), ("=王*", "masked"),
        ("NaN", "none"),
        ("", "none"), ("无", "none"), ("户主", "none"), ("123", "none"), ("-", "none"), ("空置", "none"),
        ("张三、李四", "several"), ("张三/李四", "several"), ("张三\n李四", "several"), ("张三 李四", "several"),
        ("王试安319904198102030115", "identity"), ("王试安319904198102030116", "identity"), ("x" * 61, "long"),
    ],
)  # fmt: skip
def test_what_is_no_name(text, fault):
    assert read_name(text).fault == fault


@pytest.mark.parametrize(
    ("text", "doubt", "may_be", "may_not_be"),
    [
        ("李〇明", "lost", "李䶮明", "李明"), ("李□明", "lost", "李䶮明", "王䶮明"), ("陈YAN", "mixed", "陈堃", "李堃"),
        ("王先生", "polite", "王试安", "李试安"), ("李○明", "lost", "李䶮明", "李小小明"),
    ],
)  # fmt: skip
def test_a_doubtful_name_stands_for_others(text, doubt, may_be, may_not_be):
    read = read_name(text)
    pattern = wild(read.name, read.key)
    assert (read.doubt, read.fault) == (doubt, "") and pattern
    assert pattern.fullmatch(may_be) and not pattern.fullmatch(may_not_be)


@given(st.text(max_size=80))
def test_any_text_is_read(text):
    read = read_name(text)
    assert read.fault or read.key
