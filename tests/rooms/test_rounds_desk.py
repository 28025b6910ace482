"""Rounds on the desk: prepared, checked, opened by a process of their own, closed with a reason, and read back."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from bulou.desk.actions import add_user
from bulou.ledger import journals
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places.models import Person
from bulou.rounds.opening import actions
from bulou.rounds.opening.models import Draft
from bulou.rounds.opening.rules import Check, Facts, Weight, checks
from bulou.ui import background
from tests import cast, desk_street, waiting

PEOPLE = len(cast.PERSONS) + 1


@pytest.fixture
def street(settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The street with its open round; what processes write beside the database lies in a folder of the test."""
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))


def browser(name: str = "district") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def prepared(client: Client, area: int = cast.DISTRICT, **given: str) -> Draft:
    answer = client.post("/rounds/new", {"area": area, "name": "第二轮核酸"} | given)
    assert answer.status_code == 302, re.findall(r'bad-text"[^>]*>([^<]*)', answer.content.decode())
    with scoped(EVERYWHERE):
        return Draft.objects.get(pk=int(answer["Location"].rsplit("/", 1)[1]))


def draft(one: Draft) -> Draft:
    with scoped(EVERYWHERE):
        return Draft.objects.get(pk=one.pk)


def opened(client: Client, one: Draft) -> Draft:
    page = client.get(f"/rounds/drafts/{one.pk}/opened").content.decode()
    people = re.search(r'name="people" value="(\d+)"', page)
    assert people
    answer = client.post(f"/rounds/drafts/{one.pk}/opened", {"people": people[1]})
    assert answer.status_code == 302
    waiting.until(lambda: draft(one).state != "asked", "the round is not opened")
    return draft(one)


def campaign(number: int) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, name, area, closed_at, frozen, rules ->> 'until' FROM ledger_campaign WHERE id = %s", [number]
        )
        return cursor.fetchone()


def test_a_round_is_prepared_checked_and_opened(street) -> None:
    client = browser()
    one = prepared(client, until="2099-04-04T18:00")
    check = client.get(f"/rounds/drafts/{one.pk}").content.decode()
    assert f"应检{PEOPLE}人" in check and "没有登记责任人" in check and "开始本轮" in check
    assert campaign(2) is None, "the check opens nothing"
    sure = client.get(f"/rounds/drafts/{one.pk}/opened").content.decode()
    assert f"确认开始：{PEOPLE}人" in sure and "两名有权的人" in sure
    done = opened(client, one)
    assert (done.state, done.campaign, done.owed, done.step) == ("done", 2, PEOPLE, 3)
    kind, name, area, closed_at, frozen, until = campaign(2)
    assert (kind, name, area, closed_at, frozen) == ("pcr", "第二轮核酸", cast.DISTRICT, None, PEOPLE)
    assert until == "2099-04-04T10:00:00+00:00"
    assert client.get(f"/rounds/2/areas/{cast.DISTRICT}").status_code == 200
    assert "查看总览" in client.get(f"/rounds/drafts/{one.pk}").content.decode()
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.kind, j.name FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal"
            " WHERE e.kind = 'round.opened' AND e.area = %s ORDER BY e.received_at DESC LIMIT 1", [cast.DISTRICT],
        )  # fmt: skip
        assert cursor.fetchone() == ("desk", "district"), "the opening is an entry of who opened it"
    assert verify("owner") == []


def test_an_opening_that_was_done_is_not_done_again(street) -> None:
    """The process died after the round was open and before it said so."""
    client = browser()
    done = opened(client, prepared(client))
    with scoped(EVERYWHERE):
        Draft.objects.filter(pk=done.pk).update(state="asked", asked_at=done.asked_at - timedelta(minutes=5))
    page = client.get(f"/rounds/drafts/{done.pk}").content.decode()
    assert "中断" in page and "接着做" in page
    assert client.post(f"/rounds/drafts/{done.pk}", {"act": "again"}).status_code == 302
    waiting.until(lambda: draft(done).state == "done", "it does not go on")
    assert campaign(2)[4] == PEOPLE and campaign(3) is None


def test_no_two_openings_at_once(street) -> None:
    client = browser()
    first, second = prepared(client), prepared(client, name="第三轮核酸")
    with scoped(EVERYWHERE):
        Draft.objects.filter(pk=first.pk).update(state="asked", asked_at=first.made_at, campaign=2, journal=1)
    answer = client.post(f"/rounds/drafts/{second.pk}/opened", {"people": PEOPLE})
    assert "另一轮正在开始" in answer.content.decode() and draft(second).state == "draft"


def test_while_a_process_is_at_it_another_one_leaves_it(street) -> None:
    client = browser()
    one = prepared(client)
    with scoped(EVERYWHERE):
        Draft.objects.filter(pk=one.pk).update(state="asked", asked_at=one.made_at, campaign=2, journal=1)
    with connection.copy().cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [background.WORK, background.OPENING])
        actions.perform(one.pk)
        assert campaign(2) is None and draft(one).state == "asked"
        late = one.made_at + timedelta(hours=1)
        assert not background.is_stuck(background.OPENING, one.made_at, late)
        other.connection.close()
    waiting.until(lambda: background.is_stuck(background.OPENING, one.made_at, late), "the lock outlives its process")


def test_the_number_of_people_is_confirmed_as_it_is(street) -> None:
    client = browser()
    one = prepared(client)
    answer = client.post(f"/rounds/drafts/{one.pk}/opened", {"people": PEOPLE - 1}).content.decode()
    assert f"现为{PEOPLE}人" in answer and draft(one).state == "draft"


