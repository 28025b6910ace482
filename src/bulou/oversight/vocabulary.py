"""The words of inspections and checklists. Pure tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A value that a row has, and how people read it."""

    name: str
    zh: str
    en: str


MANNERS = (
    Word("planned", "计划内", "planned"),
    Word("spontaneous", "临时", "spontaneous"),
    Word("patrol", "沿街巡查", "street-segment patrol"),
)
STATES = (
    Word("planned", "待检查", "to be made"),
    Word("begun", "检查中", "under way"),
    Word("done", "已完成", "done"),
    Word("dropped", "已取消", "cancelled"),
)
#: What a checklist is for.
PLACES = (
    Word("compound", "小区", "compound"),
    Word("shop", "营业场所", "shop"),
    Word("site", "采样点", "sampling site"),
    Word("facility", "隔离收治点", "isolation facility"),
    Word("", "其他", "anything else"),
)
