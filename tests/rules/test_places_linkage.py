"""Who a row is: the plain rule, case by case, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bulou.places.births import Born
from bulou.places.linkage.rows import Claim, Decision, Known, People, alike, decide
from bulou.places.names import name_key, pinyin, read_name

HOUSE, OTHER_HOUSE = 7, 8


def claim(name: str, door: str = "101", area: int = HOUSE, number: str = "", row: int = 2, **said) -> Claim:
    read = read_name(name)
    return Claim(
        row, area, said.pop("stairwell", ""), door, read.name, read.key, pinyin(read.key)[0], doubt=read.doubt,
        digests=((1, number.encode()),) if number else (), **said,
    )  # fmt: skip


def known(id_: int, name: str, door: str = "101", area: int = HOUSE, number: str = "", **more) -> Known:
    key = name_key(name)
    digest = (1, number.encode()) if number else None
    return Known(id_, area, more.pop("stairwell", ""), door, name, key, pinyin(key)[0], digest=digest, **more)


def said(decision: Decision) -> tuple[str, list[str]]:
    what = "new" if decision.is_new else str(decision.person.id) if decision.person else "-"
    return what + ("" if decision.applies else "!"), [doubt.kind for doubt in decision.doubts]


WANG = known(1, "王试安", number="a")


@pytest.mark.parametrize(
    ("row", "becomes", "doubts"),
    [
        (claim("王试安", number="a"), "1", []),
        (claim("王 试安", number="a"), "1", []),
        (claim("王试安", "202", OTHER_HOUSE, number="a"), "1", []),  # number and name: she has moved
        (claim("陆小满", "202", OTHER_HOUSE, number="a"), "new", ["number"]),
        (claim("陆小满", number="a"), "new", ["number"]),  # a child with the mother's number, at home
        (claim("王试〇", number="a"), "-!", ["name"]),
        (claim("王试〇", "202", number="a"), "-!", ["number"]),
        (claim("王识安", number="a"), "-!", ["name"]),  # one sound
        (claim("王试安", number="b"), "new", []),  # two numbers: two people of one name
        (claim("王试安"), "1", []),
        (claim("王识安"), "-!", ["name"]),
        (claim("王〇安"), "-!", ["name"]),
        (claim("王先生"), "-!", ["name"]),
        (claim("王试宁"), "new", []),
        (claim("王试安", "102"), "new", []),
        (claim("王试安", area=OTHER_HOUSE), "new", []),
    ],
)
def test_beside_somebody_with_a_number(row, becomes, doubts):
    decision = decide(row, People([replace(WANG)]))
    assert said(decision) == (becomes, doubts)
    assert decision.number == (becomes in ("1", "new") and doubts == [])


def test_a_number_twice_in_one_file_merges_nobody():
    people = People([replace(WANG, row=2)])
    assert said(decide(claim("王试安", number="a", row=3), people)) == ("1", [])
    assert said(decide(claim("王试安", "202", number="a", row=3), people)) == ("1!", ["twice"])
    assert said(decide(claim("陆小满", "202", number="a", row=3), people)) == ("new", ["twice"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"birth_year": 1950}, {"birth_year": 1980}), ({"sex": 1}, {"sex": 2}), ({"bed": "1"}, {"bed": "2"}),
    ],
)  # fmt: skip
def test_what_tells_two_apart_in_any_list(one, other):
    assert said(decide(claim("张伟", **other), People([known(1, "张伟", **one)]))) == ("new", [])
    assert said(decide(claim("张伟", **one), People([known(1, "张伟", **one)]))) == ("1", [])


def test_what_tells_two_apart_in_one_file_alone():
    first = known(1, "张伟", phone="13900000001", row=2, said=b"x", born=Born(2022, 4, 1))
    assert said(decide(claim("张伟", phones=("13900000002",)), People([first]))) == ("new", [])
    assert said(decide(claim("张伟", born=Born(2022, 4, 2)), People([first]))) == ("new", [])
    assert said(decide(claim("张伟", phones=("13900000001",)), People([first]))) == ("1", [])
    assert said(decide(claim("张伟", said=b"x"), People([first]))) == ("1!", ["namesake"])  # a line twice
    assert said(decide(claim("张伟", said=b"y"), People([first]))) == ("new", ["namesake"])  # a remark differs


def test_one_of_several_is_taken_only_with_evidence():
    two = [known(1, "张伟", phone="13900000001"), known(2, "张伟", phone="13900000002", birth_year=1980)]
    assert said(decide(claim("张伟", phones=("13900000002",)), People(two))) == ("2", [])
    assert said(decide(claim("张伟", birth_year=1980), People(two))) == ("2", [])
    assert said(decide(claim("张伟", phones=("13900000003",)), People(two))) == ("-!", ["several"])
    assert said(decide(claim("张伟"), People(two))) == ("-!", ["several"])
    same = [known(1, "新生儿"), known(2, "新生儿")]
    assert said(decide(claim("新生儿"), People(same))) == ("1", [])  # which of the two matters to nobody


def test_another_telephone_is_news_at_home_and_a_doubt_in_a_dormitory():
    home = People([known(1, "张伟", phone="13900000001")])
    assert said(decide(claim("张伟", phones=("13900000002",)), home)) == ("1", [])
    dormitory = People([known(1, "张伟", "宿舍", phone="13900000001")])
    assert said(decide(claim("张伟", "宿舍", phones=("13900000002",)), dormitory)) == ("-!", ["several"])


def test_a_list_may_lack_the_stairwell():
    people = People([known(1, "张伟", stairwell="2")])
    assert said(decide(claim("张伟"), people)) == ("1", [])
    assert said(decide(claim("张伟", stairwell="1"), people)) == ("new", [])


def test_who_was_merged_stays_merged():
    merged = known(2, "陆小满", "202", OTHER_HOUSE, merged_into=1)
    decision = decide(claim("陆小满", "202", OTHER_HOUSE, number="a"), People([replace(WANG), merged]))
    assert said(decision) == ("2!", ["number"]) and not decision.number


def test_a_mover_beside_a_namesake_is_a_doubt():
    people = People([replace(WANG), known(2, "王试安", "202", OTHER_HOUSE)])
    assert said(decide(claim("王试安", "202", OTHER_HOUSE, number="a"), people)) == ("1", ["namesake"])


def test_a_register_says_nothing_against_a_number():
    decision = decide(claim("王试安", "202", OTHER_HOUSE, number="a"), People([replace(WANG, row=2)]), registered=True)
    assert said(decision) == ("1", [])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("赵吉吉宇", "赵喆宇", True), ("陈方方土", "陈堃", True), ("王伟", "王玮", True), ("陳怡君", "陈怡君", True),
        ("李〇明", "李䶮明", True), ("陈YAN", "陈堃", True), ("张三1", "张三", True),
        ("李明", "李小明", False), ("王小明", "王小红", False), ("张伟", "张子涵", False), ("王芳", "王伟", False),
        ("Anna", "Annabel", False),
    ],
)  # fmt: skip
def test_names_that_may_be_one(one, other, same):
    assert alike(claim(one), known(1, other)) is same
    assert alike(claim(other), known(1, one)) is same
