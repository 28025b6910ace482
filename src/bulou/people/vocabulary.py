"""Why somebody may look at a person outside the own areas, and how such a look is judged afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from bulou.ui.room import works


@dataclass(frozen=True, slots=True)
class Why:
    """A typed reason to break the glass."""

    name: str
    zh: str
    en: str


WHYS = (
    Why("emergency", "急救或就医", "emergency or medical care"),
    Why("moved", "人已到本辖区", "the person is now in my area"),
    Why("contact", "流调或密接核实", "contact tracing"),
    Why("result", "核对采样或结果", "checking a sample or result"),
    Why("appeal", "本人或家属询问", "enquiry by the person or family"),
    Why("order", "上级交办", "instructed by a higher authority"),
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
    "residence:here": Word("住在登记地址", "lives there"), "residence:moved": Word("已搬走", "moved away"),
    "residence:never": Word("从未住过", "never lived there"),
    "residence:unlisted": Word("名册导入已撤销", "list taken back"), "residence:listed": Word("名册列有", "on a list"),
    "symptoms:yes": Word("有", "yes"), "symptoms:no": Word("无", "none"),
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
    5: Word("区域", "area"), 6: Word("设备", "device"), 7: Word("仓库", "store"), 8: Word("转运员", "courier"),
    9: Word("实验室", "laboratory"), 10: Word("队伍", "team"), 11: Word("物资", "supplies"),
    12: Word("系统外", "outside"),
}  # fmt: skip


#: What the record of looks and exports says, by its code. Codes are stored and never renamed.
RECORDED = {
    "desk: building page": Word("查看楼栋页", "building page viewed"),
    "desk: person page": Word("查看本轮个人记录", "person's record of a round viewed"),
    "desk: person sheet": Word("查看个人记录", "personal record viewed"),
    "desk: household sheet": Word("查看住户记录", "household record viewed"),
    "desk: search, names shown": Word("查找（显示全名）", "search with full names"),
    "desk: door list printed": Word("打印上门名单", "door list printed"),
    "desk: export missed": Word("导出应检未检名单", "list of people not yet sampled exported"),
    "missed.xlsx": Word("应检未检名单（Excel）", "not yet sampled (Excel)"),
    "doors": Word("上门名单（打印）", "door list (print)"),
    "board.xlsx": Word("总览（Excel）", "overview (Excel)"),
    "building.xlsx": Word("逐户名单（Excel）", "building, door by door (Excel)"),
    "waits.xlsx": Word("等候最久（Excel）", "longest waits (Excel)"),
    "pace.xlsx": Word("进度预测（Excel）", "forecast (Excel)"),
    "now.xlsx": Word("待办（Excel）", "to-do list (Excel)"),
    "people.xlsx": Word("查找结果（Excel）", "search results (Excel)"),
    "users.xlsx": Word("用户与权限（Excel）", "users and permissions (Excel)"),
    "official.xlsx": Word("与上级数据核对（Excel）", "official figures (Excel)"),
    "official.txt": Word("与上级数据核对（文字）", "official figures (text)"),
    "oversight-looks.xlsx": Word("查阅记录（Excel）", "access log (Excel)"),
    "oversight-exports.xlsx": Word("导出记录（Excel）", "export log (Excel)"),
    "oversight-glass.xlsx": Word("越区查阅记录（Excel）", "out-of-area access (Excel)"),
    "units.xlsx": Word("单位名录（Excel）", "register of units (Excel)"),
    "transfers-waiting.xlsx": Word("等待转运（Excel）", "waiting for transfer (Excel)"),
    "rejects": Word("导入退回的行（文件）", "refused rows of an import (file)"),
    "paper": Word("纸质采样单（PDF）", "paper sampling sheets (PDF)"),
    "calls.xlsx": Word("叫号时间表（Excel）", "timetable of calls (Excel)"),
    "coverage.xlsx": Word("覆盖率抽查（Excel）", "coverage check (Excel)"),
    "desk: work list": Word("查看办理名单", "work list viewed"),
    "desk: work sheet": Word("查看办理详情", "sheet of a duty viewed"),
    "desk: work facility": Word("查看隔离收治点", "facility viewed"),
    "desk: work trip board": Word("查看派车页", "board of trips viewed"),
    "desk: work trip plan": Word("查看车次安排", "plan of trips viewed"),
    "desk: work trips planned anew": Word("查看重排方案", "trips planned anew viewed"),
    "desk: work waiting board": Word("查看等待转运", "waiting board viewed"),
    "desk: work act": Word("打开办理表单", "form of an act opened"),
    "desk: doubts, names shown": Word("查看名册疑问（显示姓名）", "doubts of the roster viewed, with names"),
    "desk: applied list": Word("查看已应用的接龙", "applied replies viewed"),
    "desk: sheet of paper": Word("录入纸质采样单", "paper sheet entered"),
    "desk: pasted list": Word("录入接龙", "replies imported"),
    "desk: export building": Word("导出逐户名单", "building exported"),
    "desk: export waits": Word("导出等候最久", "longest waits exported"),
    "desk: export people": Word("导出查找结果", "search results exported"),
}


def codes_of(text: str) -> list[str]:
    """Return what to look for in the record: the text itself, and the codes whose words hold it."""
    low = text.lower()
    return [text, *(code for code, word in RECORDED.items() if low in word.zh or low in word.en.lower())]


def record_words() -> dict[str, Word]:
    """Return what the record says, by its code, the lists of declared work included."""
    taken = {
        f"desk: export {code.removesuffix('.xlsx')}": Word(
            f"导出{said.zh.removesuffix('（Excel）')}", f"{said.en.removesuffix(' (Excel)')} exported"
        )
        for code, said in RECORDED.items() if code.endswith(".xlsx")
    }  # fmt: skip
    lists = {f"work-{work.name}": work.menu or work.duty for work in works().values()}
    files = {f"{name}.xlsx": Word(f"{said.zh}名单（Excel）", f"{said.en} (Excel)") for name, said in lists.items()}
    looks = {f"desk: export {name}": Word(f"导出{said.zh}名单", f"{said.en} exported") for name, said in lists.items()}
    return taken | RECORDED | files | looks