def test_without_people_there_is_no_round(street) -> None:
    client = browser()
    one = prepared(client, area=cast.area_id(104, 7, 2))
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        lo, hi = span(cast.area_id(104, 7, 2))
        kept = Person.objects.exclude(area__range=(lo, hi)).values_list("id", flat=True)[0]
        cursor.execute("UPDATE places_person SET merged_into = %s WHERE area BETWEEN %s AND %s", [kept, lo, hi])
    page = client.get(f"/rounds/drafts/{one.pk}").content.decode()
    assert "区域内没有应检人员" in page and "不能开始" in page
    answer = client.post(f"/rounds/drafts/{one.pk}/opened", {"people": 0}).content.decode()
    assert "请先导入名册" in answer and draft(one).state == "draft"


@pytest.mark.parametrize(("given", "said"), [
    ({"name": ""}, "请填写轮次名称"), ({"until": "2001-01-01T00:00"}, "要晚于现在"),
    ({"until": "x"}, "请填写日期和时间"), ({"area": "0"}, "请选择区域"), ({"area": str(cast.FAR)}, "请选择区域"),
    ({"area": str(cast.STREET + 1)}, "请选择区域"),
])  # fmt: skip
def test_a_form_that_cannot_be_says_why(street, given: dict[str, str], said: str) -> None:
    answer = browser().post("/rounds/new", {"area": cast.DISTRICT, "name": "第二轮"} | given)
    assert answer.status_code == 200 and said in answer.content.decode()
    with scoped(EVERYWHERE):
        assert not Draft.objects.exists()


def test_only_command_opens_and_only_its_own(street) -> None:
    one = prepared(browser())
    for path in ("/rounds/new", f"/rounds/drafts/{one.pk}", f"/rounds/drafts/{one.pk}/opened", "/rounds/1/closed"):
        assert browser("street").get(path).status_code == 403, path
    add_user("next", desk_street.PASSWORD, [desk_street.NEXT_STREET], ["command"])
    for path in (f"/rounds/drafts/{one.pk}", f"/rounds/drafts/{one.pk}/opened", "/rounds/1/closed"):
        assert browser("next").get(path).status_code == 404, path
    assert browser("next").post("/rounds/new", {"area": cast.DISTRICT, "name": "x"}).status_code == 200
    assert "新开一轮" not in browser("street").get("/rounds").content.decode()


def test_a_draft_is_given_up(street) -> None:
    client = browser()
    one = prepared(client)
    assert one.name in client.get("/rounds").content.decode()
    assert client.post(f"/rounds/drafts/{one.pk}", {"act": "drop"})["Location"] == "/rounds"
    assert draft(one).state == "dropped" and "待检查" not in client.get("/rounds").content.decode()
    assert client.post(f"/rounds/drafts/{one.pk}/opened", {"people": PEOPLE}).status_code == 302
    assert draft(one).state == "dropped"


def test_a_round_is_closed_with_a_reason_for_what_is_open(street) -> None:
    client = browser()
    page = client.get("/rounds/1/closed").content.decode()
    assert "待通知" in page and f"以{PEOPLE}项未完成结束本轮" in page
    answer = client.post("/rounds/1/closed", {"reason_swab": "next_round"})
    assert "请勾选" in answer.content.decode()
    for reason in ("", "nonsense"):
        answer = client.post("/rounds/1/closed", {"sure": "1", "reason_swab": reason})
        assert "没有选择原因" in answer.content.decode() and campaign(1)[3] is None
    answer = client.post("/rounds/1/closed", {"sure": "1", "reason_swab": "next_round"})
    assert answer["Location"] == "/rounds/1/summary" and campaign(1)[3] is not None
    summary = client.get("/rounds/1/summary").content.decode()
    assert "转入下一轮优先" in summary and "district" in summary and "梅溪街道" in summary
    assert client.get("/rounds/1/closed")["Location"] == "/rounds/1/summary"
    assert "转入下一轮优先" in browser("street").get("/rounds/1/summary").content.decode()
    assert verify("owner") == []


def test_the_list_of_rounds(street) -> None:
    page = browser("street").get("/rounds").content.decode()
    assert "第一轮核酸" in page and "进行中" in page and "梅区" in page
    assert "结束本轮" not in page, "the district's round is not the street's to close"
    assert "结束本轮" in browser().get("/rounds").content.decode()


def test_who_can_mend_it_is_linked(street) -> None:
    client = browser()
    with scoped(EVERYWHERE):
        journals.enrol("实验", "laboratory", (span(cast.DISTRICT),), cast.DAWN, cast.minute(10**7))
    page = client.get(f"/rounds/drafts/{prepared(client).pk}").content.decode()
    assert 'href="/devices/enrol"' in page and 'href="/now/owners"' in page and "已登记1家实验室" in page


def test_what_is_asked_before_a_round() -> None:
    good = Facts(100, 40, 0, 2, 0, 0, 0, 5, 0, 4, 1, 1, 200)
    assert {one.weight for one in checks(good)} == {Weight.GOOD}
    assert checks(good)[0] == Check("people", Weight.GOOD, 98)
    nobody = Facts(2, 1, 0, 2, 0, 0, 0, 5, 0, 4, 1, 1, 200)
    assert [one.name for one in checks(nobody) if one.weight == Weight.STOPS] == ["people"]
    bare = Facts(100, 40, 3, 0, 4, 5, 6, 7, 8, 9, 0, 0, 0)
    asked = {one.name: (one.n, one.of) for one in checks(bare) if one.weight == Weight.LOOK}
    assert asked == {
        "without_door": (3, 100), "bare": (5, 0), "doubts": (4, 0), "unowned": (6, 7), "unphoned": (8, 9),
        "laboratories": (0, 0), "couriers": (0, 0), "labels": (0, 0),
    }  # fmt: skip
