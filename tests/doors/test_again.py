"""Open pages that ask again: answered without a look at who asks, never longer than that holds, never for another."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from bulou.command import again, live
from bulou.desk import access
from bulou.desk.accounts import sessions
from bulou.desk.accounts.models import Grant
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast, desk_street
from tests.doors.open_pages import Clock, Heard, signed_in

BOARD = desk_street.url(cast.STREET)
#: One statement that tells who somebody is and what he may see.
ASKED = 1

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def town(settled) -> None:
    """The street with its open round."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock for who is known; readings hold, because the one of theirs stands still."""
    made = Clock()
    monkeypatch.setattr(again.Again, "clock", made)
    monkeypatch.setattr(live, "SHARED", live.Shared(Heard(), lambda: 0.0))  # type: ignore[arg-type]
    return made


def asked(browser: Client, address: str = BOARD, **headers: str) -> tuple[Any, int]:
    """Return the answer and how many statements it took."""
    with CaptureQueriesContext(connection) as ran:
        answer = browser.get(address, headers=headers)
    return answer, len(ran)


def test_who_was_just_answered_is_answered_without_a_look_at_who_he_is(clock: Clock) -> None:
    street = signed_in("street")
    first, _ = asked(street)
    second, statements = asked(street)
    assert statements == 0 and second.content == first.content and second.resolver_match.url_name == "board"
    assert {*second.items()} ^ {*first.items()} == {
        ("X-Request-ID", answer.headers["X-Request-ID"]) for answer in (first, second)
    }
    third, statements = asked(street, **{"If-None-Match": first.headers["ETag"]})
    assert (third.status_code, statements) == (304, 0)


def test_after_a_while_it_is_looked_again_who_asks(clock: Clock) -> None:
    street = signed_in("street")
    asked(street)
    clock.at += again.FOR - 0.1
    assert asked(street)[1] == 0
    clock.at += 0.1
    assert asked(street)[1] == ASKED, "and what he is shown holds still"


def test_what_was_told_of_anybodys_access_is_heard(clock: Clock) -> None:
    street, heard = signed_in("street"), live.SHARED.ticks  # type: ignore[union-attr]
    asked(street)
    assert asked(street)[1] == 0
    heard.ends += 1  # type: ignore[union-attr, operator]
    assert asked(street)[1] == ASKED and asked(street)[1] == 0
    heard.ends = None  # type: ignore[union-attr, misc]
    assert [asked(street)[1] for _ in range(2)] == [ASKED, ASKED], "nobody hears: it is looked each time"


def test_what_was_told_while_he_was_answered_is_not_missed(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    street, heard, process = signed_in("street"), live.SHARED.ticks, access.AreaScope.process_view  # type: ignore

    def looked(*args: Any) -> Any:
        answer = process(*args)
        heard.ends += 1
        return answer

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(access.AreaScope, "process_view", looked)
        asked(street)
    assert asked(street)[1] == ASKED


@pytest.mark.parametrize("ends", ["shift", "idle", "role"])
def test_nobody_is_known_beyond_the_end_of_his_session_or_role(ends: str, clock: Clock) -> None:
    street = signed_in("street")
    now, soon = datetime.now(UTC), timedelta(seconds=20)
    began, seen = now, now
    if ends == "shift":
        began = now - sessions.LONGEST + soon
    elif ends == "idle":
        seen = now - sessions.IDLE + soon
    else:
        with scoped(EVERYWHERE):
            Grant.objects.using("owner").filter(user__username="street").update(until=now + soon)
    session = street.session
    session[sessions.BEGAN], session[sessions.SEEN] = began.timestamp(), seen.timestamp()
    session.save()
    assert asked(street)[0].status_code == 200
    clock.at += 15
    assert asked(street)[1] == 0
    clock.at += 6
    assert asked(street)[1] == ASKED


def test_another_cookie_language_or_address_is_another_reader(clock: Clock) -> None:
    street = signed_in("street")
    asked(street)
    english, statements = asked(street, **{"Accept-Language": "en"})
    assert "overage" in english.content.decode() and statements >= ASKED
    assert asked(street, BOARD + "?x=1")[1] >= ASKED
    session = street.cookies["bulou_session"].value
    street.cookies["bulou_session"] = session[:-1] + ("a" if session[-1] != "a" else "b")
    assert "/sign-in" in asked(street)[0].url
    street.cookies["bulou_session"] = session
    assert asked(street)[1] == 0


def test_who_signs_out_is_unknown_at_once(clock: Clock) -> None:
    street = signed_in("street")
    asked(street)
    cookies = street.cookies.copy()
    street.post("/sign-out")
    street.cookies = cookies
    assert "/sign-in" in asked(street)[0].url


@pytest.mark.parametrize("meanwhile", [True, False])
def test_who_signs_out_while_he_is_answered_is_not_known_afterwards(
    meanwhile: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = RequestFactory(headers={"X-Bulou-Part": "live"})
    monkeypatch.setattr(live, "SHARED", live.Shared(Heard(), lambda: 0.0))  # type: ignore[arg-type]

    def desk(request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and meanwhile:
            middleware(browser.post("/sign-out"))
        answer = HttpResponse("a part")
        answer.shown = ("its key", 1.0)  # type: ignore[attr-defined]
        return answer

    middleware = again.Again(desk)
    middleware(browser.get(BOARD))
    assert bool(middleware._known) is not meanwhile


def test_the_whole_page_is_never_answered_this_way(clock: Clock) -> None:
    street = signed_in("street")
    asked(street)
    whole = Client()
    whole.cookies = street.cookies
    page, statements = asked(whole)
    assert statements > ASKED and re.search("<title>", page.content.decode())


def test_open_pages_are_few() -> None:
    door = again.Again(lambda request: None)  # type: ignore[arg-type, return-value]
    known = again.Known((None, 0.0), (), None, 0.0, 0)
    for n in range(again.MOST + 3):
        door._keep(n, known, 0)
    assert len(door._known) == again.MOST and 2 not in door._known and 3 in door._known
