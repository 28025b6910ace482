"""The root, above all districts: a round of a whole city is opened there, and nobody's sample is taken there."""

from __future__ import annotations

from typing import Any

import pytest

from bulou.ledger import rules
from bulou.ledger.areas import ROOT, span
from bulou.ledger.effects import Entry
from bulou.ledger.refusals import Refused
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import EVERYWHERE, Ranges
from tests import cast

ROUND = {"campaign": cast.ROUND, "kind": "pcr", "name": "全市第一轮", "count": 25_670_000, "checksum": 0}
TUBE = {"campaign": cast.ROUND, "tube": cast.TUBES["T1"], "mode": "single", "persons": [7]}


def expand(kind: str, ranges: Ranges, body: dict[str, Any]) -> rules.Expanded:
    journal = JournalFacts(cast.DESK, "desk", ranges, cast.DAWN, cast.minute(9000))
    return rules.expand(Entry(cast.DESK, 1, kind, cast.minute(5), ROOT, body), journal)


@pytest.mark.parametrize(
    ("kind", "body"),
    [("round.opened", ROUND), ("round.closed", {"campaign": cast.ROUND, "open": []}), ("journal.closed", {"last": 1})],
)
def test_a_desk_of_the_whole_city_writes_of_all(kind: str, body: dict[str, Any]) -> None:
    expand(kind, EVERYWHERE, body)


@pytest.mark.parametrize(
    ("kind", "ranges", "body", "code"),
    [
        ("tube.sealed", EVERYWHERE, TUBE, 107),
        ("round.opened", (span(cast.DISTRICT),), ROUND, 106),
    ],
)
def test_nobody_else_does(kind: str, ranges: Ranges, body: dict[str, Any], code: int) -> None:
    with pytest.raises(Refused) as refused:
        expand(kind, ranges, body)
    assert refused.value.code == code
