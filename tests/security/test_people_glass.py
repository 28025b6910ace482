"""A user of one street, with every ability there is, sees nothing of the next one by search, sheet, record or glass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.people.models import Glass
from tests import abilities, cast
from tests import desk_street as street
from tests.security import two_streets

TEXTS = (
    *two_streets.SECRETS, "竹", "心兰", "zhuxinlan", "zhusheng", "zxl", "zs", "4321", f"P{street.STRANGER}",
    str(two_streets.FOUND), "H99", "竹溪楼 101", "竹溪小区", "Bamboo Creek",
)  # fmt: skip
REASONLESS = ({"kind": "", "why": "家属来询"}, {"kind": "appeal", "why": ""}, {"kind": "appeal", "why": " . "}, {})


@pytest.fixture(scope="module")
def streets(two_streets_clone) -> Iterator[None]:
    with two_streets_clone():
        with override_settings(MIDDLEWARE=abilities.MIDDLEWARE):
            yield


@pytest.fixture
def browser(streets: None) -> Client:
    abilities.GIVEN.clear()
    abilities.GIVEN.update({"names", "audit", "glass"})
    client = Client()
    client.force_login(User.objects.get(username="street"))
    return client


def tells(answer, asked: str = "") -> list[str]:
    """Return the secrets in an answer, what was asked for aside."""
    text = (answer.content.decode() + str(answer.headers)).replace(asked or "\x00", "")
    return [secret for secret in (*two_streets.SECRETS, "竹溪楼") if secret in text]


@pytest.mark.parametrize("text", TEXTS)
def test_search_finds_nothing_of_the_next_street(browser: Client, text: str) -> None:
    answer = browser.get("/people", {"q": text})
    assert answer.status_code == 200
    assert f"/people/{street.STRANGER}" not in answer.content.decode()
    assert tells(answer, text) == []


def test_the_same_search_finds_it_for_its_own_street(browser: Client) -> None:
    browser.force_login(User.objects.get(username="neighbour"))
    assert f"/people/{street.STRANGER}" in browser.get("/people", {"q": "竹生"}).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        f"/people/{street.STRANGER}", f"/people/{two_streets.FOUND}", "/people/households/99",
        f"/oversight/tubes/{cast.TUBES['T2']}",
    ],
)  # fmt: skip
def test_no_sheet_of_the_next_street(browser: Client, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 404 and tells(answer) == []


@pytest.mark.parametrize(
    "query", ["", "kind=exports", "kind=glass", f"whom={street.STRANGER}", "whom=竹生", "who=command"]
)
def test_the_record_of_the_next_street_stays_there(browser: Client, query: str) -> None:
    answer = browser.get(f"/oversight?from=2022-01-01&{query}")
    assert answer.status_code == 200
    assert f"P{street.STRANGER}" not in answer.content.decode()
    assert tells(answer, "竹生" if "竹生" in query else "") == []


@pytest.mark.parametrize("reason", REASONLESS)
@pytest.mark.parametrize("named", [("phone", two_streets.SECRET_PHONE), ("code", f"P{street.STRANGER}")])
def test_no_glass_breaks_without_a_reason(browser: Client, named: tuple[str, str], reason: dict[str, str]) -> None:
    answer = browser.post("/people/glass", {"how": named[0], "value": named[1], **reason})
    assert answer.status_code == 200 and tells(answer, named[1]) == []
    assert browser.get(f"/people/{street.STRANGER}").status_code == 404
    with scoped(EVERYWHERE):
        assert not Glass.objects.filter(user="street").exists()


def test_a_review_of_the_next_street_is_not_there(browser: Client) -> None:
    with scoped(EVERYWHERE):
        theirs = Glass.objects.get(area=street.NEXT_BUILDING)
    assert browser.post(f"/oversight/glass/{theirs.pk}", {"verdict": "right"}).status_code == 404
    with scoped(EVERYWHERE):
        assert Glass.objects.get(pk=theirs.pk).verdict == ""
