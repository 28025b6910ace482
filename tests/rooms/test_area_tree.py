"""The area tree on the desk: looked through, and changed one area at a time by those whose it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from bulou.command.worklist.models import Owner
from bulou.desk.actions import add_user
from bulou.ledger.areas import area_id, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import REGISTRY
from bulou.places import checks, roster_rows
from bulou.places.models import Area, AreaFact
from bulou.places.tree import Tree
from bulou.rounds.chat_list import lists
from bulou.rounds.reconciliation import reads as official
from bulou.rounds.reconciliation.tables import Names
from tests import cast, desk_street

ESTATE, STREET = cast.ESTATE, cast.STREET


@pytest.fixture(autouse=True)
def street(settled) -> None:
    """The street of the cast."""


def browser(name: str = "street", language: str = "zh-hans") -> Client:
    client = Client()
    client.cookies["bulou_language"] = language
    client.force_login(User.objects.get(username=name))
    return client


def post(client: Client, area: int, act: str, **given: str):
    return client.post(f"/roster/tree/{area}", {"act": act} | given)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def tree() -> Tree:
    return Tree(*roster_rows._areas("default"))


def disagreeing() -> list[str]:
    """What verify says of the registries."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        out = []
        for name in ("registry", "fact"):
            cursor.execute(checks.SQL[name])
            out += [str(row) for row in cursor.fetchall()]
    return out


def added(client: Client, parent: int, name: str) -> int:
    answer = post(client, parent, "add", name=name)
    assert answer.status_code == 302, re.findall('alert">([^<]*)', answer.content.decode())
    return int(answer["Location"].rsplit("/", 1)[1])


def test_the_tree_is_walked_down_and_searched() -> None:
    client = browser()
    top = page(client, "/roster/tree")
    assert "梅溪街道" in top and "竹溪" not in top and "新增区" not in top
    below = page(client, f"/roster/tree/{STREET}")
    assert "梅溪一居委" in below and "梅溪新村" not in below
    assert "1号楼" in page(client, f"/roster/tree/{ESTATE}")
    found = page(client, "/roster/tree?q=新村")
    assert f"/roster/tree/{ESTATE}" in found
    assert "没有找到" in page(client, "/roster/tree?q=竹溪"), "of the neighbour's street it finds nothing"
    assert client.get(f"/roster/tree/{desk_street.NEXT_STREET}").status_code == 404
    assert client.get(f"/roster/tree/{cast.DISTRICT}").status_code == 404
    assert post(client, desk_street.NEXT_STREET, "add", name="x").status_code == 404


def test_a_new_area_gets_a_number_that_none_had() -> None:
    client = browser()
    new = added(client, ESTATE, " 3 号楼 ")
    last = max(Area.objects.filter(parent=ESTATE).exclude(pk=new).values_list("pk", flat=True))
    assert new == last + 1
    one = Area.objects.get(pk=new)
    assert (one.parent, one.level, one.name, one.closed_at) == (ESTATE, 5, "3 号楼", None)
    assert tree().find("", "", "梅溪新村", "3幢") == new
    assert post(client, new, "close", sure="1").status_code == 302
    assert Area.objects.get(pk=new).closed_at is not None
    assert added(client, ESTATE, "4号楼") == new + 1, "the number of the closed one never returns"
    said = page(client, f"/roster/tree/{new}")
    assert "停用" in said and "新增" in said and "street" in said
    assert not disagreeing()


def test_a_name_that_lists_would_take_for_a_neighbour_is_refused() -> None:
    client = browser()
    answer = post(client, ESTATE, "add", name="01幢")
    assert answer.status_code == 200 and "已有“1号楼”" in answer.content.decode()
    assert "已有“1号楼”" in post(client, cast.NO_2, "rename", name="一号楼").content.decode()
    assert "请填写名称" in post(client, ESTATE, "add", name=" ​ ").content.decode()
    assert "最多80个字" in post(client, ESTATE, "add", name="长" * 81).content.decode()
    assert client.post(f"/roster/tree/{cast.NO_1}", {"act": "add", "name": "地下室"}).status_code == 200
    assert not Area.objects.filter(name__in=("01幢", "地下室")).exists()


def test_the_old_name_still_finds_a_renamed_area() -> None:
    client = browser()
    assert post(client, ESTATE, "rename", name="梅溪花园", name_en="Plum Garden").status_code == 302
    assert Area.objects.get(pk=ESTATE).name == "梅溪花园"
    names = tree()
    assert names.find("", "", "梅溪花园", "1号楼") == names.find("", "", "梅溪新村", "1号楼") == cast.NO_1
    assert names.compound_in("梅溪新村住户名单") == ESTATE
    said = page(client, f"/roster/tree/{ESTATE}")
    assert "梅溪新村 → 梅溪花园" in said and said.index("曾用名") < said.index("梅溪新村")
    assert f"/roster/tree/{ESTATE}" in page(client, "/roster/tree?q=新村"), "the search knows it as well"
    fact = AreaFact.objects.get(area=ESTATE, attribute=1, valid_to=None)
    assert (fact.value, fact.source) == ("梅溪花园", "desk street")
    assert post(client, ESTATE, "rename", name="梅溪新村").status_code == 302, "and back"
    assert not disagreeing()


