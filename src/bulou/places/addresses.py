"""How a door is written: as Shanghai does, 4号502室, or by units as other cities do, 4单元502室. Pure."""

from __future__ import annotations

import re

#: What an installation may choose, the first being the usual one: what stands behind the stairwell, in zh and en.
STYLES = {"shanghai": ("号", "No. "), "unit": ("单元", "Unit ")}
#: A door's own number; what says already what it is, such as 门卫室 or 东铺, stays as it is.
NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*")


def stairwell(number: object, style: str, english: bool) -> str:
    """Return a stairwell as the style names it; "" for a building that has but one."""
    text = str(number or "").removesuffix("单元").removesuffix("号")
    zh, en = STYLES.get(style) or STYLES["shanghai"]
    return (f"{en}{text}" if english else f"{text}{zh}") if text else ""


def door(number: str, style: str, english: bool, within: object = "") -> str:
    """Return a door, with its stairwell ``within`` in front of it."""
    flat = number
    if NUMBER.fullmatch(number):
        flat = f"Room {number}" if english else f"{number}室"
    return (", " if english else "").join(part for part in (stairwell(within, style, english), flat) if part)
