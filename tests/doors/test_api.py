"""The programming interface over HTTP: keys made, shown once, revoked; lists, records and acts as on the desk."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from bulou.desk.api import door, interface, rules
from bulou.desk.api.models import Key
from bulou.ledger.models import Duty, Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places.models import LookUp
from tests import cast
from tests.transfer import LI, desk, positive, said

pytestmark = pytest.mark.usefixtures("settled")
HOME = cast.HOUSEHOLDS[0]
ABILITIES = ("board", "now", "people", "decide", "zones", "passes")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "REQUESTS", rules.Windows(rules.MOST))
    monkeypatch.setattr(door, "WRONG", rules.Windows(rules.WRONG))


def made(*abilities: str, area: int = cast.STREET, name: str = "市平台") -> str:
    """Make a key on its page; return it."""
    until = timezone.localdate() + timedelta(days=30)
    sent = {"name": name, "area": str(area), "ability": abilities or ABILITIES, "until": str(until), "why": "数据对接"}
    page = said(desk("administrator", cast.DISTRICT).post("/settings/keys", sent))
    found = re.findall(r'id="new-key">([^<]+)<', page)
    assert found, re.findall(r"alert[^>]*>([^<]+)", page)
    return found[0]


def caller(key: str, language: str = "zh-hans") -> Client:
    return Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": language})


def got(browser: Client, path: str, status: int = 200) -> Any:
    answer = browser.get(f"/api/{path}")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def sent(browser: Client, path: str, body: Any, status: int = 200) -> Any:
    answer = browser.post(f"/api/{path}", json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_a_key_is_shown_once_kept_as_a_digest_and_revoked_at_once() -> None:
    key = made("board")
    with scoped(EVERYWHERE):
        kept = Key.objects.get()
    assert bytes(kept.digest) == rules.digest(key) and key not in str(kept.__dict__)
    page = said(desk("administrator", cast.DISTRICT).get("/settings/keys"))
    assert key not in page and kept.start in page and "从未使用" in page and "可用" in page
    assert got(caller(key), "areas")[0]["id"] == cast.STREET
    desk("administrator", cast.DISTRICT).post(f"/settings/keys/{kept.pk}/revoke")
    assert got(caller(key), "areas", 401)["code"] == "no_key"
    page = said(desk("administrator", cast.DISTRICT).get("/settings/keys"))
    assert "已停用" in page and "从未使用" not in page
    assert "已经停用" in said(
        desk("administrator", cast.DISTRICT).post(f"/settings/keys/{kept.pk}/revoke", follow=True)
    )
    assert [difference.en for difference in verify("owner")] == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": ""}, "请填写对接系统的名称"), ({"area": str(cast.FAR)}, "请选择您管理范围内的区域"),
        ({"area": "x"}, "请选择您管理范围内的区域"), ({"ability": []}, "请至少勾选一项权限"),
        ({"ability": ["users"]}, "这些权限超出"), ({"until": ""}, "请填写一年以内的截止日期"),
        ({"why": " "}, "请填写用途"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_is_refused_with_the_reason(changed: dict[str, Any], why: str) -> None:
    until = timezone.localdate() + timedelta(days=30)
    form = {"name": "市平台", "area": str(cast.STREET), "ability": ["board"], "until": str(until), "why": "x"}
    assert why in said(desk("administrator", cast.DISTRICT).post("/settings/keys", {**form, **changed}))
    with scoped(EVERYWHERE):
        assert not Key.objects.exists() and not User.objects.filter(username__startswith="api.").exists()


def test_who_lives_where_a_request_came_from_is_looked_at_by_a_key_that_may_see_names() -> None:
    api = caller(made(*ABILITIES, "names"))
    fields = {"need": "medicine", "what": "降压药", "asker": "王桂芳", "channel": "hotline"}
    sent(api, "kinds/request/duties", {"subject": f"H{HOME.id}", "fields": fields})
    with scoped(EVERYWHERE):
        before = LookUp.objects.count()
    (row,) = got(api, "kinds/request/duties")["duties"]
    assert row["values"]["asker"] == "王桂芳"
    with scoped(EVERYWHERE):
        found = LookUp.objects.order_by("id")[before:].values_list("user", "person")
        assert {*found} == {("api.市平台", person) for person in HOME.persons}


def test_nobody_signs_in_to_the_account_of_a_key() -> None:
    made("board")
    user = User.objects.get(username="api.市平台")
    assert not user.is_active and not user.has_usable_password()


def test_a_request_is_opened_listed_answered_and_its_record_read() -> None:
    api = caller(made())
    fields = {"need": "medicine", "what": "降压药", "asker": "王桂芳", "channel": "hotline"}
    opened = sent(api, "kinds/request/duties", {"subject": f"H{HOME.id}", "fields": fields})
    assert opened["subject"] == HOME.id
    (row,) = got(api, "kinds/request/duties")["duties"]
    assert row["stage"] == "open" and row["variant"] == "medicine" and row["values"]["what"] == "降压药"
    assert row["values"]["asker"] is None, "nobody's name without the ability"
    assert sent(api, "kinds/request/acts/accepted", {"rows": [row["row"]], "fields": {"by": "小张"}})["done"] == 1
    again = sent(api, "kinds/request/acts/accepted", {"rows": [row["row"]], "fields": {"by": "小张"}}, 409)
    assert "不到这一步" in again["detail"]
    record = got(api, f"kinds/request/duties/{row['campaign']}/{row['subject']}/{row['occasion']}")
    assert [one["kind"] for one in record["timeline"]] == ["request.opened", "request.accepted"]
    assert record["timeline"][0]["by"] == "api.市平台" and "asker" not in record["timeline"][0]["fields"]
    assert record["duty"]["stage"] == "accepted"
    assert {one["name"]: bool(one["why_not"]) for one in record["acts"]}["accepted"]
    assert [difference.en for difference in verify("owner")] == []


def test_pages_of_a_list_follow_each_other_and_hold_every_row_once() -> None:
    api = caller(made())
    for n in range(5):
        fields = {"need": "food", "what": f"第{n}份", "asker": "x"}
        sent(api, "kinds/request/duties", {"subject": f"H{cast.HOUSEHOLDS[n].id}", "fields": fields})
    seen, after = [], ""
    while True:
        page = got(api, f"kinds/request/duties?limit=2&after={after}")
        seen += [row["values"]["what"] for row in page["duties"]]
        if not page["next"]:
            break
        after = page["next"]
    assert sorted(seen) == [f"第{n}份" for n in range(5)]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"rows": []}, 422, "rows"), ({"rows": ["x"]}, 409, ""), ({"rows": ["1.2.3.x"]}, 409, ""), ("text", 422, "")
    ],
)  # fmt: skip
def test_a_wrong_request_says_what_was_expected(body: Any, status: int, field: str) -> None:
    told = sent(caller(made()), "kinds/request/acts/accepted", body, status)
    assert told["detail"] and (not field or any(field in name for name in told["fields"]))


def test_wrong_fields_and_filters_are_named() -> None:
    api = caller(made(), "en")
    told = sent(
        api, "kinds/request/duties", {"subject": f"H{HOME.id}", "fields": {"need": "gold", "colour": "red"}}, 422
    )
    assert set(told["fields"]) == {"need", "what", "asker", "colour"}
    assert set(got(api, "kinds/request/duties?state=x&limit=0&after=y", 422)["fields"]) == {"state", "limit", "after"}
    assert got(api, "kinds/nothing/duties", 404)["code"] == "no_kind"
    assert sent(api, "kinds/request/acts/nothing", {"rows": ["1.1.1"]}, 404)["code"] == "no_act"
    assert api.get("/api/kinds/request/acts/accepted").status_code == 405


def test_an_identity_number_is_refused_unread() -> None:
    fields = {"need": "food", "what": "110101199003078515", "asker": "x"}
    told = sent(caller(made()), "kinds/request/duties", {"subject": f"H{HOME.id}", "fields": fields}, 422)
    assert told["code"] == "identity_number"
    with scoped(EVERYWHERE):
        assert not Duty.objects.filter(campaign=1_000_031).exists()


def test_rounds_counters_areas_units_zones_and_shops_are_read() -> None:
    api = caller(made())
    (one, *_more) = [row for row in got(api, "rounds") if row["id"] == cast.ROUND]
    told = got(api, f"rounds/{one['id']}/counters")
    total = told["total"]
    assert total["owed"] == total["open"] + total["done"] + total["excused"] + total["reassigned"] > 0
    assert sum(row["open"] for row in told["below"]) == total["open"]
    assert {row["level"] for row in got(api, f"areas?under={cast.STREET}")} == {2, 3}
    assert got(api, "units") == {"units": [], "next": None} and got(api, "shops") == []
    assert got(api, "zones") == []


def test_kinds_are_told_with_their_forms_and_what_the_key_may() -> None:
    kinds = {one["name"]: one for one in got(caller(made("board", "people")), "kinds")}
    assert "request" in kinds and kinds["request"]["stages"][0]["name"] == "open"
    assert not any(act["allowed"] for act in kinds["request"]["acts"])
    assert [one["name"] for one in kinds["request"]["opens"]["fields"]][:2] == ["need", "what"]


def test_the_document_names_every_endpoint_and_the_manual_has_them_all() -> None:
    document = Client().get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.") and set(document["paths"]) == {
        f"/{re.sub('<(?:int:)?', '{', str(one.pattern)).replace('>', '}')}" for one in interface.patterns()
    }
    assert all("security" in way for path in document["paths"].values() for way in path.values())


def test_names_are_shown_to_keys_that_may_see_them_and_each_look_is_on_record() -> None:
    positive(LI)
    with_names = caller(made("board", "now", "people", "names", "dispose", name="转运系统"))
    without = caller(made("board", "now", "people", "dispose", name="统计系统"))
    (row,) = got(without, "kinds/disposition/duties")["duties"]
    assert row["name"] is None and row["code"] == f"P{LI}"
    with scoped(EVERYWHERE):
        before = LookUp.objects.filter(user="api.转运系统").count()
    (row,) = got(with_names, "kinds/disposition/duties")["duties"]
    assert row["name"] == "李建国"
    with scoped(EVERYWHERE):
        assert not before and LookUp.objects.filter(user="api.转运系统", person=LI).count() == 1
        assert not LookUp.objects.filter(user="api.统计系统").exists()
        assert not Entry.objects.filter(kind="person.told").exists()


def test_too_many_requests_wait_and_so_do_wrong_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "REQUESTS", rules.Windows(2))
    monkeypatch.setattr(door, "WRONG", rules.Windows(2))
    api = caller(made("board"))
    assert [api.get("/api/areas").status_code for _ in range(3)] == [200, 200, 429]
    guess = caller(f"{rules.PREFIX}guess")
    answers = [guess.get("/api/areas") for _ in range(3)]
    assert [one.status_code for one in answers] == [401, 401, 429]
    assert answers[0]["WWW-Authenticate"] == "Bearer" and answers[2]["Retry-After"]