def test_other_names_are_known_to_matching_until_they_are_taken_away() -> None:
    client = browser()
    assert not isinstance(tree().find("", "", "梅溪路88弄", "2号楼"), int)
    assert post(client, ESTATE, "call", others="梅溪路88弄\n\n 梅苑 \n梅苑").status_code == 302
    names = tree()
    assert names.find("", "", "梅溪路88弄", "2号楼") == names.find("", "", "梅苑", "2号楼") == cast.NO_2
    assert names.compound_in("梅溪路88弄采样名单") == ESTATE
    assert names.address("梅溪路88弄2号楼101")["compound"] == "梅溪路88弄"
    assert "梅溪路88弄、梅苑" in page(client, f"/roster/tree/{ESTATE}")
    taken = area_id(104, 7, 1, 2)
    assert "已有“梅苑”" in post(client, taken, "rename", name="梅苑").content.decode()
    post(client, ESTATE, "call", others="梅苑")
    assert not isinstance(tree().find("", "", "梅溪路88弄", "2号楼"), int)
    assert [fact.value for fact in AreaFact.objects.filter(area=ESTATE, attribute=4).order_by("id")] == [
        "梅溪路88弄\n梅苑", "梅苑",
    ]  # fmt: skip
    assert not disagreeing()


def test_group_chat_lists_and_official_tables_know_the_other_names() -> None:
    post(browser(), ESTATE, "call", others="梅苑\n梅溪路88弄")
    assert [one.id for one in Names(official.areas((span(STREET),))).find("梅苑")] == [ESTATE]
    assert lists._from(["梅溪路88弄采样接龙"], (span(STREET),), 0) == (span(ESTATE),)
    person = cast.PERSONS["li"].id
    with scoped(EVERYWHERE):
        _, coded = lists._residents([], [person], cast.ROUND, REGISTRY.duties["swab"], (span(STREET),))
    assert "梅苑" in coded[person].names[4]


def test_an_area_is_closed_only_when_nothing_stands_in_the_way() -> None:
    client = browser()
    said = post(client, cast.NO_1, "close", sure="1").content.decode()
    assert "还登记着" in said and "没有办完" in said
    assert "个启用的区域" in post(client, ESTATE, "close").content.decode()
    assert Area.objects.get(pk=cast.NO_1).closed_at is None
    new = added(client, ESTATE, "9号楼")
    assert "停用9号楼？" in post(client, new, "close").content.decode()
    assert Area.objects.get(pk=new).closed_at is None, "asked first"
    post(client, new, "close", sure="1")
    assert not isinstance(tree().find("", "", "梅溪新村", "9号楼"), int)
    assert "请先恢复" in post(client, new, "rename", name="10号楼").content.decode()
    assert not disagreeing()
    assert post(client, new, "reopen").status_code == 302
    assert tree().find("", "", "梅溪新村", "9号楼") == new
    assert not disagreeing()


def test_what_was_closed_returns_only_where_its_name_is_free() -> None:
    client = browser()
    new = added(client, ESTATE, "9号楼")
    post(client, new, "close", sure="1")
    added(client, ESTATE, "9幢")
    assert "已有“9幢”" in post(client, new, "reopen").content.decode()


def test_who_answers_is_said_on_the_page_of_the_area() -> None:
    with scoped(EVERYWHERE):
        Owner.objects.create(area=cast.UPPER, name="梅主任", telephone="13800000001")
    said = page(browser(), f"/roster/tree/{cast.NO_1}")
    assert "梅主任" in said and "tel:13800000001" in said and "/now/owners" in said


def test_a_district_is_added_by_who_has_everything_alone() -> None:
    add_user("city", desk_street.PASSWORD, [0], ["command"])
    client = browser("city")
    answer = client.post("/roster/tree", {"name": "兰区", "name_en": "Orchid District"})
    assert answer.status_code == 302
    assert Area.objects.get(name="兰区").pk == area_id(105)
    assert "只能在您负责的区域内新增" in browser("district").post("/roster/tree", {"name": "菊区"}).content.decode()


def test_a_committee_does_not_change_the_tree() -> None:
    add_user("committee", desk_street.PASSWORD, [cast.UPPER], ["committee"])
    client = browser("committee")
    assert client.get("/roster/tree").status_code == 403
    assert post(client, ESTATE, "rename", name="x").status_code == 403


def test_the_page_is_whole_in_english() -> None:
    client = browser(language="en")
    said = page(client, f"/roster/tree/{STREET}") + page(client, "/roster/tree?q=zz") + page(client, "/roster/tree")
    text = re.sub(r"<[^>]+>", " ", said)
    assert "Areas below" in text and "Other names" in text and "Nothing found." in text


def test_the_room_keeps_no_writer_of_its_own() -> None:
    folder = Path(checks.__file__).parents[1] / "command" / "areas"
    assert not re.search(r"\b(UPDATE|INSERT|DELETE)\b", "".join(p.read_text() for p in folder.rglob("*.sql")))
