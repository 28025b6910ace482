"""An inspector photographs what he finds, without a network; the photos go up when there is one, in pieces, and go on
where they broke off when the app was ended. The desk sees them with the finding. In Chinese and in English.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Route, expect

from bulou.config import supervisor
from bulou.ledger.areas import ancestor
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ui.attachments.models import Photo
from tests import desk_round
from tests.journeys.phones import enrol, phone, until
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_phone_duties import fill, press

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


@pytest.fixture(scope="module")
def town(served) -> desk_round.Morning:
    return desk_round.begin(800, datetime.now(UTC))


def camera(seed: int) -> dict[str, object]:
    """What a camera gives: a large picture with noise, which does not shrink much, and a secret behind it."""
    picture = Image.frombytes("RGB", (1600, 1200), random.Random(seed).randbytes(1600 * 1200 * 3))
    exif, out = Image.Exif(), BytesIO()
    exif[0x010F] = "SECRET-CAMERA"
    picture.save(out, "JPEG", quality=70, exif=exif)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def photos(journal: int) -> list[Photo]:
    with scoped(EVERYWHERE):
        return list(Photo.objects.filter(by__endswith=f"#{journal}").order_by("pk"))


@LANGUAGES
def test_photos_of_a_finding(browser: Browser, served: supervisor.Running, town: desk_round.Morning, lang: str) -> None:
    here = sorted({ancestor(area, 3) for area in town.homes})[0 if lang == "zh" else -1]
    wrong: list[str] = []
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, here, "inspector", "督查一组", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        mine.tap("待办", exact=True)
        press(mine, "登记问题")
        mine.at_leisure()
        page.locator(".sheet .choices button").last.click()
        mine.at_leisure()
        press(mine, "卡口管理")
        press(mine, "一般")
        fill(mine, "看到什么", "东门无人登记")
        fill(mine, "责任人或单位", "居委会")
        for seed in (1, 2):
            page.locator("input[type=file]").set_input_files(camera(seed))
            expect(page.locator(".shots img")).to_have_count(seed)
        page.locator("input[type=file]").set_input_files(
            {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
        )
        expect(page.get_by_role("alert")).to_contain_text(mine.t("这个文件不是照片，或打不开。"))
        mine.picture("photos")
        wrong += mine.wrong()
        mine.tap("保存", exact=True)
        expect(page.locator(".status")).to_contain_text(mine.t("未传照片 2 张"))
        mine.picture("photos-waiting")
        wrong += mine.wrong()

        # The line comes back and dies after a piece; the app is ended, and started anew.
        pieces: list[str] = []

        def dying(route: Route) -> None:
            pieces.append(route.request.url)
            if len(pieces) > 1:
                route.abort("internetdisconnected")
            else:
                route.continue_()

        mine.context.route("**/field/photos/**", dying)
        mine.context.set_offline(False)
        until(
            page,
            """async () => await new Promise((done) => {
          const name = indexedDB.databases().then((all) => {
            const own = all.map((d) => d.name).filter((n) => /^bulou-[0-9]+$/.test(n)).at(-1);
            indexedDB.open(own).onsuccess = (event) => {
              const asked = event.target.result.transaction('state').objectStore('state').getAll();
              asked.onsuccess = () => { event.target.result.close(); done(asked.result.some((one) => one?.held > 0)); };
            };
          });
        })""",
        )
        assert photos(mine.journal) == []
        mine.context.unroute("**/field/photos/**")
        gone_on: list[int] = []
        page.on(
            "request",
            lambda request: (
                gone_on.append(int(request.url.split("offset=")[1].split("&")[0]))
                if "/field/photos/" in request.url
                else None
            ),
        )
        page.reload()
        expect(page.locator(".status")).not_to_contain_text(mine.t("未传照片 2 张"), timeout=20_000)
        expect(page.locator(".status")).not_to_contain_text(mine.t("未传照片 1 张"), timeout=20_000)
        assert gone_on[0] > 0, "it went on where it stopped"
        journal = mine.journal
        found = photos(journal)
        assert len(found) == 2 and len({one.about for one in found}) == 1 and found[0].about.startswith("finding.")
        page.locator(".status").click()
        expect(page.locator(".sheet")).to_contain_text(mine.t("已传 2 张"))
        mine.picture("photos-sent")
        wrong += mine.wrong()
    assert wrong == []
