"""What the house must know of zones: levels that people decide, their reviews, the lists that are published."""

from __future__ import annotations

from bulou.ledger.steps import Field, Step
from bulou.ui.room import Ability, Act, Column, Page, Play, Programme, Room, Work
from bulou.zones import vocabulary
from bulou.zones.entries import ENTRIES, PROGRAMME_ID
from bulou.zones.passes.room import PART as PASSES
from bulou.zones.shops.room import PART as SHOPS
from bulou.zones.units import GATE, SHOP

REVIEWS = Programme(PROGRAMME_ID, "分区复核", "zone reviews")
DECIDE = Ability("zones", "确定和公布分区", "decide and publish levels of areas", ("command", "street"))

STEPS = (
    Step(
        "zone.kept", "复核后维持", "kept after review", "notes", "",
        (
            Field("due", "time", "下次复核时间", "Next review", books="due"),
            Field("reason", "text", "原因", "Reason", most=300),
        ),
    ),
)  # fmt: skip

ACTS = (
    Act("kept", "维持现状，约定下次复核", "Keep the level, set the next review", "zone.kept", ability="zones"),
    Act("deferred", "暂缓", "Defer", "duty.deferred", ability="zones"),
    Act("given", "交给班组", "Give to a team", "duty.given", ability="zones"),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", ability="zones", bulk=False, closed=True),
    Act(
        "excused", "不必复核", "No review needed", "duty.excused", ability="zones", bulk=False,
        confirm=("等级不变，今后不再提醒复核。", "The level stays, and nobody is reminded of it any more."),
    ),
)  # fmt: skip

COLUMNS = (
    Column("area", "区域", "Area", "subject"),
    Column("place", "地点", "Place", "place"),
    Column("level", "等级", "Level", f"standing.{vocabulary.STANDING}"),
    Column("due", "复核期限", "Review by", "due"),
    Column("reason", "上次原因", "Last reason", "last.reason"),
    Column("given", "交给", "Given to", "given"),
)

WORK = Work(
    vocabulary.REVIEW, REVIEWS, STEPS, ACTS, COLUMNS,
    owners={"open": "street"}, sees="board", words="zones", where="area", play=Play(0, taken_min=1_440, done_min=4_320),
    zh_help="每个等级都有复核期限；到期由签发的街镇或指挥部复核。改等级在“管控区”页办理。",
    en_help="Every level has a review date; who signed it reviews it. Levels are changed on the page Zones.",
)  # fmt: skip

PAGES = (
    Page("zones", "zones", "bulou.zones.pages.listed", "board"),
    Page("zones/act", "zones-act", "bulou.zones.acting.act", "zones"),
    Page("zones/undo", "zones-undo", "bulou.zones.acting.take_back", "zones"),
    Page("zones/lists", "zones-lists", "bulou.zones.publishing.lists", "board"),
    Page("zones/lists/<area>", "zones-list", "bulou.zones.publishing.one", "board"),
    Page("zones/map", "zones-map", "bulou.command.following.map.page", "board"),
    Page("zones/<area>", "zone", "bulou.zones.pages.sheet", "board"),
)

ROOM = Room(
    "zones", "管控区", "zones", duties=(vocabulary.REVIEW, *PASSES.duties), works=(WORK, *PASSES.works),
    entries=(*ENTRIES, *PASSES.entries, *SHOPS.entries),
    standings=(*vocabulary.STANDINGS, *PASSES.standings, *SHOPS.standings),
    abilities=(DECIDE, *PASSES.abilities, *SHOPS.abilities), pages=(*PAGES, *PASSES.pages, *SHOPS.pages),
    units=(SHOP, GATE),
)  # fmt: skip
