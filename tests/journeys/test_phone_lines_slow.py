"""A line of 16 kbit/s: what waits arrives in pieces, and the phone says that it is slow, not that there is none."""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
import time

import pytest
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from tests import desk_round
from tests.journeys.phones import called, enrol, entries, phone, reopen
from tests.journeys.test_board import browser, morning, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
#: Bytes a second each way, and how many bytes wait.
SLOW, WAITING = 2_000, 73_000
#: A day's calls, kept as the app keeps them: (area, people), and how many.
DAY = """([area, people, count]) => new Promise((done) => {
  indexedDB.databases().then((all) => {
    const name = all.map((one) => one.name).find((one) => one.startsWith('bulou-'));
    indexedDB.open(name).onsuccess = (event) => {
      const tx = event.target.result.transaction(['entries', 'state'], 'readwrite');
      for (let n = 2; n < 2 + count; n += 1) tx.objectStore('entries').put({
        n, kind: 'swab.called', area, body: {campaign: 1, persons: people}, at: new Date().toISOString(),
        status: 'waiting', code: null, confirmed_at: null, offset_ms: 0, jump_ms: null,
      });
      tx.objectStore('state').put(2 + count, 'next');
      tx.oncomplete = () => { event.target.result.close(); done(); };
    };
  });
})"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_day_goes_up_a_line_of_16_kbit(
    browser: Browser, served: supervisor.Running, morning: desk_round.Morning, lang: str
) -> None:
    building = morning.missed_building()
    called(morning, building)
    people = (morning.homes[building] * 20)[:60]
    people = sorted(set(people)) + list(range(900_000, 900_000 + 60 - len(set(people))))
    count = WAITING // 560
    with phone(browser, served) as mine:
        enrol(mine, served, building, "volunteer", f"慢网 {lang}", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        mine.page.evaluate(DAY, [building, people, count])
        if lang == "en":  # it had learned a fast line before
            mine.page.evaluate(
                "(name) => new Promise((done) => { indexedDB.open(name).onsuccess = (event) => {"
                " const tx = event.target.result.transaction('state', 'readwrite');"
                " tx.objectStore('state').put(128000, 'pace'); tx.oncomplete = done; }; })",
                f"bulou-{mine.journal}",
            )
        reopen(mine)
        mine.figure("kept", count + 1)
        sent: list[int] = []
        mine.page.on(
            "request",
            lambda request: sent.append(len(request.post_data or "")) if request.url.endswith("/journal") else None,
        )
        mine.keys.send("Network.enable")
        mine.context.set_offline(False)
        mine.keys.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": SLOW},
        )
        mine.page.evaluate("dispatchEvent(new Event('online'))")
        began = time.monotonic()
        expect(mine.page.locator(".status")).to_contain_text(mine.t("网络很慢，分小批继续上传"), timeout=60_000)
        wrong = mine.wrong()
        mine.picture("slow")
        expect(mine.page.locator("[data-figure=confirmed]")).to_have_text(str(count + 1), timeout=180_000)
        took = time.monotonic() - began
        assert len(entries(mine.journal)) == count + 1
        assert sum(sent) > WAITING * 0.9 and len(sent) > 2
        assert took > WAITING / SLOW / 2, f"the line was not slow: {took}"
        print(f"{lang}: {sum(sent)} bytes in {len(sent)} batches, {took:.0f} s")
        assert "\n".join(wrong) == ""
