"""Cut lines and lost phones: two samplers who do not know of each other, a wiped browser, a revoked and an expired
phone, a camera.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import json
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import segno
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from bulou.config import supervisor
from bulou.ledger import journals
from bulou.ledger.areas import ancestor
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import desk_round
from tests.journeys.phones import called, doors, enrol, entries, phone, reopen
from tests.journeys.test_board import CHROMIUM, FLAGS, browser, morning, served, sign_in  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


@pytest.fixture(scope="module")
def building(morning: desk_round.Morning) -> int:
    building = morning.missed_building()
    called(morning, building)
    return building


@pytest.fixture
def desk(browser: Browser, served: supervisor.Running) -> Page:
    """The district's desk, signed in."""
    page = browser.new_context(base_url=served.url, locale="zh-CN").new_page()
    sign_in(page, "district")
    return page


def test_two_phones_sample_the_same_person(
    browser: Browser,
    served: supervisor.Running,
    building: int,
    desk: Page,
) -> None:
    """Both tubes are kept; the person owes one swab; the desk shows that he was taken twice."""
    (person, name), *_ = doors(building)[0].persons
    with phone(browser, served) as one, phone(browser, served) as other:
        for n, mine in enumerate((one, other)):
            enrol(mine, served, building, "sampler", f"{n + 1} 号手机")
            mine.ready()
            mine.context.set_offline(True)
            tube = label(330_001 + n)
            mine.scan(tube)
            mine.panel("good", str(tube))
            mine.scan(f"bulou:p/{person}")
            mine.panel("good", name)
            mine.tap("封管")
            mine.panel("good", "已封管")
        for mine in (one, other):
            mine.context.set_offline(False)
            mine.figure("confirmed", 2)
            assert [kind for _n, kind, _ in entries(mine.journal)] == ["device.reported", "tube.sealed"]
        # The second one hears of it with the pack that it fetches now, the first one with its next, here by the button.
        expect(other.page.locator(".notice.warn")).to_contain_text(
            f"{name} 在本机的管 {label(330_002)} 里，也在另一管里"
        )
        one.page.locator(".status").click()
        one.tap("更新任务名单")
        expect(one.page.locator(".notice.warn")).to_contain_text(f"{name} 在本机的管 {label(330_001)} 里，也在另一管里")
        one.tap("返回")
        assert one.wrong() == []
        one.page.evaluate("scrollTo(0, 0)")
        one.picture("double")
        # Once: after "noted" it stands with the tube alone, also when the app is opened again.
        other.tap("知道了")
        expect(other.page.locator(".notice")).to_have_count(0)
        reopen(other)
        other.figure("confirmed", 2)
        expect(other.page.locator(".notice")).to_have_count(0)
        other.tap("已封的管")
        other.tap(str(label(330_002)))
        expect(other.page.locator(".inside li", has_text=name)).to_contain_text("也在另一管")
        other.tap("返回")
        # It is kept, as before.
        assert [one["status"] for one in other.kept()] == ["confirmed", "confirmed"]
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT stage, takes FROM ledger_duty WHERE kind = 1 AND subject = %s", [person])
        assert cursor.fetchall() == [(2, 2)]
    desk.goto(f"/rounds/1/areas/{building}/waits")
    expect(desk.locator(f'[data-key="twice-swab-{person}-0"], [data-key="twice-1-{person}-0"]')).to_contain_text(
        "重复登记（2管）"
    )


def test_a_wiped_browser_is_seen_on_the_desk(
    browser: Browser,
    served: supervisor.Running,
    building: int,
    desk: Page,
) -> None:
    """Its journal stays unclosed, and the labels it was given stay unreconciled."""
    home = doors(building)[1]
    with phone(browser, served) as mine:
        enrol(mine, served, building, "sampler", "丢数据的手机")
        mine.tap("领取标签")
        mine.scan(label(340_000))
        expect(mine.page.locator(".big")).to_contain_text(str(label(340_000)))
        mine.scan(label(340_009))
        mine.panel("good", "号段已记")
        mine.tap("标签破损")
        mine.scan(label(340_009))
        mine.panel("warn", "标签破损")
        assert mine.wrong() == []
        mine.tap("返回")
        mine.scan(label(340_123))
        mine.panel("warn", "不在号段")
        mine.scan(label(340_000))
        mine.panel("good", "已开管")
        mine.scan(f"bulou:p/{home.persons[0][0]}")
        mine.tap("封管")
        mine.figure("confirmed", 4)
        mine.scan(label(340_000))
        mine.panel("bad", "标签用过了")
        session = mine.context.new_cdp_session(mine.page)
        session.send("Storage.clearDataForOrigin", {"origin": served.url, "storageTypes": "all"})
        mine.page.reload()
        expect(mine.page.locator("main")).to_contain_text("请扫描电脑上的登记码")
    desk.goto("/devices")
    row = desk.locator("tr", has_text="丢数据的手机")
    expect(row).to_contain_text("未交班")
    expect(row).to_contain_text("领用10张，未核销8张")


