"""Phones in a browser: enrolled at the real door, scanned at like a scanner types, watched for errors. No tests."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from bulou.config import supervisor
from bulou.field.actions import enrolment_url, offer_enrolment
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import REGISTRY
from bulou.places.models import Household, Person
from tests import desk_round
from tests.house.tree import ROOT

IMAGES = (
    __import__("pathlib").Path(os.environ["SHOTS"])
    if os.environ.get("SHOTS")
    else (ROOT / "docs" / "images" if os.environ.get("BULOU_SCREENSHOTS") else None)
)
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TEXTS = ROOT / "phone" / "src" / "texts"
SIZE = {"width": 390, "height": 844}
NARROW = 320
SHOWN_IN_ENGLISH = ("doors", "tubes")


def until(page: Page, condition: str) -> None:
    """Wait until an asynchronous function of the page says yes: of such a one `wait_for_function` sees only a promise,
    which is something.
    """
    page.evaluate(
        f"async () => {{ while (!(await ({condition})())) await new Promise((done) => setTimeout(done, 50)); }}"
    )


@dataclass
class Door:
    """A household with its people, as the register has them."""

    id: int
    stairwell: str
    door: str
    persons: list[tuple[int, str]] = field(default_factory=list)


def doors(area: int) -> list[Door]:
    """Return the households of an area where somebody lives."""
    with scoped(EVERYWHERE):
        found = {
            row.id: Door(row.id, row.stairwell, row.door) for row in Household.objects.filter(area__range=span(area))
        }
        for person in Person.objects.filter(area__range=span(area), household__isnull=False).order_by("id"):
            found[person.household_id].persons.append((person.id, person.name))
    return sorted((one for one in found.values() if one.persons), key=lambda one: (one.stairwell, one.door))


def entries(journal: int) -> list[tuple[int, str, bool]]:
    """Return (number, kind, refused) of what the server holds of a journal."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, kind, refusal IS NOT NULL FROM ledger_entry WHERE journal = %s ORDER BY number", [journal]
        )
        return cursor.fetchall()


def texts(lang: str) -> dict[str, str]:
    """Return what the app says in a language, by key."""
    return dict(re.findall(r'^  (\w+): "(.*)",$', (TEXTS / f"{lang}.ts").read_text("utf-8"), re.MULTILINE))


def english(text: str) -> str:
    """Return what a phone in English says where one in Chinese says ``text``; names stay as they are."""
    for reason in REGISTRY.duties["swab"].reasons:
        if text == reason.zh:
            return reason.en
    there = texts("en")
    # The text with the most words of its own first: "全户 2 人" is no "{n} 人".
    for key, said in sorted(texts("zh").items(), key=lambda one: -len(re.sub(r"\{\w+\}", "", one[1]))):
        names = re.findall(r"\{(\w+)\}", said)
        parts = [re.escape(part) for part in re.split(r"\{\w+\}", said)]
        if any(parts) and (match := re.fullmatch("(.+)".join(parts), text)):
            return there[key].format(**dict(zip(names, match.groups(), strict=True)))
    return text


