"""Who may come in, and in which language the desk speaks to him."""

from __future__ import annotations

from contextlib import closing

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from bulou.desk.access import areas_of, ranges_of
from bulou.desk.actions import add_user
from bulou.ledger.areas import span
from bulou.ui import assets
from tests import cast
from tests import desk_street as street


def test_a_user_is_added_once_and_changed_after(db: None, client: Client) -> None:
    add_user("wang", "first-long-secret", [cast.STREET])
    user = add_user("wang", "second-long-secret", [cast.ESTATE, cast.NO_1, cast.NO_1])
    assert areas_of(user.pk) == (cast.ESTATE, cast.NO_1)
    assert ranges_of(areas_of(user.pk)) == (span(cast.ESTATE), span(cast.NO_1))
    assert not client.login(username="wang", password="first-long-secret")
    assert client.login(username="wang", password="second-long-secret")


@pytest.mark.parametrize(
    ("name", "password", "area", "refused"),
    [
        ("wang", "short", cast.STREET, ValidationError),
        ("wangxiaoming", "wangxiaoming1", cast.STREET, ValidationError),
        ("no spaces", "first-long-secret", cast.STREET, ValidationError),
        ("wang", "first-long-secret", 5, ValueError),
    ],
)
def test_what_is_not_taken_leaves_no_user(db: None, name: str, password: str, area: int, refused: type) -> None:
    from django.contrib.auth.models import User

    with pytest.raises(refused):
        add_user(name, password, [area])
    assert not User.objects.exists()


def test_the_desk_speaks_chinese_until_told_otherwise(client: Client) -> None:
    page = client.get("/sign-in", headers={"accept-language": "fr"}).content.decode()
    assert 'lang="zh-hans"' in page and "登录" in page
    answer = client.post("/language/setlang/", {"language": "en", "next": "/sign-in"})
    assert answer.status_code == 302 and answer.url == "/sign-in"
    page = client.get("/sign-in").content.decode()
    assert 'lang="en"' in page and "Sign in" in page and "登录" not in page


def test_a_wrong_password_is_said_in_the_readers_language(db: None, client: Client) -> None:
    add_user("wang", "first-long-secret", [])
    answer = client.post("/sign-in", {"username": "wang", "password": "x"})
    assert "用户名或密码有误" in answer.content.decode()
    assert client.post("/sign-in", {"username": "wang", "password": "first-long-secret"}).status_code == 302


def test_sign_in_leads_back_here_and_nowhere_else(db: None, client: Client) -> None:
    add_user("wang", "first-long-secret", [])
    for wanted, got in ((street.url(cast.STREET), street.url(cast.STREET)), ("https://elsewhere.example/", "/now")):
        said = {"username": "wang", "password": "first-long-secret", "next": wanted}
        assert client.post("/sign-in", said).url == got
        client.logout()


def test_nothing_is_loaded_from_elsewhere(client: Client) -> None:
    page = client.get("/sign-in").content.decode()
    assert "//" not in page.replace("http://www.w3.org", "")
    assert len(assets.addresses()) == 3, "make front"
    for part in (*assets.addresses().values(), "desk/mark.svg"):
        with closing(client.get(f"/static/{part}")) as answer:
            assert answer.status_code == 200
