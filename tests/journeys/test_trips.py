"""The transfer desk looks who waits, plans trips, sends them to a vehicle and takes them back: three widths, zh and en.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of transfers and of declared kinds
from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from bulou.command.worklist.actions import written
from bulou.command.worklist.chosen import ActRequest
from bulou.ledger.areas import span
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui.room import unit_kinds
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_transfer import morning, positives  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, picture  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


@pytest.fixture(scope="module")
def placed(morning, positives: list[int]) -> int:
    """Nine of the twelve have a place; two vehicles and a facility are on the register."""
    now, street = datetime.now(UTC), morning.slow_street
    kinds = unit_kinds()
    with scoped(EVERYWHERE):
        units.add(
            [
                Unit(0, kinds["vehicle"].code, street, "沪A12345", attributes={"type": "van", "seats": 5}),
                Unit(0, kinds["vehicle"].code, street, "沪B67890", attributes={"type": "ambulance", "seats": 3}),
                Unit(0, kinds["facility"].code, street, "国展方舟", attributes={"purpose": "isolation", "beds": 8}),
            ],
            "x", now,
        )  # fmt: skip
        rows = list(Duty.objects.filter(kind=5, subject__in=positives[:9]))
    by = ActRequest("placed", "zhuanyun", now, may=lambda _ability, _area: True)
    with scoped(EVERYWHERE):
        for kind, more in (
            ("transfer.told", {"by": "张敏", "language": "mandarin"}),
            ("transfer.placed", {"destination": "facility", "facility": "国展方舟"}),
        ):  # fmt: skip
            entries = [
                (
                    kind, now, row.area,
                    {"campaign": row.campaign, "subjects": [row.subject], "occasion": row.occasion} | more,
                )
                for row in rows
            ]  # fmt: skip
            written(entries, by, _user(), (span(street),))
    return street


def _user() -> int:
    from django.contrib.auth.models import User

    return User.objects.get(username="zhuanyun").pk


@pytest.fixture
def page(browser, served, placed: int):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", base_url=served.url)
    page, said = context.new_page(), []
    page.set_default_timeout(60_000)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []
    context.close()


def test_who_waits_is_put_on_trips_and_the_trips_are_taken_back(page: Page, placed: int, picture) -> None:
    enter(page, "zhuanyun")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/transfers/waiting")
    main = page.locator("main")
    expect(page.locator("tbody tr")).to_have_count(12)
    expect(page.locator("tbody tr").first).to_contain_text("透析")
    expect(main).to_contain_text("还没有派车")
    expect(main).to_contain_text("陆主任")
    picture(page, "waiting")
    page.get_by_role("link", name="派车", exact=True).click()
    page.wait_for_url("**/transfers/trips")
    picture(page, "trips-before")
    page.get_by_role("button", name="排车次").click()
    expect(main).to_contain_text("已由另一套程序逐条核对")
    expect(main).to_contain_text("送到 国展方舟")
    picture(page, "trips-plan")
    page.get_by_role("button", name="派出这些车次").click()
    expect(page.get_by_role("status").filter(has_text="已派车")).to_be_visible()
    expect(main).to_contain_text("在途")
    picture(page, "trips-sent")
    page.get_by_role("link", name="按现在的情况重排").click()
    expect(main).to_contain_text("车次已开始、不动的人")
    picture(page, "trips-again")
    english(page)
    expect(main).to_contain_text("On trips that have begun")
    picture(page, "trips-again")
    page.goto("/transfers/trips")
    expect(main).to_contain_text("Plan trips")
    picture(page, "trips-sent")
    page.goto("/facilities")
    expect(main).to_contain_text("On the way")
    picture(page, "facilities")
    page.get_by_role("link", name="国展方舟").click()
    expect(main).to_contain_text("Outlook")
    picture(page, "facility")
    page.goto("/transfers/waiting")
    expect(main).to_contain_text("Waiting for 沪")
    picture(page, "waiting")
    page.goto("/transfers/trips")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("status").filter(has_text="taken back")).to_be_visible()
    page.get_by_role("button", name="Plan trips").click()
    expect(main).to_contain_text("Nothing has been sent yet")
    picture(page, "trips-plan")
