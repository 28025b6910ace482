"""What a heading of a superior's table says of its column: a figure to compare, another one, or nothing sure. Pure.

Read from what it is not to what it is: a rate is no count, 未采 is not 已采, another day or round is not this one.
"""

from __future__ import annotations

import re
import unicodedata

#: Figures that can be compared, in the order in which they are shown.
FIGURES = ("owed", "covered", "missed", "done")
#: What a heading can say besides: another figure, and something that can be more than one.
OTHER, UNSURE = "other", "unsure"

_RATE = r"率|比例|占比|百分|%|‰|\brate\b|\bratio\b|\bpercent|\bshare\b"
_ELSE = (
    r"昨|前日|前天|上轮|上一轮|上次|往日|累计|总累|差|缺口|环比|同比|阳性|异常|阴性|点数|点位|队|台数|管数|支数|批次|时间|日期|电话|备注|序号|编号|人次"
    r"|暂缓|拒|因故|免检|缓检|外出|转出|转入|隔离|住院|待转|户数|\bprevious\b|\byesterday\b|\bcumulative\b|\bdifference\b"
    r"|\bpositive|\bnegative|\btubes?\b|\bteams?\b|\bsites?\b|\brefus|\bdeferred\b|\bexcused\b|\bno\.?$|\bremarks?\b"
)
_NO_RESULT = r"未出|无结果|没有结果|待出|待结果|等待结果|结果未|awaiting|pending|no result|without result"
_NOT = r"未|没|无|漏|缺|待|剩|尚余|\bnot |\bun|\bmiss|\bleft|\bremain"
_TAKE = r"采|检|测|做|sampl|test"
_MISSED = rf"(?:{_NOT}).{{0,3}}(?:{_TAKE})|漏检|漏采|漏测|^漏|missed|missing|outstanding"
_OWED = r"应(?:采样|检测|采|检|测|做|筛|参)(?:人数|数)?|目标|任务|\bowed\b|\btarget\b|\bdue\b|to be (?:sampled|tested)"
_DONE = r"结果|result"
_COVERED = (
    r"[已实](?:际)?(?:完成)?(?:采|检|测|做|筛)|采样(?:人数|数|完成|总数|总人数)|检测(?:人数|数|完成)|完成采样|完成检测"
    r"|\bsampled\b|\bcovered\b|\btested\b"
)
#: What is about the matter and does not say which figure: 采样, 核酸, 人数, 完成.
_ABOUT = r"采|检|测|核酸|筛查|完成|人数|人口|总数|数量|数字|应|实|sampl|test|people|persons|number|count|total"
#: Headings that tell where, and hold no figure.
_PLACE = (
    r"街镇|街道|乡镇|居委|社区|村居|小区|楼栋|区域|单位|名称|地区|辖区"
    r"|area|street|town|neighbo|compound|building|place|name"
)


def plain(heading: str) -> str:
    """Return a heading as it is compared."""
    return re.sub(r"\s+", " ", re.sub(r"[()\[\]【】：:*]", " ", unicodedata.normalize("NFKC", heading).lower())).strip()


def meaning(heading: str) -> str:
    """Return the figure that a heading means: ``other`` for another, ``unsure`` if it can be several, "" for none."""
    said = plain(heading)
    if not said:
        return ""
    if re.search(_RATE, said):
        return OTHER
    if re.search(_NO_RESULT, said) or re.search(_ELSE, said):
        return OTHER
    missed, owed = re.search(_MISSED, said), re.search(_OWED, said)
    if missed:
        return "missed"  # 应采未采 as well
    done, covered = re.search(_DONE, said), re.search(_COVERED, re.sub(_OWED, "", said))
    found = [name for name, is_it in (("owed", owed), ("done", done), ("covered", covered)) if is_it]
    if len(found) == 1:
        return found[0]
    if found == ["done", "covered"]:
        return "done"  # 已检已出结果
    if found:
        return UNSURE
    if re.search(_PLACE, said):
        return ""
    return UNSURE if re.search(_ABOUT, said) else OTHER


def names_places(heading: str) -> bool:
    """Tell whether a column with this heading says where."""
    return not meaning(heading) and bool(re.search(_PLACE, plain(heading)))
