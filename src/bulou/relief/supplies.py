"""The supply of an area that was closed (应保供): somebody sees to it that its households get what they need.

Owed from the moment at which the list is published that closes the area; how it is done (a distribution, shops that
deliver, meals) is said with the act. Households' own requests and parcels are kinds of their own.
"""

from __future__ import annotations

from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import DutyKind, Mark, Programme, Reason, Stage, Subject
from bulou.ui.follow import Follow
from bulou.ui.room import Act, Column, Work

#: Supplies belong to no round. Numbers of programmes are never used again.
PROGRAMME = Programme(1_000_034, "封闭区域保供", "supply of closed areas")
#: Minutes until the supply of a newly closed area is arranged, and until it has arrived; house rule.
ARRANGE_WITHIN, ARRIVE_WITHIN = 12 * 60, 24 * 60

SUPPLY = DutyKind(
    34, "area_supply", Subject.AREA, "应保供", "supply owed",
    (
        Stage("open", "待安排", "to be arranged", within=ARRANGE_WITHIN),
        Stage("arranged", "已安排，待送达", "arranged, to arrive", within=ARRIVE_WITHIN),
        Stage("supplied", "已送达", "supplied"),
    ),
    took_part=2,
    values=("", "parcels", "shops", "meals", "mixed"),
    goes_back=True,
    reasons=(
        Reason("supplier_awaited", Mark.DEFERRED, "待供货单位答复", "a supplier's answer is awaited"),
        Reason("freed_again", Mark.EXCUSED, "已解除封控", "the area is no longer closed"),
        Reason("with_area_above", Mark.EXCUSED, "随上级区域统一保供", "supplied together with the area above"),
        Reason("posted_twice", Mark.EXCUSED, "重复登记", "recorded twice"),
    ),
)  # fmt: skip

HOWS = (
    Choice("parcels", "统一发放", "distribution to every household"),
    Choice("shops", "保供商铺配送", "supply shops deliver"),
    Choice("meals", "送餐", "meals are brought"),
    Choice("mixed", "几种方式", "several ways"),
)
STEPS = (
    Step(
        "supply.opened", "需要保供", "supply owed", "opens", many=True, call=("登记保供", "Record a supply"),
        fields=(
            Field("households", "int", "户数", "Households", least=0, most=1_000_000),
            Field("why", "text", "起因", "Why", required=False, most=300),
            Field("due", "time", "限期", "To be done by", required=False, books="due"),
        ),
    ),
    Step(
        "supply.arranged", "安排保供", "supply arranged", "advances", "arranged",
        (
            Field("how", "choice", "怎么保供", "How", choices=HOWS, books="value"),
            Field("by", "text", "由谁负责", "Who sees to it", most=60),
            Field("note", "text", "说明", "Note", required=False, most=300),
        ),
    ),
    Step(
        "supply.supplied", "已送达", "supplied", "advances", "supplied",
        (
            Field("reached", "int", "送达户数", "Households reached", least=0, most=1_000_000),
            Field("missing", "text", "没有送到的", "Who was not reached", required=False, most=300,
                  help_zh="楼栋和户数，不写姓名", help_en="Buildings and numbers, no names"),
        ),
    ),
    Step(
        "supply.again", "还需保供", "needed again", "returns", "open",
        (Field("why", "text", "原因", "Why", most=300),),
    ),
)  # fmt: skip

ACTS = (
    Act("arranged", "安排保供", "Arrange", "supply.arranged", ("open",)),
    Act("supplied", "登记送达", "Supplied", "supply.supplied", ("open", "arranged"), bulk=False),
    Act("again", "还需保供", "Needed again", "supply.again", ("arranged", "supplied"), bulk=False, closed=True),
    Act("given", "交给谁", "Give to", "duty.given"),
    Act("due", "限期", "Set a time limit", "duty.due"),
    Act("deferred", "暂缓", "Defer", "duty.deferred"),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", bulk=False, closed=True),
    Act("excused", "不必保供", "No supply needed", "duty.excused", bulk=False,
        confirm=("确认后不再提醒这一区域的保供。", "Nobody is reminded of this area's supply any more.")),
)  # fmt: skip

COLUMNS = (
    Column("area", "区域", "Area", "subject"),
    Column("households", "户数", "Households", "opened.households"),
    Column("place", "地点", "Place", "place"),
    Column("stage", "当前", "Now at", "stage"),
    Column("how", "怎么保供", "How", "value"),
    Column("by", "由谁负责", "Who", "last.by"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("reached", "送达户数", "Reached", "last.reached"),
    Column("missing", "没有送到的", "Not reached", "last.missing", file=True),
    Column("why", "起因", "Why", "opened.why", file=True),
)

SUPPLIES = Work(
    SUPPLY, PROGRAMME, STEPS, ACTS, COLUMNS, owners={"open": "street", "arranged": "store"}, sees="board",
    words="decide", where="area",
    follow=Follow("closed", "新封闭区域 {n} 户待保供", "{n} households of newly closed areas to supply", "households"),
    zh_help="名单公布后，每个新封控、管控的区域都要安排保供；怎么送、由谁负责在这里登记。",
    en_help="Once a list is published, the supply of every newly closed area is arranged here.",
)  # fmt: skip
