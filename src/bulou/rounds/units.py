"""Units of screening: sampling sites, teams, laboratories."""

from __future__ import annotations

from bulou.ledger.steps import Choice, Field
from bulou.ui.room import UnitKind

SITE = UnitKind(
    "site", 1, "采样点", "sampling site", "test-pipe",
    (
        Field("lanes", "int", "采样通道数", "Lanes", least=1, most=200),
        Field("open_air", "choice", "场地", "Where", required=False,
              choices=(Choice("outdoor", "室外", "outdoors"), Choice("indoor", "室内", "indoors"),
                       Choice("mobile", "流动", "mobile"))),
        Field("step_free", "bool", "无障碍通道", "Step-free access", required=False),
    ),
)  # fmt: skip
LABORATORY = UnitKind(
    "laboratory", 5, "检测机构", "laboratory", "temperature",
    (
        Field("tubes_per_day", "int", "日检测能力（管）", "Tubes a day", required=False, most=1_000_000),
        Field("hours_to_result", "int", "出结果时限（小时）", "Hours to a result", required=False, least=1, most=72),
    ),
)  # fmt: skip
TEAM = UnitKind(
    "team", 8, "班组", "team", "users-group",
    (
        Field("task", "choice", "任务", "Task",
              choices=(Choice("sampling", "采样", "sampling"), Choice("visits", "上门", "visits"),
                       Choice("transfer", "转运", "transfer"), Choice("disinfection", "消毒", "disinfection"),
                       Choice("delivery", "配送", "delivery"), Choice("other", "其他", "other"))),
        Field("members", "int", "人数", "Members", required=False, least=1, most=5_000),
        Field("home", "text", "派出单位", "Sent by", required=False, most=60),
    ),
)  # fmt: skip
