"""Ordinary people are handed over from their sheet and the missed list: asked first, withdrawn until accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bulou.desk.actions import add_user
from bulou.ledger.areas import span
from bulou.ledger.models import Duty, Entry
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

P = {name: person.id for name, person in cast.PERSONS.items()}
NEXT_DESK = 1_009


@pytest.fixture
def town(settled) -> None:
    begin()


@pytest.fixture(scope="module")
def quiet(settled_clone) -> Iterator[None]:
    """The same, for what writes nothing."""
    with settled_clone():
        begin()
        yield


def begin() -> None:
    street.post(Pen(cast.AYI).sealed(20, cast.TUBES["T1"], P["ding"], mode="single"))
    for name, role in (("colleague", "street"), ("upper", "committee"), ("inspector", "inspector")):
        add_user(name, street.PASSWORD, [cast.UPPER if name == "upper" else cast.STREET], [role])


def browser(name: str = "street", language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    client.cookies["bulou_language"] = language
    return client


def key(name: str) -> str:
    return f"swab.{cast.ROUND}.{P[name]}.0"


def send(client: Client, *names: str, **said: str) -> str:
    form = {"duty": [key(name) for name in names], "to_area": str(street.NEXT_STREET), "reason": "人住在竹溪",
            "back": f"/people/{P['gui']}"} | said  # fmt: skip
    answer = client.post("/people/offers", form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def offered() -> dict[int, int]:
    with scoped(EVERYWHERE):
        return {d.subject: d.offered_to for d in Duty.objects.filter(offered_to__isnull=False)}


def test_from_the_sheet(town: None) -> None:
    client = browser()
    sheet = client.get(f"/people/{P['gui']}").content.decode()
    assert f'name="duty" value="{key("gui")}" checked' in sheet and 'action="/people/offers"' in sheet
    assert '<option value="">' in sheet.split('name="to_area"')[1], "no receiver is preselected"
    asked = send(client, "gui")
    assert "把下面1人移交给竹溪街道" in asked and "王**" in asked and "人住在竹溪" in asked
    assert offered() == {}, "asked first"
    told = send(client, "gui", sure="1")
    assert "已提出移交：1人" in told and "移交待接收" in told and "撤回移交" in told
    assert '<span class="why">竹溪街道</span>' in told, "and to whom"
    assert 'action="/people/offers"' not in told, "not twice"
    assert offered() == {P["gui"]: street.NEXT_STREET}
    neighbour = browser("neighbour")
    assert neighbour.get(f"/people/{P['gui']}").status_code == 404, "until it is accepted she is the sender's"
    row = f"offer.swab.{cast.ROUND}.{P['gui']}.0:{street.NEXT_STREET}"
    assert row in neighbour.get("/now").content.decode()
    assert "已登记" in neighbour.post("/now/act", {"act": "accept", "row": row}, follow=True).content.decode()
    assert "王桂芳" in neighbour.get(f"/people/{P['gui']}").content.decode()
    back = {"duty": key("gui"), "back": "/people"}
    assert "不能登记" in client.post("/people/offers/withdrawn", back, follow=True).content.decode() or offered() == {}
    assert verify("owner") == []


def test_several_from_the_missed_list(town: None) -> None:
    client = browser()
    page = client.get(street.url(cast.STREET, "/missed")).content.decode()
    boxes = re.findall(r'name="duty" value="([^"]+)"', page)
    assert {key("gui"), key("zhao")} <= set(boxes) and key("ding") not in boxes
    back = street.url(cast.STREET, "/missed")
    assert "把下面2人" in send(client, "gui", "zhao", back=back)
    told = send(client, "gui", "zhao", sure="1", back=back)
    assert "已提出移交：2人" in told and "应检未检名单" in told
    assert offered() == {P["gui"]: street.NEXT_STREET, P["zhao"]: street.NEXT_STREET}
    boxes = re.findall(r'name="duty" value="([^"]+)"', told)
    assert not {key("gui"), key("zhao")} & set(boxes)


def test_an_offer_is_withdrawn_until_it_is_accepted(town: None) -> None:
    client = browser()
    send(client, "gui", "zhao", sure="1")
    told = client.post("/people/offers/withdrawn", {"duty": key("gui"), "back": f"/people/{P['gui']}"}, follow=True)
    assert "已撤回移交：1人" in told.content.decode()
    assert offered() == {P["zhao"]: street.NEXT_STREET}, "one by one"
    again = client.post("/people/offers/withdrawn", {"duty": key("gui")}, follow=True).content.decode()
    assert "已撤回或已被接收" in again
    send(client, "gui", sure="1")
    assert P["gui"] in offered(), "and offered anew"
    assert verify("owner") == []


def test_what_was_accepted_is_not_withdrawn(town: None) -> None:
    street.enrol(JournalFacts(NEXT_DESK, "desk", (span(street.NEXT_STREET),), cast.DAWN, cast.minute(9000)), "next")
    offer = Pen(cast.DESK, cast.NO_1, next=600).offered(70, P["gui"], to=street.NEXT_STREET)
    street.post(offer)
    street.post(Pen(NEXT_DESK, street.NEXT_STREET).accepted(80, P["gui"], offer=offer, area=street.NEXT_STREET))
    told = browser().post("/people/offers/withdrawn", {"duty": key("gui")}, follow=True).content.decode()
    assert "已撤回或已被接收" in told
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=1, subject=P["gui"]).area == street.NEXT_STREET


def test_a_colleagues_offer_is_taken_back_by_who_may_void(town: None) -> None:
    send(browser(), "gui", sure="1")
    form = {"duty": key("gui")}
    refused = browser("upper").post("/people/offers/withdrawn", form, follow=True).content.decode()
    assert "不能登记" in refused and P["gui"] in offered()
    assert "已撤回移交" in browser("colleague").post("/people/offers/withdrawn", form, follow=True).content.decode()
    assert offered() == {}


@pytest.mark.parametrize(
    ("names", "said", "why"),
    [
        ((), {}, "请先勾选"), (("gui",), {"to_area": ""}, "请选择接收的街镇或居委会"),
        (("gui",), {"to_area": "1"}, "请选择接收的街镇或居委会"),
        (("gui",), {"to_area": str(cast.NO_1)}, "请选择接收的街镇或居委会"),
        (("gui",), {"to_area": str(cast.STREET)}, "已经在所选区域内"), (("gui",), {"reason": " "}, "请写明移交原因"),
        (("ding",), {}, "已采样或已了结"), (("gui",), {"duty": "swab.1.900.0"}, "不在您的区域内"),
        (("gui",), {"duty": "tube.1.10000000.0"}, "无法识别"), (("gui",), {"duty": "swab.1.x.0"}, "无法识别"),
        (("gui",), {"duty": "swab.9999999999.1.0"}, "无法识别"), (("gui",), {"duty": "nonsense"}, "无法识别"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sure", ["", "1"])
def test_what_does_not_fit_is_refused_with_the_reason(
    quiet: None, names: tuple[str, ...], said: dict[str, str], why: str, sure: str
) -> None:
    before = entries()
    told = send(browser(), *names, sure=sure, **said)
    assert why in told
    assert entries() == before
    if names and "duty" not in said:  # what was filled in comes back
        assert key(names[0]) in told and said.get("reason", "人住在竹溪") in told


def test_all_or_none(quiet: None) -> None:
    before = entries()
    told = send(browser(), "gui", "ding", sure="1")
    assert "已采样或已了结" in told and key("gui") in told and entries() == before


def test_it_leads_back_to_a_page_of_ours_alone(quiet: None) -> None:
    for back in ("//elsewhere.example/x", "https://elsewhere.example", "people", "/\\elsewhere.example"):
        answer = browser().post("/people/offers", {"duty": "", "back": back})
        assert answer.status_code == 302 and answer.url == "/people", back


def test_whoever_may_not_say_it_sees_no_box(quiet: None) -> None:
    inspector = browser("inspector")
    assert 'name="duty"' not in inspector.get(street.url(cast.STREET, "/missed")).content.decode()
    assert 'action="/people/offers"' not in inspector.get(f"/people/{P['gui']}").content.decode()
    assert "不能登记" in send(inspector, "gui", sure="1") and offered() == {}


def test_it_speaks_english(quiet: None) -> None:
    told = send(browser(language="en"), "gui")
    assert "Hand over to another area" in told and "Bamboo Creek" in told
    main = told.split("<main")[1].split("</main>")[0]
    for own in ("王**", "人住在竹溪", "1号楼", "梅溪新村"):  # what names people and places, and what somebody wrote
        main = main.replace(own, "")
    assert not re.search("[一-鿿：]", main)


def entries() -> int:
    with scoped(EVERYWHERE):
        return Entry.objects.count()
