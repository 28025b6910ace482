"""Stock on the desk: goods, receipts, transfers that arrive short, counts, what goes out unrecorded, shortages."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from bulou.command.stock import actions
from bulou.ledger import clock, journals
from bulou.ledger.models import Duty, Entry, Holding
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places import units
from bulou.places.units import Unit
from bulou.relief.stock import registry
from bulou.relief.stock.models import Good, Lot
from bulou.ui.room import unit_kinds
from tests import cast
from tests import desk_street as street
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")


def stores() -> tuple[int, int]:
    """Two stores: of the street, and of the upper neighbourhood."""
    kind = unit_kinds()["store"].code
    with scoped(EVERYWHERE):
        first, second = units.add(
            [Unit(0, kind, cast.STREET, "街道仓库", "MAIN"), Unit(0, kind, cast.UPPER, "一居委仓库", "UPPER")],
            "x", cast.DAWN,
        )  # fmt: skip
    return first, second


def good(name: str = "蔬菜包", code: str = "VEG", keeps: str = "none", **more: int) -> int:
    with scoped(EVERYWHERE):
        made = Good(name=name, name_en=f"{code} parcel", code=code, kind="parcel", unit="份", keeps=keeps, **more)
        return registry.save([(None, made)], "x", cast.DAWN)[0]


def do(browser: Client, store: int, act: str, *rows: tuple[str, ...], step: str = "form", **fields: str) -> str:
    """Fill the form of an act in: each row (good, quantity[, lot[, expiry]]) in a blank line."""
    sent = {"act": act, "step": step} | {f"f_{name}": value for name, value in fields.items()}
    for n, row in enumerate(rows):
        named = zip(("good", "quantity", "number", "expires"), row, strict=False)
        sent |= {f"n{n}_{name}": value for name, value in named}
    return said(browser.post(f"/stock/{store}/act", sent, follow=True))


def received(browser: Client, store: int, *rows: tuple[str, ...]) -> str:
    return do(browser, store, "received", *rows, source="purchase", party="市供销社")


def has(store: int, good: int) -> int:
    with scoped(EVERYWHERE):
        lots = [*Lot.objects.filter(good_id=good).values_list("id", flat=True)]
        rows = Holding.objects.filter(holder_kind=7, holder=store)
        return sum(
            row.quantity for row in rows
            if (row.item_kind == 11 and row.item == good) or (row.item_kind == 14 and row.item in lots)
        )  # fmt: skip


def test_a_good_is_registered_changed_closed_and_all_is_kept() -> None:
    browser = desk("store")
    sent = {"f_name": "抗原试剂", "f_code": "ag-1", "f_kind": "kits", "f_unit": "人份", "f_pack": "20",
            "f_keeps": "expiry", "f_warn_days": "30", "f_cover_days": "3", "f_household_days": "0"}  # fmt: skip
    page = said(browser.post("/stock/goods/new", sent, follow=True))
    assert "已保存“抗原试剂”" in page and "AG-1" in page and "分批号和有效期" in page
    assert "编码AG-1已由其他物资使用" in said(browser.post("/stock/goods/new", {**sent, "f_name": "x"}, follow=True))
    assert "编码只能用" in said(browser.post("/stock/goods/new", {**sent, "f_code": "G7"}, follow=True))
    assert "请填写。" in said(browser.post("/stock/goods/new", {**sent, "f_unit": "", "f_code": "X1"}, follow=True))
    (found,) = Good.objects.all()
    page = said(browser.post(f"/stock/goods/{found.pk}/edit", {**sent, "f_pack": "25"}, follow=True))
    assert "每箱数量原为20" in page
    assert "请填写原因" in said(browser.post(f"/stock/goods/{found.pk}/act", {"act": "closed"}, follow=True))
    page = said(browser.post(f"/stock/goods/{found.pk}/act", {"act": "closed", "reason": "停产"}, follow=True))
    assert "已停用" in page and "停产" in page and "AG-1" not in said(browser.get("/stock/goods"))
    assert "AG-1" in said(browser.get("/stock/goods?state=closed"))
    assert desk("planner").get("/stock/goods").status_code == 200
    assert desk("planner").get("/stock/goods/new").status_code == 403


def test_what_comes_in_by_lot_goes_out_first_expired_first_and_is_taken_back() -> None:
    (store, _other), kit, browser = stores(), good("试剂", "AG", "expiry"), desk("store")
    assert "这种物资须填有效期" in received(browser, store, ("AG", "5"))
    assert "登记过的物资" in received(browser, store, ("没有的", "5"))
    assert "1至10,000,000的整数" in received(browser, store, ("AG", "many", "L1", "2031-05-01"))
    assert "每个批号只出现一行" in received(
        browser, store, ("AG", "5", "L1", "2031-05-01"), ("AG", "6", "L1", "2031-05-01")
    )
    assert has(store, kit) == 0, "nothing is half applied"
    page = received(browser, store, ("AG", "60", "L2", "2031-09-01"), ("试剂", "40", "L1", "2031-05-01"))
    assert "已登记：入库，2行" in page and has(store, kit) == 100 and "市供销社" in page
    assert page.index("2031-05-01") < page.index("2031-09-01"), "what expires first stands first"
    form = said(browser.get(f"/stock/{store}/act?act=sent&good={kit}&n=50"))
    values = re.findall(r'name="q_\d+_\d+" value="(\d*)"', form)
    assert values == ["40", "10"], "proposed from the lot that expires first"
    found = re.search(r'name="entry" value="([\d.]+)"', page)
    assert found
    page = said(browser.post("/stock/undo", {"store": store, "entry": found[1]}, follow=True))
    assert "已撤销" in page and has(store, kit) == 0 and verify("owner") == []


def test_a_transfer_arrives_short_and_the_difference_stays_until_it_is_settled() -> None:
    (main, upper), veg, browser = stores(), good(), desk("street")
    received(browser, main, ("VEG", "100"))
    assert "请填写" in do(browser, main, "sent", ("VEG", "30"))
    page = do(browser, main, "sent", ("VEG", "30"), to="UPPER")
    assert "调拨发出" in page and "到一居委仓库" in page and has(main, veg) == 70
    found = re.search(r"/stock/transfers/(\d+)", page)
    assert found
    url = f"/stock/transfers/{found[1]}"
    committee = desk("committee", cast.UPPER)
    assert "蔬菜包" in said(committee.get("/stock/transfers"))
    assert "街道仓库" in said(committee.get(url))
    assert committee.get(f"/stock/note/{found[1]}").content.startswith(b"%PDF")
    field = re.search(r'name="(q_\d+_\d+)" value="30"', said(committee.get(url)))
    assert field
    assert "0至30的整数" in said(committee.post(url, {"act": "arrived", field[1]: "31"}, follow=True))
    page = said(committee.post(url, {"act": "arrived", field[1]: "28"}, follow=True))
    assert "还有2件没有收到" in page and "短少2件" in page and has(upper, veg) == 28
    undo = re.search(r'name="entry" value="([\d.]+)"', said(browser.get(f"/stock/{main}")))
    assert undo
    assert "对方已收到一部分" in said(browser.post("/stock/undo", {"store": main, "entry": undo[1]}, follow=True))
    assert "写明原因" in said(browser.post(url, {"act": "settled", "how": "lost"}, follow=True))
    page = said(browser.post(url, {"act": "settled", "how": "back", "note": "装车漏了两份"}, follow=True))
    assert "已结清" in page and has(main, veg) == 72
    assert "没有在途的调拨" in said(browser.get("/stock/transfers")) and verify("owner") == []


def test_more_than_there_is_goes_out_after_a_question_and_a_count_puts_it_right() -> None:
    (main, _upper), veg, browser = stores(), good(), desk("store")
    page = do(browser, main, "issued", ("VEG", "5"), purpose="卡口值守")
    assert "账面0" in page and has(main, veg) == 0
    do(browser, main, "issued", ("VEG", "5"), step="sure", purpose="卡口值守")
    assert has(main, veg) == -5
    page = said(browser.get("/stock"))
    assert "账面为负" in page and "补登入库" in page
    sent = {"act": "counted", "step": "form", f"q_{veg}_0": "12"}
    assert "请选择原因" in said(browser.post(f"/stock/{main}/act", sent))
    sent |= {"f_reason": "unrecorded_in"}
    assert "实点12，账面-5" in said(browser.post(f"/stock/{main}/act", sent))
    page = said(browser.post(f"/stock/{main}/act", {**sent, "step": "sure"}, follow=True))
    assert "收到未登记" in page and has(main, veg) == 12 and "上次盘点" in page
    page = said(browser.post(f"/stock/{main}/act", {"act": "counted", "step": "form", f"q_{veg}_0": "12"}, follow=True))
    assert "已登记：盘点" in page, "a count that agrees needs no reason"
    assert verify("owner") == []


def test_a_shortage_is_a_duty_before_it_happens_and_the_transfer_that_mends_it_is_filled_in() -> None:
    (main, upper), veg, browser = stores(), good(), desk("street")
    received(browser, main, ("VEG", "100"))
    received(browser, upper, ("VEG", "20"))
    do(browser, upper, "issued", ("VEG", "15"), purpose="楼组")
    page = said(browser.get("/stock/cover"))
    assert "项预计缺货" in page and "从街道仓库调40" in page, page
    with scoped(EVERYWHERE):
        duty = Duty.objects.get(kind=33)
    assert (duty.area, duty.outcome, duty.stage) == (cast.UPPER, 0, 0), "each act puts the list right"
    assert "一居委仓库" in said(browser.get("/work/replenishment"))
    assert "蔬菜包" in said(browser.get("/work/replenishment"))
    assert "应补货" in said(browser.get("/now")), "it runs out within a day: to be arranged at once"
    way = re.search(r'href="(/stock/\d+/act\?[^"]*)"[^>]*>从街道仓库', page)
    assert way
    form = said(browser.get(way[1].replace("&amp;", "&")))
    assert "一居委仓库" in form and 'value="40"' in form and "0." in form
    occasion = re.search(r'name="shortage" value="([\d.]+)"', form)
    assert occasion
    sent = {"act": "sent", "step": "form", "f_to": "UPPER", f"q_{veg}_0": "40", "shortage": occasion[1]}
    browser.post(f"/stock/{main}/act", sent, follow=True)
    with scoped(EVERYWHERE):
        duty = Duty.objects.get(kind=33)
    assert (duty.stage, duty.outcome) == (2, 1), "arranged, and with what is on its way covered"
    assert "没有预计缺货的物资" in said(browser.get("/stock/cover?show=short")) and verify("owner") == []


def test_shortages_are_foreseen_without_anybody_and_end_by_themselves_when_nothing_is_used_any_more() -> None:
    (_main, upper), _veg, browser = stores(), good(), desk("street")
    received(browser, upper, ("VEG", "20"))
    do(browser, upper, "issued", ("VEG", "15"), purpose="楼组")
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=33).outcome == 0
    assert actions.follow(clock.now()) == 0, "what stands on the list is not opened twice"
    assert actions.follow(clock.now() + timedelta(days=30)) == 1
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=33).outcome == 1
        assert Entry.objects.get(kind="shortage.covered").journal == journals.of_house(actions.JOURNAL)
    assert actions.follow(clock.now()) == 1, "it will lack again"
    with scoped(EVERYWHERE):
        assert sorted(Duty.objects.filter(kind=33).values_list("outcome", flat=True)) == [0, 1]
    assert verify("owner") == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_excel_goes_out_and_comes_in(language: str) -> None:
    (main, _upper), veg, browser = stores(), good(), desk("street", language=language)
    received(browser, main, ("VEG", "30"))

    def table(url: str) -> list[list[str]]:
        book = load_workbook(BytesIO(browser.get(url).content)).active.values
        return [[str(cell if cell is not None else "") for cell in row] for row in book]

    rows = table(f"/stock/{main}?as=xlsx")
    at = next(n for n, row in enumerate(rows) if "VEG" in row)
    rows[at][len(rows[at - 1]) - 1] = "28"
    text = "\n".join("\t".join(row) for row in rows)
    sent = {"act": "counted", "table": text, "step": "look", "f_reason": "damaged"}
    page = said(browser.post(f"/stock/{main}/import", sent))
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown, page
    browser.post(f"/stock/{main}/import", {**sent, "step": "sure", "shown": shown[1]})
    assert has(main, veg) == 28
    goods = "\n".join("\t".join(row) for row in table("/stock/goods?as=xlsx"))
    page = said(browser.post("/stock/goods/import", {"table": goods, "step": "look"}))
    assert ("1行没有改动" if language != "en" else "Rows unchanged: 1.") in page, page
    bad = goods.replace("VEG", "NEW-1").replace("\t1\t", "\tmany\t", 1)
    page = said(browser.post("/stock/goods/import", {"table": bad, "step": "look"}))
    assert "many" in page and 'value="sure"' not in page
    page = said(browser.post("/stock/goods/import", {"table": goods.replace("VEG", "NEW-1"), "step": "look"}))
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown
    sent = {"table": goods.replace("VEG", "NEW-1"), "step": "sure", "shown": shown[1]}
    browser.post("/stock/goods/import", sent)
    assert sorted(Good.objects.values_list("code", flat=True)) == ["NEW-1", "VEG"]


def test_who_keeps_no_stock_there_only_looks() -> None:
    (main, upper), _veg = stores(), good()
    received(desk("street"), main, ("VEG", "30"))
    committee = desk("committee", cast.UPPER)
    page = said(committee.get(f"/stock/{main}"))
    assert "蔬菜包" in page and "act=received" not in page, "what serves them is in sight, not theirs to keep"
    assert committee.get(f"/stock/{main}/act?act=received").status_code == 404
    assert committee.get(f"/stock/{upper}/act?act=received").status_code == 200
    other = desk("street", street.NEXT_STREET)
    assert other.get(f"/stock/{main}").status_code == 404
    assert "街道仓库" not in said(other.get("/stock"))
    assert desk("planner", cast.DISTRICT).get(f"/stock/{main}/act?act=received").status_code == 403
    with scoped(EVERYWHERE):
        assert Entry.objects.filter(kind__startswith="stock.").count() == 1
