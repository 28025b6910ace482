"""A distribution (发放): every household of an area is owed a parcel from a store's stock, as everybody owes a swab.

What is handed out leaves the store and arrives at the household, so that the stock and the doors tell the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bulou.ledger.effects import Entry, Key, Movement, Statement
from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import DutyKind, Mark, Reason, Stage, Subject
from bulou.relief.stock.vocabulary import DIET, DIETS
from bulou.ui.room import Act, Column, Cover, Menu, Play, Whom, Work

PARCEL = DutyKind(
    32, "parcel", Subject.HOUSEHOLD, "应送", "parcel owed",
    (Stage("open", "待送", "to be handed out"), Stage("handed_out", "已送到", "handed out")),
    took_part=1,
    values=("", "at_door", "to_neighbour", "at_gate"),
    goes_back=True,
    reasons=(
        Reason("nobody_in", Mark.DEFERRED, "家中无人", "nobody in"),
        Reason("comes_later", Mark.DEFERRED, "约定时间再送", "a time was agreed"),
        Reason("not_wanted", Mark.REFUSED, "不要", "not wanted"),
        Reason("empty_flat", Mark.EXCUSED, "空户，无人居住", "nobody lives there"),
        Reason("moved_out", Mark.EXCUSED, "全户已离开", "the household has left"),
        Reason("with_another", Mark.EXCUSED, "与另一户合并领取", "served together with another household"),
    ),
)  # fmt: skip

HOWS = (
    Choice("at_door", "送到门口", "left at the door"),
    Choice("to_neighbour", "邻居代收", "taken by a neighbour"),
    Choice("at_gate", "本人在门岗领取", "fetched at the gate"),
)


def moved(entry: Entry, body: Any, key: Key) -> Iterator[Movement]:
    """What is handed out goes from the store to the household."""
    yield Movement(
        Subject.GOOD, body.good, Subject.STORE, body.store, Subject.HOUSEHOLD, key.subject, quantity=body.quantity
    )


def eats(_entry: Entry, body: Any, key: Key) -> Iterator[Statement]:
    """What the household may eat, for the next distribution."""
    yield Statement(Subject.HOUSEHOLD, key.subject, DIET.name, body.diet)


#: Whom a distribution is for.
WHOM = (
    Whom("all", "全部住户", "all households"),
    Whom("closed", "封控区和管控区的住户", "households under lockdown or control",
         levels=("zone.level", ("lockdown", "control"))),
    Whom("infant", "有婴儿的住户", "households with an infant", needs=("infant",)),
    Whom("elderly", "高龄独居的住户", "elderly people living alone", needs=("alone_over_75",)),
    Whom("halal", "清真饮食的住户", "households that eat halal", standing=(DIET.name, "halal")),
    Whom("diabetic", "有糖尿病人的住户", "households with a diabetic diet", standing=(DIET.name, "diabetic")),
)  # fmt: skip

STEPS = (
    Step(
        "parcel.handed_out", "送到", "handed out", "advances", "handed_out",
        (
            Field("how", "choice", "怎么送到的", "How", choices=HOWS, books="value", default="at_door"),
            Field("quantity", "int", "份数", "Parcels", least=1, most=100, default=1),
            Field("store", "unit", "仓库", "Store", unit_kind="store"),
            Field("good", "good", "物资", "Good"),
        ),
        extra=moved,
    ),
    Step(
        "parcel.diet", "登记饮食需要", "diet recorded", "notes", "",
        (Field("diet", "choice", "饮食需要", "Diet", choices=DIETS),), extra=eats,
    ),
)  # fmt: skip

ACTS = (
    Act("handed_out", "送到", "Handed out", "parcel.handed_out", ("open",), phone=True),
    Act("deferred", "没送成", "Not handed out", "duty.deferred", phone=True),
    Act("refused", "不要", "Not wanted", "duty.refused", phone=True),
    Act("excused", "不用送", "End with a reason", "duty.excused", bulk=False, phone=True,
        confirm=("确认后这一户不再送。", "Nothing is brought to this household any more.")),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", bulk=False, closed=True),
    Act("returned", "没有收到，重送", "Did not arrive", "duty.returned", bulk=False, closed=True),
    Act("due", "限期", "Set a time limit", "duty.due"),
    Act("diet", "登记饮食需要", "Record a diet", "parcel.diet", phone=True),
)  # fmt: skip

COLUMNS = (
    Column("household", "住户", "Household", "subject"),
    Column("place", "地点", "Place", "place"),
    Column("door", "室号", "Door", "door"),
    Column("stage", "当前", "Now at", "stage"),
    Column("how", "怎么送到的", "How", "value"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("quantity", "份数", "Parcels", "last.quantity", file=True),
    Column("good", "物资", "Good", "last.good", file=True),
    Column("store", "仓库", "Store", "last.store", file=True),
    Column("diet", "饮食需要", "Diet", "last.diet"),
)

PARCELS = Work(
    PARCEL, None, STEPS, ACTS, COLUMNS, covered=True, owners={"open": "store"}, sees="board", words="decide",
    phones=("volunteer", "deliverer"), where="door",
    cover=Cover(
        "开始发放", "Begin a distribution", "decide",
        (
            Field("store", "unit", "从哪个仓库", "From which store", unit_kind="store"),
            Field("good", "good", "发什么", "Which good"),
            Field("quantity", "int", "每户份数", "Parcels a household", least=1, most=100, default=1),
        ),
        whom=WHOM,
    ),
    play=Play(0, taken_min=30, done_min=240, refused_share=0.01),
    menu=Menu("发放", "Distributions", "package", "l", 55),
    zh_help="每一户都要送到；家中无人的再去，空户写明原因。",
    en_help="Every household is reached; who was out is visited again, an empty flat has its reason.",
)  # fmt: skip
