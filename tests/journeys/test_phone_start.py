"""From the shift card on the wall to the first door; too many people for one phone; a phone that is nearly full; what
a phone says to ears and hands, and its torch.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Browser, Page, expect

from bulou.config import supervisor
from bulou.config.postgres import DATABASE
from bulou.field.actions import enrolment_code
from bulou.field.pack import MAX_PEOPLE
from bulou.ledger.areas import ancestor
from bulou.ledger.check_digit import label
from tests import desk_round
from tests.journeys.phones import called, doors, enrol, phone
from tests.journeys.test_board import browser, morning, served, sign_in  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")

COUNTED = """
  window.steps = {taps: 0, fields: new Set()};
  addEventListener('click', (event) => { if (event.isTrusted) steps.taps += 1; }, true);
  addEventListener('input', (event) => steps.fields.add(event.target), true);
"""
#: Writes down what a phone is asked to sound and how to shake.
LISTENING = """
  window.heard = {notes: [], shakes: []};
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    const wave = make.call(this), start = wave.start;
    wave.start = (at) => { heard.notes.push(wave.type); start.call(wave, at); };
    return wave;
  };
  navigator.vibrate = (pattern) => { heard.shakes.push(pattern); return true; };
"""
#: A camera that sees grey, and can or cannot light its torch.
CAMERA = """
  window.lit = [];
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
    // A picture that never changes is a film of no pictures.
    setInterval(() => pen.fillRect(0, 0, 64, 64), 50);
    const stream = canvas.captureStream(10), [track] = stream.getVideoTracks();
    track.getCapabilities = () => (CAPABLE);
    track.applyConstraints = async (wanted) => { lit.push(wanted.advanced[0].torch); };
    return stream;
  };
"""


@pytest.fixture(scope="module")
def building(morning: desk_round.Morning) -> int:
    building = morning.missed_building()
    called(morning, building)
    return building


@pytest.fixture
def desk(browser: Browser, served: supervisor.Running, morning: desk_round.Morning) -> Page:
    """The district's desk, signed in."""
    page = browser.new_context(base_url=served.url, locale="zh-CN").new_page()
    sign_in(page, "district")
    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_shift_card_to_the_first_door(
    browser: Browser, served: supervisor.Running, building: int, desk: Page, lang: str
) -> None:
    """A name and two taps: the field, the button."""
    said = {"zh": ("您的姓名", "登记这台手机", "还剩"), "en": ("Your name", "Enrol this phone", "left")}[lang]
    card = f"夜班 {lang}"
    desk.goto(f"/devices/enrol?under={building}")
    desk.fill("#id_name", card)
    desk.locator("input[name=what][value=card]").check()
    desk.locator("input[name=role][value=volunteer]").check()
    desk.select_option("#id_kind", "phone")
    desk.locator(f"input[name=area][value='{building}']").check()
    desk.get_by_role("button", name="下一步：核对").click()
    desk.get_by_role("button", name="确认，生成登记码").click()
    address = desk.locator("main code").first.inner_text()
    drawn = re.search(r' d="([^"]+)"', enrolment_code(address.split("#enrol=")[1], served.url))
    assert drawn and drawn.group(1) in desk.locator("main svg.segno").inner_html(), (
        "the code on the card is the address"
    )
    with phone(browser, served) as mine, phone(browser, served) as other:
        page = mine.page
        if lang == "en":
            page.goto("/field/app/")
            mine.tap("English")
        page.add_init_script(COUNTED)
        page.goto("about:blank")
        page.goto(address)
        wrong = mine.wrong()
        if lang == "zh":
            mine.picture("enrol")
        page.get_by_label(said[0]).click()
        page.keyboard.type("王芳")
        mine.tap(said[1])
        expect(page.locator("h2")).to_contain_text(said[2])
        expect(page.locator(".door:not(.away)").first).to_be_in_viewport()
        taps, typed = page.evaluate("[steps.taps, steps.fields.size]")
        assert (taps, typed) == (2, 1)
        wrong += mine.wrong()
        # The next one takes the same card and gives no name.
        other.page.goto(address)
        other.tap("登记这台手机")
        expect(other.page.locator(".door:not(.away)").first).to_be_visible()
        assert other.journal != mine.journal
        assert "\n".join(wrong) == ""
    desk.goto("/devices")
    for name in (f"{card} · 王芳", f"{card} · 2"):
        expect(desk.get_by_role("row", name=name)).to_have_count(1)


def test_too_many_people_for_one_phone(
    browser: Browser, served: supervisor.Running, morning: desk_round.Morning, desk: Page, building: int
) -> None:
    """The desk gives out no code for such an area; a phone whose area has grown says what to do and keeps its list."""
    grown = next(area for area in morning.homes if ancestor(area, 2) != ancestor(building, 2))
    with phone(browser, served) as mine, phone(browser, served) as late:
        enrol(mine, served, grown, "sampler", "小楼")
        filled(served, grown)
        mine.page.locator(".status").click()
        mine.tap("更新任务名单")
        expect(mine.page.locator(".notice.bad")).to_contain_text("分小")
        assert mine.leaves() == 1
        wrong = mine.wrong()
        mine.tap("返回")
        mine.scan(label(395_001))
        mine.panel("good", str(label(395_001)))
        # Offered before the area grew, used after.
        enrol(late, served, ancestor(grown, 5), "sampler", "大楼", seen=".notice.bad")
        expect(late.page.locator(".notice.bad")).to_contain_text("5000")
        assert late.leaves() == 0
        for one in (mine, late):
            assert one.said and all("413" in said for said in one.said), one.said
            one.said.clear()
        assert "\n".join(wrong) == ""
    desk.goto(f"/devices/enrol?under={grown}")
    desk.fill("#id_name", "大楼")
    desk.locator("input[name=what][value=one]").check()
    desk.locator("input[name=role][value=sampler]").check()
    desk.select_option("#id_kind", "phone")
    desk.locator(f"input[name=area][value='{grown}']").check()
    desk.get_by_role("button", name="下一步：核对").click()
    expect(desk.get_by_role("alert")).to_contain_text(f"超过{MAX_PEOPLE}人")
    expect(desk.get_by_role("alert")).to_contain_text("分成多台")
    expect(desk.locator("main svg.segno")).to_have_count(0)


