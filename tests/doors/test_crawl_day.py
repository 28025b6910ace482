"""The links of the desk, opened by every role, in both languages, on a day when everything happens: words alone, in one
language, and nothing that leads to a refusal. ``CRAWL=full`` opens each link by each role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import override_settings

from bulou.desk.abilities import PAGES, SIGNED_IN
from tests import crawler, desk_day

#: Where no link leads: the way out, what stands before sign-in, invented content, and a card that was just issued.
NO_LINK = {"sign-out", "sign-in-code", "parts", "device-card"}
#: What a round's list of missed people leads to; its tab is on the board.
FROM_THE_LIST = {"missed", "person", "doors", "missed-export"}
#: What a page offers after an act of one's own, or to whoever may say the word that it is about: reached by the
#: command, which may say everything.
ONLY_SOME = re.compile(
    r"now-(undo|reopen)|zones-list|work-letout|round-scope|offer(-withdraw)?|"
    r"device-times-act|roster-doubts|work-\w+-(new|import|act|sheet|undo|cover\w*|close)"
)
#: And what the day has not: nobody has just acted or applied a list, no clock has jumped, no phone is lost, no vehicle
#: is sent, nothing lies in a store, nothing is inspected, nobody is called up or lies in a facility. The tests of each
#: room open these pages.
NOT_TODAY = re.compile(
    r"transfers-(again|send|undo)|medicine-run|suits-\w+|api-key-revoke|"
    r"notice(-\w+)?|volunteers?-\w+|volunteer|outside-team-\w+|protection-tested|call-up-duty|"
    r"work-(area_supply|muster|notice_visit|outreach|recheck|self_test|therapy|medicine)(-\w+)?|"
    r"zones-undo|shop-undo|pass-card|work-\w+-undo|now-undo|device-(undo|reinstate|times(-act)?)|"
    r"inspection(-(act|do|report(-\w+)?))?|photo(-(add|remove))?|work-directive-\w+|"
    r"import-list-taken|good(-(act|edit))?|stock-\w+|facility|device-cards|jobs-act|call-up(-act)?|"
    r"forces-(act|edit|member)|shift-act|door-cards-(end|print)|roster-regroup(-undo)?|work-(stay|close_contact|replenishment)-\w+"
)


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
    typed = (way for ability, ways in desk_day.TYPED.items() if ability in reader.held for way in ways)
    reader.crawl(*desk_day.STARTS, *typed)
    assert not reader.faults, reader.wrong
    open_to = {name for name, need in PAGES.items() if need == SIGNED_IN or crawler.opens(need, reader.held)}
    without = NO_LINK | (set() if {"board", "people"} <= reader.held else FROM_THE_LIST)
    spared = [NOT_TODAY] if user == "command" else [NOT_TODAY, ONLY_SOME]
    left = open_to - without - reader.reached
    unreached = sorted(name for name in left if not any(one.fullmatch(name) for one in spared))
    assert not unreached, f"no link leads to {unreached}"
