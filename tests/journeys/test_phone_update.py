"""A new version comes over a phone that loses its network: it takes over when it is whole, and its camera reads."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.house.tree import SOURCE
from tests.journeys.phones import until
from tests.journeys.test_board import CHROMIUM, FLAGS
from tests.journeys.test_phone_lines import film

BUILT = SOURCE / "field" / "static" / "phone"
pytestmark = pytest.mark.skipif(
    shutil.which("chromium") is None or not (BUILT / "sw.js").exists(), reason="needs Chromium and `make front`"
)
TOKEN = "Ab_-" * 10 + "xyz"
ALL = """async () => {
  const names = (await caches.keys()).filter((one) => one.startsWith('bulou-') && one !== 'bulou-room');
  const keys = await Promise.all(names.map(async (one) => (await caches.open(one)).keys()));
  return navigator.serviceWorker.controller && keys.flat().some((one) => one.url.endsWith('.wasm'));
}"""


class Quiet(SimpleHTTPRequestHandler):
    """The app's files as they lie, with the one type that not every machine knows."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".wasm": "application/wasm"}

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A copy of the built app behind an address, and the folder that is served."""
    folder = tmp_path / "site" / "field" / "app"
    shutil.copytree(BUILT, folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "site")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/field/app/", folder
    server.shutdown()
    server.server_close()


def released(folder: Path) -> None:
    """Put another version into the folder: files that are named by their content have other names, as after a build."""
    worker = folder / "sw.js"
    text = worker.read_text("utf-8")
    named = re.findall(r"assets/[\w.-]+", text)
    new = {name: re.sub(r"-[\w-]{8}\.", "-Released.", name) for name in named}
    assert all(old != name for old, name in new.items())
    for path in (worker, folder / "index.html", *(folder / name for name in named if name.endswith(".js"))):
        content = path.read_text("utf-8")
        for old, name in new.items():
            content = content.replace(old.removeprefix("assets/"), name.removeprefix("assets/"))
        path.write_text(content, "utf-8")
    for old, name in new.items():
        (folder / old).rename(folder / name)
    worker.write_text(re.sub(r'"bulou-" \+ "\w+"', '"bulou-" + "released01"', worker.read_text("utf-8")), "utf-8")


@pytest.fixture
def opened(site: tuple[str, Path], tmp_path: Path) -> Iterator[Callable[[], Page]]:
    """Opens the app in a browser before whose camera lies an enrolment code."""
    film(tmp_path / "code.y4m", f"https://a.example/field/app/#enrol={TOKEN}")
    flags = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    seen = f"--use-file-for-fake-video-capture={tmp_path / 'code.y4m'}"
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags, seen])
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", permissions=["camera"])

        def again() -> Page:
            for page in context.pages:
                page.close()
            page = context.new_page()
            page.goto(site[0])
            return page

        yield again
        browser.close()


def version(page: Page) -> list[str]:
    """Return the names of the caches of versions."""
    return page.evaluate("caches.keys().then((all) => all.filter((one) => one !== 'bulou-room'))")


def test_a_new_version_takes_over_without_a_network_and_its_camera_works(
    site: tuple[str, Path], opened: Callable[[], Page]
) -> None:
    page = opened()
    until(page, ALL)
    before = version(page)
    released(site[1])
    page = opened()
    offer = page.get_by_role("button", name="现在更新")
    expect(offer).to_be_visible()
    page.context.set_offline(True)
    with page.expect_navigation():
        offer.click()
    expect(page.locator("main")).to_contain_text("请扫描电脑上的登记码")
    assert version(page) == ["bulou-released01"] != before
    page = opened()
    page.get_by_role("button", name="扫码", exact=True).click()
    expect(page.locator("main")).to_contain_text("登记码已读入")


def test_a_new_version_that_is_not_whole_is_not_offered(site: tuple[str, Path], opened: Callable[[], Page]) -> None:
    """The network ends while it comes, or a file is missing: the old one goes on, camera and all."""
    page = opened()
    until(page, ALL)
    before = version(page)
    released(site[1])
    (site[1] / "assets" / "zxing_reader-Released.wasm").unlink()
    page = opened()
    until(
        page,
        "async () => (await navigator.serviceWorker.getRegistration())?.installing === null"
        " && (await caches.keys()).includes('bulou-released01')",
    )
    expect(page.get_by_role("button", name="现在更新")).to_have_count(0)
    page.context.set_offline(True)
    page = opened()
    page.get_by_role("button", name="扫码", exact=True).click()
    expect(page.locator("main")).to_contain_text("登记码已读入")
    assert set(before) <= set(version(page))
