"""Levels of areas on the desk: what the rule proposes from the books, what people decide, reviews, published lists."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import msgspec
import pytest
from django.test import Client
from openpyxl import load_workbook

from bulou.ledger import clock
from bulou.ledger.models import Duty, Entry, Standing
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.zones import reads, rules
from bulou.zones.entries import PROGRAMME_ID
from tests import cast, transfer
from tests import desk_street as street
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
#: Eight in the morning of 11 April, the first day of the three levels; the cast's positives are of the 4th.
ELEVENTH = cast.minute(7 * 1440 + 120)


def day(n: int) -> str:
    return (reads.today(clock.now()) + timedelta(days=n)).isoformat()


def token(browser: Client, area: int) -> str:
    found = re.findall(rf'name="row" value="({area}\.[^"]+)"', said(browser.get("/zones")))
    assert found, area
    return found[0]


def act(browser: Client, name: str, *areas: int, sure: bool = True, **fields: str) -> str:
    """Do an act on units by their forms; return the page that follows."""
    sent = {"act": name, "row": [token(browser, area) for area in areas], "review": day(7), **fields}
    page = said(browser.post("/zones/act", {**sent, "step": "form"}, follow=True))
    if sure and 'value="sure"' in page:
        page = said(browser.post("/zones/act", {**sent, "step": "sure"}, follow=True))
    return page


def levels() -> dict[int, str]:
    with scoped(EVERYWHERE):
        return dict(Standing.objects.filter(name="zone.level").values_list("subject", "value"))


def review(area: int) -> Duty:
    with scoped(EVERYWHERE):
        return Duty.objects.get(campaign=PROGRAMME_ID, subject=area)


def test_without_positives_nothing_is_proposed_and_every_compound_is_listed() -> None:
    page = said(desk("street").get("/zones"))
    assert "梅溪新村" in page and "桥头小区" in page and "竹溪" not in page
    assert "与建议不同 0" in page and "None" not in page


def test_a_level_is_set_with_a_reason_and_a_review_is_owed() -> None:
    browser = desk("street")
    page = act(browser, "set", cast.ESTATE, level="lockdown", reason="密接较多", sure=False)
    assert "其中 1 个区域的管控变严" in page and not levels()
    page = act(browser, "set", cast.ESTATE, level="lockdown", reason="密接较多")
    assert "已办理：1个区域" in page and levels() == {cast.ESTATE: "lockdown"}
    assert review(cast.ESTATE).outcome == 0 and review(cast.ESTATE).due_at
    sheet = said(browser.get(f"/zones/{cast.ESTATE}"))
    assert "密接较多" in sheet and "当时规则建议防范区" in sheet and "对等级有异议" in sheet
    below = said(browser.get(f"/zones/{cast.NO_1}"))
    assert "封控区" in below and re.search("随[^<]*梅溪新村", below)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"level": "control", "reason": "x", "review": ""}, "每个等级都要有复核期限或自动结束日"),
        ({"level": "control", "reason": ""}, "请填写原因"),
        ({"level": "green", "reason": "x"}, "请选择等级"),
        ({"level": "control", "reason": "x", "review": "2022-04-31"}, "日期无法识别"),
        ({"level": "control", "reason": "x", "review": "2020-01-01"}, "日期须在今天起60天以内"),
        ({"level": "control", "reason": "x", "block": "西块"}, "块区由楼栋组成"),
        ({"level": "control", "reason": "长" * 301}, "原因最多300个字"),
    ],
)
def test_what_cannot_be_comes_back_with_the_reason_and_nothing_is_lost(fields: dict[str, str], why: str) -> None:
    page = act(desk("street"), "set", cast.ESTATE, **fields)
    assert why in page and not levels()
    assert fields["reason"] in page


def test_lifting_ends_the_review_and_setting_again_opens_it() -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, level="control", reason="x")
    act(browser, "set", cast.ESTATE, level="lifted", reason="全阴", review="")
    assert levels() == {cast.ESTATE: "lifted"} and review(cast.ESTATE).outcome == 2
    act(browser, "set", cast.ESTATE, level="control", reason="y")
    assert review(cast.ESTATE).outcome == 0


def test_a_review_is_put_off_with_a_reason_and_an_overdue_one_is_on_now(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, level="control", reason="x", review=day(1))
    first = review(cast.ESTATE).due_at
    act(browser, "keep", cast.ESTATE, review=day(5), reason="等核酸结果")
    assert review(cast.ESTATE).due_at > first
    assert "复核后维持" in said(browser.get(f"/zones/{cast.ESTATE}"))
    assert levels() == {cast.ESTATE: "control"}
    later = clock.now() + timedelta(days=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = said(browser.get("/zones?show=overdue"))
    assert "复核超期 1" in page and "梅溪新村" in page
    assert "应在" in said(browser.get(f"/zones/{cast.ESTATE}"))
    assert "应复核分区" in said(browser.get("/now")) and "超期 1" in page


def test_an_act_is_taken_back_as_a_whole() -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, cast.area_id(104, 7, 2, 1), level="control", reason="x")
    page = said(browser.get("/zones"))
    (done,) = re.findall(r'name="done" value="([^"]+)"', page)
    assert "已撤销：2个区域" in said(browser.post("/zones/undo", {"done": done}, follow=True))
    assert not levels()
    assert "已经撤销" in said(browser.post("/zones/undo", {"done": done}, follow=True))


def test_positives_of_the_books_are_counted_proposed_and_accepted_in_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    transfer.positive(*transfer.POSITIVES)
    monkeypatch.setattr(clock, "now", lambda: ELEVENTH)
    browser, court = desk("street"), cast.area_id(104, 7, 1, 2)
    page = said(browser.get("/zones?show=differs"))
    assert "与建议不同 5" in page, page  # two compounds, and the three buildings with positives
    assert "李建国" not in page
    page = act(browser, "accept", cast.ESTATE, court)
    assert "已办理：2个区域" in page and levels() == {cast.ESTATE: "control", court: "control"}
    with scoped(EVERYWHERE):
        found = {one.area: one for one in reads.units([cast.STREET], ELEVENTH)}
        raw = bytes(Entry.objects.filter(kind="zone.decided", area=cast.ESTATE).get().raw)
    unit = found[cast.ESTATE]
    assert (unit.proposal.seven, unit.proposal.days, unit.proposal.level, unit.differs) == (0, 7, "control", False)
    assert unit.proposal.fourteen == 3
    assert found[cast.NO_1].positives[0][1] == 2 and found[cast.NO_1].level == "control"
    kept = msgspec.json.decode(raw)["body"]["proposed"]
    facts = rules.Facts(unit.facts.day, unit.facts.positives)
    again = rules.propose(facts, rules.version_on(unit.facts.day))
    assert (kept["level"], kept["version"], kept["seven"]) == (again.level, again.version, again.seven)
    sheet = said(browser.get(f"/zones/{cast.ESTATE}"))
    assert "采纳规则建议" in sheet and "计入14天" in sheet and "最后一天的全员核酸尚无全阴结果" in sheet


def test_under_the_closure_of_the_whole_area_every_compound_is_proposed_and_told_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: cast.minute(700))
    page = said(desk("street").get("/zones?show=differs"))
    assert "与建议不同 3" in page and "全域封控期间，不论有无阳性。" in page


def test_what_changed_since_the_page_was_made_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk("street")
    monkeypatch.setattr(clock, "now", lambda: ELEVENTH)
    old = token(browser, cast.ESTATE)
    transfer.positive(transfer.LI)
    sent = {"act": "accept", "row": old, "step": "sure", "review": day(7)}
    assert "情况已有变化" in said(browser.post("/zones/act", sent, follow=True)) and not levels()


def test_the_street_next_door_is_neither_seen_nor_changed() -> None:
    browser = desk("street")
    assert browser.get(f"/zones/{street.NEXT_BUILDING}").status_code == 404
    sent = {"act": "set", "row": f"{cast.area_id(104, 8, 1, 1)}.-.precaution", "step": "sure", "level": "lockdown",
            "review": day(3), "reason": "x"}  # fmt: skip
    assert "不在您负责的范围内" in said(browser.post("/zones/act", sent, follow=True)) and not levels()
    assert browser.get(f"/zones/lists/{street.NEXT_STREET}").status_code == 404


def test_a_role_without_the_ability_reads_and_does_not_decide() -> None:
    browser = desk("committee")
    page = said(browser.get("/zones"))
    assert "梅溪新村" in page and "采纳建议" not in page
    assert browser.post("/zones/act", {"act": "set", "row": "1", "step": "sure"}).status_code in (403, 404)


def test_a_list_is_published_kept_and_compared_with_the_last() -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, level="lockdown", reason="x")
    address = f"/zones/lists/{cast.STREET}"
    page = said(browser.get(address))
    assert "草稿，尚未公布" in page and "梅溪新村" in page and "以前没有公布过" not in page
    (digest,) = re.findall(r'name="digest" value="(\w+)"', page)
    assert "名单已有变化" in said(browser.post(address, {"digest": "0" * 64}, follow=True))
    assert "已公布" in said(browser.post(address, {"digest": digest}, follow=True))
    assert "没有差别" in said(browser.get(address))
    assert "不必再公布" in said(browser.post(address, {"digest": digest}, follow=True))
    act(browser, "set", cast.ESTATE, level="control", reason="y")
    page = said(browser.get(address))
    assert page.index("封控区") < page.index("管控区", page.index("封控区"))
    (earlier,) = re.findall(r"\?n=([\d.]+)", page)
    old = said(browser.get(f"{address}?n={earlier}"))
    assert "这是最近一次公布的名单" in old
    with scoped(EVERYWHERE):
        listed = Standing.objects.get(subject=cast.ESTATE, name="zone.listed")
        entry = Entry.objects.get(kind="zone.published")
    assert listed.value == "lockdown"
    assert msgspec.json.decode(bytes(entry.raw))["body"]["digest"] == digest
    assert browser.get(f"{address}?as=pdf").content.startswith(b"%PDF")
    book = load_workbook(BytesIO(browser.get(f"{address}?as=xlsx").content)).active
    assert any("梅溪新村" in str(cell.value) for row in book.iter_rows() for cell in row)
    assert "1" in said(browser.get("/zones/lists"))


def test_a_whole_street_is_closed_and_what_lies_below_has_the_level_too() -> None:
    browser = desk("command", cast.DISTRICT)
    assert "这个区域整体" in said(browser.get(f"/zones?area={cast.DISTRICT}"))
    sent = {"act": "set", "row": str(cast.DISTRICT), "level": "lockdown", "reason": "全域封控", "review": day(4)}
    browser.post("/zones/act", {**sent, "step": "form"})
    assert "已办理" in said(browser.post("/zones/act", {**sent, "step": "sure"}, follow=True))
    page = said(desk("street").get("/zones"))
    assert page.count("随上级区域") == 3
    assert "全域封控" in said(desk("street").get(f"/zones/{cast.ESTATE}"))
    page = said(desk("street").get(f"/zones/lists/{cast.STREET}"))
    assert "全街镇" in page


def test_a_block_is_named_buildings() -> None:
    browser = desk("street")
    sent = {
        "act": "set", "row": [str(cast.NO_1), str(cast.NO_2)], "level": "control", "reason": "x", "review": day(3),
        "block": "西南块", "step": "sure",
    }  # fmt: skip
    assert "已办理：2个区域" in said(browser.post("/zones/act", sent, follow=True))
    assert said(browser.get("/zones")).count("西南块") == 2
    assert "1号楼（西南块）" in said(browser.get(f"/zones/lists/{cast.STREET}"))


def test_verify_recomputes_what_was_decided_kept_published_and_taken_back() -> None:
    browser, court = desk("street"), cast.area_id(104, 7, 1, 2)
    act(browser, "set", cast.ESTATE, court, level="control", reason="x")
    act(browser, "keep", cast.ESTATE, review=day(9), reason="y")
    page = said(browser.get(f"/zones/lists/{cast.STREET}"))
    browser.post(f"/zones/lists/{cast.STREET}", {"digest": re.findall(r'name="digest" value="(\w+)"', page)[0]})
    done = re.findall(r'name="done" value="([^"]+)"', said(browser.get("/zones")))
    assert len(done) == 3
    browser.post("/zones/undo", {"done": done[-1]})
    act(browser, "set", court, level="lifted", reason="z", review="")
    assert levels() == {court: "lifted"}
    assert [difference.en for difference in verify("owner")] == []


def test_the_list_leaves_as_excel() -> None:
    answer = desk("street").get("/zones?as=xlsx")
    book = load_workbook(BytesIO(answer.content)).active
    assert any("梅溪新村" in str(cell.value) for row in book.iter_rows() for cell in row)
