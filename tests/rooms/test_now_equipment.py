"""Devices, labels and stores on the list: a word holds for what was seen when it was said, and for nothing later."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bulou.command.worklist.reads import matters
from bulou.command.worklist.rules import Category
from bulou.ledger import clock, intake, journals
from bulou.ledger.areas import span
from bulou.ledger.check_digit import label
from bulou.ledger.effects import Entry
from bulou.ledger.models import Journal, Standing
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

pytestmark = pytest.mark.usefixtures("settled")
GUI = cast.PERSONS["gui"].id
STORE = 7


@pytest.fixture
def official(settled) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username="street"))
    return browser


def phone(name: str = "一号楼手机", area: int = cast.NO_1) -> int:
    return journals.enrol(name, "phone", (span(area),), cast.DAWN, clock.now() + timedelta(days=1))[0]


def call(journal: int, number: int, heard: datetime, area: int = cast.NO_1) -> None:
    body = {"campaign": cast.ROUND, "persons": [GUI]}
    with scoped(EVERYWHERE):
        intake.post([Entry(journal, number, "swab.called", heard, area, body)], heard)


def listed(browser: Client, class_: str) -> dict[str, str]:
    """Return the values of a class's rows, each with its sentence."""
    page = browser.get(f"/now/list?class={class_}").content.decode()
    return {v: html.unescape(s) for v, s in re.findall(r'name="row" value="([^"]+)" aria-label="([^"]+)"', page)}


def act(browser: Client, row: str, act: str = "close") -> None:
    browser.post("/now/act", {"act": act, "row": [row], "why": "已电话核对", "hours": "2"})


def test_a_gap_is_as_old_as_itself_and_more_of_it_is_new(official: Client) -> None:
    """The phone speaks on: that neither fills the gap nor makes it younger."""
    now, journal = clock.now(), phone()
    call(journal, 3, now - timedelta(hours=5))
    call(journal, 4, now)
    ((row, said),) = listed(official, "silent").items()
    assert said == "设备“一号楼手机”缺2条上报" and row == f"silent.journal.0.{journal}.1:{cast.STREET}:2"
    with scoped((span(cast.STREET),)):
        assert [m.since for m in matters((span(cast.STREET),), now).matters if m.subject == journal] == [
            now - timedelta(hours=5)
        ]
    assert "补传离线记录" in official.get(f"/now/of/{row.rpartition(':')[0]}").content.decode()
    act(official, row)
    assert listed(official, "silent") == {}
    call(journal, 9, clock.now())
    ((row, said),) = listed(official, "silent").items()
    assert said == "设备“一号楼手机”缺6条上报"


def test_a_closed_gap_hides_no_silence_and_a_closed_silence_no_later_one(official: Client) -> None:
    now, journal = clock.now(), phone()
    call(journal, 2, now - timedelta(hours=3))
    act(official, next(iter(listed(official, "silent"))))
    ((row, said),) = listed(official, "silent").items()
    assert said == "设备“一号楼手机”超过2小时没有消息"
    act(official, row)
    assert listed(official, "silent") == {}
    with scoped(EVERYWHERE):  # it spoke after that, and then no more
        Journal.objects.filter(pk=journal).update(heard_at=clock.now() + timedelta(seconds=1))
        later = matters((span(cast.STREET),), clock.now() + timedelta(hours=3)).matters
    assert [m.detail for m in later if m.subject == journal] == ["quiet"]


def test_two_offices_have_a_device_each_on_their_own_list(official: Client) -> None:
    """A courier of the whole district: what one street says of it hides it from nobody else."""
    van, _ = journals.enrol(
        "转运一号", "courier", (span(cast.DISTRICT),), clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    )
    call(van, 2, clock.now())
    others = {name: Client() for name in ("district", "neighbour")}
    for name, browser in others.items():
        browser.force_login(User.objects.get(username=name))
    act(official, next(iter(listed(official, "silent"))))
    assert listed(official, "silent") == {}
    assert all(len(listed(browser, "silent")) == 1 for browser in others.values())


