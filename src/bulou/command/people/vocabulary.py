"""Why somebody may look at a person outside the own areas, and how such a look is judged afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from bulou.zones.vocabulary import LEVELS


@dataclass(frozen=True, slots=True)
class Why:
    """A typed reason to break the glass."""

    name: str
    zh: str
    en: str


WHYS = (
    Why("emergency", "急救或就医", "emergency or medical care"),
    Why("moved", "人已到本辖区", "the person is in my area now"),
    Why("contact", "流调或密接核实", "contact tracing"),
    Why("result", "核对采样或结果", "checking a sample or a result"),
    Why("appeal", "本人或家属来询", "the person or the family asks"),
    Why("order", "上级交办", "by order"),
)
WHY_NAMES = {why.name: why for why in WHYS}

#: How an exact person is named. There is no browsing.
HOWS = ("phone", "code", "tail")
RIGHT, QUESTIONED = "right", "questioned"
VERDICTS = (RIGHT, QUESTIONED)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that entries carry as text, as people read it."""

    zh: str
    en: str


#: What the values of declared standings mean; of all, unless the standing has its own.
VALUES = {
    "positive": Word("阳性", "positive"), "negative": Word("阴性", "negative"), "invalid": Word("无效", "invalid"),
    "contact": Word("密接", "contact"), "ended": Word("已结束", "ended"), "inside": Word("闭环内", "inside"),
    "outside": Word("闭环外", "outside"), "yes": Word("是", "yes"), "no": Word("否", "no"),
    "symptoms:yes": Word("有", "yes"), "symptoms:no": Word("无", "none"),
    **{level.name: Word(level.zh, level.en) for level in LEVELS},
}  # fmt: skip
#: What keeps a matter off the list.
OFF_LIST = {"set aside": Word("稍后提醒", "snoozed"), "closed": Word("核对完毕", "checked and closed")}
#: Standings that say who tests positive, or nearly so; whoever may not know hears what to do.
SECRET = {"infection", "antigen", "symptoms", "quarantine"}
#: Kinds of journal: through what an entry came.
WRITERS = {
    "phone": Word("手机", "phone"),
    "desk": Word("电脑端", "desk"),
    "courier": Word("转运", "courier"),
    "laboratory": Word("实验室", "laboratory"),
    "import": Word("导入", "import"),
    "system": Word("系统", "system"),
}
#: Kinds of subject, by code.
SUBJECTS = {
    1: Word("人员", "person"), 2: Word("住户", "household"), 3: Word("采样管", "tube"), 4: Word("转运箱", "box"),
    5: Word("区域", "area"), 6: Word("设备", "device"), 7: Word("库房", "store"), 8: Word("转运员", "courier"),
    9: Word("实验室", "laboratory"), 10: Word("队伍", "team"), 11: Word("物品", "good"), 12: Word("外部", "outside"),
}  # fmt: skip


#: What the record of looks and exports says, by its code. Codes are stored and never renamed.
RECORDED = {
    "desk: building page": Word("楼栋页", "building page"),
    "desk: person page": Word("轮次中的个人页", "person's page of a round"),
    "desk: person sheet": Word("个人记录", "person's sheet"),
    "desk: household sheet": Word("住户", "household's sheet"),
    "desk: search, names shown": Word("查找（姓名未遮盖）", "search with names shown"),
    "desk: door list printed": Word("打印敲门名单", "door list printed"),
    "desk: export missed": Word("导出漏检名单", "missed list exported"),
    "missed.xlsx": Word("漏检名单（Excel）", "missed list (Excel)"),
    "doors": Word("敲门名单（打印）", "door list (print)"),
    "board.xlsx": Word("总览（Excel）", "board (Excel)"),
    "building.xlsx": Word("逐户名单（Excel）", "building door by door (Excel)"),
    "waits.xlsx": Word("最久等候（Excel）", "oldest waits (Excel)"),
    "pace.xlsx": Word("进度预测（Excel）", "forecast (Excel)"),
    "now.xlsx": Word("当前要务（Excel）", "what needs a decision (Excel)"),
    "people.xlsx": Word("查找结果（Excel）", "people found (Excel)"),
    "users.xlsx": Word("用户与权限（Excel）", "users and roles (Excel)"),
    "official.xlsx": Word("核对官方数字（Excel）", "official figure (Excel)"),
    "official.txt": Word("核对官方数字（文字）", "official figure (text)"),
    "oversight-looks.xlsx": Word("查阅记录（Excel）", "record of looks (Excel)"),
    "oversight-exports.xlsx": Word("导出记录（Excel）", "record of exports (Excel)"),
    "oversight-glass.xlsx": Word("越区查阅记录（Excel）", "record of broken glass (Excel)"),
    "desk: pasted list": Word("录入名单", "list taken in"),
    "desk: export building": Word("导出逐户名单", "building exported"),
    "desk: export waits": Word("导出最久等候", "oldest waits exported"),
    "desk: export people": Word("导出查找结果", "people found exported"),
}


def codes_of(text: str) -> list[str]:
    """Return what to look for in the record: the text itself, and the codes whose words hold it."""
    low = text.lower()
    return [text, *(code for code, word in RECORDED.items() if low in word.zh or low in word.en.lower())]
