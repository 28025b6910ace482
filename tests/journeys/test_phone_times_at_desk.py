"""A phone reported with a clock three days ahead: the street records its reports at the time that they happened."""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from bulou.config import supervisor
from bulou.ledger.areas import ancestor
from bulou.ledger.check_digit import label
from bulou.ui import forms
from tests import desk_round
from tests.journeys.phones import AXE, offered
from tests.journeys.test_board import browser, morning, page, picture, served, sign_in  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def wrong_of(page: Page) -> list[str]:
    """Return what axe says of the page."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations)")
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in grave]


@pytest.mark.parametrize(("width", "lang"), [(1440, "zh"), (820, "en")])
def test_a_wrong_clock_is_put_right_on_the_desk(
    page: Page, served: supervisor.Running, morning: desk_round.Morning, picture, width: int, lang: str
) -> None:
    said = {
        "zh": ("时间有误的上报", "补记勾选的条目", "已补记2条", "撤回补记", "按实际时间补记"),
        "en": ("Reports with a wrong time", "Record the ticked reports", "Reports recorded: 2", "Take back",
               "Record at the actual time"),
    }[lang]  # fmt: skip
    building = morning.missed_building()
    token = offered(served, ancestor(building, 4), "sampler", f"1 号楼门口 {lang}").split("#enrol=")[1]
    device = httpx.post(f"{served.url}/field/enrol", json={"token": token}, trust_env=False).json()
    now, tube = datetime.now(UTC), label(480_001 + width)
    people = morning.homes[building][:3]
    entries = [
        {"n": n, "kind": kind, "area": building, "offset_ms": None, "body": {"campaign": 1} | body,
         "at": (now + timedelta(days=3, minutes=n)).isoformat()}
        for n, (kind, body) in enumerate(
            [("swab.called", {"persons": people}),
             ("tube.sealed", {"tube": tube, "mode": "pooled", "persons": people})], 1
        )
    ]  # fmt: skip
    told = httpx.post(
        f"{served.url}/field/journal", json={"incarnation": None, "entries": entries}, trust_env=False,
        headers={"authorization": f"Bearer {device['key']}"},
    ).json()  # fmt: skip
    assert [one["code"] for one in told["entries"]] == [105, 105]
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "street")
    if lang == "en":
        page.click("button[value=en]")
    page.goto(f"/now/of/conflict.journal.0.{device['journal']}.1:{ancestor(building, 2)}")
    page.get_by_role("link", name=said[4]).click()
    expect(page.locator("h1")).to_have_text(f"1 号楼门口 {lang}")
    expect(page.locator("main")).to_contain_text(str(tube))
    assert wrong_of(page) == []
    picture(page, "times")
    page.fill("input[name=first]", timezone.localtime(now - timedelta(minutes=30)).strftime(forms.TIME))
    page.get_by_role("button", name=said[1]).click()
    expect(page.get_by_role("status").filter(has_text=said[2])).to_be_visible()
    expect(page.get_by_role("button", name=said[3])).to_have_count(2)
    assert wrong_of(page) == []
    picture(page, "times-done")
    page.goto("/devices")
    page.get_by_role("link", name=said[0]).click()
    expect(page.locator("h1")).to_have_text(said[0])
    assert wrong_of(page) == []
