"""Units of transfer and isolation: facilities with their beds, vehicles with their seats."""

from __future__ import annotations

from bulou.ledger.steps import Choice, Field
from bulou.ui.room import UnitKind

FACILITY = UnitKind(
    "facility", 4, "隔离收治点", "facility", "building-hospital",
    (
        Field("purpose", "choice", "用途", "Purpose",
              choices=(Choice("isolation", "集中隔离点（方舟）", "isolation facility"),
                       Choice("hospital", "定点医院", "designated hospital"),
                       Choice("quarantine", "密接隔离点", "quarantine of contacts"))),
        Field("beds", "int", "床位数", "Beds", most=100_000),
        Field("beds_closed", "int", "关闭床位", "Beds closed", required=False, most=100_000),
        Field("beds_cleaning", "int", "消毒中床位", "Beds being cleaned", required=False, most=100_000),
        Field("beds_family", "int", "家庭床位", "Beds for families", required=False, most=100_000),
        Field("beds_accessible", "int", "无障碍床位", "Accessible beds", required=False, most=100_000),
        Field("beds_dialysis", "int", "可透析床位", "Beds with dialysis", required=False, most=10_000),
    ),
)  # fmt: skip
VEHICLE = UnitKind(
    "vehicle", 7, "车辆", "vehicle", "truck",
    (
        Field("type", "choice", "车型", "Type",
              choices=(Choice("ambulance", "救护车", "ambulance"), Choice("bus", "大巴", "bus"),
                       Choice("van", "面包车", "van"), Choice("lorry", "货车", "lorry"))),
        Field("seats", "int", "座位数", "Seats", most=200),
        Field("wheelchairs", "int", "轮椅位", "Wheelchair places", required=False, most=50),
        Field("stretchers", "int", "担架位", "Stretchers", required=False, most=50),
    ),
)  # fmt: skip
