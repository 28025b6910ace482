"""A distribution over the households of an area: opened with its number, handed out from the stock, closed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from bulou.command.work import pages
from bulou.config.connections import Urls
from bulou.ledger import clock, journals
from bulou.ledger.models import Campaign, Duty, Holding
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places import units
from bulou.places.models import Person
from bulou.places.units import Unit
from bulou.relief.stock import registry
from bulou.relief.stock.models import Good
from bulou.ui.desk_journal import writer
from bulou.ui.room import unit_kinds
from tests import cast
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
LIST, COVER = "/work/parcel", "/work/parcel/cover"
FIXED = {"f_store": "MAIN", "f_good": "RICE", "f_quantity": "2"}
HOMES = [home.id for home in cast.HOUSEHOLDS if home.area in (cast.NO_1, cast.NO_2)]


@pytest.fixture(autouse=True)
def supplies(settled: Urls) -> dict[str, int]:
    """A store of the street and a good, each by its number."""
    with scoped(EVERYWHERE):
        store = Unit(0, unit_kinds()["store"].code, cast.STREET, "街道仓库", "MAIN")
        rice = Good(name="大米包", name_en="rice", code="RICE", kind="parcel", unit="份")
        (number,) = units.add([store], "x", cast.DAWN)
        return {"store": number, "good": registry.save([(None, rice)], "x", cast.DAWN)[0]}


def begin(browser: Client, area: int = cast.ESTATE, n: int = len(HOMES)) -> str:
    sent = {"step": "sure", "area": area, "name": "清明发菜", "n": n, **FIXED}
    return said(browser.post(COVER, sent, follow=True))


def tokens(browser: Client, query: str = "") -> dict[int, str]:
    page = said(browser.get(LIST + query))
    return {int(row.split(".")[1]): row for row in re.findall(r'name="row" value="([^"]+)"', page)}


def do(browser: Client, act: str, *homes: int, **filled: str) -> str:
    rows = tokens(browser)
    sent = {"act": act, "row": [rows[home] for home in homes], "step": "sure", **filled}
    return said(browser.post(f"{LIST}/act", sent, follow=True))


def holding(kind: int, holder: int) -> int:
    with scoped(EVERYWHERE):
        rows = Holding.objects.filter(item_kind=11, holder_kind=kind, holder=holder)
        return sum(row.quantity for row in rows)


def test_everybody_of_the_area_is_owed_and_what_is_handed_out_leaves_the_store(supplies: dict[str, int]) -> None:
    browser = desk("committee", cast.UPPER)
    page = said(browser.post(COVER, {"step": "form", "area": cast.ESTATE, "name": "清明发菜", **FIXED}))
    assert "梅溪新村" in page and re.search(rf"<b>{len(HOMES)}</b>", page) and "开始后名单固定" in page
    assert "应送户数有变化" in begin(browser, n=3)
    page = begin(browser)
    assert "已开始：清明发菜" in page and "正在进行" in page
    assert {*tokens(browser)} == {*HOMES}
    form = said(browser.post(f"{LIST}/act", {"act": "handed_out", "row": tokens(browser)[42]}))
    assert re.search(r'<input[^>]*value="街道仓库 · 仓库 MAIN"', form), "the store is filled in"
    assert re.search(r'<input[^>]*value="大米包 RICE"', form), "and the good, by its name"
    do(browser, "handed_out", 41, 42, f_how="at_door", **FIXED)
    do(browser, "deferred", 43, f_reason="nobody_in", f_until="2090-04-04T08:00")
    do(browser, "excused", 48, f_reason="empty_flat", f_evidence="楼组长确认")
    with scoped(EVERYWHERE):
        assert {d.subject: d.outcome for d in Duty.objects.filter(kind=32) if d.outcome} == {41: 1, 42: 1, 48: 2}
    assert (holding(7, supplies["store"]), holding(2, 41)) == (-4, 2)
    sheet = said(browser.get(f"{LIST}/{done_token(browser)}"))
    assert "大米包" in sheet and "街道仓库" in sheet
    done = re.search(r'name="done" value="([^"]+)"', said(browser.get(LIST)))
    assert done and verify("owner") == []
    page = said(desk("command", cast.DISTRICT).get("/rounds"))
    assert "清明发菜" not in page, "a distribution is no round of screening"


def done_token(browser: Client) -> str:
    row = re.search(r'data-key="([\d.]+\.\w+)"', said(browser.get(f"{LIST}?state=done")))
    assert row
    return row[1].rsplit(".", 1)[0].replace(".", "/")


def test_a_part_of_the_households_is_served(supplies: dict[str, int]) -> None:
    browser = desk("street")

    def owing(whom: str, area: int = cast.STREET) -> set[int]:
        sent = {"step": "form", "area": area, "name": whom, **FIXED, "f_whom": whom}
        n = re.search(r"<b>([\d,]+)</b>", said(browser.post(COVER, sent)))
        assert n
        page = said(browser.post(COVER, {**sent, "step": "sure", "n": n[1]}, follow=True))
        if n[1] == "0":
            assert "没有符合条件的住户" in page
            return set()
        with scoped(EVERYWHERE):
            campaign = max(Duty.objects.filter(kind=32).values_list("campaign", flat=True))
            return {*Duty.objects.filter(kind=32, campaign=campaign).values_list("subject", flat=True)}

    person = next(iter(cast.PERSONS.values()))
    with scoped(EVERYWHERE):
        Person.objects.update(needs=0)
        Person.objects.filter(pk=person.id).update(needs=4)
        home = Person.objects.get(pk=person.id).household_id
    assert owing("infant") == {home} and owing("elderly") == set()
    assert owing("closed") == set() and owing("diabetic") == set()
    with scoped(EVERYWHERE):
        journal = writer(1, "x", EVERYWHERE, clock.now())
        for area, level in ((cast.ESTATE, "control"), (cast.NO_2, "precaution")):
            body = {"level": level, "basis": "other", "reason": "x", "review": "2090-01-01T00:00:00+08:00"}
            receipts = journals.append(journal, [("zone.decided", clock.now(), area, body)], clock.now())
            assert [one.status for one in receipts] == ["kept"]
    held = {home.id for home in cast.HOUSEHOLDS if home.area == cast.NO_1}
    assert owing("closed") == held, "the nearest level counts"
    row = next(iter(tokens(browser, f"?area={cast.NO_1}").values()))
    sent = {"act": "diet", "row": row, "step": "sure", "f_diet": "halal"}
    browser.post(f"{LIST}/act", sent, follow=True)
    assert owing("halal") == {int(row.split(".")[1])}


def test_what_was_not_reached_in_time_is_on_the_to_do_list_and_leads_to_its_doors() -> None:
    browser = desk("committee", cast.UPPER)
    begin(browser)
    assert "期限已过" not in said(browser.get("/now"))
    with scoped(EVERYWHERE):
        Campaign.objects.filter(kind="covered").update(opened_at=clock.now() - timedelta(days=3))
    page = said(browser.get("/now"))
    assert f"应送：期限已过，这里还有{len(HOMES)}项未完成" in page
    assert re.search(r'href="/work/parcel\?area=\d+"', page), "and leads to the doors"
    assert "the limit is over" in said(desk("street", language="en").get("/now"))


def test_it_is_closed_with_a_reason_and_its_rest_is_no_more_on_the_list() -> None:
    browser = desk("committee", cast.UPPER)
    begin(browser)
    found = re.search(r'name="campaign" value="(\d+)"', said(browser.get(LIST)))
    assert found
    assert "请选择原因。" in said(browser.post(f"{LIST}/close", {"campaign": found[1]}, follow=True))
    sent = {"campaign": found[1], "reason": "visit_ordered"}
    assert browser.post(f"{LIST}/close", {**sent, "campaign": "77"}).status_code == 404
    assert desk("committee", cast.LOWER).post(f"{LIST}/close", sent).status_code == 404
    assert f"{len(HOMES)}项未完成的仍留在记录中" in said(browser.post(f"{LIST}/close", sent, follow=True))
    assert "目前没有未完成的事项。" in said(browser.get(LIST)) and verify("owner") == []


def test_who_may_not_begins_none() -> None:
    assert desk("planner", cast.DISTRICT).get(COVER).status_code == 404
    assert desk("facility").get(COVER).status_code == 403
    store = desk("store")
    assert "请选择您可以办理的区域。" in begin(desk("committee", cast.LOWER))
    assert "已开始" in begin(store)
    assert "清明发菜" in said(desk("planner", cast.DISTRICT).get(LIST))


def test_in_english() -> None:
    begin(desk("committee", cast.UPPER))
    other = desk("street", language="en")
    for address in (LIST, COVER, f"{COVER}?area={cast.ESTATE}"):
        page = re.sub(r"<title>.*?</title>|中文", "", said(other.get(address)))
        body = re.sub(r"(梅溪\w*|\d号楼|公寓楼|桥头\w*|清明发菜|发放|街道仓库|大米包)", "", page[page.index("<main") :])
        assert not re.search(r"[\u4e00-\u9fff]+", body), re.search(r".{40}[\u4e00-\u9fff]+.{40}", body)


def test_what_is_too_much_to_list_is_shown_by_area_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk("committee", cast.UPPER)
    begin(browser)
    monkeypatch.setattr(pages, "WIDE", 3)
    page = said(browser.get(LIST))
    assert "太多，不逐条列出" in page and not tokens(browser)
    assert re.search(rf'<td class="n">\D*{len(HOMES)}\D*</td>', page), "the figures by area are there"
    assert {*tokens(browser, "?q=H42")} == {42}
