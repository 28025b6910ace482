"""What the house must know of passes: who may decide, the pages, the two kinds of duty."""

from __future__ import annotations

from bulou.ui.room import Ability, Menu, Page, Room
from bulou.zones.passes.entries import ENTRIES
from bulou.zones.passes.vocabulary import LET_OUT, PASS, STANDINGS
from bulou.zones.passes.works import LET_OUTS, PASSES

DECIDE = Ability("passes", "审批通行证", "decide on passes and revoke them", ("command", "street", "committee"))

PAGES = (
    Page("passes", "passes", "bulou.zones.passes.pages.listed", "people", Menu("通行证", "Passes", "qrcode", "k", 62)),
    Page("passes/gates", "pass-gates", "bulou.zones.passes.pages.gates", "people"),
    Page("passes/<household>/<occasion>", "pass", "bulou.zones.passes.pages.sheet", "people"),
    Page("passes/<household>/<occasion>/card", "pass-card", "bulou.zones.passes.pages.card", "people"),
)

#: Part of the room of zones.
PART = Room(
    "zones", "管控区", "zones", duties=(PASS, LET_OUT), works=(PASSES, LET_OUTS), entries=ENTRIES,
    standings=STANDINGS, abilities=(DECIDE,), pages=PAGES,
)  # fmt: skip
