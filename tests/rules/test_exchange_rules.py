"""Lists from chat groups are read as people write them, and what cannot be read is said line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.command.exchange.rules import Malformed, Said, read


@pytest.mark.parametrize(
    ("line", "place", "name", "word"),
    [
        ("1. 3-502 张三", ("3", "", "502"), "张三", ""),
        ("２、３－５０２　张三 阴性", ("3", "", "502"), "张三", "阴性"),
        ("③ 3号楼502室 李四，阳性", ("3", "", "502"), "李四", "阳性"),
        ("4）3 号楼 502 王五", ("3", "", "502"), "王五", ""),
        ("12-2-1101 欧阳修", ("12", "2", "1101"), "欧阳修", ""),
        ("5.3号2单元302，赵六 外出", ("3", "2", "302"), "赵六", "外出"),
        ("6 3-0502 钱七", ("3", "", "502"), "钱七", ""),
    ],
)
def test_messy_lines(line: str, place: tuple[str, str, str], name: str, word: str) -> None:
    assert read(line) == [Said(1, *place, name, word)]


def test_titles_are_left_out_and_the_unreadable_is_kept_as_pasted() -> None:
    assert read("#接龙\n抗原结果\n\n1. 3-502 张三\n2. 张三收到\n") == [
        Said(4, "3", "", "502", "张三", ""),
        Malformed(5, "2. 张三收到"),
    ]


@given(st.text(max_size=200))
def test_no_text_breaks_it_and_lines_stay_in_order(text: str) -> None:
    lines = [row.line for row in read(text)]
    assert lines == sorted(set(lines))


@given(
    st.integers(1, 99),
    st.integers(101, 3999),
    st.sampled_from(["{}-{}", "{}号楼{}室", "{} 幢 {}"]),
    st.integers(1, 300),
)
def test_a_well_formed_line_is_always_read(building: int, door: int, form: str, number: int) -> None:
    said = read(f"{number}. {form.format(building, door)} 张三")
    assert said == [Said(1, str(building), "", str(door), "张三", "")]