def test_a_revoked_phone_keeps_its_entries_and_gives_them_back(
    browser: Browser,
    served: supervisor.Running,
    building: int,
    desk: Page,
) -> None:
    """Its file comes to the street's desk, and what it says to the board of the district."""
    home = doors(building)[-1]
    person, _name = home.persons[0]
    desk.goto(f"/rounds/1/areas/{ancestor(building, 4)}")
    missed = desk.locator(f'[data-key="{building}-missed"]')
    before = int(missed.inner_text())
    with phone(browser, served) as mine:
        enrol(mine, served, building, "sampler", "要停用的手机")
        mine.ready()
        mine.context.set_offline(True)
        mine.scan(label(350_000))
        mine.panel("good", "已开管")
        mine.scan(f"bulou:p/{home.persons[0][0]}")
        mine.panel("good", home.persons[0][1])
        mine.tap("封管")
        mine.figure("kept", 2)
        with scoped(EVERYWHERE):
            journals.revoke(mine.journal, datetime.now(UTC))
        heard_of_it(served, mine.state("bulou", "devices")[0]["key"])
        # The browser tells of each refused request; the app must say so to the person.
        mine.said.clear()
        mine.context.set_offline(False)
        expect(mine.page.locator(".notice.bad")).to_contain_text("本机已停用")
        expect(mine.page.locator("nav")).to_have_count(0)
        assert home.persons[0][1] not in mine.page.content()
        mine.page.locator(".status").click()
        with mine.page.expect_download() as saved:
            mine.tap("保存为文件")
        assert saved.value.suggested_filename == f"bulou-journal-{mine.journal}.json"
        told = json.loads(Path(saved.value.path()).read_text("utf-8"))
        assert told["journal"] == mine.journal
        assert [(one["n"], one["kind"]) for one in told["entries"]] == [(1, "device.reported"), (2, "tube.sealed")]
        assert all("403" in one for one in mine.said), mine.said
        mine.said.clear()
        journal, file = mine.journal, saved.value.path()
        street = browser.new_context(base_url=served.url, locale="zh-CN").new_page()
        sign_in(street, "street")
        street.goto("/devices")
        expect(street.locator(f"tr[data-key='{journal}']")).to_contain_text("已停用")
        street.locator("main a[href='/devices/hand-in']").click()
        street.set_input_files("#id_file", file)
        street.locator("main form button[type=submit]").click()
        expect(street.locator("main .sheet").first).to_contain_text("已录入")
        assert entries(journal) == [(1, "device.reported", False), (2, "tube.sealed", False)]
        expect(missed).to_have_text(str(before - 1))
        desk.goto(f"/rounds/1/persons/{person}")
        expect(desk.locator(".timeline")).to_contain_text(str(label(350_000)))


def test_an_expired_phone_forgets_the_people_and_keeps_the_entries(
    browser: Browser,
    served: supervisor.Running,
    building: int,
) -> None:
    with phone(browser, served) as mine:
        enrol(mine, served, building, "volunteer", "昨天的手机")
        mine.ready()
        mine.context.set_offline(True)
        mine.page.locator(".door:not(.away)").first.click()
        mine.tap("无人应门")
        mine.figure("kept", 2)
        # Off for a night: the clock that goes on then is no jump.
        mine.page.goto("about:blank")
        mine.context.clock.set_system_time(datetime.now(UTC) + timedelta(hours=13))
        reopen(mine)
        expect(mine.page.locator(".notice.bad")).to_contain_text("到期")
        mine.figure("kept", 2)
        assert mine.leaves() == 0


def test_the_camera_reads_a_code(
    browser: Browser,
    served: supervisor.Running,
    building: int,
    tmp_path: Path,
) -> None:
    """A film of a label before the lens; the reader runs under the door's own policy, also without a network."""
    tube = label(360_000)
    film(tmp_path / "label.y4m", str(tube))
    flags = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    seen = f"--use-file-for-fake-video-capture={tmp_path / 'label.y4m'}"
    filming = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags, seen])
    with phone(filming, served) as mine:
        enrol(mine, served, building, "sampler", "相机手机")
        mine.ready()
        mine.context.set_offline(True)
        reopen(mine)
        mine.tap("扫码", exact=True)
        mine.panel("good", f"管号 {tube}")
        mine.page.wait_for_function("() => document.querySelector('video').currentTime > 0")
        mine.picture("camera")
        mine.tap("关相机")
    filming.close()


def heard_of_it(served: supervisor.Running, key: str) -> None:
    """Wait until the door has heard of a revocation, which takes it up to five seconds."""
    deadline = time.monotonic() + 20
    headers = {"authorization": f"Bearer {key}"}
    while httpx.post(f"{served.url}/field/pack", headers=headers, json={}, trust_env=False).status_code == 200:
        assert time.monotonic() < deadline


def film(path: Path, text: str, size: tuple[int, int] = (640, 480)) -> None:
    """Write a film of one QR code: YUV4MPEG2, grey."""
    width, height = size
    code = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(scale=8, border=4)]
    top, left = (height - len(code)) // 2, (width - len(code[0])) // 2
    rows = []
    for y in range(height):
        inside = code[y - top] if 0 <= y - top < len(code) else []
        dark = [bool(inside) and 0 <= x - left < len(inside) and inside[x - left] for x in range(width)]
        rows.append(bytes(16 if bit else 235 for bit in dark))
    frame = b"FRAME\n" + b"".join(rows) + bytes([128]) * (width * height // 2)
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 3)


def test_it_can_be_installed(browser: Browser, served: supervisor.Running) -> None:
    """Chromium itself says what stands in the way of putting the app on the home screen."""
    with phone(browser, served) as mine:
        mine.page.goto("/field/app/")
        mine.ready()
        told = mine.context.new_cdp_session(mine.page).send("Page.getInstallabilityErrors")
        assert [one["errorId"] for one in told["installabilityErrors"] if one["errorId"] != "in-incognito"] == []