@dataclass
class Phone:
    """A browser that is somebody's phone."""

    context: BrowserContext
    page: Page
    said: list[str]
    lang: str = "zh"

    @cached_property
    def keys(self) -> CDPSession:
        """What the page's keyboard is attached to; not let go, because that would end being offline as well."""
        return self.context.new_cdp_session(self.page)

    def t(self, text: str) -> str:
        """Return a text of the app in the language of this phone."""
        return english(text) if self.lang == "en" else text

    @property
    def journal(self) -> int:
        return self.page.evaluate(
            "indexedDB.databases().then((all) => Math.max(...all.map((d) => Number(d.name.split('-')[1] ?? 0))))"
        )

    def state(self, name: str, key: str) -> Any:
        """Return a value that the phone keeps."""
        return self._asked(name, "state", f"get('{key}')")

    def leaves(self) -> int:
        """Return of how many buildings the phone holds the people."""
        return self._asked(f"bulou-{self.journal}", "leaves", "count()")

    def kept(self) -> list[dict[str, Any]]:
        """Return the entries that the phone keeps."""
        return self._asked(f"bulou-{self.journal}", "entries", "getAll()")

    def _asked(self, name: str, store: str, what: str) -> Any:
        return self.page.evaluate(
            f"""() => new Promise((done) => {{
              indexedDB.open('{name}').onsuccess = (event) => {{
                const db = event.target.result;
                const asked = db.transaction('{store}').objectStore('{store}').{what};
                asked.onsuccess = () => {{ db.close(); done(asked.result); }};
              }};
            }})"""
        )

    def scan(self, text: object, gap: float = 0.01, end: tuple[str, ...] = ("Enter",)) -> None:
        """Type as a scanner does: a key each ``gap`` seconds, however busy this machine is."""
        at = time.time()
        for n, key in enumerate((*str(text), *end)):
            pressed = {"key": key, "timestamp": at + n * gap}
            written = {"Enter": {"text": "\r", "code": "Enter", "windowsVirtualKeyCode": 13},
                       "Tab": {"code": "Tab", "windowsVirtualKeyCode": 9}}.get(key, {"text": key})  # fmt: skip
            self.keys.send("Input.dispatchKeyEvent", {"type": "keyDown", **pressed, **written})
            self.keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})

    def clock(self, ahead: timedelta) -> None:
        """Set the phone's clock; ``SKEWED`` must have been given to its context."""
        self.page.evaluate("(ms) => localStorage.setItem('ahead', ms)", ahead.total_seconds() * 1000)

    def panel(self, tone: str, text: str) -> None:
        """Expect what the last scan came to."""
        expect(self.page.locator(f".panel.{tone}")).to_contain_text(self.t(text))

    def at_leisure(self) -> None:
        """Let so much time pass between two taps at one place as a hand needs: what comes sooner is one tap twice."""
        self.page.evaluate("new Promise((done) => setTimeout(done, 600))")

    def tap(self, name: str, **how: Any) -> None:
        self.page.get_by_role("button", name=self.t(name), **how).first.click()

    def figure(self, name: str, value: object) -> None:
        expect(self.page.locator(f"[data-figure={name}]")).to_have_text(str(value))

    def picture(self, name: str) -> None:
        """Take a picture for the manual, when pictures are wanted."""
        language = self.page.locator("html").get_attribute("lang") or ""
        if IMAGES and (language != "en" or name in SHOWN_IN_ENGLISH):
            self.page.screenshot(path=IMAGES / f"phone-{name}-{language[:2]}.png", animations="disabled")

    def ready(self) -> None:
        """Wait until the app is on the phone, with the reader of codes."""
        until(
            self.page,
            """async () => {
              const keys = await Promise.all((await caches.keys()).map(async (n) => (await caches.open(n)).keys()));
              return navigator.serviceWorker.controller && keys.flat().some((one) => one.url.endsWith('.wasm'));
            }""",
        )

    def wrong(self) -> list[str]:
        """Return what axe and the width say of the page as it is, once there is one."""
        expect(self.page.locator("main")).to_be_visible()
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations)")
        wrong = [
            f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:200]}" for one in found
        ]
        small = self.page.evaluate(
            """[...document.querySelectorAll('button')].filter((b) => b.offsetHeight && b.offsetHeight < 56)
            .map((b) => b.outerHTML.slice(0, 80))"""
        )
        return wrong + [f"small: {one}" for one in small] + self._spilt()

    def _spilt(self) -> list[str]:
        """Return what is wider than its place, here and on the narrowest phone."""
        spilt = []
        here = self.page.viewport_size or SIZE
        for width in (here["width"], NARROW):
            self.page.set_viewport_size({"width": width, "height": here["height"]})
            spilt += self.page.evaluate(
                """() => [...document.querySelectorAll('html, button, .panel, .notice, dd')]
                .filter((one) => one.scrollWidth > one.clientWidth && one.clientWidth)
                .map((one) => `${innerWidth} px, too wide: ${one.outerHTML.slice(0, 120)}`)"""
            )
        self.page.set_viewport_size(here)
        return spilt


#: A clock that somebody can set while the app runs, and that stays set; the counter that nobody can set goes on.
SKEWED = """(() => {
  const Real = Date;
  const ahead = () => { try { return Number(localStorage.getItem('ahead') ?? 0); } catch { return 0; } };
  globalThis.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + ahead()); }
    static now() { return Real.now() + ahead(); }
  };
})()"""

#: A browser of tests never promises to keep what it is given; one on the home screen of a phone does.
LASTING = "if (self.StorageManager) StorageManager.prototype.persisted = async () => true;"


@contextmanager
def phone(browser: Browser, served: supervisor.Running, lasting: bool = True, **how: Any) -> Iterator[Phone]:
    """Open a phone; afterwards its console must have stayed empty. ``lasting``: its browser evicts nothing."""
    context = browser.new_context(
        viewport=SIZE,
        device_scale_factor=2,
        locale="zh-CN",
        base_url=served.url,
        permissions=["clipboard-write", "camera"],
        **how,
    )
    if lasting:
        context.add_init_script(LASTING)
    said: list[str] = []
    holder = Phone(context, _page(context, said), said)
    yield holder
    context.close()
    assert said == []


def _page(context: BrowserContext, said: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(15_000)
    # A request without a network is logged by the browser itself; that the app goes on is what is tested.
    page.on("console", lambda m: None if "ERR_INTERNET_DISCONNECTED" in m.text else said.append(m.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page


def reopen(phone: Phone) -> None:
    """Close the app and open it again, as after a dead battery."""
    phone.page.close()
    phone.page = _page(phone.context, phone.said)
    phone.__dict__.pop("keys", None)
    phone.page.goto("/field/app/")


def offered(served: supervisor.Running, area: int, role: str, name: str, hours: float = 12) -> str:
    """Return the address of an enrolment that the desk offers."""
    now = datetime.now(UTC)
    with scoped(EVERYWHERE):
        until = now + timedelta(hours=hours)
        return enrolment_url(offer_enrolment(name, "phone", (span(area),), until, "desk", now, role=role), served.url)


def enrol(
    phone: Phone, served: supervisor.Running, area: int, role: str, name: str = "1 号楼门口", lang: str = "zh",
    seen: str = "nav button", hours: float = 12,
) -> None:  # fmt: skip
    """Enrol a phone for an area, as by the desk's code; ``seen`` is what is there afterwards."""
    phone.page.goto(offered(served, area, role, name, hours))
    if lang == "en":
        phone.tap("English")
        phone.lang = lang
    phone.tap("登记这台手机")
    expect(phone.page.locator(seen).first).to_be_visible()


def called(morning: desk_round.Morning, building: int) -> None:
    """Call down everybody of a building."""
    now = datetime.now(UTC)
    morning.say(
        [("swab.called", now - timedelta(minutes=5), building, {"campaign": 1, "persons": morning.homes[building]})],
        now,
    )