def filled(served: supervisor.Running, area: int) -> None:
    """Let more people live in a building than a phone takes."""
    assert served.cluster
    with served.cluster.connect(DATABASE) as db:
        db.execute(
            "INSERT INTO places_person (id, area, name, name_key, pinyin, initials, needs, valid_from, recorded_at)"
            " SELECT 900000000 + n, %s, '某试人', '某试人', '', '', 0, now(), now() FROM generate_series(1, %s) AS n",
            [area, MAX_PEOPLE + 1],
        )


#: Fills what the browser allows, with something that is not the app's.
FILLER = """() => new Promise((done) => {
  const asked = indexedDB.open('filler');
  asked.onupgradeneeded = () => asked.result.createObjectStore('s', {autoIncrement: true});
  asked.onsuccess = () => {
    const more = (size) => {
      const tx = asked.result.transaction('s', 'readwrite');
      tx.objectStore('s').add(crypto.getRandomValues(new Uint8Array(size)));
      tx.oncomplete = () => more(size);
      tx.onabort = () => size > 100 ? more(size >> 1) : (asked.result.close(), done(tx.error.name));
    };
    more(50_000);
  };
})"""


def test_a_phone_that_is_nearly_full(browser: Browser, served: supervisor.Running, building: int) -> None:
    """It warns early; there is room for entries when nothing else has any; what is not kept is said at once."""
    (person, name), *_ = doors(building)[0].persons
    with phone(browser, served) as mine:
        page = mine.page
        disk = mine.context.new_cdp_session(page)

        def room(megabytes: int) -> None:
            disk.send("Storage.overrideQuotaForOrigin", {"origin": served.url, "quotaSize": megabytes * 2**20})

        room(7)
        enrol(mine, served, building, "sampler", "满手机")
        expect(page.locator(".notice.bad")).to_contain_text("手机空间不足")
        page.locator(".status").click()
        wrong = mine.wrong()
        room(14)
        mine.tap("立即上传")
        expect(page.locator(".notice")).to_have_count(0)
        mine.tap("返回")
        mine.scan(label(396_001))
        mine.scan(f"bulou:p/{person}")
        mine.panel("good", name)
        assert page.evaluate(FILLER) == "QuotaExceededError"
        mine.tap("封管")
        mine.panel("good", "已封管")
        mine.figure("confirmed", 2)
        page.locator(".status").click()
        mine.tap("立即上传")
        expect(page.locator(".notice.bad")).to_contain_text("手机空间不足")
        mine.tap("返回")
        # Then even that is used up.
        mine.scan(label(396_002))
        mine.tap("现场登记")
        page.get_by_label("姓名").fill("沈客")
        assert page.evaluate(FILLER) == "QuotaExceededError"
        mine.tap("登记", exact=True)
        mine.panel("bad", "没有存住")
        mine.figure("kept", 2)
        assert len(mine.kept()) == 2
        assert "\n".join(wrong) == ""


def test_each_result_has_its_sound_and_its_shake(browser: Browser, served: supervisor.Running, building: int) -> None:
    """Good, warning, stop: three that are told apart with closed eyes, by ear or by hand alone."""
    person, _name = doors(building)[1].persons[0]
    with phone(browser, served) as mine:
        mine.page.add_init_script(LISTENING)
        enrol(mine, served, building, "sampler", "响手机")
        heard = {}
        for tone, scanned in (("good", label(397_001)), ("bad", "SSM:77"), ("good", f"bulou:p/{person}"),
                              ("warn", label(397_001))):  # fmt: skip
            mine.page.evaluate("heard.notes.length = heard.shakes.length = 0")
            mine.scan(scanned)
            expect(mine.page.locator(f".panel.{tone}")).to_be_visible()
            heard[tone] = mine.page.evaluate("[heard.notes, heard.shakes]")
        assert heard == {
            "good": [["sine"], [[40]]],
            "warn": [["sine", "sine"], [[80, 60, 80]]],
            "bad": [["square"], [[400]]],
        }


@pytest.mark.parametrize("torch", [True, False])
def test_the_torch_where_there_is_one(browser: Browser, served: supervisor.Running, building: int, torch: bool) -> None:
    with phone(browser, served) as mine:
        mine.page.add_init_script(CAMERA.replace("CAPABLE", "{torch: true}" if torch else "{}"))
        enrol(mine, served, building, "sampler", "手电手机")
        mine.tap("扫码", exact=True)
        mine.page.wait_for_function("() => document.querySelector('video')?.currentTime > 0")
        button = mine.page.get_by_role("button", name="手电")
        if not torch:
            expect(button).to_have_count(0)
            return
        for on in ("true", "false"):
            button.click()
            expect(button).to_have_attribute("aria-pressed", on)
        assert mine.page.evaluate("lit") == [True, False]
        assert mine.wrong() == []
        mine.tap("关相机")
        expect(button).to_have_count(0)
