"""An auditor traces a result from the swab to the page; a look outside one's areas is given a reason and reviewed.

The desk runs in this process, so that the readers have the abilities that the journey names. With BULOU_SCREENSHOTS
set, the pictures of the manual are taken anew.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Page, expect

from bulou.ledger.areas import ancestor
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ui.figures import rows
from tests import abilities, desk_round
from tests.journeys.test_board import browser, page, picture  # noqa: F401  fixtures
from tests.journeys.test_frame import judge

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
CHINESE = re.compile(r"[㐀-鿿]")


class Server(ThreadingMixIn, WSGIServer):
    """Answers each request in a thread of its own."""

    daemon_threads = True

    def process_request_thread(self, request, client_address) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


class Quiet(WSGIRequestHandler):
    """Says nothing on standard error."""

    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True)
class Served:
    """Where the desk answers."""

    url: str


@pytest.fixture(scope="module")
def served(clone) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # first: the browser's loop may run in this thread already
        with clone(), override_settings(MIDDLEWARE=abilities.MIDDLEWARE):
            server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield Served(f"http://127.0.0.1:{server.server_port}")
            server.shutdown()
            server.server_close()


@pytest.fixture(scope="module")
def morning(served: Served) -> desk_round.Morning:
    now = datetime.now(UTC)
    morning = desk_round.begin(2500, now)
    morning.first_wave(now)
    return morning


@dataclass(frozen=True)
class Whole:
    """A tube that went the whole way, and one of the people in it."""

    label: int
    person: int
    name: str
    pinyin: str
    area: int


@pytest.fixture(scope="module")
def whole(morning: desk_round.Morning) -> Whole:
    """The laboratory reports a tube whose box it received."""
    with scoped(EVERYWHERE):
        label, area = rows(
            "SELECT l.subject, l.area FROM ledger_line AS l"
            " JOIN ledger_duty AS b ON b.kind = 3 AND b.subject = l.carrier AND b.outcome = 1"
            " WHERE l.kind = 2 AND l.carrier_kind = 3 ORDER BY l.subject LIMIT 1"
        )[0]
        results = [{"tube": label, "value": "negative"}]
        now = datetime.now(UTC)
        morning.say([("tube.resulted", now, area, {"campaign": 1, "results": results})], now)
        person, name, pinyin = rows(
            "SELECT p.id, p.name, p.pinyin FROM ledger_line AS l JOIN places_person AS p ON p.id = l.subject"
            " WHERE l.carrier_kind = 2 AND l.carrier = %(label)s ORDER BY p.id LIMIT 1", label=label,
        )[0]  # fmt: skip
    return Whole(label, person, name, pinyin, area)


def sign_in(page: Page, user: str, *given: str) -> None:  # noqa: F811
    abilities.GIVEN.clear()
    abilities.GIVEN.update(given)
    page.goto("/sign-in")
    page.fill("#id_username", user)
    page.fill("#id_password", desk_round.PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(re.compile("/(now|rounds)"))


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (820, "en"), (820, "zh-hans"), (1440, "en")])
def test_an_auditor_traces_a_result_from_the_swab_to_the_page(
    page: Page, whole: Whole, picture, width: int, language: str  # noqa: F811
) -> None:  # fmt: skip
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "district", "audit")
    page.click(f"button[value={language}]")
    page.goto("/people")
    page.fill("#id_q", whole.pinyin)
    page.locator("#id_q").press("Enter")
    row = page.locator(f'[data-key="person-{whole.person}"]')
    expect(row).to_be_visible()
    assert whole.name not in row.inner_text()
    picture(page, "people")
    assert judge(page, "people") == []

    row.locator("th a").click()
    expect(page.locator("h1")).to_contain_text(f"{whole.name[0]}**")
    assert whole.name not in page.content(), "an auditor sees names masked"
    picture(page, "sheet")
    assert judge(page, "sheet") == []

    page.locator(f'.timeline a[href$="/tubes/{whole.label}"]').first.click()
    expect(page.locator('[data-verified="all"]')).to_be_visible()
    expect(page.locator('.timeline [data-verified="yes"]')).to_have_count(5)
    assert page.locator('[data-verified="no"]').count() == 0
    words = page.locator("main h2").all_inner_texts()
    assert language != "en" or not any(CHINESE.search(word) for word in words[1:]), words
    picture(page, "tube")
    assert judge(page, "tube") == []

    assert page.locator('table a[href*="/areas/"]').count() == 0, "no link to a board that an auditor may not open"

    page.goto(f"/oversight?whom={whole.person}")
    expect(page.locator("tbody")).to_contain_text("个人记录" if language != "en" else "personal record")
    picture(page, "oversight")
    assert judge(page, "oversight") == []


@pytest.mark.parametrize("width", [1440, 820])
def test_a_look_outside_ones_areas_has_a_reason_and_a_review(
    page: Page, whole: Whole, morning: desk_round.Morning, picture, width: int  # noqa: F811
) -> None:  # fmt: skip
    assert ancestor(whole.area, 2) != morning.slow_street
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "street", "glass")
    page.goto("/people")
    page.get_by_role("link", name="查辖区外人员").click()
    page.select_option("#id_how", "code")
    page.fill("#id_value", f"P{whole.person}")
    page.select_option("#id_kind", "appeal")
    page.fill("#id_why", "本人来电询问昨天的结果")
    picture(page, "glass")
    assert judge(page, "glass") == []
    page.get_by_role("button", name="查阅（将留痕）").click()
    expect(page.locator("h1")).to_contain_text(whole.name)
    expect(page.locator("main .alert-warning")).to_contain_text("本人来电询问昨天的结果")
    others = [person for person in morning.homes[whole.area] if person != whole.person]
    assert {page.request.get(f"/people/{other}").status for other in others} == {404}, "of the building this one alone"
    page.get_by_role("button", name="退出").click()

    sign_in(page, "district", "audit")
    page.goto("/oversight?kind=glass")
    waiting = page.locator("tbody tr", has=page.locator("form")).first
    waiting.locator("input[name=note]").fill("已回访本人")
    picture(page, "oversight-glass")
    assert judge(page, "oversight-glass") == []
    waiting.get_by_role("button", name="合理").click()
    expect(page.locator("tbody")).to_contain_text("已回访本人")
