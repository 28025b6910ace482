"""Opening a duty by hand: a household's request from the desk to the asker's word, a finding to another's eyes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from bulou.ledger import clock
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.ledger.vocabulary import Subject
from bulou.places.models import LookUp
from bulou.relief.requests import NEEDS, PROGRAMME
from bulou.ui.room import works
from tests import cast
from tests import desk_street as street
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
NEW, LIST = "/work/request/new", "/work/request"
HE_HOME, LI_HOME = 47, 42  # 何家, where he goes to dialysis; 李家
FILLED = {"f_need": "dialysis", "f_what": "明天上午八点透析", "f_asker": "何平", "f_telephone": "13800000002",
          "f_channel": "telephone"}  # fmt: skip


def open_one(browser: Client, subject: str = f"H{HE_HOME}", url: str = NEW, **filled: str) -> str:
    """Open a duty by its form; return the page that follows."""
    return said(browser.post(url, {"subject": subject, "step": "sure", **(filled or FILLED)}, follow=True))


def duty(kind: int = 31) -> Duty:
    with scoped(EVERYWHERE):
        return Duty.objects.get(kind=kind)


def act(browser: Client, name: str, kind: str = "request", **filled: str) -> str:
    """Fill in an act's form for the one duty there is and confirm it."""
    page = said(browser.get(f"/work/{kind}?state=all"))
    row = re.search(r'(?:name="row" value|data-key)="([\d.]+\.\w+)"', page)
    assert row
    sent = {"act": name, "row": row[1], "step": "sure", "from": "sheet", **filled}
    return said(browser.post(f"/work/{kind}/act", sent, follow=True))


def test_programmes_stand_open_from_the_installation_on() -> None:
    assert verify("owner") == []
    assert PROGRAMME.id == works()["request"].programme.id
    assert "居民求助" not in said(desk("command", cast.DISTRICT).get("/rounds")), "a programme is no round"


def test_a_household_is_found_and_its_request_is_written_down() -> None:
    browser = desk("request")
    page = said(browser.get(NEW, {"q": "何永康"}))
    assert f"{NEW}?subject=H{HE_HOME}" in page and "何永康" in page
    page = said(browser.get(NEW, {"subject": f"H{HE_HOME}"}))
    assert "2号楼" in page and 'name="f_need"' in page and "透析、放化疗" in page
    page = said(browser.post(NEW, {"subject": f"H{HE_HOME}", "step": "form", **FILLED}))
    assert "请核对对象和内容" in page and "明天上午八点透析" in page
    with scoped(EVERYWHERE):
        assert not Duty.objects.filter(kind=31).exists(), "nothing is written before it is confirmed"
    page = open_one(browser)
    assert "已登记“登记求助”" in page and "待受理" in page and "透析、放化疗" in page
    one = duty()
    assert (one.campaign, one.subject, one.area, one.outcome) == (PROGRAMME.id, HE_HOME, cast.NO_2, 0)
    minutes = next(need.minutes for need in NEEDS if need.name == "dialysis")
    assert abs(one.due_at - clock.now() - timedelta(minutes=minutes)) < timedelta(minutes=2)


def test_emergencies_stand_first_and_the_list_names_who_asks_to_those_who_may_see_names() -> None:
    browser = desk("request")
    open_one(browser, f"H{LI_HOME}", f_need="food", f_what="大米一袋", f_asker="李建国", f_channel="chat")
    open_one(browser)
    page = said(browser.get(LIST))
    assert page.index("透析、放化疗") < page.index("大米一袋")
    assert "何平" in page and "13800000002" in page
    unnamed = said(desk("inspector").get(LIST))
    assert "何平" not in unnamed and "13800000002" not in unnamed and "明天上午八点透析" in unnamed


def test_what_somebody_of_a_household_said_is_a_look_at_all_who_live_there() -> None:
    """Who asked and whom to telephone is personal: on the list, on the sheet, in the file, for an act."""
    open_one(desk("request"))
    browser = desk("street")
    row = duty()
    live_there = next({*home.persons} for home in cast.HOUSEHOLDS if home.id == HE_HOME)
    sheet = f"{LIST}/{row.campaign}/{row.subject}/{row.occasion}"
    token = re.search(r'(?:name="row" value|data-key)="([\d.]+\.\w+)"', said(browser.get(LIST)))
    assert token
    act = f"{LIST}/act?act=accepted&row={token[1]}"
    for reader, url in (
        (desk("committee"), LIST), (desk("request"), sheet), (desk("request"), act),
        (desk("epidemiologist"), f"{LIST}?as=xlsx"),
    ):  # fmt: skip
        with scoped(EVERYWHERE):
            before = LookUp.objects.count()
        reader.get(url)
        with scoped(EVERYWHERE):
            found = LookUp.objects.order_by("id")[before:].values_list("person", flat=True)
            assert live_there and set(found) == live_there, url


def test_a_list_that_shows_nothing_personal_is_no_look() -> None:
    open_one(desk("request"))
    with scoped(EVERYWHERE):
        before = LookUp.objects.count()
    desk("inspector").get(LIST)
    with scoped(EVERYWHERE):
        assert LookUp.objects.count() == before


@pytest.mark.parametrize("kind", works())
def test_words_about_people_are_said_of_people_or_households(kind: str) -> None:
    """A look is at a person: of an area or a unit nothing personal is asked, since nobody could be named in the log."""
    work = works()[kind]
    if any(one.personal for step in work.steps for one in step.fields):
        assert work.duty.subject in (Subject.PERSON, Subject.HOUSEHOLD)


