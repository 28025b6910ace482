"""A round that is prepared: changed before it begins, copied from the last; its scope rule as data. On a database."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from bulou.desk.actions import add_user
from bulou.ledger import clock, journals
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.rounds.actions import join_newcomers
from bulou.rounds.opening import actions
from bulou.rounds.opening.models import Draft
from bulou.rounds.scope.models import Plan, Treated
from bulou.ui import background
from tests import cast, desk_street

PEOPLE = len(cast.PERSONS) + 1
GUI, LI, MEI = (cast.PERSONS[name].id for name in ("gui", "li", "mei"))


@pytest.fixture
def street(settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    monkeypatch.setattr(background, "ask", lambda module, number: None)


def browser(name: str = "district", language: str = "zh-hans") -> Client:
    client = Client()
    client.cookies["bulou_language"] = language
    client.force_login(User.objects.get(username=name))
    return client


def prepared(client: Client, **given: str) -> Draft:
    answer = client.post("/rounds/new", {"area": cast.DISTRICT, "name": "第二轮核酸"} | given)
    assert answer.status_code == 302, re.findall(r'bad-text"[^>]*>([^<]*)', answer.content.decode())
    return draft(int(answer["Location"].rsplit("/", 1)[1]))


def draft(number: int) -> Draft:
    with scoped(EVERYWHERE):
        return Draft.objects.get(pk=number)


def opened(client: Client, one: Draft) -> Draft:
    page = client.get(f"/rounds/drafts/{one.pk}/opened").content.decode()
    people = re.search(r'name="people" value="(\d+)"', page)
    assert people and client.post(f"/rounds/drafts/{one.pk}/opened", {"people": people[1]}).status_code == 302
    actions.perform(one.pk)
    return draft(one.pk)


def stands(person: int, name: str, value: str, days_ago: float = 0) -> None:
    journal, _ = journals.enrol(f"{person}{value}", "desk", EVERYWHERE, cast.DAWN, cast.minute(9_000_000))
    at = clock.now() - timedelta(days=days_ago)
    body = {"subject_kind": 1, "subject": person, "name": name, "value": value, "reason": "test"}
    receipt = journals.append(journal, [("standing.set", at, cast.HOMES[person], body)], clock.now())[0]
    assert receipt.status == "kept", receipt


def test_a_prepared_round_is_changed_and_the_check_says_what(street) -> None:
    client = browser()
    one = prepared(client, until="2099-04-04T18:00")
    form = client.get(f"/rounds/drafts/{one.pk}/edit").content.decode()
    assert 'value="第二轮核酸"' in form and 'value="2099-04-04T18:00"' in form
    sent = {
        "area": cast.STREET, "name": "第二轮核酸（改）", "begins": "2099-04-04T06:00", "until": "2099-04-04T20:00",
        "pool_size": "5", "recovered": "single", "recovered_days": "60", "dated": "2022-04-06",
    }  # fmt: skip
    page = client.post(f"/rounds/drafts/{one.pk}/edit", sent, follow=True).content.decode()
    assert "准备后的修改" in page and "第二轮核酸（改）" in page and "近期康复的人" in page
    assert "2099-04-04T18:00" in page and "2099-04-04T20:00" in page, "what stood there and what stands there now"
    assert "梅区" in page and "梅溪街道" in page and "规则日期2022-04-06" in page and "由district定" in page
    changed = draft(one.pk)
    assert (changed.name, changed.area) == ("第二轮核酸（改）", cast.STREET)
    with scoped(EVERYWHERE):
        plan = Plan.objects.get(draft=one.pk)
        assert (plan.pool_size, plan.area) == (5, cast.STREET) and len(plan.changes) == 8
    again = client.post(f"/rounds/drafts/{one.pk}/edit", sent, follow=True).content.decode()
    assert "没有变化" in again


@pytest.mark.parametrize(("sent", "said"), [
    ({"name": ""}, "请填写轮次名称"), ({"until": "2001-01-01T10:00"}, "要晚于现在"),
    ({"until": "2099-04-04T10:00", "begins": "2099-04-04T12:00"}, "要晚于计划开始时间"),
    ({"pool_size": "7"}, "请从列出的人数中选择"), ({"positive": "owed"}, "请从列出的办法中选择"),
    ({"recovered_days": "0"}, "请填写1到365天"), ({"area": str(cast.FAR)}, "请选择区域"),
])  # fmt: skip
def test_what_cannot_be_says_why_and_changes_nothing(street, sent: dict[str, str], said: str) -> None:
    client = browser()
    one = prepared(client)
    answer = client.post(f"/rounds/drafts/{one.pk}/edit", {"area": cast.STREET, "name": "改"} | sent)
    assert answer.status_code == 200 and said in answer.content.decode()
    assert draft(one.pk).name == "第二轮核酸" and draft(one.pk).area == cast.DISTRICT


def test_who_may_not_open_it_may_not_change_it(street) -> None:
    one = prepared(browser())
    assert browser("neighbour").get(f"/rounds/drafts/{one.pk}/edit").status_code == 403
    add_user("town", desk_street.PASSWORD, [cast.DISTRICT], ["street"])
    assert browser("town").get(f"/rounds/drafts/{one.pk}/edit").status_code == 403


def test_a_round_that_has_begun_is_not_changed(street) -> None:
    client = browser()
    one = opened(client, prepared(client))
    answer = client.post(f"/rounds/drafts/{one.pk}/edit", {"area": cast.STREET, "name": "改"})
    assert answer.status_code == 302 and draft(one.pk).name == "第二轮核酸"


def test_a_round_like_the_last_one(street) -> None:
    client = browser()
    one = prepared(client, pool_size="20", cleared="single", cleared_days="3", until="2099-04-04T18:00")
    opened(client, one)
    assert "照上一轮新开" in client.get("/rounds").content.decode()
    form = client.get("/rounds/new?from=2").content.decode()
    assert re.search(r'<option value="20" selected', form) and re.search(r'<option value="single" selected', form)
    assert 'name="cleared_days" type="number" min="1" max="365" value="3"' in form


def test_whom_the_rule_treats_otherwise_and_why(street) -> None:
    client = browser()
    stands(GUI, "infection", "positive")
    stands(LI, "infection", "negative", days_ago=10)
    stands(MEI, "infection", "negative", days_ago=100)
    one = prepared(client, recovered="out", recovered_days="30", dated="2022-04-06")
    check = client.get(f"/rounds/drafts/{one.pk}").content.decode()
    assert "阳性待转运的人" in check and "近期康复的人" in check and f"应检{PEOPLE - 2}人" in check
    done = opened(client, one)
    assert (done.state, done.owed, done.out_of_scope) == ("done", PEOPLE - 2, 2)
    with scoped(EVERYWHERE):
        assert not Duty.objects.filter(campaign=done.campaign, subject__in=(GUI, LI)).exists()
        assert Duty.objects.filter(campaign=done.campaign, subject=MEI).exists(), "recovered long ago"
        kept = dict(Treated.objects.filter(campaign=done.campaign).values_list("person", "cause"))
    assert kept == {GUI: "positive", LI: "recovered"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT rules FROM ledger_campaign WHERE id = %s", [done.campaign])
        rules = str(cursor.fetchone()[0])
    assert "residents-2" in rules and "2022-04-06" in rules and "district" in rules
    page = client.get(f"/rounds/{done.campaign}/scope").content.decode()
    assert "王**" in page and "王桂芳" not in page and "阳性待转运的人" in page and "30天以内" in page
    assert "谁不应检" in client.get(f"/rounds/{done.campaign}/summary").content.decode()
    english = browser(language="en").get(f"/rounds/{done.campaign}/scope").content.decode()
    assert "Recently recovered" in english
    join_newcomers(clock.now(), clock.now())
    with scoped(EVERYWHERE):
        assert not Duty.objects.filter(campaign=done.campaign, subject=LI).exists(), (
            "the rule holds for who comes later"
        )
    assert verify("owner") == []


def test_a_single_tube_is_owed_and_listed(street) -> None:
    client = browser()
    stands(GUI, "infection", "positive")
    done = opened(client, prepared(client, positive="single"))
    with scoped(EVERYWHERE):
        assert Duty.objects.filter(campaign=done.campaign, subject=GUI).exists()
    page = client.get(f"/rounds/{done.campaign}/scope?treatment=single").content.decode()
    assert "应检，单管采样" in page and "王**" in page


def test_who_may_not_know_of_an_infection_reads_that_others_see_to_it(street) -> None:
    stands(GUI, "infection", "positive")
    client = browser()
    done = opened(client, prepared(client))
    add_user("committee", desk_street.PASSWORD, [cast.UPPER], ["committee"])
    page = browser("committee").get(f"/rounds/{done.campaign}/scope").content.decode()
    body = page[page.index("逐人说明") :]
    assert "王**" in body and "阳性" not in body and "由专班另行安排" in body
    assert browser("neighbour").get(f"/rounds/{done.campaign}/scope").content.decode().count("王**") == 0


def test_a_round_without_exceptions_says_so(street) -> None:
    assert "在册的全部应检" in browser().get(f"/rounds/{cast.ROUND}/scope").content.decode()
