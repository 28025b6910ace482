"""Signed out is signed out everywhere: whatever ends somebody's access, wherever it is done, no open page goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from bulou.desk.accounts import actions
from bulou.desk.accounts.models import Grant, Session
from bulou.desk.actions import add_user
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ui.live import fragments as live
from bulou.ui.live.change_listener import ChangeListener
from tests import cast, desk_street
from tests.doors.open_pages import signed_in

BOARD = desk_street.url(cast.STREET)
#: Seconds; it takes some thousandths.
PATIENCE = 20


@pytest.fixture
def heard(settled, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChangeListener]:
    """The desk as it serves: readings hold, and the database is heard."""
    ticks = ChangeListener()
    monkeypatch.setattr(live, "SHARED", live.Shared(ticks, lambda: 0.0))
    eventually(lambda: ticks.ends is not None)
    yield ticks
    ticks.close()


def eventually(happened: Callable[[], bool]) -> None:
    beat = threading.Event()
    for _ in range(PATIENCE * 100):
        if happened():
            return
        beat.wait(0.01)
    pytest.fail("it did not happen")


def _user() -> User:
    return User.objects.get(username="street")


def _by_sql(statement: str) -> Callable[[str], None]:
    def act(owner: str) -> None:
        with psycopg.connect(owner, autocommit=True) as elsewhere:
            elsewhere.execute(statement)

    return act


def _signed_out_elsewhere(owner: str) -> None:
    """Another process of the desk: it has nothing of this one but the database."""
    key = Session.objects.get(user=_user()).session_key
    with psycopg.connect(owner, autocommit=True) as elsewhere:
        elsewhere.execute("DELETE FROM accounts_session WHERE session_key = %s", [key])


def _role_ended(owner: str) -> None:
    with scoped(EVERYWHERE):
        for grant in Grant.objects.filter(user=_user()):
            actions.end(_user(), grant.pk, "administrator", "left", datetime.now(UTC))


def _password_renewed(owner: str) -> None:
    with scoped(EVERYWHERE):
        actions.renew_password(_user(), "administrator", datetime.now(UTC))


def _added_again(owner: str) -> None:
    add_user("street", "another-long-secret", [cast.STREET])


def _second_step(owner: str) -> None:
    TOTPDevice.objects.create(user=_user(), name="application", confirmed=True)


ENDS: dict[str, Callable[[str], None]] = {
    "signed out in another process": _signed_out_elsewhere,
    "role ended": _role_ended,
    "role ended by hand": _by_sql("UPDATE accounts_grant SET until = since + interval '1 second'"),
    "password renewed by an administrator": _password_renewed,
    "given anew by the command line": _added_again,
    "password set by hand": _by_sql("UPDATE auth_user SET password = 'x' WHERE username = 'street'"),
    "account closed": _by_sql("UPDATE auth_user SET is_active = false WHERE username = 'street'"),
    "second step set up elsewhere": _second_step,
}


@pytest.mark.parametrize("how", ENDS)
def test_an_open_page_does_not_outlive_what_ended_its_readers_access(
    how: str, heard: ChangeListener, owner_url: str
) -> None:
    browser, before = signed_in("street"), None
    for _ in range(2):
        answer = browser.get(BOARD)
        assert answer.status_code == 200
    before = heard.ends
    ENDS[how](owner_url)
    eventually(lambda: heard.ends != before)
    answer = browser.get(BOARD)
    assert answer.status_code in (302, 403), "the page goes on"
    assert answer.status_code == 403 or answer.url.startswith(("/sign-in", "/sign-in-code"))


@pytest.mark.parametrize("how", ["signed out in another process", "account closed"])
def test_the_whole_page_knows_at_once(how: str, heard: ChangeListener, owner_url: str) -> None:
    """Nothing of a session is kept between two requests: this one does not even have to be told."""
    browser = Client()
    browser.force_login(_user())
    assert browser.get(BOARD).status_code == 200
    ENDS[how](owner_url)
    assert browser.get(BOARD).url.startswith("/sign-in")


def test_a_new_password_ends_all_other_sessions_of_its_user_and_nobody_elses(heard: ChangeListener) -> None:
    one, other, colleague = Client(), Client(), Client()
    add_user("colleague", desk_street.PASSWORD, [cast.STREET])
    for browser, name in ((one, "street"), (other, "street"), (colleague, "colleague")):
        browser.force_login(User.objects.get(username=name))
        assert browser.get(BOARD).status_code == 200
    said = {
        "old_password": desk_street.PASSWORD,
        "new_password1": "a-new-long-secret",
        "new_password2": "a-new-long-secret",
    }
    assert one.post(reverse("account-password"), said).status_code == 302
    assert one.get(BOARD).status_code == 200 and colleague.get(BOARD).status_code == 200
    assert other.get(BOARD).url.startswith("/sign-in")
    assert Session.objects.filter(user=_user()).count() == 1


def test_a_session_that_is_over_leaves_no_row(heard: ChangeListener) -> None:
    browser = Client()
    browser.force_login(_user())
    Session.objects.update(expire_date=datetime(2020, 1, 1, tzinfo=UTC))
    assert browser.get(BOARD).url.startswith("/sign-in")
    add_user("colleague", desk_street.PASSWORD, [cast.STREET])
    assert not Session.objects.filter(user=_user()).exists()


@pytest.mark.parametrize(
    "key", ["", "x", "\\000" * 8, "A" * 32, "a" * 33, "漏".encode().decode("latin-1") * 32, "%00" * 11, "' OR '1'='1"]
)
def test_a_cookie_that_is_no_key_is_nobodys(key: str, heard: ChangeListener) -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies["bulou_session"] = key
    assert browser.get(BOARD).status_code == 302
    browser = Client(raise_request_exception=False, headers={"cookie": f'bulou_session="{key}"'})
    assert browser.get(BOARD).status_code == 302


def test_wrong_passwords_of_somebody_else_do_not_sign_a_user_out(heard: ChangeListener) -> None:
    """Else whoever knows a name could end its work; a lock-out keeps from signing in, also with the right word."""
    browser = Client()
    browser.force_login(_user())
    guesser = Client(headers={"x-forwarded-for": "192.0.2.9"})
    codes = {guesser.post("/sign-in", {"username": "street", "password": "x"}).status_code for _ in range(10)}
    assert 429 in codes
    assert browser.get(BOARD).status_code == 200
