"""Units of relief: stores."""

from __future__ import annotations

from bulou.ledger.steps import Choice, Field
from bulou.ui.room import UnitKind

STORE = UnitKind(
    "store", 6, "仓库", "store", "package",
    (
        Field("keeps", "choices", "存放", "Keeps", required=False,
              choices=(Choice("food", "生活物资", "living supplies"), Choice("kits", "抗原试剂", "antigen kits"),
                       Choice("protection", "防护用品", "protective equipment"),
                       Choice("medicine", "药品", "medicines"))),
        Field("cold", "bool", "有冷藏", "Cold storage", required=False),
        Field("area_m2", "int", "面积（平方米）", "Floor area (m²)", required=False, most=1_000_000),
    ),
)  # fmt: skip