def test_a_phone_out_of_service_whose_journal_was_closed_still_owes_its_labels(official: Client) -> None:
    journal = phone()
    pen = Pen(journal)
    street.post(pen.write("labels.issued", 1, **{"from": label(71_000), "to": label(71_004)}), pen.closed(2), minute=3)
    journals.revoke(journal, clock.now())
    assert [s for s in listed(official, "conflict").values() if "标签" in s] == [
        "设备“一号楼手机”已交班，还有5张标签未核销"
    ]


def test_excused_people_do_not_stretch_a_roll_of_labels(official: Client) -> None:
    journal = phone()
    pen = Pen(journal)
    people = [person for home in cast.HOUSEHOLDS[:4] for person in home.persons]
    rolled = pen.write("labels.issued", 1, **{"from": label(71_000), "to": label(71_000)})
    street.post(rolled, pen.sealed(2, label(71_000), people[0], mode="single"), pen.excused(3, *people[1:5]), minute=4)
    assert list(listed(official, "shortage").values()) == ["设备“一号楼手机”的采样管标签不够：按剩余未采样人数还差1张"]


def test_what_a_device_calls_a_roll_of_labels_breaks_no_page(official: Client) -> None:
    for n, text in enumerate(("abc", "1-", "-", "9" * 30 + "-1", "5-3", "", "１-２")):
        with scoped(EVERYWHERE):
            Standing.objects.create(
                subject_kind=6, subject=cast.AYI, name=f"device.labels.{n}", value=text, since=cast.DAWN, area=cast.NO_1
            )
    for address in ("/now", "/now/list", "/devices"):
        assert official.get(address).status_code == 200


def test_each_good_of_a_store_is_short_by_itself(official: Client) -> None:
    pen = Pen(cast.DESK, cast.STREET)

    def need(at: float, good: int, n: str) -> Entry:
        body = {"subject_kind": STORE, "subject": cast.DEPOT, "name": f"need.{good}", "value": n, "reason": "x"}
        return pen.write("standing.set", at, **body)

    street.post(need(1, cast.KITS, "20"), need(2, cast.RICE, "30"), need(3, 999, "many"))
    rows = listed(official, "shortage")
    kits = f"shortage.store.0.{cast.DEPOT}.{cast.KITS}:{cast.STREET}:20"
    assert set(rows) == {kits, f"shortage.store.0.{cast.DEPOT}.{cast.RICE}:{cast.STREET}:30"}
    act(official, kits)
    assert set(listed(official, "shortage")) == set(rows) - {kits}
    street.post(need(4, cast.KITS, "25"))
    assert f"shortage.store.0.{cast.DEPOT}.{cast.KITS}:{cast.STREET}:25" in listed(official, "shortage"), (
        "five more are missing"
    )


def test_a_refused_report_of_elsewhere_is_a_matter_of_the_device(official: Client) -> None:
    """Its area lies in another street, which has nothing to do with the device and could not even open it."""
    journal = phone()
    call(journal, 1, clock.now(), area=street.NEXT_BUILDING)
    ((row, said),) = listed(official, "conflict").items()
    assert said == "设备“一号楼手机”有1条上报未被接受，没有计入"
    page = html.unescape(official.get(f"/now/of/{row}").content.decode())
    assert "不在" in page and "#" not in re.findall(r"<tbody>.*?</tbody>", page, re.DOTALL)[-1]
    neighbour = Client()
    neighbour.force_login(User.objects.get(username="neighbour"))
    assert listed(neighbour, "conflict") == {}
    assert neighbour.get(f"/now/of/{row}").status_code == 404


def test_an_offer_can_be_set_aside_and_is_as_old_as_the_first(official: Client) -> None:
    pen, neighbour = Pen(cast.AYI), Client()
    neighbour.force_login(User.objects.get(username="neighbour"))
    street.post(pen.offered(10, GUI, to=street.NEXT_STREET), pen.offered(500, GUI, to=street.NEXT_STREET))
    with scoped((span(street.NEXT_STREET),)):
        (offer,) = [
            m for m in matters((span(street.NEXT_STREET),), cast.minute(501)).matters if m.class_ is Category.OFFER
        ]
    assert offer.since == cast.minute(10)
    (row,) = listed(neighbour, "offer")
    assert f"/now/of/{row}" not in neighbour.get("/now/list").content.decode(), "it lies elsewhere until it is accepted"
    act(neighbour, row, "snooze")
    assert listed(neighbour, "offer") == {}
