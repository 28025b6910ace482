"""A guard checks passes without a network: one is good, one was revoked, one is forged; an emergency is let out.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.ledger.areas import ancestor
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.zones.passes import code, reads
from bulou.zones.passes.key import PassKey
from bulou.zones.passes.printing import content
from bulou.zones.passes.vocabulary import PROGRAMME
from tests import desk_round
from tests.journeys.phones import doors, enrol, entries, phone
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


@pytest.fixture(scope="module")
def town(served) -> desk_round.Morning:
    return desk_round.begin(800, datetime.now(UTC))


def key_of(base: Path) -> PassKey:
    """Return the key that the server made for its first gate."""
    files = sorted(base.glob("board*/data/pass-key.pem"), key=lambda file: file.stat().st_mtime)
    return PassKey.open(files[-1].parent)


def granted(town: desk_round.Morning, area: int, household: int, why: str) -> reads.Pass:
    """Ask for a pass and grant it for eight hours."""
    now = datetime.now(UTC)
    asked = {"campaign": PROGRAMME.id, "subjects": [household], "sort": "medical", "who": "王芳", "why": why}
    town.say([("pass.asked", now - timedelta(minutes=5), area, asked)], now)
    with scoped(EVERYWHERE):
        one = next(one for one in reads.passes([area], now) if one.why == why)
    decided = {
        "campaign": PROGRAMME.id, "subjects": [household], "occasion": one.occasion, "result": "granted",
        "reason": "凭预约单", "ends": (now + timedelta(hours=8)).isoformat(),
    }  # fmt: skip
    town.say([("pass.decided", now - timedelta(minutes=4), area, decided)], now)
    with scoped(EVERYWHERE):
        return next(one for one in reads.passes([area], now) if one.why == why)


def text(one: reads.Pass, key: PassKey) -> str:
    said = code.content_of(content(one, key, one.decided_at or datetime.now(UTC)))
    return code.text_of(said, key.sign(said))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_gate_without_a_network(
    browser: Browser, served: supervisor.Running, town: desk_round.Morning, lang: str, tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    areas = sorted(town.homes)
    building = areas[0 if lang == "zh" else -1]
    compound, home = ancestor(building, 4), doors(building)[0].id
    good, gone = granted(town, building, home, f"透析 {lang}"), granted(town, building, home, f"换药 {lang}")
    now = datetime.now(UTC)
    revoked = {
        "campaign": PROGRAMME.id, "subjects": [home], "occasion": gone.occasion, "how": "revoked", "reason": "密接",
    }  # fmt: skip
    town.say([("pass.revoked", now, building, revoked)], now)
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, compound, "gate", "东门", lang=lang)
        expect(page.locator("main")).to_contain_text(mine.t("紧急放行"))
        mine.ready()
        key = key_of(tmp_path_factory.getbasetemp())
        mine.context.set_offline(True)
        mine.picture("gate")
        wrong = mine.wrong()
        mine.scan(text(good, key))
        mine.panel("good", "放行")
        expect(page.locator(".panel")).to_contain_text(good.number)
        mine.picture("gate-good")
        wrong += mine.wrong()
        page.locator(".panel").get_by_role("button", name=mine.t("出门"), exact=True).click()
        mine.panel("good", "已登记出门")
        mine.scan(text(good, key))
        mine.panel("good", "返回，放进")
        # At once where the other button was: a finger's second tap would not count.
        page.locator(".panel").get_by_role("button", name=mine.t("进门"), exact=True).dispatch_event("click")
        mine.panel("good", "已登记进门")
        mine.scan(text(good, key))
        mine.panel("bad", "不放行：次数用完")
        mine.scan(text(gone, key))
        mine.panel("bad", "不放行：已撤销")
        mine.picture("gate-revoked")
        wrong += mine.wrong()
        mine.scan(text(good, PassKey.open(tmp_path)))
        mine.panel("bad", "不放行：签名不符")
        mine.scan("P9-9")
        mine.panel("bad", "不是通行证")
        page.get_by_role("button", name="临产" if lang == "zh" else "childbirth", exact=True).click()
        mine.panel("warn", "已放行")
        mine.picture("gate-emergency")
        wrong += mine.wrong()
        journal = mine.journal
        mine.context.set_offline(False)
        expect(page.locator(".status.calm")).to_be_visible()
        kept = [kind for _n, kind, refused in entries(journal) if not refused and not kind.startswith("device")]
        assert kept == ["pass.passed"] * 2 + ["gate.turned_away"] * 4 + ["gate.let_out"]
        assert wrong == []
    with scoped(EVERYWHERE):
        assert [one.cause for one in reads.let_out([compound], now, datetime.now(UTC))] == ["childbirth"]
        (one,) = list(reads.passes([compound], datetime.now(UTC), good.occasion))
    assert (one.out, one.outside) == (1, False)
