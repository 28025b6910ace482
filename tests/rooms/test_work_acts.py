"""Each act of transfer at the desk: what it writes, from where it can be done, what comes back, how it is undone."""

from __future__ import annotations

import re

import msgspec
import pytest
from django.test import Client

from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui.room import unit_kinds
from tests import cast, transfer
from tests import desk_street as street
from tests.transfer import (
    LI,
    LIN,
    LIST,
    MEI,
    PLACED,
    STRANGER,
    TOLD,
    bring,
    desk,
    do,
    duty,
    entries,
    said,
    sheet,
    token,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def browser() -> Client:
    transfer.settle()
    return desk()


def body(kind: str) -> dict:
    return msgspec.json.decode(bytes(entries(kind)[-1].raw))["body"]


def test_a_person_is_taken_from_result_to_bed(browser: Client) -> None:
    bring(browser, LI, "admitted")
    one = duty(LI)
    assert (one.stage, one.outcome, one.value) == (4, 1, 1)
    assert body("transfer.told") == {
        "campaign": cast.ROUND, "subjects": [LI], "occasion": 0, "by": "张敏", "language": "mandarin",
    }  # fmt: skip
    assert body("transfer.placed")["facility"] == "国展方舟"
    page = said(browser.get(sheet(LI)))
    for told in ("告知人：张敏", "隔离点或医院名称：国展方舟", "车牌号：沪A12345", "床位：3-112"):
        assert told in page
    assert entries("transfer.told")[0].area == cast.NO_1


@pytest.mark.parametrize(("act", "stage"), [("collected", "待告知"), ("admitted", "待告知")])
def test_what_is_not_yet_its_turn_is_greyed_and_refused_with_one_sentence(
    browser: Client, act: str, stage: str
) -> None:
    why = f"现在是“{stage}”，不到这一步"
    button = re.search(rf'<button[^>]*value="{act}"[^>]*>', said(browser.get(sheet(LI))))
    assert button and "disabled" in button[0] and why in button[0]
    assert why in said(do(browser, act, LI, **transfer.REQUIRED[act]))
    assert duty(LI).stage == 0


def test_what_the_check_says_greys_the_button_as_well(browser: Client) -> None:
    do(browser, "told", LI, **TOLD)
    do(browser, "placed", LI, f_destination="home")
    why = "去处是居家或不需转运"
    assert why in said(browser.get(sheet(LI)))
    assert why in said(do(browser, "collected", LI, f_vehicle="沪A1"))
    assert duty(LI).stage == 2


def test_a_form_that_lacks_something_comes_back_as_it_was(browser: Client) -> None:
    page = said(do(browser, "told", LI, f_by="", f_language="english", f_note="要带猫"))
    assert "请填写。" in page and 'value="要带猫"' in page
    assert re.search(r'<option value="english" selected', page)
    assert not entries("transfer.told")


def test_a_facility_is_asked_for_where_one_is_chosen_and_else_not_kept(browser: Client) -> None:
    assert "请填写。" in said(do(browser, "placed", LI, f_destination="hospital", f_facility=""))
    do(browser, "placed", LI, f_destination="home", f_facility="国展方舟")
    assert "facility" not in body("transfer.placed") and duty(LI).value == 3


def test_a_destination_that_is_not_declared_is_refused(browser: Client) -> None:
    assert "请从列出的选项中选择。" in said(do(browser, "placed", LI, f_destination="mars"))
    assert not entries("transfer.placed")


def test_admission_is_asked_about_and_undone_as_a_whole(browser: Client) -> None:
    bring(browser, LI, "collected")
    sent = {"act": "admitted", "row": token(browser, LI), "step": "form", "f_bed": "3-112"}
    page = said(browser.post(f"{LIST}/act", sent))
    assert "收治后这项应转即办结" in page and "3-112" in page and duty(LI).outcome == 0
    do(browser, "admitted", LI, f_bed="3-112")
    page = said(browser.get(sheet(LI)))
    done = re.search(r'name="done" value="([^"]+)"', page)
    assert done and duty(LI).outcome == 1
    assert "已撤销：1 条" in said(browser.post(f"{LIST}/undo", {"done": done[1]}, follow=True))
    assert (duty(LI).stage, duty(LI).outcome) == (3, 0)
    assert "已作废" in said(browser.get(sheet(LI)))


def test_going_back_to_the_form_keeps_what_was_filled_in(browser: Client) -> None:
    bring(browser, LI, "collected")
    sent = {"act": "admitted", "row": token(browser, LI), "step": "back", "f_bed": "3-112"}
    page = said(browser.post(f"{LIST}/act", sent))
    assert 'value="3-112"' in page and 'value="form"' in page and duty(LI).outcome == 0


def test_a_refusal_stays_open_bars_the_vehicle_and_is_reopened(browser: Client) -> None:
    bring(browser, LI, "placed")
    do(browser, "refused", LI, f_reason="contested", f_evidence="说采错了人")
    one = duty(LI)
    assert (one.outcome, one.mark, one.reason) == (0, 2, "contested")
    assert "本人拒绝或有异议：请先处理" in said(do(browser, "collected", LI, f_vehicle="沪A1"))
    assert LI in transfer.tokens(browser, "?refused=1") and MEI not in transfer.tokens(browser, "?refused=1")
    do(browser, "reopened", LI, f_reason="第二次检测仍为阳性")
    assert duty(LI).mark == 0
    do(browser, "collected", LI, f_vehicle="沪A1")
    assert duty(LI).stage == 3


def test_deferred_until_a_time_to_come(browser: Client) -> None:
    assert "请给出以后的时间。" in said(
        do(browser, "deferred", LI, f_reason="doctor_asked", f_until="2022-04-04T08:00")
    )
    do(browser, "deferred", LI, f_reason="doctor_asked", f_until="2090-04-04T08:00")
    assert duty(LI).mark == 1
    assert list(transfer.tokens(browser, "?late=1")).count(LI) == 0, "what is put off is not late"


def test_ended_with_a_reason_needs_evidence_and_is_asked_about(browser: Client) -> None:
    assert "请填写。" in said(do(browser, "excused", LI, f_reason="past_infection"))
    do(browser, "excused", LI, f_reason="past_infection", f_evidence="专家组 4 月 4 日会议")
    assert duty(LI).outcome == 2
    page = said(browser.get(sheet(LI)))
    assert "既往感染" in page and LI not in transfer.tokens(browser)
    do(browser, "reopened", LI, f_reason="写错了人")
    assert duty(LI).outcome == 0


def test_returned_to_an_earlier_stage_also_when_it_is_done(browser: Client) -> None:
    bring(browser, LI, "admitted")
    do(browser, "returned", LI, f_stage="told", f_reason="送错了人")
    one = duty(LI)
    assert (one.stage, one.outcome, one.returns) == (1, 0, 1)


def test_given_to_a_team_by_name_with_a_time_and_taken_back(browser: Client) -> None:
    with scoped(EVERYWHERE):
        (team,) = units.add([Unit(0, unit_kinds()["team"].code, cast.STREET, "转运一组")], "street", cast.DAWN)
    assert "您的区域内没有这个单位或设备" in said(do(browser, "given", LI, f_to="转运九组"))
    part = said(do(browser, "given", LI, f_to="一组"))
    assert "有1个相符，请写全：转运一组" in part and duty(LI).given is None, "a part of a name is no choice"
    do(browser, "given", LI, f_to="转运一组", f_due="2090-04-04T08:00")
    one = duty(LI)
    assert (one.given_kind, one.given) == (13, team) and one.due_at
    assert "交给谁：转运一组" in said(browser.get(sheet(LI)))
    assert "转运一组" in said(browser.get(f"{LIST}?given=yes"))
    assert list(transfer.tokens(browser, "?given=yes")) == [LI]
    do(browser, "given", LI, f_to="收回，不再交给任何人")
    assert duty(LI).given is None and LI in transfer.tokens(browser, "?given=no")


def test_a_time_limit(browser: Client) -> None:
    do(browser, "due", LI, f_due="2090-04-04T08:00", f_reason="指挥部要求")
    assert duty(LI).due_at


# -- several at once -------------------------------------------------------------------------------


def test_one_form_for_several_and_what_cannot_be_done_is_named(browser: Client) -> None:
    bring(browser, MEI, "told")
    rows = transfer.tokens(browser)
    sent = {"act": "told", "row": [rows[LI], rows[MEI], rows[LIN]]}
    page = said(browser.post(f"{LIST}/act", sent))
    assert "这些不能办，不会改动" in page and "现在是“已告知”，不到这一步" in page
    assert re.findall(r'<input type="hidden" name="row" value="[\d]+\.(\d+)', page) == [str(LI), str(LIN)]
    sent = {"act": "told", "row": [rows[LI], rows[LIN]], **TOLD}
    page = said(browser.post(f"{LIST}/act", sent | {"step": "form"}))
    assert "确认，共 2 条" in page and not duty(LI).stage
    page = said(browser.post(f"{LIST}/act", sent | {"step": "sure"}, follow=True))
    assert "已登记“告知结果”：2 条" in page
    assert (duty(LI).stage, duty(MEI).stage, duty(LIN).stage) == (1, 1, 1)
    assert {entry.area for entry in entries("transfer.told")} == {cast.NO_1, cast.COURT}
    done = re.search(r'name="done" value="([^"]+)"', page)
    assert done
    browser.post(f"{LIST}/undo", {"done": done[1]})
    assert (duty(LI).stage, duty(MEI).stage, duty(LIN).stage) == (0, 1, 0)


def test_nothing_ticked_or_no_row_at_all(browser: Client) -> None:
    assert "请先勾选条目。" in said(browser.post(f"{LIST}/act", {"act": "told"}, follow=True))
    for row in ("x", "1.2.3", "1.2.3.4.5", f"{2**40}.1.0.x", f"1.{2**60}.0.x", "-1.1.0.x"):
        assert "无法识别所选条目。" in said(browser.post(f"{LIST}/act", {"act": "told", "row": row}, follow=True)), row
    assert "没有这个操作。" in said(browser.post(f"{LIST}/act", {"act": "x", "row": "1.1.0.x"}, follow=True))
    assert browser.get(f"{LIST}/act").status_code == 302


# -- who comes second, who comes from elsewhere ----------------------------------------------------


def test_an_old_form_writes_nothing_and_shows_how_it_stands_now(browser: Client) -> None:
    old = token(browser, LI)
    bring(desk("street"), LI, "told")
    page = said(do(browser, "placed", rows=[old], **PLACED))
    assert "已有变化：请按现在的情况核对后再办" in page and "刚有变化" in page and 'value="国展方舟"' in page
    assert not entries("transfer.placed")
    fresh = re.search(r'<input type="hidden" name="row" value="([^"]+)"', page)
    assert fresh and fresh[1] != old
    do(browser, "placed", rows=[fresh[1]], **PLACED)
    assert duty(LI).stage == 2


def test_another_streets_people_are_not_reached(browser: Client) -> None:
    neighbour = desk("transfer", street.NEXT_STREET)
    assert neighbour.get(sheet(LI)).status_code == 404
    page = said(
        neighbour.post(f"{LIST}/act", {"act": "told", "row": token(browser, LI), "step": "sure", **TOLD}, follow=True)
    )
    assert "所选条目不在您的区域内。" in page and "李建国" not in page and not entries("transfer.told")
    assert "目前没有未完成的事项。" in said(neighbour.get(LIST))
    assert browser.get(sheet(STRANGER)).status_code == 404


def test_who_may_not_dispose_sees_no_buttons_and_writes_nothing(browser: Client) -> None:
    for role in ("committee", "facility", "inspector"):
        other = desk(role)
        page = said(other.get(sheet(LI)))
        assert 'name="act"' not in page and 'name="row"' not in said(other.get(LIST))
        answer = other.post(
            f"{LIST}/act", {"act": "told", "row": token(browser, LI), "step": "sure", **TOLD}, follow=True
        )
        assert "不能办理“告知结果”" in said(answer)
    assert not entries("transfer.told")


def test_nobody_undoes_what_another_did(browser: Client) -> None:
    bring(browser, LI, "told")
    done = re.search(r'name="done" value="([^"]+)"', said(browser.get(sheet(LI))))
    assert done
    other = desk("street")
    assert "不能在这里撤销" in said(other.post(f"{LIST}/undo", {"done": done[1]}, follow=True))
    assert duty(LI).stage == 1
