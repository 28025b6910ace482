"""The words of stock: kinds of goods, where they come from and go to, why a count differs, the shortage ahead."""

from __future__ import annotations

from bulou.ledger.steps import Choice
from bulou.ledger.vocabulary import DutyKind, Mark, Reason, Stage, StandingKind, Subject

#: Kinds of goods.
KINDS = (
    Choice("parcel", "生活物资包", "parcels"),
    Choice("food", "食品", "food"),
    Choice("kits", "抗原试剂", "antigen kits"),
    Choice("ppe", "防护用品", "protective equipment"),
    Choice("medicine", "药品", "medicines"),
    Choice("other", "其他物资", "other"),
)
#: Whether a good comes in lots, and whether these expire.
KEEPS = (
    Choice("none", "不分批", "no lots"),
    Choice("lot", "分批号", "by lot"),
    Choice("expiry", "分批号和有效期", "by lot and expiry"),
)
#: Where goods come from that no store had before. The place in the list is a holder of the ledger, kind OUTSIDE: add at
#: the end, take none away.
SOURCES = (
    Choice("purchase", "采购", "purchase"),
    Choice("allocated", "上级调拨", "allocated by the level above"),
    Choice("donation", "捐赠", "donation"),
    Choice("returned", "退回", "returned"),
)
#: Where goods go to for good. Holders as well, from LOSSES_FROM on.
LOSSES = (
    Choice("expired", "过期", "expired"),
    Choice("damaged", "破损、变质", "damaged or spoiled"),
    Choice("recalled", "召回", "recalled"),
)
#: Why a count differs from the book.
DIFFERENCES = (
    Choice("unrecorded_out", "发出未登记", "issued without a record"),
    Choice("unrecorded_in", "收到未登记", "received without a record"),
    Choice("damaged", "破损、变质", "damaged or spoiled"),
    Choice("miscounted", "上次点错", "counted wrongly before"),
    Choice("opening", "期初盘点", "first count"),
    Choice("unknown", "原因不明", "not known"),
)
#: What becomes of goods that were sent and did not arrive.
SETTLED = (
    Choice("back", "没有发出，退回发出仓库", "never left: back to the sender"),
    Choice("lost", "途中遗失、损坏", "lost or damaged on the way"),
)
#: Holders of kind OUTSIDE: where goods come from and go to. Those from FOUND_BASE on are transfers on their way.
SOURCE = {choice.name: 1 + n for n, choice in enumerate(SOURCES)}
LOSS = {choice.name: 11 + n for n, choice in enumerate(LOSSES)}
COUNTED, LOST, USED = 31, 32, 33

#: Of a store: when it was counted last.
LAST_COUNT = StandingKind("stock.counted", Subject.STORE, "上次盘点", "last count")
#: Of a household: what it may eat.
DIET = StandingKind("diet", Subject.HOUSEHOLD, "饮食需要", "diet", ("", "halal", "diabetic"))
STANDINGS = (LAST_COUNT, DIET)
DIETS = (
    Choice("halal", "清真", "halal"),
    Choice("diabetic", "糖尿病饮食", "diabetic"),
)

SHORTAGE = DutyKind(
    33, "replenishment", Subject.AREA, "应补货", "replenishment due",
    (
        Stage("open", "待调配", "to be covered", within=480),
        Stage("arranged", "已安排调拨或采购", "arranged"),
        Stage("covered", "已补足", "covered"),
    ),
    took_part=1,
    goes_back=True,
    reasons=(
        Reason("ordered", Mark.DEFERRED, "已采购，待到货", "ordered, waits for delivery"),
        Reason("not_needed", Mark.EXCUSED, "不再需要", "no longer needed"),
        Reason("other_good", Mark.EXCUSED, "改用其他物资", "another good is used instead"),
    ),
)  # fmt: skip
