"""The words of shops: what was decided on one, what is ordered for an area, how many of its staff were tested."""

from __future__ import annotations

from bulou.ledger.vocabulary import StandingKind, Subject

#: How a shop stands: open, for supplies alone (to the door or by order), closed.
OPEN, GUARANTEE, CLOSED = VALUES = ("open", "guarantee", "closed")
#: Of a decision: what the rule says holds again.
RULE = "rule"
#: What is ordered for an area: nothing, supply-guarantee shops alone, all closed.
ORDERS = ("open", "guarantee", "closed")
STATUS, ORDER, TESTED = "shop.status", "shop.order", "shop.tested"
SUFFIX = r"\.[0-9]{1,16}"

#: Of the area of a shop, with its number behind the name; the order is of the area alone.
STANDINGS = (
    StandingKind(STATUS, Subject.AREA, "商铺营业决定", "decision on a shop", (*VALUES, RULE), suffix=SUFFIX),
    StandingKind(ORDER, Subject.AREA, "商铺管理令", "order on shops", ORDERS),
    StandingKind(TESTED, Subject.AREA, "店员检测", "staff of a shop tested", suffix=SUFFIX),
)
