"""The first user of an installation, made in the browser with the one-time code of the start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client

from bulou.config.commands import serve
from bulou.desk.accounts import first_user, lockout
from bulou.desk.accounts.models import Change, Grant
from bulou.desk.actions import add_user
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import desk_street

PASSWORD = desk_street.PASSWORD
GIVEN = {"name": "first", "password": PASSWORD, "again": PASSWORD, "language": "en"}


@pytest.fixture
def folder(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an installation without users."""
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    return tmp_path


def printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    serve._first_user(folder, "http://x")
    return (re.findall(r"http://x(\S+)", capsys.readouterr().out) or [""])[0]


def said(answer) -> str:
    return " ".join(re.findall(r'role="alert">([^<]*)', answer.content.decode()))


def test_the_address_of_the_start_makes_the_first_user_once(folder: Path, capsys) -> None:
    address = printed(folder, capsys)
    file = folder / first_user.FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert address.rsplit("/", 1)[1] not in file.read_text(), "the code itself lies nowhere"
    page = Client().get(address)
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    browser = Client()
    answer = browser.post(address, GIVEN)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/")
    assert browser.cookies["bulou_language"].value == "en"
    user = User.objects.get()
    with scoped(EVERYWHERE):
        assert {(one.role, *one.areas) for one in Grant.objects.filter(user=user)} == {
            ("administrator", 0), ("command", 0),
        }  # fmt: skip
        assert {one.by for one in Change.objects.all()} == {"first start"}
    assert not file.exists()
    again = Client().post(address, GIVEN | {"name": "second"})
    assert again.status_code == 404 and "已经有用户了" in said(again) and User.objects.count() == 1
    assert printed(folder, capsys) == "", "there is a user: no address"
    signed = browser.post("/sign-in", {"username": "first", "password": PASSWORD, "next": "/"}, follow=True)
    assert signed.status_code == 200 and "From nothing to the first round" in signed.content.decode()


def test_a_new_start_ends_the_code_of_the_last(folder: Path, capsys) -> None:
    old, new = printed(folder, capsys), printed(folder, capsys)
    assert old != new
    answer = Client().get(old)
    assert answer.status_code == 404 and "不对或已过期" in said(answer)
    assert Client().get(new).status_code == 200


def test_a_user_added_another_way_ends_it_as_well(folder: Path, capsys) -> None:
    address = printed(folder, capsys)
    add_user("other", PASSWORD, [0])
    assert Client().post(address, GIVEN).status_code == 404
    assert User.objects.count() == 1
    assert printed(folder, capsys) == "" and not (folder / first_user.FILE).exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"again": "something else"}, "两次输入的密码不一致"),
        ({"password": "short", "again": "short"}, "10"),
        ({"name": ""}, "请填写用户名"),
        ({"name": "a b"}, "用户名"),
        ({"name": "31990419880506007X"}, "证件号码"),
    ],
)
def test_what_will_not_do_is_said_and_the_code_stays(folder: Path, capsys, given: dict[str, str], words: str) -> None:
    address = printed(folder, capsys)
    answer = Client().post(address, GIVEN | given)
    assert answer.status_code == 200 and words in said(answer), said(answer)
    assert not User.objects.exists()
    assert Client().post(address, GIVEN).status_code == 302


def test_who_guesses_codes_has_to_wait_even_with_the_right_one(folder: Path, capsys) -> None:
    address = printed(folder, capsys)
    for n in range(lockout.BY_BOTH):
        assert Client().get(f"/sign-in/first/wrong-{n}").status_code == 404
    answer = Client().get(address)
    assert answer.status_code == 429 and answer["Retry-After"] == "900" and "15分钟" in said(answer)
    assert Client(REMOTE_ADDR="192.0.2.7").get(address).status_code == 200, "not from elsewhere"


def test_a_wrong_try_keeps_nothing_that_was_typed(folder: Path, capsys) -> None:
    printed(folder, capsys)
    assert Client().post("/sign-in/first/wrong", GIVEN | {"name": "zhangsan"}).status_code == 404
    (kept,) = AccessAttempt.objects.values_list("get_data", "post_data", "username")
    assert PASSWORD not in str(kept) and "zhangsan" not in str(kept), kept


def test_without_a_file_no_code_is_right(folder: Path) -> None:
    for code in ("", "x", "None"):
        assert not first_user.is_right(code)
    (folder / first_user.FILE).write_bytes(b"\xff")
    assert not first_user.is_right("x")
