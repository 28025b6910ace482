"""The desk's front door: who guesses passwords has to wait, cookies stay where they belong, pages forbid the rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.test import Client

from bulou.desk.accounts import lockout, sessions
from bulou.desk.accounts.hashing import Recorded
from bulou.desk.accounts.models import Session
from bulou.desk.actions import add_user
from bulou.desk.headers import POLICY
from tests import cast
from tests import desk_street as street

PASSWORD = "first-long-secret"


def attempt(client: Client, password: str, user: str = "wang", address: str = "192.0.2.7") -> int:
    said = {"username": user, "password": password}
    return client.post("/sign-in", said, headers={"x-forwarded-for": address}).status_code


def test_who_guesses_has_to_wait(client: Client) -> None:
    add_user("wang", PASSWORD, [])
    for _ in range(lockout.BY_BOTH):
        assert attempt(client, "x") == 200
    assert attempt(client, "x") == 429
    assert attempt(client, PASSWORD) == 429, "the right word must not be told from a wrong one"
    assert attempt(client, "x", user="WANG ") == 429, "another way to write the name"
    assert attempt(client, PASSWORD, address="192.0.2.8") == 302, "the user himself is not shut out"
    client.logout()
    for attempts in AccessAttempt.objects.all():
        AccessAttempt.objects.filter(pk=attempts.pk).update(
            attempt_time=attempts.attempt_time - lockout.LASTS - timedelta(seconds=1)
        )
    assert attempt(client, PASSWORD) == 302


def test_one_address_cannot_try_everybody(client: Client) -> None:
    codes = [attempt(client, "x", user=f"user{n}") for n in range(lockout.BY_ADDRESS + 1)]
    assert codes == [200] * lockout.BY_ADDRESS + [429]


def test_many_addresses_cannot_try_one(client: Client) -> None:
    add_user("wang", PASSWORD, [])
    codes = [attempt(client, "x", address=f"192.0.2.{n}") for n in range(lockout.BY_USER + 1)]
    assert codes == [200] * lockout.BY_USER + [429]


def test_the_wait_is_said_in_both_languages(client: Client) -> None:
    for _ in range(lockout.BY_BOTH):
        attempt(client, "x")
    for language, sentence in (("zh-hans", "输错次数过多"), ("en", "Too many wrong tries")):
        client.cookies["bulou_language"] = language
        answer = client.post(
            "/sign-in", {"username": "wang", "password": "x"}, headers={"x-forwarded-for": "192.0.2.7"}
        )
        assert sentence in answer.content.decode() and answer.headers["Retry-After"] == "900"


def test_a_wrong_name_sounds_like_a_wrong_password(client: Client) -> None:
    add_user("wang", PASSWORD, [])
    pages_ = [client.post("/sign-in", {"username": name, "password": "x"}).content.decode() for name in ("wang", "li")]
    assert "用户名或密码有误" in pages_[0]
    assert pages_[0].replace("wang", "li").split("csrf")[0] == pages_[1].split("csrf")[0]


def test_a_session_ends_with_the_shift_and_its_key_changes(client: Client) -> None:
    add_user("wang", PASSWORD, [])
    assert attempt(client, PASSWORD) == 302
    cookie = client.cookies["bulou_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 12 * 3600
    session = client.session
    assert timedelta(seconds=session.get_expiry_age()) == sessions.LONGEST
    session[sessions.BEGAN] = (datetime.now(UTC) - sessions.LONGEST).timestamp()
    session.save()
    assert client.get("/").status_code == 302
    assert client.login(username="wang", password=PASSWORD)
    first = client.cookies["bulou_session"].value
    client.post("/sign-out")
    assert not Session.objects.filter(session_key=first).exists()
    client.cookies["bulou_session"] = first
    assert client.get("/").status_code == 302, "a session that was ended is used again"


def test_a_user_who_left_is_out_at_once(client: Client) -> None:
    user = add_user("wang", PASSWORD, [])
    client.force_login(user)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_a_new_password_ends_the_old_sessions(client: Client) -> None:
    client.force_login(add_user("wang", PASSWORD, []))
    add_user("wang", "second-long-secret", [])
    assert client.get("/").status_code == 302


def test_a_form_from_elsewhere_is_refused(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    for path in ("/sign-in", "/sign-out", "/language/setlang/"):
        assert browser.post(path, {"username": "wang"}).status_code in (302, 403)
    browser.force_login(add_user("wang", PASSWORD, []))
    assert browser.post("/sign-out").status_code == 403


@pytest.fixture(scope="module")
def plum(settled_clone):
    with settled_clone():
        yield


def test_every_page_forbids_what_it_does_not_need(plum: None) -> None:
    browser = Client(raise_request_exception=False)
    paths = ["/sign-in", "/nothing", "/healthz", "/static/desk/mark.svg", "/metrics/desk"]
    browser.force_login(User.objects.get(username="street"))
    paths += [street.url(cast.STREET, page) for page in ("", "/missed", "/waits", "/map")] + [street.url(cast.NO_1)]
    for path in paths:
        with closing(browser.get(path)) as answer:
            assert answer.headers["Content-Security-Policy"] == POLICY, path
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path
            assert answer.headers["Referrer-Policy"] == "same-origin", path
            if not path.startswith("/static/"):
                assert answer.headers["X-Frame-Options"] == "DENY", path
                assert "store" in answer.headers["Cache-Control"], path
                content = answer.content.decode()
                assert "<style" not in content and "onclick" not in content and "<script>" not in content, path
    assert "unsafe-inline" not in POLICY.replace("style-src-attr 'unsafe-inline'", "") and "unsafe-eval" not in POLICY


def test_the_limits_are_those_of_the_settings() -> None:
    assert (settings.AXES_FAILURE_LIMIT, settings.AXES_COOLOFF_TIME) == (lockout.BY_BOTH, lockout.LASTS)
    assert len(settings.AXES_LOCKOUT_PARAMETERS) == len(lockout.LIMITS)


def test_a_known_password_frees_its_user_and_not_the_address(client: Client) -> None:
    add_user("wang", PASSWORD, [])
    for n in range(lockout.BY_ADDRESS - 1):
        attempt(client, "x", user=f"user{n}")
    assert attempt(client, PASSWORD) == 302
    client.logout()
    assert attempt(client, "x", user="li") == 200
    assert attempt(client, PASSWORD) == 429


def test_a_wrong_try_keeps_no_password(client: Client) -> None:
    attempt(client, "not-to-be-kept", address="nonsense")
    (kept,) = AccessAttempt.objects.values_list("post_data", "get_data", "ip_address")
    assert "not-to-be-kept" not in str(kept) and kept[2] is None


def under(url: str) -> dict[str, object]:
    """Return what the settings are in an installation with this public address."""
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_HSTS_SECONDS",
             "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE",
             "DEBUG", "PASSWORD_HASHERS")  # fmt: skip
    told = f"{{n: getattr(s, n, None) for n in {names}}}"
    code = f"import json; from bulou.config import settings as s; print(json.dumps({told}))"
    bare = {name: value for name, value in os.environ.items() if not name.startswith("BULOU_")}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=bare | {"BULOU_PUBLIC_URL": url}, capture_output=True, check=True
    )
    return json.loads(ran.stdout)


def test_cookies_under_tls() -> None:
    secure, plain = under("https://bulou.example"), under("")
    assert (secure["SESSION_COOKIE_SECURE"], secure["CSRF_COOKIE_SECURE"], secure["LANGUAGE_COOKIE_SECURE"]) == (
        True,
    ) * 3
    assert secure["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600 and plain["SECURE_HSTS_SECONDS"] == 0
    for told in (secure, plain):
        assert told["SESSION_COOKIE_HTTPONLY"] and told["CSRF_COOKIE_HTTPONLY"] and not told["DEBUG"]
        assert (told["SESSION_COOKIE_SAMESITE"], told["CSRF_COOKIE_SAMESITE"]) == ("Lax", "Lax")


def test_figures_of_the_desk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "a-key-of-the-operator-0123456789"
    right = {"authorization": f"Bearer {key}"}
    assert client.get("/metrics/desk", headers=right).status_code == 404
    monkeypatch.setattr(settings, "METRICS_KEY", key)
    client.get("/sign-in")
    assert client.get("/metrics/desk", headers={"authorization": "Bearer x"}).status_code == 404
    told = client.get("/metrics/desk", headers=right).content.decode()
    assert 'bulou_desk_requests_total{page="sign-in",status="200"}' in told
    assert "bulou_desk_sign_ins" in told


def test_only_tests_hash_passwords_cheaply() -> None:
    """An installation hashes in as many rounds as its Django does."""
    assert under("")["PASSWORD_HASHERS"] == ["bulou.desk.accounts.hashing.Recorded"]
    assert Recorded.iterations == PBKDF2PasswordHasher.iterations > 100_000
