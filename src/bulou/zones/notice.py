"""The text of the notice that goes with a published list, in both languages, as a draft to be put right. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bulou.zones.diff import Change
from bulou.zones.entries import ListedUnit
from bulou.zones.vocabulary import LEVELS, LIFTED

#: What each level asks of those who live there, as the notices of April 2022 put it.
ASKED = {
    "lockdown": ("区域封闭、足不出户、服务上门", "nobody leaves the flat; what is needed is brought to the door"),
    "control": (
        "人不出区、严禁聚集、错峰取物",
        "nobody leaves the compound; no gatherings; goods are fetched in turns",
    ),
    "precaution": ("强化社会面管控、严格限制人员聚集", "going out is limited; no gatherings"),
}
#: So many units of one level are named; beyond that the list itself is referred to.
NAMED = 60


def draft(place: tuple[str, str], day: date, units: Sequence[ListedUnit], changed: Sequence[Change]) -> tuple[str, str]:
    """Return the draft in Chinese and English. ``place``: the street's name in both; nobody is named."""
    zh = [f"{place[0]}关于封控区、管控区、防范区划分的通告", "", f"{day.year}年{day.month}月{day.day}日"]
    en = [f"Notice of {place[1]} on lockdown, control and precaution areas", "", day.isoformat()]
    numerals = iter("一二三四五")
    for one in LEVELS:
        own = [unit for unit in units if unit.level == one.name]
        if one.name == LIFTED or not own:
            continue
        asked = ASKED[one.name]
        title = one.en.split(":")[0].capitalize()
        zh += ["", f"{next(numerals)}、{one.zh}（共{len(own)}个）：{asked[0]}。", *_named(own, "另有{n}个，见名单。")]
        en += ["", f"{title} ({len(own)}): {asked[1]}.", *_named(own, "and {n} more, see the list.")]
    freed = [one.unit.name for one in changed if one.before in ASKED and not one.now]
    if freed:
        zh += ["", f"{next(numerals)}、即日起解除管控：{'、'.join(freed[:NAMED])}。"]
        en += ["", f"No longer restricted from today: {', '.join(freed[:NAMED])}."]
    if not units and not freed:
        zh += ["", "目前没有划定的封控区、管控区、防范区。"]
        en += ["", "No area is held at present."]
    zh += [
        "", "看病就医、临产、透析等紧急情况，请立即联系居委会或拨打120，卡口先放行。",
        "对所在区域的等级有异议的，请向街道提出，街道核实后答复。",
    ]  # fmt: skip
    en += [
        "", "In an emergency (acute illness, childbirth, dialysis) call the neighbourhood committee or 120 at once;"
        " gates let you out first and ask afterwards.",
        "Whoever disagrees with the level of an area may tell the street, which looks into it and answers.",
    ]  # fmt: skip
    return "\n".join(zh), "\n".join(en)


def _named(own: Sequence[ListedUnit], more: str) -> list[str]:
    lines = [
        f"{n}. {unit.name}" + (f"（至{unit.ends.month}月{unit.ends.day}日复核）" if unit.ends and "见" in more else "")
        + (f" (review by {unit.ends.isoformat()})" if unit.ends and "见" not in more else "")
        for n, unit in enumerate(own[:NAMED], 1)
    ]  # fmt: skip
    return lines + ([more.format(n=len(own) - NAMED)] if len(own) > NAMED else [])
