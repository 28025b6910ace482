"""Roles that end, abilities where areas differ, the second step, sessions: on the real database and pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from bulou.desk.abilities import QUALIFIERS, ROLES
from bulou.desk.access import areas_of
from bulou.desk.accounts import actions, reads, sessions
from bulou.desk.accounts.models import Change, Grant
from bulou.desk.accounts.rules import Held, Principal, area_of, is_end, may_give, roles_to_give, usual_role
from bulou.desk.actions import add_user
from bulou.ledger.areas import level, parent
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.models import Area
from tests import cast
from tests import desk_street as street

PASSWORD = "first-long-secret"
NOW = datetime.now(UTC)
NEXT = street.NEXT_STREET


@pytest.fixture(autouse=True)
def tree(request: pytest.FixtureRequest) -> None:
    """The areas that roles are given for here."""
    if "database" in request.fixturenames:
        request.getfixturevalue("database")
        load_areas([{"id": id_, "name": zh, "name_en": en} for id_, zh, en in street.NAMES])


def load_areas(rows: list[dict]) -> None:
    Area.objects.bulk_create(
        Area(parent=parent(row["id"]), level=level(row["id"]), valid_from=cast.DAWN, **row) for row in rows
    )


def grant(user: User, role: str, areas: list[int], days: float = 30) -> None:
    with scoped(EVERYWHERE):
        actions.give(user, role, areas, datetime.now(UTC) + timedelta(days=days), "test", "a test", datetime.now(UTC))


def signed_in(name: str, areas: list[int], *roles: str) -> Client:
    client = Client()
    client.force_login(add_user(name, PASSWORD, areas, roles))
    return client


# -- rules ---------------------------------------------------------------------------------------


def test_who_may_give_which_role_where() -> None:
    district = Principal((Held("administrator", (cast.DISTRICT,)),))
    own = Principal((Held("administrator", (cast.STREET,)),))
    upper = Principal((Held("administrator", (cast.UPPER,)),))
    for role, areas, by_district, by_street, by_upper in (
        ("command", [cast.STREET], True, False, False),
        ("auditor", [cast.DISTRICT], True, False, False),
        ("street", [cast.STREET], True, True, False),
        ("committee", [cast.UPPER], True, True, True),
        ("committee", [cast.NO_1, cast.BRIDGE], True, True, False),
        ("administrator", [cast.UPPER], True, True, True),
        ("street", [NEXT], True, False, False),
        ("committee", [cast.UPPER, NEXT], True, False, False),
        ("street", [0], False, False, False),
        ("street", [], False, False, False),
        ("mayor", [cast.STREET], False, False, False),
    ):  # fmt: skip
        given = tuple(may_give(role, areas, giver) for giver in (district, own, upper))
        assert given == (by_district, by_street, by_upper), (role, areas)
    assert not may_give("street", [cast.STREET], Principal((Held("command", (0,)),))), "command gives no roles"
    assert set(roles_to_give(own)) < set(roles_to_give(district)) == set(ROLES)


def test_a_role_counts_where_it_is_held() -> None:
    who = Principal((Held("committee", (cast.UPPER,)), Held("auditor", (cast.STREET,))))
    assert who.areas("people") == tuple(sorted((cast.UPPER, cast.STREET)))
    assert who.areas("names") == (cast.UPPER,)
    assert "names" not in who.abilities("people", QUALIFIERS), "the auditor's street would be unmasked"
    assert "names" in who.abilities("now", QUALIFIERS) and "decide" in who.abilities("now", QUALIFIERS)
    assert "audit" in who.abilities("now", QUALIFIERS), "the way to other pages is shown"
    both = Principal((Held("street", (cast.STREET,)), Held("auditor", (cast.ESTATE,))))
    assert "names" in both.abilities("people", QUALIFIERS)
    assert Principal(()).abilities("signed-in", QUALIFIERS) == {"signed-in"} and not Principal(()).may("")
    assert Principal((Held("gone", (0,)),)).held == frozenset()


def test_ends_and_areas() -> None:
    assert is_end(NOW + timedelta(days=366), NOW) and not is_end(NOW + timedelta(days=367), NOW)
    assert not is_end(NOW, NOW)
    assert [usual_role(a) for a in (0, cast.DISTRICT, cast.STREET, cast.UPPER, cast.NO_1)] == [
        "command", "command", "street", "committee", "committee",
    ]  # fmt: skip
    assert area_of("104.7.1") == cast.UPPER == area_of(str(cast.UPPER)) and area_of("0") == 0
    for wrong in ("", "x", "1.2.3.4.5.6", "104.0.1", str(cast.STREET + 1)):
        with pytest.raises(ValueError):
            area_of(wrong)


# -- roles on the database -----------------------------------------------------------------------


def test_a_role_ends_by_itself_and_by_hand(db: None) -> None:
    user = add_user("wang", PASSWORD, [cast.STREET])
    grant(user, "committee", [NEXT], days=1)
    assert areas_of(user.pk) == tuple(sorted((cast.STREET, NEXT)))
    later = datetime.now(UTC) + timedelta(days=2)
    assert reads.who(user.pk, later).areas("board") == (cast.STREET,)
    number = Grant.objects.get(role="street").pk
    with scoped(EVERYWHERE):
        assert actions.end(user, number, "li", "left", datetime.now(UTC))
        assert not actions.end(user, number, "li", "left", datetime.now(UTC)), "it is over"
        told = list(Change.objects.order_by("id").values_list("by", "what"))
    assert areas_of(user.pk) == (NEXT,)
    assert told == [("command line", "given"), ("command line", "password"), ("test", "given"), ("li", "ended")]


@pytest.mark.parametrize("wrong", ["until = since", "ended_at = since", "areas = '{}'", "reason = ''", "until = NULL"])
def test_the_database_refuses_a_grant_that_cannot_be(wrong: str, db: None) -> None:
    add_user("wang", PASSWORD, [cast.STREET])
    with pytest.raises(IntegrityError), transaction.atomic(using="owner"):
        from django.db import connections

        with connections["owner"].cursor() as cursor:
            cursor.execute(f"UPDATE accounts_grant SET {wrong}")


def test_nobody_writes_beyond_his_scope_or_rewrites_history(db: None) -> None:
    from django.db import ProgrammingError

    from bulou.desk.access import ranges_of

    user = add_user("wang", PASSWORD, [cast.STREET])
    with scoped(ranges_of((NEXT,))):
        with pytest.raises(PermissionError):
            actions.give(user, "street", [cast.STREET], NOW + timedelta(days=1), "x", "x", NOW)
        assert not actions.end(user, Grant.objects.get().pk, "x", "x", datetime.now(UTC))
        assert not Change.objects.exists()
    for statement in ("DELETE FROM accounts_grant", "UPDATE accounts_grant SET areas = '{0}'",
                      "UPDATE accounts_change SET by = 'x'", "DELETE FROM accounts_change"):  # fmt: skip
        with scoped(EVERYWHERE), pytest.raises(ProgrammingError), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)


# -- pages ---------------------------------------------------------------------------------------


def test_a_refusal_says_who_may_and_whom_to_ask(db: None) -> None:
    add_user("boss", PASSWORD, [cast.DISTRICT], ["administrator"])
    add_user("far", PASSWORD, [NEXT], ["administrator"])
    answer = signed_in("wang", [cast.STREET]).get("/settings/users")
    page = answer.content.decode()
    assert answer.status_code == 403 and "账号管理员" in page and "boss" in page and "far" not in page


@pytest.mark.parametrize(("role", "way"), [("administrator", "/settings/users"), ("facility", "/now")])
def test_sign_in_leads_to_a_page_that_the_role_opens(role: str, way: str, db: None) -> None:
    client = signed_in("wang", [cast.STREET], role)
    for start in ("/", "/now"):
        answer = client.get(start, follow=True)
        assert answer.status_code == 200 and answer.request["PATH_INFO"] == way


def test_an_administrator_adds_a_user_who_sets_a_password(db: None) -> None:
    boss = signed_in("boss", [cast.STREET], "administrator")
    until = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    said = {"name": "chen", "role": "committee", "path": "104.7.1", "until": until, "reason": "第二居委"}
    page = boss.post("/settings/users", said).content.decode()
    link = re.search(r"http://testserver(/sign-in/password/[^<]+)</code>", page)
    assert link and "<svg" in page
    fresh = Client()
    form = fresh.get(link[1], follow=True)
    passwords = {"new_password1": "second-long-secret", "new_password2": "second-long-secret"}
    assert fresh.post(form.request["PATH_INFO"], {**passwords, "new_password2": "x"}).status_code == 200
    assert fresh.post(form.request["PATH_INFO"], passwords).url == "/sign-in"
    assert "已用过" in Client().get(link[1], follow=True).content.decode(), "the link works once"
    assert fresh.post("/sign-in", {"username": "chen", "password": "second-long-secret"}).status_code == 302
    assert areas_of(User.objects.get(username="chen").pk) == (cast.UPPER,)
    told = boss.get("/settings/users").content.decode()
    assert "chen" in told and "授予角色" in told and "本人设置密码" in told


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"role": "command"}, "超出您的管理范围"),
        ({"path": "104.8"}, "超出您的管理范围"),
        ({"path": "0"}, "超出您的管理范围"),
        ({"path": "nonsense"}, "请选择区域"),
        ({"path": "104.7.9"}, "没有这个区域"),
        ({"until": "2099-01-01"}, "一年以内"),
        ({"until": "2020-01-01"}, "一年以内"),
        ({"until": "2026-99-99"}, "一年以内"),
        ({"reason": " "}, "授权原因"),
        ({"role": "mayor"}, "请选择角色"),
        ({"name": "boss"}, "已被使用"),
        ({"name": "no spaces"}, "不可用"),
    ],
)
def test_what_cannot_be_given_leaves_no_user(changed: dict[str, str], sentence: str, db: None) -> None:
    boss = signed_in("boss", [cast.STREET], "administrator")
    until = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    said = {"name": "chen", "role": "committee", "path": "104.7.1", "until": until, "reason": "x"} | changed
    answer = boss.post("/settings/users", said)
    assert answer.status_code == 302
    assert sentence in said_by(answer)
    assert not User.objects.exclude(username="boss").exists()


def said_by(answer) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_a_lock_out_is_shown_and_lifted(db: None) -> None:
    user = add_user("wang", PASSWORD, [cast.STREET])
    for _ in range(8):
        Client().post("/sign-in", {"username": "Wang", "password": "x"})
    said = {"username": "wang", "password": PASSWORD}
    assert Client().post("/sign-in", said).status_code == 429
    boss = signed_in("boss", [cast.STREET], "administrator")
    assert "已锁定" in boss.get("/settings/users").content.decode()
    boss.post(f"/settings/users/{user.pk}/act", {"act": "unlock"})
    assert "已锁定" not in boss.get("/settings/users").content.decode()
    assert Client().post("/sign-in", said).status_code == 302


def test_nobody_changes_his_own_account(db: None) -> None:
    boss = signed_in("boss", [cast.DISTRICT], "administrator")
    me = User.objects.get(username="boss").pk
    until = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    give = {"act": "give", "role": "command", "path": "104", "until": until, "reason": "x"}
    for said in (give, {"act": "end", "grant": Grant.objects.get().pk, "reason": "x"}, {"act": "password"}):
        assert "本人账号" in said_by(boss.post(f"/settings/users/{me}/act", said))
    assert reads.who(me, datetime.now(UTC)).held == ROLES["administrator"].abilities


def test_the_page_of_users_asks_a_fixed_number_of_questions(db: None, queries) -> None:
    boss = signed_in("boss", [cast.DISTRICT], "administrator")
    for number in range(3):
        with queries(8):
            assert boss.get("/settings/users").status_code == 200
        for n in range(5):
            add_user(f"user{number}{n}", PASSWORD, [cast.STREET])


# -- the second step -----------------------------------------------------------------------------


def code_of(device: TOTPDevice, ahead: int = 0) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = datetime.now(UTC).timestamp() + ahead * device.step
    return f"{totp.token():06d}"


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TOTP", "required")


def set_up(client: Client) -> list[str]:
    page = client.get("/settings/account/second-step").content.decode()
    assert "<svg" in page
    device = TOTPDevice.objects.get(confirmed=False)
    assert "验证码有误" in client.post("/settings/account/second-step", {"code": "x"}).content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0)
    page = client.post("/settings/account/second-step", {"code": code_of(device)}).content.decode()
    codes = re.findall(r"<code>(\w{8})</code>", page)
    assert len(set(codes)) == 10
    return codes


def test_a_role_with_names_must_set_up_the_second_step(db: None, required: None) -> None:
    client = signed_in("wang", [cast.STREET])
    assert client.get("/devices").url == "/settings/account/second-step"
    set_up(client)
    assert client.get("/devices").status_code == 200
    assert signed_in("store", [cast.STREET], "store").get("/now").status_code == 200, "counts alone"


def test_the_code_opens_once_and_so_does_a_recovery_code(db: None) -> None:
    first = signed_in("wang", [cast.STREET])
    codes = set_up(first)
    browser = Client()
    browser.post("/sign-in", {"username": "wang", "password": PASSWORD})
    for path in ("/devices", "/settings/account", "/settings/account/second-step"):
        assert browser.get(path).url.startswith("/sign-in/code"), "the password alone"
    device = TOTPDevice.objects.get()
    said = {"code": code_of(device), "next": "/devices"}
    assert browser.post("/sign-in/code", said).status_code == 200, "the code that was typed in before"
    TOTPDevice.objects.update(throttling_failure_count=0)
    assert browser.post("/sign-in/code", {"code": code_of(device, 1), "next": "/devices"}).url == "/devices"
    assert browser.get("/devices").status_code == 200
    other = Client()
    other.post("/sign-in", {"username": "wang", "password": PASSWORD})
    assert other.post("/sign-in/code", {"code": codes[0].upper(), "next": "https://elsewhere.example/"}).url[0] == "/"
    assert other.get("/devices").status_code == 200
    assert StaticToken.objects.count() == 9
    third = Client()
    third.post("/sign-in", {"username": "wang", "password": PASSWORD})
    assert third.post("/sign-in/code", {"code": codes[0]}).status_code == 200, "used before"


def test_guessing_codes_becomes_slow(db: None) -> None:
    set_up(signed_in("wang", [cast.STREET]))
    browser = Client()
    browser.post("/sign-in", {"username": "wang", "password": PASSWORD})
    device = TOTPDevice.objects.get()
    browser.post("/sign-in/code", {"code": "000000"})
    assert browser.post("/sign-in/code", {"code": code_of(device, 1)}).status_code == 200, "too soon after a wrong one"


def test_an_administrator_removes_a_lost_second_step(db: None) -> None:
    set_up(signed_in("wang", [cast.STREET]))
    user = User.objects.get(username="wang").pk
    boss = signed_in("boss", [cast.STREET], "administrator")
    boss.post(f"/settings/users/{user}/act", {"act": "second"})
    assert not TOTPDevice.objects.exists() and not StaticToken.objects.exists()
    assert "移除两步验证" in boss.get(f"/settings/users/{user}").content.decode()


def test_one_can_change_ones_own_password(db: None) -> None:
    client = signed_in("wang", [cast.STREET])
    said = {"new_password1": "second-long-secret", "new_password2": "second-long-secret"}
    assert client.post("/settings/account/password", said | {"old_password": "x"}).status_code == 200
    assert client.post("/settings/account/password", said | {"old_password": PASSWORD}).status_code == 302
    page = client.get("/settings/account").content.decode()
    assert "街镇" in page and Client().login(username="wang", password="second-long-secret")


# -- sessions ------------------------------------------------------------------------------------


def aged(client: Client, **minutes: float) -> None:
    session = client.session
    for name, ago in minutes.items():
        session[name] = datetime.now(UTC).timestamp() - 60 * ago
    session.save()


def test_who_sees_names_is_signed_out_when_idle(db: None) -> None:
    client = signed_in("wang", [cast.STREET])
    aged(client, began=40, seen=29)
    assert client.get("/devices").status_code == 200
    assert datetime.now(UTC).timestamp() - client.session[sessions.SEEN] < 60, "the click was noted"
    aged(client, seen=31)
    assert client.get("/devices").url == "/sign-in?next=/devices"
    assert client.get("/devices").status_code == 302, "the session is over for good"


def test_a_board_that_refreshes_itself_keeps_nobody_signed_in(db: None) -> None:
    client = signed_in("wang", [cast.STREET])
    for part in ({"HX-Request": "true"}, {"X-Bulou-Part": "live"}):
        aged(client, began=40, seen=20)
        assert client.get("/now", headers=part).status_code == 200
        assert datetime.now(UTC).timestamp() - client.session[sessions.SEEN] > 19 * 60


def test_a_page_finds_that_its_connection_is_lost_and_opens_another_one(db: None, owner_url: str) -> None:
    """Nothing is asked before the first statement, which tells who the reader is."""
    browser = signed_in("mei", [cast.STREET], "street")
    with CaptureQueriesContext(connection) as ran:
        browser.get("/settings")
    assert "FROM accounts_session" in ran[0]["sql"]
    mine = connection.connection.info.backend_pid
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])
    assert browser.get("/settings").status_code == 200
    assert connection.connection.info.backend_pid != mine


def test_without_names_a_session_lasts_a_shift_and_no_longer(db: None) -> None:
    client = signed_in("plan", [cast.STREET], "planner")
    aged(client, began=11 * 60, seen=5 * 60)
    assert client.get("/now").status_code == 200
    aged(client, began=12 * 60 + 1, seen=1)
    assert client.get("/now").url == "/sign-in?next=/now"
