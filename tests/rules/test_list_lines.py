"""Lists from chat groups are read as people write them, and what cannot be read is said line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.rounds.chat_list.lines import Malformed, Said
from bulou.rounds.chat_list.table import columns_of, read


def rows(text: str) -> list[Said | Malformed]:
    return read(text).rows


@pytest.mark.parametrize(
    ("line", "place", "before", "after"),
    [
        ("1. 3-502 张三", ("3", "", "502"), (), ("张三",)),
        ("２、３－５０２　张三 阴性", ("3", "", "502"), (), ("张三", "阴性")),
        ("③ 3号楼502室 李四，阳性", ("3", "", "502"), (), ("李四", "阳性")),
        ("⑪3-502张三收到", ("3", "", "502"), (), ("张三收到",)),
        ("1️⃣ 3-502 张三", ("3", "", "502"), (), ("张三",)),
        ("4）3 号楼 502 王五", ("3", "", "502"), (), ("王五",)),
        ("12-2-1101 欧阳修", ("12", "2", "1101"), (), ("欧阳修",)),
        ("5.3号2单元302，赵六 外出", ("3", "2", "302"), (), ("赵六", "外出")),
        ("6 3-0502 钱七", ("3", "", "502"), (), ("钱七",)),
        ("９．３－５０２ 张三", ("3", "", "502"), (), ("张三",)),
        ("10 3-502 张三", ("3", "", "502"), (), ("张三",)),
        ("12. A栋502 张三", ("a", "", "502"), (), ("张三",)),
        ("13. 3-502A 张三", ("3", "", "502A"), (), ("张三",)),
        ("14. 3-地下101 张三", ("3", "", "地下101"), (), ("张三",)),
        ("16. 3/502 张三", ("3", "", "502"), (), ("张三",)),
        ("17. 3#502 张三", ("3", "", "502"), (), ("张三",)),
        ("18. 3—502 张三", ("3", "", "502"), (), ("张三",)),
        ("19. 3–502 张三", ("3", "", "502"), (), ("张三",)),
        ("20. 3 502 张三", ("3", "", "502"), (), ("张三",)),
        ("21. 3-502 张三、李四 收到", ("3", "", "502"), (), ("张三", "李四", "收到")),
        ("23. 张三 3-502 收到", ("3", "", "502"), ("张三",), ("收到",)),
        ("25. 3-502 张三✅", ("3", "", "502"), (), ("张三", "✅")),
        ("26. 3-502 张三（外出）", ("3", "", "502"), (), ("张三", "外出")),
        ("27. 3-502 张三  13900001234", ("3", "", "502"), (), ("张三",)),
        ("31. 十号楼502 张三", ("10", "", "502"), (), ("张三",)),
        ("二十一幢1203 张三", ("21", "", "1203"), (), ("张三",)),
        ("32. 3-502 O’Brien Sean", ("3", "", "502"), (), ("O’Brien", "Sean")),
        ("33. 103-502 张三", ("103", "", "502"), (), ("张三",)),
        ("3-502-张三", ("3", "", "502"), (), ("张三",)),
        ("翠竹苑3-502 张三", ("3", "", "502"), ("翠竹苑",), ("张三",)),
        ("桂林路100弄3号502 张三", ("3", "", "502"), ("桂林路100弄",), ("张三",)),
        ("买买提·吐尔逊 3-502", ("3", "", "502"), ("买买提·吐尔逊",), ()),
    ],
)  # fmt: skip
def test_messy_lines(line: str, place: tuple[str, str, str], before: tuple[str, ...], after: tuple[str, ...]) -> None:
    (said,) = rows(line)
    assert isinstance(said, Said), said
    assert (said.building, said.stairwell, said.door, said.before, said.after) == (*place, before, after)


@pytest.mark.parametrize(
    ("line", "why"),
    [("15. 502 张三 收到", "building"), ("3、502室 张三", "building"), ("3 502 张三", "building"),
    ("2. 张三收到", "unreadable"),
     ("3. 3-502 319904198102030001", "number"), ("3-502 张三 ３１９９０４ １９８１０２０３ ０００１", "number")],
)  # fmt: skip
def test_what_names_no_sure_door_is_given_back(line: str, why: str) -> None:
    (row,) = rows("1-101 王五 收到\n" + line)[1:]
    assert isinstance(row, Malformed) and row.why == why
    assert "0001" not in row.text if why == "number" else row.text == line


@pytest.mark.parametrize(
    ("line", "count"), [("3-502 张三 2人", 2), ("3-502-张三-2人", 2), ("3-502 张三 共三口", 3), ("3-502 张三", None)]
)
def test_how_many_a_line_is_about(line: str, count: int | None) -> None:
    (said,) = rows(line)
    assert isinstance(said, Said) and said.count == count and said.after == ("张三",)


def test_titles_are_told_apart_and_the_unreadable_is_kept_as_pasted() -> None:
    found = read("#接龙\n抗原结果\n\n1. 3-502 张三\n2. 张三收到\n")
    assert found.titles == ["#接龙", "抗原结果"]
    assert [(row.line, row.text) for row in found.rows] == [(4, "1. 3-502 张三"), (5, "2. 张三收到")]
    assert isinstance(found.rows[1], Malformed)


@given(st.text(max_size=200))
def test_no_text_breaks_it_and_every_line_is_told(text: str) -> None:
    found = read(text)
    lines = [row.line for row in found.rows]
    assert lines == sorted(set(lines))
    blank = sum(not line.strip() for line in text.splitlines())
    assert len(lines) + len(found.titles) + blank + len(set(found.heads.values())) >= len(text.splitlines()) - (
        text.count("\t") and len(text.splitlines())
    )


@given(
    st.integers(1, 99),
    st.integers(101, 3999),
    st.sampled_from(["{}-{}", "{}号楼{}室", "{} 幢 {}", "{}／{}", "{}＃{}"]),
    st.integers(1, 300),
)
def test_a_well_formed_line_is_always_read(building: int, door: int, form: str, number: int) -> None:
    (said,) = rows(f"{number}. {form.format(building, door)} 张三")
    assert isinstance(said, Said)
    assert (said.building, said.door, said.after) == (str(building), str(door), ("张三",))


# -- tables --------------------------------------------------------------------------------------


def test_the_most_specific_column_counts_and_the_others_are_named() -> None:
    head = ["街镇", "小区", "楼", "楼号", "门牌号", "户号", "室号", "姓名", "身份证号", "情况"]
    columns = columns_of(head)
    assert columns is not None
    assert {name: head[at] for name, at in columns.at.items()} == {
        "street": "街镇", "compound": "小区", "building": "楼号", "door": "室号", "name": "姓名", "word": "情况",
    }  # fmt: skip
    assert columns.unused == ("楼", "门牌号", "户号", "身份证号")
    assert columns_of(["序号", "张三", "外出"]) is None


def test_two_columns_of_one_title_make_every_row_doubtful() -> None:
    found = read("楼号\t室号\t姓名\t姓名\n3\t502\t张三\t李四")
    assert [row.why for row in found.rows if isinstance(row, Malformed)] == ["columns"]


def test_rows_of_a_table_say_where_they_are_from() -> None:
    found = read(
        "丹桂里名单\n街镇\t居委会\t小区\t楼栋\t住户\t姓名\t备注\n"
        "安亭镇\t安亭一居\t丹桂里\t1号楼\t2 单元 0502\t张三\t收到"
    )
    (row,) = found.rows
    assert isinstance(row, Said) and found.titles == ["丹桂里名单"]
    assert (row.building, row.stairwell, row.door, row.word) == ("1", "2", "502", "收到")
    assert row.places == {2: "安亭镇", 3: "安亭一居", 4: "丹桂里", 5: "1号楼"}


def test_an_identity_number_in_a_column_that_is_not_read_stays_unread_and_elsewhere_costs_the_row() -> None:
    found = read("楼号\t室号\t姓名\t证件号码\n3\t502\t张三\t319904198102030001\n3\t503\t319904198102030001\t")
    assert found.unused == ["证件号码"]
    assert [type(row).__name__ for row in found.rows] == ["Said", "Malformed"]
    assert not any("3199" in row.text for row in found.rows)
