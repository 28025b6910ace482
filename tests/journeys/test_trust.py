"""A phone meets the installation: the guide in clear, a check that says no, the root installed, a check that says yes.

Chromium on Linux keeps the roots that its user installed in an NSS database below HOME; Android and iOS keep theirs
elsewhere, and cannot be tried here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Playwright, expect, sync_playwright

from bulou.config import https, supervisor
from tests.house.tree import ROOT
from tests.journeys.test_board import CHINESE, CHROMIUM, FLAGS

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "data" / "trust" if os.environ.get("BULOU_SCREENSHOTS") else None
WECHAT = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36 MicroMessenger/8.0"

pytestmark = pytest.mark.skipif(
    CHROMIUM is None or shutil.which("certutil") is None, reason="needs the system's Chromium and certutil of NSS"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, installed) -> Iterator[supervisor.Running]:
    own = https.reached_at("0.0.0.0")  # on a loopback address a page in clear counts as secure, and would prove nothing
    if own not in https.found("0.0.0.0") or own.startswith("127."):
        pytest.skip("needs an address of this machine besides loopback")
    with supervisor.running(installed(tmp_path_factory.mktemp("trust") / "data"), host=own) as server:
        yield server


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def phone(playwright: Playwright, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser with a home of its own; ``request.param``: a name for its user agent, or ""."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile",
        executable_path=CHROMIUM,
        args=FLAGS,
        env={**os.environ, "HOME": str(tmp_path)},
        viewport={"width": 390, "height": 844},
        user_agent=getattr(request, "param", "") or None,
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def install(tmp_path: Path, served: supervisor.Running) -> None:
    """Put the root where this browser looks for what its user trusts."""
    database = tmp_path / ".pki" / "nssdb"
    database.mkdir(parents=True)
    certutil = ("certutil", "-d", f"sql:{database}")
    subprocess.run([*certutil, "-N", "--empty-password"], check=True)
    subprocess.run([*certutil, "-A", "-n", "Bulou", "-t", "C,,", "-i", served.trust.root], check=True)


def picture(page, name: str) -> None:
    if PICTURES:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def test_before_the_root_is_installed_the_check_says_no(served: supervisor.Running, phone: BrowserContext):
    page = phone.pages[0]
    page.goto(served.trust.url)
    expect(page.locator(".mark")).to_have_text(served.trust.fingerprint)
    page.click("#check")
    expect(page.locator("#said.bad")).to_contain_text("还不信任")
    for language in ("zh", "en"):
        page.goto(f"{served.trust.url}field/trust/?lang={language}")
        picture(page, f"folded-{language}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        picture(page, f"steps-{language}")
        if language == "en":
            assert not CHINESE.search(page.locator("main").inner_text().replace("中文", ""))
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(served.url)


def test_the_installed_root_makes_a_secure_page(served: supervisor.Running, install: None, phone: BrowserContext):
    page = phone.pages[0]
    page.goto(served.trust.url)
    assert not page.evaluate("isSecureContext")
    page.click("#check")
    expect(page.locator("#said.good")).to_contain_text("已信任")
    picture(page, "trusted-zh")
    page.goto(f"{served.url}/field/trust/?lang=en")
    assert page.evaluate("isSecureContext && 'serviceWorker' in navigator && !!navigator.mediaDevices.getUserMedia")
    page.click("#check")
    expect(page.locator("#said.good")).to_contain_text("Trusted")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{served.url}/sign-in")
    assert said == []


def test_the_phone_app_works_offline_from_there(served: supervisor.Running, install: None, phone: BrowserContext):
    page = phone.pages[0]
    page.goto(f"{served.url}/healthz")
    if not page.evaluate("fetch('/field/app/sw.js').then((answer) => answer.ok)"):
        pytest.skip("the phone app is not served here: run `make front`")
    page.goto(f"{served.url}/field/app/")
    assert page.evaluate("navigator.serviceWorker.ready.then((kept) => kept.active !== null)")


@pytest.mark.parametrize("phone", [WECHAT], indirect=True, ids=["wechat"])
def test_inside_wechat_the_page_leads_out_of_it(served: supervisor.Running, phone: BrowserContext):
    page = phone.pages[0]
    page.goto(served.trust.url)
    expect(page.locator("#wechat")).to_be_visible()
    assert page.locator("details[open]").get_attribute("id") == "android"
    picture(page, "wechat-zh")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_everybody_can_use_the_page(served: supervisor.Running, install: None, phone: BrowserContext, look: str):
    page = phone.pages[0]
    page.emulate_media(color_scheme=look)
    page.goto(served.trust.url)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    picture(page, f"look-{look}")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations)")
    assert [
        f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")
    ] == []
