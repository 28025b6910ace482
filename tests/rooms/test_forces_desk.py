"""People of the forces at the desk: registered, called up, given shifts that are safe, allocated by need."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO
from unittest.mock import patch

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client

from bulou.forces.computing import actions as computing
from bulou.forces.computing.models import Run
from bulou.forces.models import Asked, CallUp, Look, Member, MemberChange, Plan, Shift
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui import background, halting
from bulou.ui.room import unit_kinds
from tests import cast
from tests import desk_street as street
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
DAY = "2022-04-05"
TRAINED = {"s_sampling": "on", "s_register": "on", "s_protection": "on", "u_protection": "2022-12-31"}
WORKER = {"name": "张敏", "telephone": "13800000011", "cadre": "staff", "step": "save"} | TRAINED


@pytest.fixture(autouse=True)
def morning():
    """The time stands still, and what is asked of a process of its own is done at once."""
    at_once = patch.object(background, "ask", lambda _worker, number: computing.perform(number))
    with patch.object(clock, "now", return_value=cast.minute(60)), at_once:
        yield


def add(browser: Client, name: str, area: int = cast.STREET, **filled: str) -> Member:
    telephone = f"138{sum(map(ord, name)):08d}"
    sent = WORKER | {"name": name, "telephone": telephone, "area": str(area)} | filled
    answer = said(browser.post("/forces/new", sent, follow=True))
    assert f"已保存“{name}”" in answer, answer
    with scoped(EVERYWHERE):
        return Member.objects.get(name=name)


def give(browser: Client, member: Member, shift: str, day: str = DAY, **sent: str) -> str:
    asked = {"area": str(cast.STREET), "day": day, "shift": shift, "skill": "sampling", "member": str(member.pk)}
    return said(browser.post("/forces/shifts/new", asked | {"step": "save"} | sent, follow=True))


def shifts() -> list[Shift]:
    with scoped(EVERYWHERE):
        return list(Shift.objects.select_related("member").order_by("id"))


def test_somebody_is_registered_changed_and_leaves_and_all_is_kept() -> None:
    browser = desk("street")
    assert "还没有登记人员" in said(browser.get("/forces"))
    member = add(browser, "张敏", until="2022-05-01", h_morning="on")
    assert member.skills["protection"] == {"proof": "", "until": "2022-12-31"} and member.shifts == ["morning"]
    page = said(browser.get(f"/forces/{member.pk}"))
    assert "核酸采样" in page and "早班" in page and "2022-05-01" in page
    form = said(browser.get(f"/forces/{member.pk}/edit"))
    assert 'value="张敏"' in form and 'value="2022-12-31"' in form
    sent = WORKER | {"telephone": member.telephone, "area": str(cast.NO_1), "lodging": "如家302"}
    browser.post(f"/forces/{member.pk}/edit", sent)
    with scoped(EVERYWHERE):
        now = Member.objects.get(pk=member.pk)
        assert (now.area, now.lodging, now.shifts, now.until) == (cast.NO_1, "如家302", [], None)
    assert "请填写原因" in said(browser.post(f"/forces/{member.pk}/act", {"act": "ended"}, follow=True))
    browser.post(f"/forces/{member.pk}/act", {"act": "ended", "reason": "返岗"})
    assert "张敏" not in said(browser.get("/forces")) and "张敏" in said(browser.get("/forces?state=ended"))
    with scoped(EVERYWHERE):
        assert [c.act for c in MemberChange.objects.order_by("id")] == ["added", "changed", "ended"]
        assert Look.objects.filter(member=member, by=f"street-{cast.STREET}").exists()
    assert "street-" in said(browser.get(f"/forces/{member.pk}"))


def test_what_cannot_be_comes_back_as_a_sentence() -> None:
    browser = desk("street")
    add(browser, "张敏")
    for filled, expected in (
        ({"name": ""}, "请填写姓名"), ({"telephone": "12"}, "5至15位数字"), ({"cadre": "king"}, "请选择身份"),
        ({"until": "soon"}, "“可用至”须是日期"), ({"u_sampling": "x"}, "“核酸采样”须是日期"),
        ({"team": "没有"}, "没有这个班组"),
        ({"since": "2022-05-02", "until": "2022-05-01"}, "不能早于"),
        ({"telephone": f"138{sum(map(ord, '张敏')):08d}"}, "已经登记过"),
    ):  # fmt: skip
        page = said(browser.post("/forces/new", WORKER | filled | {"area": str(cast.STREET)}))
        assert expected in page, (filled, page)
    with scoped(EVERYWHERE):
        assert Member.objects.count() == 1
    assert desk("planner", cast.DISTRICT).get("/forces").status_code == 403


def test_a_list_comes_in_whole_or_not_at_all() -> None:
    browser, head = desk("street"), "姓名\t电话\t身份\t区域\t技能\t可用班次"
    bad = f"{head}\n王平\t13800000021\t志愿者\t梅溪街道\t飞行\t早班\n李安\t13800000022\t国王\t火星\t\t"
    page = said(browser.post("/forces/import", {"table": bad, "step": "look"}))
    assert "没有“飞行”这项技能" in page and "请选择身份" in page and "“区域”须是" in page and 'value="sure"' not in page
    good = f"{head}\n王平\t13800000021\t志愿者\t梅溪街道\t核酸采样:2022-12-31、扫码登记\t早班\n"
    page = said(browser.post("/forces/import", {"table": good, "step": "look"}))
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown and "录入1人" in page
    sent = {"table": good, "step": "sure", "shown": shown[1]}
    assert "已录入1人" in said(browser.post("/forces/import", sent, follow=True))
    with scoped(EVERYWHERE):
        one = Member.objects.get()
    assert (one.skills["sampling"]["until"], one.shifts, one.cadre) == ("2022-12-31", ["morning"], "volunteer")
    page = said(browser.post("/forces/import", {"table": "王平\t1", "step": "look"}))
    assert "三列的表" in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_goes_out_as_excel_comes_in_again(language: str) -> None:
    add(desk("street"), "张敏", h_night="on", since="2022-04-01", lodging="如家302")
    browser = desk("command", cast.DISTRICT, language)
    book = BytesIO(browser.get(f"/forces?area={cast.DISTRICT}&as=xlsx").content)
    book.name = "forces.xlsx"
    page = said(browser.post("/forces/import", {"step": "look", "file": book}))
    shown = re.search(r'name="shown" value="(\w+)"', page)
    table = re.search(r'name="table" value="([^"]+)"', page)
    assert shown and table, page
    with scoped(EVERYWHERE):
        before = Member.objects.values().get()
    browser.post("/forces/import", {"step": "sure", "shown": shown[1], "table": table[1]})
    with scoped(EVERYWHERE):
        assert Member.objects.values().get() == before
        assert MemberChange.objects.count() == 1, "nothing changed, and nothing is said to have"


def call_up(browser: Client, area: int = cast.UPPER, **filled: str) -> CallUp:
    sent = {"area": str(area), "place": "东门", "at": "2022-04-04T22:00", "skill": "sampling", "wanted": "2",
            "reserve": "1", "step": "save"}  # fmt: skip
    answer = said(browser.post("/forces/call-ups/new", sent | filled, follow=True))
    assert "已发起集结" in answer, answer
    with scoped(EVERYWHERE):
        return CallUp.objects.latest("id")


def test_a_call_up_is_answered_widened_and_closed() -> None:
    browser = desk("street")
    near = [add(browser, name, cast.UPPER) for name in ("甲一", "甲二")]
    far = [add(browser, name, cast.LOWER) for name in ("乙一", "乙二")]
    add(browser, "无技能", cast.UPPER, s_sampling="")
    one = call_up(browser)
    url = f"/forces/call-ups/{one.pk}"
    page = said(browser.get(url))
    assert "甲一" in page and "甲二" in page and "乙一" not in page and "无技能" not in page

    def act(what: str, member: Member | None = None, who: Client = browser, **sent: str) -> str:
        asked = {"act": what, "member": str(member.pk) if member else ""} | sent
        return said(who.post(f"{url}/act", asked, follow=True))

    assert "由上一级办理" in act("widen", who=desk("committee", cast.UPPER))
    assert "又列出2人" in act("widen")
    assert "乙一" in said(desk("committee", cast.UPPER).get(url)), "who answers for the place sees who comes"
    assert "先登记“能到”" in act("arrived", near[0])
    act("accepted", near[0])
    act("refused", near[1])
    act("accepted", far[0])
    assert "列为后备" in act("accepted", far[1])
    act("refused", far[0])  # the reserve takes the place
    with scoped(EVERYWHERE):
        told = {row.member_id: (row.answer, row.reserve) for row in Asked.objects.filter(call_up=one)}
    assert told == {near[0].pk: ("accepted", False), near[1].pk: ("refused", False), far[0].pk: ("refused", False),
                    far[1].pk: ("accepted", False)}  # fmt: skip
    act("arrived", near[0])
    assert "已经到场" in act("refused", near[0])
    assert "请填写结束的原因" in act("close")
    assert "已结束" in act("close", why="够用")
    assert "这次集结已结束" in act("accepted", near[1])
    assert browser.get(f"/forces/call-ups/{2**53}").status_code == 404
    assert "由上一级" not in said(browser.get("/forces/call-ups")) and "已结束" in said(browser.get("/forces/call-ups"))


def test_a_shift_without_rest_is_refused_and_another_is_offered_or_somebody_answers_for_it() -> None:
    browser = desk("street")
    tired, fresh = add(browser, "累人"), add(browser, "新人")
    assert "已排班：累人" in give(browser, tired, "evening", "2022-04-04")
    page = give(browser, tired, "morning")
    assert "累人不能排这一班：休息不足" in page and "可以替班的人" in page
    assert re.search(rf'name="member" value="{fresh.pk}">新人', page)
    assert len(shifts()) == 1
    assert "已排班" in give(browser, tired, "morning", override="无人可替，书记同意")
    let = shifts()[-1]
    assert (let.override_by, let.override_codes, let.suits) == (f"street-{cast.STREET}", ["rest"], 2)
    assert "书记同意" in said(browser.get(f"/forces/shifts?day={DAY}"))
    page = give(browser, tired, "morning", override="再来")
    assert "同一时间已有班次" in page and "任何人都不能放行" in page and len(shifts()) == 2
    bare = add(browser, "没培训", s_protection="")
    assert "没有有效的防护服穿脱培训" in give(browser, bare, "morning")
    with pytest.raises(IntegrityError), scoped(EVERYWHERE), transaction.atomic():
        Shift.objects.create(
            member=tired, area=cast.STREET, day=let.day, shift="morning", skill="register", starts=let.starts,
            ends=let.ends, state="published", source="hand", by="x", made_at=cast.DAWN,
        )  # fmt: skip


def test_signing_in_and_out_and_taking_a_shift_away() -> None:
    browser = desk("street")
    one = add(browser, "张敏")
    give(browser, one, "morning")
    (shift,) = shifts()

    def act(what: str, **sent: str) -> str:
        return said(browser.post("/forces/shifts/act", {"act": what, "id": str(shift.pk)} | sent, follow=True))

    assert "签到状态已变化" in act("out")
    act("in")
    assert shifts()[0].signed_in
    assert "已取消或已签到" in act("cancel", why="x")
    act("undo")
    act("unpin")
    assert not shifts()[0].pinned and not shifts()[0].signed_in
    assert "请填写原因" in act("cancel")
    assert "可以替班的人" in act("cancel", why="生病")
    assert shifts()[0].cancelled_at
    neighbour = desk("street", street.NEXT_STREET)
    page = said(neighbour.post("/forces/shifts/act", {"act": "in", "id": str(shift.pk)}, follow=True))
    assert "没有这个班次" in page


def test_an_exposure_ends_the_shifts_and_asks_for_somebody_else() -> None:
    browser = desk("street")
    one, other = add(browser, "张敏"), add(browser, "替班")
    give(browser, one, "morning")
    sent = {"act": "exposed", "reason": "手套破损"}
    page = said(browser.post(f"/forces/{one.pk}/act", sent, follow=True))
    assert "1个班次已取消" in page and f'value="{other.pk}">替班' in page
    assert shifts()[0].cancelled_why == "exposed"
    assert "尚在观察期" in give(browser, one, "night", override="急")
    sent = {"act": "cleared", "reason": ""}
    assert "请填写原因" in said(browser.post(f"/forces/{one.pk}/act", sent, follow=True))
    page = said(browser.post(f"/forces/{one.pk}/act", sent | {"reason": "误登记"}, follow=True))
    assert "已解除观察" in page and "误登记" in page and "解除观察" in page
    assert "尚在观察期" not in give(browser, one, "night")
    assert "不需要解除" in said(browser.post(f"/forces/{one.pk}/act", sent | {"reason": "x"}, follow=True))


def site(name: str, area: int, lanes: int = 2) -> int:
    kind = unit_kinds()["site"].code
    with scoped(EVERYWHERE):
        return units.add([Unit(0, kind, area, name, attributes={"lanes": lanes})], "test", cast.DAWN)[0]


SHARES = {"share_morning": "60", "share_evening": "40", "share_night": "0"}
SHARES |= {"rate_sampling": "60", "rate_register": "110"}


def test_a_day_is_allocated_explained_published_and_made_again_without_moving_anybody() -> None:
    browser = desk("street")
    site("东门采样点", cast.UPPER)
    for n in range(8):
        add(browser, f"队员{n}", cast.UPPER)
    pinned = add(browser, "固定", cast.UPPER)
    give(browser, pinned, "morning")
    url = f"/forces/allocation?area={cast.STREET}&day={DAY}"
    assert "计算方案" in said(browser.get(url))

    def act(what: str, **sent: str) -> str:
        asked = {"act": what, "area": str(cast.STREET), "day": DAY} | SHARES | sent
        return said(browser.post("/forces/allocation/act", asked, follow=True))

    assert "合计须为100%" in act("make", share_night="10")
    assert "须是5到600的整数" in act("make", rate_sampling="x")
    page = act("make")
    assert "已算出方案：派出" in page and "本街镇" in page and "公布方案" in page
    drafts = [one for one in shifts() if one.state == "draft"]
    assert drafts and len({one.member_id for one in drafts}) == len(drafts)
    with scoped(EVERYWHERE):
        plan = Plan.objects.latest("id")
    assert f"新生效{len(drafts)}个班次" in act("publish", plan=str(plan.pk))
    assert "这份方案已公布" in act("publish", plan=str(plan.pk))
    before = {one.member_id: (one.unit, one.shift, one.skill) for one in shifts() if one.cancelled_at is None}
    act("make")
    with scoped(EVERYWHERE):
        again = Plan.objects.latest("id")
    assert again.said["changed"] == 0
    assert "新生效0个班次，取消0个" in act("publish", plan=str(again.pk))
    assert {o.member_id: (o.unit, o.shift, o.skill) for o in shifts() if o.cancelled_at is None} == before
    assert pinned.pk in before


def test_a_computation_is_cancelled_refused_twice_and_says_why_it_failed() -> None:
    browser = desk("street")
    sent = {"area": str(cast.STREET), "day": DAY} | SHARES

    def act(what: str, **more: str) -> str:
        return said(browser.post("/forces/allocation/act", sent | {"act": what} | more, follow=True))

    assert "没有可以派出的人" in act("make")  # said by the process, shown by the page
    add(browser, "甲")
    with patch.object(background, "ask", lambda _worker, _number: None):
        assert "已完成0步，共16步" in act("make")
        assert "另一份方案正在计算" in act("make")
    with scoped(EVERYWHERE):
        run = Run.objects.latest("id")
    assert "正在取消" in act("cancel", run=str(run.pk))
    live = browser.get(f"/forces/allocation?area={cast.STREET}&day={DAY}", headers={"X-Bulou-Part": "live"})
    assert "<progress" in said(live) and "<html" not in said(live)
    computing.perform(run.pk)
    assert "计算已取消" in said(browser.get(f"/forces/allocation?area={cast.STREET}&day={DAY}"))
    with scoped(EVERYWHERE):
        assert not Plan.objects.exists() and halting.by(computing.KIND, run.pk)
    assert "这次计算已经结束" in act("cancel", run=str(run.pk))
    assert "已算出方案" in act("make")


def test_the_plan_sends_nobody_who_has_not_rested() -> None:
    browser = desk("street")
    tired = add(browser, "累人")
    give(browser, tired, "night", "2022-04-04")
    for name in ("甲", "乙"):
        add(browser, name)
    sent = {"act": "make", "area": str(cast.STREET), "day": DAY} | SHARES
    browser.post("/forces/allocation/act", sent)
    drafts = [one for one in shifts() if one.state == "draft"]
    assert drafts
    for one in drafts:
        if one.member_id == tired.pk:
            assert one.starts - datetime.fromisoformat("2022-04-05T07:00:00+08:00") >= timedelta(hours=11)


def test_the_neighbour_sees_nobody_and_the_history_stays() -> None:
    one = add(desk("street"), "张敏")
    assert "张敏" not in said(desk("street", street.NEXT_STREET).get("/forces"))
    assert desk("street", street.NEXT_STREET).get(f"/forces/{one.pk}").status_code == 404
    with scoped((span(street.NEXT_STREET),)):
        assert Member.objects.count() == MemberChange.objects.count() == 0
    for sentence in ("DELETE FROM forces_member", "UPDATE forces_member_change SET by = ''", "DELETE FROM forces_look"):
        with pytest.raises(ProgrammingError), scoped(EVERYWHERE), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sentence)