def test_from_taken_up_to_the_askers_own_word() -> None:
    browser = desk("request")
    open_one(browser)
    act(browser, "accepted", f_by="张敏")
    act(browser, "started")
    act(browser, "answered", f_result="helped", f_note="已安排车辆接送")
    assert duty().stage == 3
    page = act(browser, "confirmed", f_confirmed_by="何平")
    assert "须由另一人办理" in page and duty().outcome == 0, "who answered does not close it"
    page = act(desk("committee"), "confirmed", f_confirmed_by="何平")
    assert "已登记“本人确认办结”" in page and duty().outcome == 1
    act(browser, "again", f_why="车没有来")
    one = duty()
    assert (one.stage, one.outcome, one.returns) == (1, 0, 1)
    assert verify("owner") == []


def test_without_the_askers_word_a_second_person_gives_a_reason() -> None:
    browser = desk("request")
    open_one(browser)
    assert "不到这一步" in act(browser, "closed", f_why="unreachable", f_tried="三次电话")
    act(browser, "answered", f_result="partly", f_note="送到门口")
    assert "须由另一人办理" in act(browser, "closed", f_why="unreachable", f_tried="三次电话")
    act(desk("street"), "closed", f_why="unreachable", f_tried="三次电话")
    assert duty().outcome == 1


def test_what_is_missing_is_asked_and_what_is_not_there_is_said() -> None:
    browser = desk("request")
    page = said(browser.post(NEW, {"subject": f"H{HE_HOME}", "step": "sure", **FILLED, "f_what": ""}))
    assert "请填写。" in page and 'value="何平"' in page
    assert "您的区域内没有这个编码。" in said(browser.get(NEW, {"subject": "H999999"}))
    assert "您的区域内没有这个编码。" in said(browser.get(NEW, {"subject": "H99"})), "of the next street"
    assert desk("planner").get(NEW).status_code == 403
    assert desk("facility").get(NEW).status_code == 404, "sees lists, opens nothing"
    assert open_one(desk("committee", street.NEXT_STREET)).count("您的区域内没有这个编码。")
    with scoped(EVERYWHERE):
        assert not Duty.objects.filter(kind=31).exists()


def test_an_opening_is_undone() -> None:
    browser = desk("request")
    page = open_one(browser)
    done = re.search(r'name="done" value="([^"]+)"', page)
    assert done and "已撤销：1 条" in said(browser.post(f"{LIST}/undo", {"done": done[1]}, follow=True))
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=31).outcome == 3
    assert verify("owner") == []
    assert "目前没有未完成的事项。" in said(browser.get(LIST))


def test_a_finding_is_answered_by_one_and_seen_by_another() -> None:
    inspector, committee = desk("inspector"), desk("committee")
    filled = {"f_topic": "gate", "f_severity": "grave", "f_what": "东门无人值守", "f_owner": "梅溪一居委"}
    page = said(inspector.get("/work/finding/new"))
    assert f'value="{cast.STREET}"' in page
    page = said(inspector.get("/work/finding/new", {"subject": str(cast.UPPER), "into": "1"}))
    assert f'value="{cast.ESTATE}"' in page
    page = open_one(inspector, str(cast.ESTATE), "/work/finding/new", **filled)
    assert "梅溪新村" in page and "重大隐患" in page
    one = duty(41)
    assert (one.subject, one.area) == (cast.ESTATE, cast.ESTATE)
    act(committee, "answered", "finding", f_how="已增派两人", f_by="王书记")
    assert duty(41).stage == 1
    assert "不能办理" in act(committee, "seen", "finding", f_note="看过了")
    act(inspector, "rejected", "finding", f_why="夜间仍无人", f_due="2090-04-04T08:00")
    assert (duty(41).stage, duty(41).returns) == (0, 1)
    act(committee, "answered", "finding", f_how="夜班两人", f_by="王书记")
    act(inspector, "seen", "finding", f_note="夜间两人在岗")
    assert duty(41).outcome == 1
    assert verify("owner") == []


def test_who_answered_does_not_see_it_again() -> None:
    street_desk = desk("street")
    open_one(street_desk, str(cast.ESTATE), "/work/finding/new",
             f_topic="gate", f_severity="minor", f_what="x", f_owner="y")  # fmt: skip
    act(street_desk, "answered", "finding", f_how="a", f_by="b")
    assert "须由另一人办理" in act(street_desk, "seen", "finding", f_note="c")
    assert "须由另一人复查" in act(street_desk, "rejected", "finding", f_why="c")
    assert duty(41).stage == 1


@pytest.mark.parametrize("kind", ["request", "finding"])
def test_in_english(kind: str) -> None:
    open_one(desk("request"))
    open_one(desk("inspector"), str(cast.ESTATE), "/work/finding/new",
             f_topic="gate", f_severity="minor", f_what="no guard", f_owner="committee")  # fmt: skip
    other = desk("street", language="en")
    subject = {"request": f"H{HE_HOME}", "finding": str(cast.ESTATE)}[kind]
    pages = (f"/work/{kind}", f"/work/{kind}/new", f"/work/{kind}/new?subject={subject}", f"/work/{kind}?state=done")
    for address in pages:
        page = re.sub(r"<title>.*?</title>|中文", "", said(other.get(address)))
        body = re.sub(r"(明天上午八点透析|何\w*|梅溪\w*|\d号楼|公寓楼|桥头\w*)", "", page[page.index("<main") :])
        assert not re.search(r"[\u4e00-\u9fff]+", body), re.search(r".{40}[\u4e00-\u9fff]+.{40}", body)
