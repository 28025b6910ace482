"""Shops at the desk: how they stand under level and order, an exception in one act, the way back, what all may see."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from bulou.ledger import clock
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places import units
from bulou.places.units import Unit
from bulou.zones.shops import reads
from bulou.zones.units import SHOP
from tests import cast
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def shop(settled: None) -> int:
    with scoped(EVERYWHERE):
        number, _other = units.add(
            [
                Unit(0, SHOP.code, cast.ESTATE, "梅溪粮油", attributes={"trade": "food", "staff": 3}),
                Unit(0, SHOP.code, cast.ESTATE, "梅溪超市", attributes={"segment": "东路", "guarantee": True}),
            ],
            "x", cast.DAWN,
        )  # fmt: skip
    return number


def stands(unit: int) -> tuple[str, str]:
    with scoped(EVERYWHERE):
        one = next(one for one in reads.shops([cast.DISTRICT], clock.now()) if one.unit.id == unit)
    return one.status.value, one.status.why


def day(n: int) -> str:
    return (clock.now() + timedelta(days=n)).date().isoformat()


def order(browser: Client, name: str, **more: str) -> str:
    sent = {"area": str(cast.STREET), "order": name, "reason": "全域静态管理", "until": day(3), **more}
    return said(browser.post("/shops/order", sent, follow=True))


def decide(browser: Client, unit: int, name: str, **more: str) -> str:
    sent = {"unit": str(unit), "act": name, "reason": "误关", "until": day(3), **more}
    return said(browser.post("/shops/act", sent, follow=True))


def test_an_order_closes_all_but_supply_shops_and_one_act_opens_a_shop_again(shop: int) -> None:
    browser = desk("street")
    assert stands(shop) == ("open", "nothing")
    assert "已下达：只开保供单位" in order(browser, "guarantee")
    assert stands(shop) == ("closed", "order") and stands(shop + 1) == ("guarantee", "order")
    assert "可以营业。一小时内可以撤销" in decide(browser, shop, "open")
    assert stands(shop) == ("open", "decision")
    page = said(browser.get("/shops?show=decided"))
    assert "梅溪粮油" in page and "梅溪超市" not in page and "恢复按规则" in page
    decide(browser, shop, "rule")
    assert stands(shop) == ("closed", "order")
    assert verify("owner") == []


def test_a_shop_closed_by_mistake_is_open_again_by_the_way_back(shop: int) -> None:
    browser = desk("street")
    decide(browser, shop, "closed")
    assert stands(shop) == ("closed", "decision")
    done = re.search(r'name="done" value="([\d.]+)"', said(browser.get("/shops")))
    assert done
    assert "已撤销：恢复原来的状态" in said(browser.post("/shops/undo", {"done": done[1]}, follow=True))
    assert stands(shop) == ("open", "nothing")


def test_an_exception_without_reason_or_end_is_not_taken(shop: int) -> None:
    browser = desk("street")
    assert "请填写原因" in decide(browser, shop, "open", reason=" ")
    assert "到哪一天为止" in decide(browser, shop, "open", until="x")
    assert "今天或以后" in decide(browser, shop, "open", until="2022-01-01")
    assert stands(shop) == ("open", "nothing")


def test_staff_tests_are_owed_each_day(shop: int) -> None:
    browser = desk("street")
    assert "3 / 3" in said(browser.get(f"/shops/{shop}"))
    decide(browser, shop, "tested", tested="2")
    assert "1 / 3" in said(browser.get(f"/shops/{shop}"))


def test_everybody_sees_what_is_open_and_only_the_street_decides(shop: int, client: Client) -> None:
    order(desk("street"), "guarantee")
    page = said(client.get(f"/shops/open?area={cast.STREET}"))
    assert "梅溪超市" in page and "梅溪粮油" not in page
    assert "没有登记现在营业" in said(client.get("/shops/open?area=x"))
    planner = desk("planner")
    assert "下达" not in said(planner.get("/shops"))
    assert planner.post("/shops/act", {"unit": str(shop), "act": "open"}).status_code == 403
    assert desk("committee", cast.LOWER).get(f"/shops/{shop}").status_code == 404
    assert desk("street").get("/shops?as=xlsx").content[:2] == b"PK"
