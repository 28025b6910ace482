"""Units of area control: shops that may open, gates."""

from __future__ import annotations

from bulou.ledger.steps import Choice, Field
from bulou.ui.room import UnitKind

SHOP = UnitKind(
    "shop", 2, "商铺", "shop", "building-store",
    (
        Field("trade", "choice", "经营类别", "Trade",
              choices=(Choice("food", "食品、超市", "food"), Choice("pharmacy", "药店", "pharmacy"),
                       Choice("catering", "餐饮", "catering"), Choice("other", "其他", "other"))),
        Field("guarantee", "bool", "保供单位", "Supply-guarantee shop", required=False),
        Field("staff", "int", "闭环在店人数", "Staff living in", required=False, most=5_000),
        Field("segment", "text", "路段", "Stretch of street", required=False, most=60),
        Field("licence", "text", "营业执照号", "Licence number", required=False, most=40),
    ),
)  # fmt: skip
GATE = UnitKind(
    "gate", 3, "卡口", "gate", "door",
    (
        Field("for_whom", "choices", "通行对象", "Who passes", required=False,
              choices=(Choice("people", "行人", "people"), Choice("vehicles", "车辆", "vehicles"),
                       Choice("goods", "物资", "goods"))),
        Field("guards", "int", "每班值守人数", "Guards a shift", required=False, most=200),
    ),
)  # fmt: skip
