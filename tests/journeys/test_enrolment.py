"""A street enrols a phone and prints the shift card; a phone that is lost is withdrawn and its journal handed in."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bulou.ledger.areas import ancestor
from tests import desk_round
from tests.journeys.test_board import browser, morning, page, picture, served, sign_in  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def begin(page: Page, compound: int, name: str) -> None:  # noqa: F811
    page.goto("/devices")
    page.locator("main a[href='/devices/enrol']").first.click()
    page.goto(f"/devices/enrol?under={compound}")
    page.fill("#id_name", name)
    page.locator("input[name=what][value=one]").check()
    page.locator("input[name=role][value=volunteer]").check()
    page.select_option("#id_kind", "phone")
    page.locator(f"input[name=area][value='{compound}']").check()


def issue(page: Page) -> None:  # noqa: F811
    """Look through what was chosen, and have the code made."""
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="确认，生成登记码").click()


@pytest.mark.parametrize("width", [1440, 820])
def test_enrol_print_withdraw_and_hand_in(
    page: Page,  # noqa: F811
    morning: desk_round.Morning,  # noqa: F811
    picture,  # noqa: F811
    tmp_path: Path,
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "street")
    building = morning.missed_building()
    compound = ancestor(building, 4)

    # A card for the volunteers of the day.
    begin(page, compound, "周一白班志愿者")
    page.locator("input[name=what][value=card]").check()
    page.locator("input[name=role][value=volunteer]").check()
    issue(page)
    expect(page.locator("main svg.segno")).to_be_visible()
    form = page.locator("main form[action='/devices/enrol/card']")
    said = {name: form.locator(f"[name={name}]").input_value() for name in ("token", "csrfmiddlewaretoken")}
    card = page.request.post("/devices/enrol/card", form=said)
    assert card.body().startswith(b"%PDF")
    (tmp_path / "card.pdf").write_bytes(card.body())

    # One phone: the code on the screen makes its journal.
    begin(page, compound, "1 号楼门口")
    picture(page, "enrol")
    issue(page)
    address = page.locator("main code").inner_text()
    picture(page, "enrol-code")
    token = address.split("#enrol=")[1]
    device = page.request.post("/field/enrol", data={"token": token}).json()
    assert page.request.post("/field/enrol", data={"token": token}).status == 410

    # It is lost; what it had saved comes in as a file. One entry is of another street.
    page.goto("/devices")
    page.locator(f"tr[data-key='{device['journal']}'] a[href$='/revoke']").click()
    expect(page.locator("h1")).to_contain_text("停用设备")
    page.locator("button[name=sure]").click()
    expect(page.get_by_role("status").filter(has_text="已停用")).to_be_visible()
    at = datetime.now(UTC).isoformat()
    entries = [
        {"n": n, "kind": "swab.called", "at": at, "area": area, "body": {"campaign": 1, "persons": [person]}}
        for n, (area, person) in enumerate([(building, morning.homes[building][0]), (morning.district, 1)], 1)
    ]
    file = tmp_path / "bulou-journal.json"
    file.write_text(json.dumps({"journal": device["journal"], "entries": entries}))
    page.locator(".head a[href='/devices/hand-in']").click()
    page.set_input_files("#id_file", file)
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("cell", name="106")).to_be_visible()
    picture(page, "hand-in")

    # The same in English, and the card is withdrawn.
    page.click("button[value=en]")
    page.goto("/devices/hand-in")
    expect(page.locator("h1")).to_have_text("Upload offline records")
    picture(page, "hand-in")
    begin(page, compound, "Building 1, entrance")
    picture(page, "enrol")
    page.get_by_role("button", name="Next: check").click()
    page.get_by_role("button", name="Confirm and create code").click()
    picture(page, "enrol-code")
    page.goto("/devices")
    picture(page, "devices")
    page.goto("/devices/enrol")
    page.get_by_role("row", name="周一白班志愿者").get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status").filter(has_text="Withdrawn")).to_be_visible()
    page.goto("/devices/enrol")
    page.get_by_role("row", name="Building 1, entrance").get_by_role("button", name="Withdraw").click()
