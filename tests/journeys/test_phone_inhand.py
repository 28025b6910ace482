"""A tube in hand outlives everything: a revocation, a hand-over, a round that ends, a copied phone, cleared caches."""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.config.postgres import DATABASE
from bulou.ledger import journals
from bulou.ledger.areas import ancestor
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import desk_round
from tests.journeys.phones import Phone, called, doors, enrol, entries, offered, phone, reopen, until
from tests.journeys.test_board import browser, morning, served  # noqa: F401  fixtures
from tests.journeys.test_phone_lines import heard_of_it

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
labels = count(450_001)


@pytest.fixture(scope="module")
def area(morning: desk_round.Morning) -> int:
    """A neighbourhood: one building has too few doors."""
    here = ancestor(morning.missed_building(), 3)
    for one in morning.homes:
        if ancestor(one, 3) == here:
            called(morning, one)
    return here


@pytest.fixture(scope="module")
def pairs(area: int) -> Iterator[list[tuple[int, str]]]:
    """Two people at a time, whom no other test takes."""
    everybody = [person for one in doors(area) for person in one.persons]
    return iter([list(two) for two in zip(everybody[::2], everybody[1::2], strict=False)])


def fill(mine: Phone, people: list[tuple[int, str]]) -> int:
    """Open a tube and put people into it."""
    tube = label(next(labels))
    mine.scan(tube)
    mine.panel("good", str(tube))
    for person, name in people:
        mine.scan(f"bulou:p/{person}")
        mine.panel("good", name)
    return tube


def test_a_revoked_phone_seals_it_into_its_file(
    browser: Browser, served: supervisor.Running, area: int, pairs: Iterator[list[tuple[int, str]]]
) -> None:
    people = next(pairs)
    with phone(browser, served) as mine:
        enrol(mine, served, area, "sampler", "停用带管")
        mine.ready()
        mine.context.set_offline(True)
        tube = fill(mine, people)
        with scoped(EVERYWHERE):
            journals.revoke(mine.journal, datetime.now(UTC))
        heard_of_it(served, mine.state("bulou", "devices")[0]["key"])
        mine.context.set_offline(False)
        mine.page.locator(".status").click()
        mine.tap("立即上传")
        mine.tap("更新任务名单")
        expect(mine.page.locator(".notice.bad")).to_contain_text("手中的采样管都在")
        card = mine.page.locator(".inhand")
        expect(card).to_contain_text(f"管号 {tube} · 2 人")
        assert people[0][1] not in mine.page.content()
        # Not to be used: it asks once more, and goes back.
        card.get_by_role("button", name="这管不用了").click()
        expect(card).to_contain_text("要重新采样")
        card.get_by_role("button", name="返回").click()
        card.get_by_role("button", name="封管").click()
        expect(card).to_have_count(0)
        with mine.page.expect_download() as saved:
            mine.tap("保存为文件")
        told = json.loads(Path(saved.value.path()).read_text("utf-8"))["entries"]
        assert [(one["kind"], one["body"].get("persons")) for one in told[1:]] == [
            ("tube.sealed", [person for person, _ in people])
        ]
        assert all("403" in one for one in mine.said), mine.said
        mine.said.clear()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_goes_on_with_the_next_shift(
    browser: Browser, served: supervisor.Running, area: int, pairs: Iterator[list[tuple[int, str]]], lang: str
) -> None:
    """A shift does not end with people in an open tube; who takes the phone over by enrolling it goes on filling."""
    first, second = next(pairs)
    with phone(browser, served) as mine:
        enrol(mine, served, area, "sampler", f"早班 {lang}", lang=lang)
        mine.ready()
        tube = fill(mine, [first])
        before = mine.journal
        mine.page.locator(".status").click()
        mine.tap("结束本班")
        expect(mine.page.get_by_role("button", name=mine.t("确认结束并上报"))).to_be_disabled()
        mine.tap("返回", exact=True)
        mine.tap("返回", exact=True)
        mine.page.goto(offered(served, area, "sampler", f"晚班 {lang}"))
        expect(mine.page.locator(".notice.warn", has_text=str(tube))).to_be_visible()
        wrong = mine.wrong()
        mine.tap("登记这台手机")
        expect(mine.page.locator("[data-count]")).to_have_attribute("data-count", "1")
        mine.scan(f"bulou:p/{second[0]}")
        mine.panel("good", f"2/10 {second[1]}")
        reopen(mine)
        expect(mine.page.locator("[data-count]")).to_have_attribute("data-count", "2")
        mine.tap("封管", exact=True)
        mine.panel("good", str(tube))
        mine.figure("confirmed", 2)
        until(
            mine.page,
            "async () => (await indexedDB.databases()).filter((one) => one.name.startsWith('bulou-')).length === 2",
        )
        now = next(journal for journal in _journals(mine) if journal != before)
        assert [kind for _, kind, _ in entries(now)] == ["device.reported", "tube.sealed"]
        assert "tube.sealed" not in [kind for _, kind, _ in entries(before)]
        assert "\n".join(wrong) == ""


