"""An accepted reassignment brings the person: the receiving street sees whom it took over, by name, door and telephone,
on every page and list on which it works; and the sending street's own door numbers do not mislead it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import polars
import psycopg
import pytest
from django.contrib.auth.models import User
from django.test import Client

from bulou.desk.actions import add_user
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.ledger.check_digit import label
from bulou.ledger.models import Duty
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places import written
from bulou.places.models import LookUp
from bulou.rounds.paper.actions import print_sheets
from bulou.rounds.paper_desk import actions as paper
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

GUI, LI = (cast.PERSONS[name].id for name in ("gui", "li"))
MEI = cast.PERSONS["mei"].id
PHONE = "13800000001"
NEXT_DESK = 1_009


@pytest.fixture(scope="module")
def town(settled_clone) -> Iterator[None]:
    """Gui went from Plum Creek to Bamboo Creek, Li to a building of it; the others stayed."""
    with settled_clone() as urls:
        with psycopg.connect(urls.owner) as owner:
            owner.execute("UPDATE places_person SET phone = %s WHERE id = %s", [PHONE, GUI])
            written.note(owner.cursor(), "cast", cast.DAWN, persons=[GUI])
        street.enrol(JournalFacts(NEXT_DESK, "desk", (span(street.NEXT_STREET),), cast.DAWN, cast.minute(9000)), "next")
        for name, role in (("planner", "planner"), ("inspector", "inspector")):
            add_user(name, street.PASSWORD, [street.NEXT_STREET], [role])
        hand_over(GUI, to=street.NEXT_STREET)
        hand_over(LI, to=street.NEXT_BUILDING)
        yield


def hand_over(person: int, to: int) -> None:
    offer = Pen(cast.DESK, cast.NO_1, next=500 + person).offered(70, person, to=to)
    street.post(offer)
    street.post(Pen(NEXT_DESK, to, next=500 + person).accepted(80, person, offer=offer, area=to))


def browser(name: str, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    client.cookies["bulou_language"] = language
    return client


def page(name: str, url: str, status: int = 200, **query: str) -> str:
    answer = browser(name).get(url, query)
    assert answer.status_code == status, (name, url, answer.status_code)
    return answer.content.decode()


def rows(name: str, url: str, **query: str) -> list[tuple]:
    answer = browser(name).get(url, query | {"as": "xlsx"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return polars.read_excel(io.BytesIO(content), has_header=False).rows()


def test_the_sheet(town: None) -> None:
    told = page("neighbour", f"/people/{GUI}")
    assert "<h1>王桂芳" in told and PHONE in told and "梅溪新村" in told
    assert "同户人员" not in told, "that nobody else lives there is not for this street to say"
    assert "王桂芳" in page("neighbour", f"/rounds/{cast.ROUND}/persons/{GUI}")
    with scoped(EVERYWHERE):
        areas = set(LookUp.objects.filter(user="neighbour", person=GUI).values_list("area", flat=True))
    assert areas == {street.NEXT_STREET}, "the look is on record where it was taken"
    household = page("neighbour", "/people/households/41")
    assert "王桂芳" in household and f'href="{street.url(cast.NO_1)}"' not in household


def test_nobody_else_of_the_sending_street_comes_along(town: None) -> None:
    page("neighbour", f"/people/{MEI}", 404)
    page("neighbour", "/people/households/43", 404)
    assert "陈美华" not in page("neighbour", "/people/households/42"), "of her flat one man came"
    assert "陈美华" not in page("neighbour", "/people", q="陈美华").replace('value="陈美华"', "")


def test_a_role_without_names_reads_none(town: None) -> None:
    told = page("inspector", f"/people/{GUI}")
    assert "王**" in told and "王桂芳" not in told and PHONE not in told and "138******01" in told
    page("planner", f"/people/{GUI}", 403)


@pytest.mark.parametrize("asked", [f"P{GUI}", str(GUI), "王桂芳", "桂芳", "wangguifang", "wgf", PHONE, "0001"])
def test_the_search(town: None, asked: str) -> None:
    told = page("neighbour", "/people", q=asked)
    assert "王桂芳" in told and PHONE in told and "is-missed" in told
    assert "王桂芳" in page("street", "/people", q=asked), "her own street finds her still"
    assert any(f"P{GUI}" in row for row in rows("neighbour", "/people", q=asked))


def test_the_missed_list_and_its_file(town: None) -> None:
    told = page("neighbour", street.url(street.NEXT_STREET, "/missed"))
    row = next(row for row in told.split("<tr") if f"/people/{GUI}" in row)
    assert "王**" in row and "登记在 梅溪街道 · 梅溪新村 · 1号楼 · 1号101室" in row and "名册外" not in told
    assert f"/people/{GUI}" not in page("street", street.url(cast.STREET, "/missed"))
    head, *found = rows("neighbour", street.url(street.NEXT_STREET, "/missed.xlsx"))
    line = dict(zip(head, next(row for row in found if f"P{GUI}" in row), strict=True))
    assert (line["街镇"], line["楼栋"], line["室号"]) == ("竹溪街道", None, None)
    assert line["登记住址"] == "梅溪街道 · 梅溪新村 · 1号楼 · 1号101室" and line["姓名"] == "王**"


def test_the_door_list_asks_to_telephone(town: None) -> None:
    told = page("neighbour", street.url(street.NEXT_STREET, "/doors"))
    came = told.split("登记住址不在这里的人")[1]
    assert "王桂芳" in came and PHONE in came and "梅溪新村 · 1号楼 · 1号101室" in came
    assert "王桂芳" not in told.split("登记住址不在这里的人")[0] and "…0001" not in told
    own = page("street", street.url(cast.STREET, "/doors"))
    assert "登记住址不在这里的人" not in own and "王桂芳" not in own


def test_a_building_that_took_somebody_over(town: None) -> None:
    told = page("neighbour", street.url(street.NEXT_BUILDING))
    door = next(part for part in told.split("<section") if "李建国" in part)
    assert "登记在 梅溪街道 · 梅溪新村 · 1号楼 · 1号102室" in door
    head, *found = rows("neighbour", street.url(street.NEXT_BUILDING))
    line = dict(zip(head, next(row for row in found if f"P{LI}" in row), strict=True))
    assert line["室号"] is None and line["登记住址"].endswith("1号102室") and line["姓名"] == "李**"
    with scoped((span(street.NEXT_STREET),)):
        printed, _kept = print_sheets(street.NEXT_STREET, clock.now(), "test")
    sheet = {line.name: line for sheet in printed for line in sheet.lines}
    assert sheet["李建国"].home == "梅溪街道 · 梅溪一居委 · 梅溪新村 · 1号楼" and sheet["竹生"].home == ""
    assert sheet["王桂芳"].area == street.NEXT_STREET


def test_a_line_of_paper_counts_where_the_duty_stands(town: None) -> None:
    with scoped((span(street.NEXT_STREET),)):
        _printed, kept = print_sheets(street.NEXT_STREET, clock.now(), "test")
        sheet = next(one for one in kept if GUI in one.persons)
        line = sheet.persons.index(GUI) + 1
        at = clock.now()
        shown = paper.show(label(sheet.journal), f"{line} T", at, lambda _ability, _area: True)
        assert not shown.problems
        paper.apply(shown, shown.digest, (1, "neighbour"), (span(street.NEXT_STREET),), at)
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=1, subject=GUI).reason == "team_needed"


def test_an_exported_list_of_the_receiver_comes_back(town: None) -> None:
    """By its code. A chat line means her by no door: behind which one she is there, nobody has said."""
    client = browser("neighbour")
    head, *found = rows("neighbour", street.url(street.NEXT_STREET, "/missed.xlsx"))
    row = next(row for row in found if f"P{GUI}" in row)
    filled = [*(cell or "" for cell in row[:-1]), "住院"]
    table = "\n".join("\t".join(line) for line in (head, filled))
    told = client.post("/import/list", {"round": cast.ROUND, "table": table, "act": "show"}).content.decode()
    assert "录入1人" in told and "没有读取的列" not in told and 'role="alert"' not in told
    chat = {"round": cast.ROUND, "table": "1-101 王桂芳 住院", "act": "show"}
    assert "将录入的行" not in client.post("/import/list", chat).content.decode()
    assert "将录入的行" not in browser("street").post("/import/list", chat).content.decode(), "nor owes she there"
    assert verify("owner") == []


def test_the_record_of_looks_is_the_receivers(town: None) -> None:
    add_user("auditor", street.PASSWORD, [street.NEXT_STREET], ["auditor"])
    page("neighbour", f"/people/{GUI}")
    told = page("auditor", "/oversight")
    assert "neighbour" in told
