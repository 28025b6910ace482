"""The shortage ahead (应补货): a store that will lack a good, as a duty of its area before it happens."""

from __future__ import annotations

from bulou.ledger.steps import Field, Step
from bulou.ledger.vocabulary import Programme
from bulou.relief.stock.vocabulary import SHORTAGE
from bulou.ui.room import Act, Column, Play, Work

#: Shortages belong to no round: a campaign that is always open.
PROGRAMME = Programme(1_000_033, "物资补给", "replenishment")

STEPS = (
    Step(
        "shortage.foreseen", "预计缺货", "shortage foreseen", "opens", many=True,
        call=("登记缺货", "Record a shortage"),
        fields=(
            Field("store", "unit", "仓库", "Store", unit_kind="store"),
            Field("good", "good", "物资", "Good"),
            Field("short", "int", "缺多少", "Lacking", least=1),
            Field("runs_out", "time", "预计断货时间", "Runs out at", required=False),
            Field("due", "time", "最迟安排时间", "Arrange by", required=False, books="due"),
            Field("why", "text", "依据", "Why", required=False, most=300),
        ),
    ),
    Step(
        "shortage.arranged", "已安排调拨", "transfer arranged", "advances", "arranged",
        (
            Field("source", "unit", "从哪个仓库", "From which store", unit_kind="store", required=False),
            Field("arranged", "int", "数量", "How many", least=1),
            Field("note", "text", "说明", "Note", required=False),
        ),
    ),
    Step(
        "shortage.covered", "已补足", "covered", "advances", "covered",
        (Field("note", "text", "说明", "Note", required=False),),
    ),
    Step(
        "shortage.again", "仍然不足", "still short", "returns", "open",
        (Field("short", "int", "缺多少", "Lacking", least=1), Field("note", "text", "说明", "Note", required=False)),
    ),
)  # fmt: skip

ACTS = (
    Act("arranged", "已安排", "Arranged", "shortage.arranged", ("open",), "stock", bulk=False),
    Act("covered", "已补足", "Covered", "shortage.covered", ("open", "arranged"), "stock"),
    Act("deferred", "待到货", "Waits for delivery", "duty.deferred", ability="stock"),
    Act("due", "限期", "Set a time limit", "duty.due", ability="stock"),
    Act("again", "仍然不足", "Still short", "shortage.again", ("arranged",), "stock", bulk=False, closed=True),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", ability="stock", bulk=False, closed=True),
    Act("excused", "不再需要", "No longer needed", "duty.excused", ability="stock", bulk=False,
        confirm=("确认后不再提醒这项缺货。", "Nobody is reminded of this shortage any more.")),
)  # fmt: skip

COLUMNS = (
    Column("area", "区域", "Area", "subject"),
    Column("store", "仓库", "Store", "opened.store"),
    Column("good", "物资", "Good", "opened.good"),
    Column("short", "缺多少", "Lacking", "last.short"),
    Column("stage", "当前", "Now at", "stage"),
    Column("runs_out", "预计断货", "Runs out", "opened.runs_out"),
    Column("due", "最迟安排", "Arrange by", "due"),
    Column("source", "从哪里调", "From", "last.source"),
    Column("arranged", "已安排", "Arranged", "last.arranged"),
)

SHORTAGES = Work(
    SHORTAGE, PROGRAMME, STEPS, ACTS, COLUMNS,
    owners={"open": "store", "arranged": "store"}, sees="board", words="stock", where="area",
    play=Play(0, taken_min=60, done_min=240, fields={"arranged": 100}),
    zh_help="按近日用量、未发完的发放和封控户数预计会断货的仓库；“可用天数”页给出从哪里调。",
    en_help="Stores that will run out by use, distributions and closed households. Days of cover says what mends it.",
)  # fmt: skip
