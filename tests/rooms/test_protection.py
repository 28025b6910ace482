"""Own protection: tests, a positive one and its replacement, sign-in by scan, teams from outside, meals, suits."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client

from bulou.forces import badges
from bulou.forces.models import Member, Shift
from bulou.forces.protection.models import OutsideTeam, StaffTest, TeamChange
from bulou.ledger import clock
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.relief.stock import registry
from bulou.relief.stock.models import Good
from tests import cast
from tests.rooms.test_forces_desk import DAY, add, give, shifts
from tests.rooms.test_stock import do, has, stores
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
TEAM = {
    "name": "江苏二队", "origin": "江苏", "leader": "丁队长", "telephone": "13700000001", "people": "24",
    "arrives_at": "2022-04-04T08:00", "lodging": "如家酒店", "step": "save", "area": str(cast.STREET),
}  # fmt: skip


@pytest.fixture(autouse=True)
def morning():
    with patch.object(clock, "now", return_value=cast.minute(60)):
        yield


def recorded(browser: Client, *members: Member, value: str = "sampled") -> str:
    sent = {"area": cast.STREET, "member": [one.pk for one in members], "value": value}
    return said(browser.post("/protection/tested", sent, follow=True))


def test_a_test_is_due_recorded_and_taken_back() -> None:
    browser = desk("street")
    assert "还没有登记人员" in said(browser.get("/protection"))
    member = add(browser, "张敏")
    assert "没有记录" in said(browser.get("/protection?state=due"))
    assert "请先勾选人员" in recorded(browser)
    assert "请选择检测情况" in recorded(browser, member, value="x")
    assert "已登记1人的检测" in recorded(browser, member)
    assert "没有这样的人" in said(browser.get("/protection?state=due"))
    with patch.object(clock, "now", return_value=cast.minute(60) + timedelta(days=2)):
        assert "已逾期" in said(browser.get("/protection?state=due"))
    with scoped(EVERYWHERE):
        one = StaffTest.objects.get()
    other = desk("command", cast.DISTRICT)
    assert "自己登记的" in said(other.post("/protection/tested", {"undo": one.pk, "area": cast.STREET}, follow=True))
    assert "已撤回" in said(browser.post("/protection/tested", {"undo": one.pk, "area": cast.STREET}, follow=True))
    assert "已经撤回" in said(browser.post("/protection/tested", {"undo": one.pk, "area": cast.STREET}, follow=True))
    assert "没有记录" in said(browser.get("/protection?state=due"))


def test_a_positive_test_takes_somebody_off_the_rota_and_names_who_takes_over() -> None:
    browser = desk("street")
    ill, well = add(browser, "甲"), add(browser, "乙")
    give(browser, ill, "morning", "2022-04-06")
    page = recorded(browser, ill, value="positive")
    assert "1个班次要安排替班" in page and "待替班" in page and "乙" in page
    with scoped(EVERYWHERE):
        assert Member.objects.get(pk=ill.pk).exposed_until is not None
        assert Shift.objects.get(member=ill).cancelled_why == "exposed"
    assert "发生职业暴露" in give(browser, ill, "morning", "2022-04-07")
    give(browser, well, "morning", "2022-04-06")
    assert "没有空缺的班次" in said(browser.get("/protection/gaps"))


def test_expired_proof_and_hours_are_shown_without_a_score() -> None:
    browser = desk("street")
    add(browser, "张敏", u_protection="2022-01-31")
    page = said(browser.get("/protection?state=expired"))
    assert "张敏" in page and "已过期" in page and "近7天工时" in page
    assert "没有这样的人" in said(browser.get("/protection?state=long"))


def test_somebody_signs_in_and_out_by_the_code_of_the_day() -> None:
    browser = desk("street")
    member = add(browser, "张敏")
    give(browser, member, "morning")
    (shift,) = shifts()
    code = badges.code(member.pk, shift.day)

    def scan(text: str, at: timedelta = timedelta()) -> str:
        with patch.object(clock, "now", return_value=shift.starts + at):
            return said(browser.post("/protection/scan", {"area": cast.STREET, "code": text}, follow=True))

    assert "没有这个人现在的班次" in scan("0000000000")
    assert "张敏已签到" in scan(code.lower())
    assert "不用再扫" in scan(code, timedelta(minutes=2))
    assert "张敏已签退" in scan(code, timedelta(hours=7))
    assert "没有这个人现在的班次" in scan(badges.code(member.pk, shift.day + timedelta(days=1)))
    (shift,) = shifts()
    assert shift.signed_in and shift.signed_out


def test_a_team_from_outside_is_expected_arrives_and_leaves() -> None:
    browser = desk("street")
    assert "没有外来队伍" in said(browser.get("/protection/teams"))
    for wrong, expected in (
        ({"name": ""}, "请填写队名"), ({"people": "0"}, "须是1到2000"), ({"arrives_at": "x"}, "预计到达时间"),
        ({"leaves_on": "x"}, "须是日期"),
    ):  # fmt: skip
        assert expected in said(browser.post("/protection/teams/new", TEAM | wrong))
    assert "已保存“江苏二队”" in said(browser.post("/protection/teams/new", TEAM | {"lodging": ""}, follow=True))
    with scoped(EVERYWHERE):
        team = OutsideTeam.objects.get()
    page = said(browser.get("/protection/teams?day=2022-04-05"))
    assert "未安排" in page

    def act(what: str) -> str:
        return said(browser.post(f"/protection/teams/{team.pk}/act", {"act": what, "area": cast.STREET}, follow=True))

    assert "请先登记住宿" in act("arrived")
    form = said(browser.get(f"/protection/teams/{team.pk}/edit"))
    assert 'value="江苏二队"' in form and "2022-04-04T08:00" in form
    browser.post(f"/protection/teams/{team.pk}/edit", TEAM)
    assert "外来队员24人" in act("arrived")
    assert "已变化" in act("arrived")
    act("left")
    assert "外来队员0人" in act("left")
    act("not-left")
    with scoped(EVERYWHERE):
        assert OutsideTeam.objects.get().left_at is None
        assert [one.act for one in TeamChange.objects.order_by("id")] == [
            "added", "changed", "arrived", "left", "not-left",
        ]  # fmt: skip
    assert desk("committee", cast.UPPER).post(f"/protection/teams/{team.pk}/act", {"act": "left"}).status_code == 404


def test_meals_of_the_day_are_counted_by_place() -> None:
    browser = desk("street")
    give(browser, add(browser, "甲"), "morning")
    give(browser, add(browser, "乙"), "night")
    page = said(browser.get(f"/protection/teams?day={DAY}"))
    assert "在岗用餐份数" in page and "夜宵" in page


def test_suits_of_a_day_are_issued_from_stock_and_taken_back() -> None:
    browser, (main, _second) = desk("street"), stores()
    with scoped(EVERYWHERE):
        made = Good(name="医用防护服", name_en="suit", code="SUIT", kind="ppe", unit="套", keeps="none")
        good = registry.save([(None, made)], "x", cast.DAWN)[0]
    assert "没有要穿防护服的班次" in said(browser.get(f"/protection/suits?area={cast.STREET}&day={DAY}"))
    for name in ("甲", "乙"):
        give(browser, add(browser, name), "morning")
    assert "还缺4套防护服" in said(browser.get(f"/protection/suits?area={cast.STREET}&day={DAY}"))
    do(browser, main, "received", ("SUIT", "3"), source="purchase", party="市供销社")
    page = said(browser.get(f"/protection/suits?area={cast.STREET}&day={DAY}"))
    assert "还缺1套防护服" in page and "发出3套" in page
    sent = {"area": cast.STREET, "day": DAY, "store": main}
    page = said(browser.post("/protection/suits/issue", sent, follow=True))
    assert "已发出3套，还缺1套" in page and has(main, good) == 0
    assert "没有可用的防护服" in said(browser.post("/protection/suits/issue", sent, follow=True))
    journal, number = page.split('name="number" value="')[1].split('"')[0], ""
    number, journal = journal, page.split('name="journal" value="')[1].split('"')[0]
    back = sent | {"journal": journal, "number": number}
    assert "已撤回" in said(browser.post("/protection/suits/issue", back, follow=True)) and has(main, good) == 3
    assert "由您收发" in said(browser.post("/protection/suits/issue", sent | {"store": 5}, follow=True))
