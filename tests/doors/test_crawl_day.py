"""The links of the desk, opened by every role, in both languages, on a day when everything happens: words alone, in one
language, and nothing that leads to a refusal. ``CRAWL=full`` opens each link by each role.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from bulou.desk.abilities import PAGES, SIGNED_IN
from tests import crawler, desk_day

#: Where no link leads: the way out, what stands before sign-in, invented content, and a card that was just issued.
NO_LINK = {"sign-out", "sign-in-code", "parts", "device-card"}
#: What a round's list of missed people leads to; its tab is on the board.
FROM_THE_LIST = {"missed", "person", "doors", "missed-export"}


@pytest.fixture(scope="module")
def day(clone, tmp_path_factory) -> Iterator[crawler.Known]:
    folder = tmp_path_factory.mktemp("day")
    with clone(), pytest.MonkeyPatch.context() as patch, override_settings(**desk_day.QUICK):
        patch.setenv("BULOU_DATA", str(folder))
        desk_day.settle(folder)
        yield desk_day.known()


@pytest.mark.parametrize("user", desk_day.READERS)
def test_every_link_of_a_full_day_is_in_words(user: str, day: crawler.Known, caplog) -> None:
    caplog.set_level("ERROR", "bulou.requests")
    reader = desk_day.reader(user, day)
    reader.crawl(*desk_day.STARTS, *(way for ability, way in desk_day.TYPED.items() if ability in reader.held))
    assert not reader.faults, reader.wrong
    open_to = {name for name, need in PAGES.items() if need in reader.held or need == SIGNED_IN}
    without = NO_LINK | (set() if {"board", "people"} <= reader.held else FROM_THE_LIST)
    assert not open_to - without - reader.reached, "no link leads there"
