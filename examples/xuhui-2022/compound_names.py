"""Read a published name of a place: which compound is meant, by which lane, and what is only a part of it."""

from __future__ import annotations

import re

#: Spellings of one place that no rule finds.
ALIASES = {
    "罗秀": "罗秀新村",
    "长三二": "长桥三村",
    "梅陇11村": "梅陇十一村",
    "田林4村": "田林四村",
    "宛南新村": "宛南小区",
    "汇城二村": "汇成二村",
    "泰德花苑": "泰德苑",
    "广汇花苑": "广汇花园",
}
#: Whole estates listed beside their own numbered parts ("田林新村" beside "田林一村"): too coarse to be a compound.
TOO_COARSE = {"田林新村", "长桥新村", "乐山新村", "漕溪新村"}
#: Slips of the pen in the lists ("吴中东路500路"): neither a lane nor a house number.
SLIP = re.compile(r"\d路$")

PROPER_END = re.compile(r"(村|苑|园|小区|公寓|新村|大楼|大厦|花园|花苑|家园|别墅|坊|庭|城|阁|院)$")
LANE = re.compile(r"(?P<before>.*?)(?P<number>\d+)弄")
HOUSE = re.compile(r"(?P<before>.*?)(?P<number>甲?\d+)[号、\-—－]")
PART = re.compile(
    r"([东南西北中、]+[区片块]+|\d+块区|[A-Z]区|高层|沿马路|东南片|[一二三]期|[东南西北](?=$)|\d[\d号、\-—－]*号?(楼|大楼)?)$"
)


def road_at_end(text: str, roads: list[str]) -> str:
    """Return the longest known road name that ``text`` ends with, or ''."""
    return next((road for road in roads if text.endswith(road)), "")


def compound_of(raw: str, roads: list[str]) -> tuple[str, str, str]:
    """Return (key, proper name or '', kind) of a published name; kind is lane, name or number.

    The key is what two listings of one compound share: its lane when a lane is given, else its proper name without
    the part of the compound that was meant, else the house number.
    """
    text = raw.replace("（", "(").replace("）", ")").strip()
    inside = "".join(re.findall(r"\(([^)]*)\)", text))
    outside = re.sub(r"\([^)]*\)?", "", text).strip()
    for candidate in (outside, inside):
        lane = LANE.match(candidate)
        road = road_at_end(lane["before"], roads) if lane else ""
        if lane and road:
            own = lane["before"][: -len(road)] or (outside if candidate is inside else "")
            if not own:  # "东泉路185弄易通公寓(6号-10号)"
                own = re.sub(r"^(\d+支弄)?(小区)?[\d号、\-—－甲乙]*", "", candidate[lane.end() :])
            return f"{road}{lane['number']}弄", proper(own), "lane"
    house = HOUSE.match(outside)
    road = road_at_end(house["before"], roads) if house else ""
    if house and road:
        own = proper(house["before"][: -len(road)])
        return (own, own, "name") if own else (outside, "", "number")
    own = proper(outside)
    return own, own, "name"


def proper(text: str) -> str:
    """Strip which part of a compound was meant: blocks, phases, buildings."""
    while (shorter := PART.sub("", text)) != text and PROPER_END.search(shorter):
        text = shorter
    return ALIASES.get(text, text)


def split_number(address: str) -> tuple[str, int] | None:
    match = re.match(r"(\D+?)(\d+)[弄号\-]", address)
    return (match[1], int(match[2])) if match else None


def committee_stems(name: str) -> list[str]:
    """Return the place names a committee's name holds: "田林三、四村居委会" gives 田林三村 and 田林四村."""
    stem = re.sub(r"(第[一二三四五六七八九十、]+)?居委会$", "", name)
    several = re.fullmatch(r"(.+?)([一二三四五六七八九十](?:、[一二三四五六七八九十])+)村", stem)
    return [f"{several[1]}{number}村" for number in several[2].split("、")] if several else [stem]