def _journals(mine: Phone) -> list[int]:
    return [one["journal"] for one in mine.state("bulou", "devices")]


def test_a_round_that_ends_leaves_it_to_be_sealed(
    browser: Browser, served: supervisor.Running, area: int, pairs: Iterator[list[tuple[int, str]]]
) -> None:
    with phone(browser, served) as mine:
        enrol(mine, served, area, "sampler", "轮次结束")
        mine.ready()
        tube = fill(mine, next(pairs))
        assert served.cluster
        with served.cluster.connect(DATABASE) as db:
            db.execute("UPDATE ledger_campaign SET closed_at = opened_at - interval '90 days' WHERE id = 1")
            try:
                mine.page.locator(".status").click()
                mine.tap("更新任务名单")
                expect(mine.page.locator(".inhand")).to_contain_text(str(tube))
                mine.tap("返回", exact=True)
                expect(mine.page.locator("main")).to_contain_text("没有进行中的轮次")
                mine.page.locator(".inhand").get_by_role("button", name="封管").click()
                mine.panel("good", str(tube))
                mine.figure("confirmed", 2)
            finally:
                db.execute("UPDATE ledger_campaign SET closed_at = NULL WHERE id = 1")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_copied_phone_stops_and_takes_the_tube_along(
    browser: Browser, served: supervisor.Running, area: int, pairs: Iterator[list[tuple[int, str]]], lang: str
) -> None:
    """Another phone, restored from a copy of this one, has used the numbers already."""
    first, second = next(pairs)
    said = {"zh": "另一台手机在用本机的登记上报", "en": "Another phone reports under this phone's enrolment"}[lang]
    with phone(browser, served) as mine:
        enrol(mine, served, area, "sampler", f"复制 {lang}", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        sealed = fill(mine, [first])
        mine.tap("封管", exact=True)
        mine.panel("good", str(sealed))
        tube = fill(mine, [second])
        other = {"n": 2, "kind": "swab.called", "v": 1, "at": datetime.now(UTC).isoformat(), "area": area,
                 "body": {"campaign": 1, "persons": [first[0]]}}  # fmt: skip
        key = mine.state("bulou", "devices")[0]["key"]
        reply = httpx.post(
            f"{served.url}/field/journal", headers={"authorization": f"Bearer {key}"}, trust_env=False,
            json={"incarnation": None, "entries": [other, other | {"n": 3}]},
        )  # fmt: skip
        assert reply.status_code == 200
        mine.context.set_offline(False)
        expect(mine.page.locator(".notice.bad").first).to_contain_text(said)
        expect(mine.page.locator(".notice.bad", has_text=str(tube))).to_be_visible()
        expect(mine.page.locator("nav button")).to_have_count(0)
        wrong = mine.wrong()
        mine.picture("cloned")
        kept = len(mine.kept())
        mine.page.goto(offered(served, area, "sampler", f"复制后 {lang}"))
        mine.tap("登记这台手机")
        expect(mine.page.locator("[data-count]")).to_have_attribute("data-count", "1")
        expect(mine.page.locator(".notice.bad")).to_have_count(0)
        mine.tap("封管", exact=True)
        mine.panel("good", str(tube))
        mine.figure("confirmed", 2)
        assert kept == 2
        assert "\n".join(wrong) == ""


def test_cleared_caches_take_nothing_that_was_kept(
    browser: Browser, served: supervisor.Running, area: int, pairs: Iterator[list[tuple[int, str]]]
) -> None:
    """And the app is whole again after its next start with a network."""
    with phone(browser, served) as mine:
        enrol(mine, served, area, "sampler", "清缓存")
        mine.ready()
        tube = fill(mine, next(pairs))
        session = mine.context.new_cdp_session(mine.page)
        session.send(
            "Storage.clearDataForOrigin",
            {"origin": served.url, "storageTypes": "cache_storage,local_storage,cookies,shader_cache"},
        )
        reopen(mine)
        expect(mine.page.locator(".tube")).to_contain_text(str(tube))
        mine.ready()
        mine.context.set_offline(True)
        reopen(mine)
        expect(mine.page.locator("[data-count]")).to_have_attribute("data-count", "2")
