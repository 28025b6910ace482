"""Of two phones that took the same person the first hears of it soon: after its next upload, or as it is looked at."""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.ledger.check_digit import label
from tests import desk_round
from tests.journeys.phones import Phone, called, doors, enrol, phone
from tests.journeys.test_board import browser, morning, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
labels = count(420_001)


@pytest.fixture(scope="module")
def people(morning: desk_round.Morning) -> Iterator[tuple[int, str]]:
    building = morning.missed_building()
    called(morning, building)
    return iter([one for home in doors(building) for one in home.persons])


@contextmanager
def sampling(browser: Browser, served: supervisor.Running, area: int, lang: str) -> Iterator[tuple[Phone, list[str]]]:
    """A sampler's phone whose time can be moved on, and how often it asked for its pack."""
    with phone(browser, served) as mine:
        asked: list[str] = []
        mine.context.clock.install()
        enrol(mine, served, area, "sampler", f"消息 {lang}", lang=lang)
        mine.figure("confirmed", 1)
        mine.page.on(
            "request", lambda request: asked.append(request.url) if request.url.endswith("/field/pack") else None
        )
        yield mine, asked


def write(mine: Phone, field: str, text: object) -> None:
    """Type a code by hand: a scanner is known by its speed, which such a clock does not tell."""
    mine.page.get_by_label(mine.t(field)).fill(str(text))
    mine.page.keyboard.press("Enter")


def take(mine: Phone, person: tuple[int, str], confirmed: int) -> int:
    """Put a person into a tube of this phone, and wait until the door has it."""
    tube = label(next(labels))
    write(mine, "扫管码或输入管号", tube)
    mine.panel("good", str(tube))
    write(mine, "扫码，或输姓名室号", f"bulou:p/{person[0]}")
    mine.panel("good", person[1])
    mine.tap("封管", exact=True)
    mine.figure("confirmed", confirmed)
    return tube


def pass_a_minute(mine: Phone, asked: list[str], asks: bool) -> None:
    """Let more than the longest wait go by; where the phone ``asks``, until it has kept the answer.

    A second at a time, and no further once it has asked: its patience with the server runs by the same clock.
    """
    kept = f"bulou-{mine.journal}", "asked"
    before, said, deadline = mine.state(*kept), len(asked), time.monotonic() + 30
    for _ in range(65):
        mine.page.clock.run_for(1_000)
        if asks and len(asked) > said:
            break
    while asks and mine.state(*kept) == before:
        assert time.monotonic() < deadline, "it does not ask"


def hide(mine: Phone, hidden: bool) -> None:
    """Put the phone into a pocket, or take it out."""
    mine.page.evaluate(
        """(state) => {
          Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
          document.dispatchEvent(new Event('visibilitychange'));
        }""",
        "hidden" if hidden else "visible",
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_phone_hears_of_it_soon(
    browser: Browser,
    served: supervisor.Running,
    morning: desk_round.Morning,
    people: Iterator[tuple[int, str]],
    lang: str,
) -> None:
    building, same, next_one = morning.missed_building(), next(people), next(people)
    with (
        sampling(browser, served, building, lang) as (one, asked),
        sampling(browser, served, building, lang) as (other, _),
    ):
        other.context.set_offline(True)
        tube = take(one, same, 2)
        # What was said since is asked for once; the other phone has not spoken yet, and nothing new is uploaded.
        pass_a_minute(one, asked, asks=True)
        pass_a_minute(one, asked, asks=False)
        expect(one.page.locator(".notice")).to_have_count(0)
        assert len(asked) == 1
        take(other, same, 1)
        other.context.set_offline(False)
        other.figure("confirmed", 2)
        told = {
            "zh": f"{same[1]} 在本机的管 {tube} 里，也在另一管里",
            "en": f"{same[1]} is in this phone's tube {tube}",
        }[lang]

        # Taken out of the pocket, it asks at once; in the pocket it does not, whatever it uploads.
        if lang == "zh":
            hide(one, True)
            take(one, next_one, 3)
            pass_a_minute(one, asked, asks=False)
            assert len(asked) == 1
            hide(one, False)
        else:
            take(one, next_one, 3)
            expect(one.page.locator(".notice")).to_have_count(0)
            pass_a_minute(one, asked, asks=True)
        expect(one.page.locator(".notice.warn")).to_contain_text(told)
        assert len(asked) == 2
        if lang == "zh":  # a screen that goes on and off just after asks no more
            for hidden in (True, False, True, False):
                hide(one, hidden)
        assert one.wrong() == [] and len(asked) == 2
        one.page.evaluate("scrollTo(0, 0)")
        one.picture("double")
