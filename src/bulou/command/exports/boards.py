"""The pages of a round as rows of a file: what stands on the page, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from bulou.command.worklist.templatetags.now import misfilled_words
from bulou.ledger.areas import ancestor, level
from bulou.ledger.vocabulary import REGISTRY, DutyKind, Subject
from bulou.people import Door, DutyRow
from bulou.people.list_code import coded
from bulou.people.templatetags.people import registered
from bulou.rounds.progress import Pace
from bulou.ui.export.files import Sheet
from bulou.ui.export.workbook import local
from bulou.ui.figures import Board, Name
from bulou.ui.templatetags.naming import door, place, spot
from bulou.ui.words import said

Row = list[str | int | None]


def share(permille: int | None) -> str:
    """Write tenths of a percent as the board does, always with one decimal."""
    return "" if permille is None else f"{permille // 10}.{permille % 10}%"


def board(read: Board, name: str) -> Sheet:
    """The children of a node, and the node itself last."""
    head = [
        _("区域"), _("应检"), _("开始时应检"), _("补录"), _("移入"), _("未完成"), _("完成"), _("因故未检"), _("移交"),
        _("采样覆盖率"), _("未采样"), _("暂缓"), _("拒检"), _("混管异常"), _("是否账平"),
    ]  # fmt: skip
    counted = [(place(c.area, c.name), c) for c in read.children] + [(_("合计"), read.total)]
    rows: list[Row] = [
        [words, c.owed, c.frozen, c.added, c.received, c.open, c.done, c.excused, c.reassigned, share(c.coverage),
         c.missed, c.deferred, c.refused, c.stages[4], "✓" if c.balanced else "✗"]
        for words, c in counted
    ]  # fmt: skip
    return Sheet("board.xlsx", name, _("总览"), head, rows)


def way(area: int, places: dict[int, Name]) -> list[str]:
    """Write street, neighbourhood, compound and building of an area, as far down as it is."""
    return [place(ancestor(area, n), places.get(ancestor(area, n))) if n <= level(area) else "" for n in range(2, 6)]


def door_here(owed: DutyRow) -> str:
    """Write the door where somebody is owed something; nothing for whoever is registered elsewhere."""
    return door(owed.stairwell, owed.floor, owed.door) if owed.door and not owed.elsewhere else ""


def building(doors: list[Door], name: str, area: int, full: bool, places: dict[int, Name]) -> Sheet:
    """A building door by door."""
    owed = [one for d in doors for one in d.people]
    rows: list[Row] = [
        [door_here(o), shown(o, full), said(o.stage), said(o.why), local(o.stage_at), local(o.until),
         registered(places, o), *coded(o), ""]
        for o in owed
    ]  # fmt: skip
    head = [
        _("室号"), _("姓名"), _("状态"), _("原因"), _("起始时间"), _("截止时间"), _("登记住址"), _("编码"), _("校验"),
        _("情况"),
    ]  # fmt: skip
    return Sheet(
        "building.xlsx", name, _("逐户名单"), head, rows, [(o.subject, area) for o in owed if o.name], not full
    )


def shown(owed: DutyRow, full: bool) -> str:
    """Write a name as far as the reader may have it in a file."""
    return (owed.name if full else owed.masked) or _("名册外人员")


def waits(context: dict[str, Any], name: str, full: bool) -> Sheet:
    """All queues of the page of what waits longest, one below the other."""
    places: dict[int, Name] = context["places"]
    waiting = [(kind, w) for kind, queue in context["queues"] for w in queue]
    named = [(w.owed.subject, w.owed.area) for _kind, w in waiting if w.owed.name]

    def personal(kind: DutyKind) -> bool:
        return context["listed"] and kind.subject is Subject.PERSON

    head = [_("类别"), _("编号"), _("姓名"), _("地点"), _("状态"), _("起始时间"), _("已等候（分钟）"), _("超时")]

    def rows() -> Iterator[Row]:
        for kind, w in waiting:
            minutes = int(w.seconds // 60) if w.seconds is not None else None
            yield [
                said(kind), str(w.owed.subject), shown(w.owed, full) if personal(kind) else "",
                spot(places, w.owed.area, 0), said(w.owed.stage), local(w.owed.stage_at), minutes,
                _("超时") if w.late else "",
            ]  # fmt: skip
        for gap in context["gaps"]:
            words = _("缺%(n)s条上报") % {"n": gap.missing} if gap.missing else _("超过2小时没有消息")
            yield [_("上报不全和失联的设备"), "", "", gap.name, words, local(gap.heard_at), None, ""]
        for d in (*context["ghosts"], *context["conflicts"]):
            words = _("没有对应的应检或封管记录") if d.outcome == 3 else _("重复登记（%(n)s管）") % {"n": d.takes}
            yield [said(d.kind), str(d.subject), "", spot(places, d.area, 0), words, local(d.stage_at), None, ""]
        for m in context["misfilled"]:
            where = spot(places, m.area, 0)
            yield [said(REGISTRY.duties["tube"]), str(m.tube), "", where, misfilled_words(m), local(m.at), None, ""]

    return Sheet("waits.xlsx", name, _("等候最久"), head, rows(), named, not full)


def pace(read: Pace, name: str) -> Sheet:
    """The forecast's figures, and people sampled hour by hour."""
    t, f = read.total, read.forecast
    facts: list[tuple[str, str | int | None]] = [
        (_("采样覆盖率"), share(t.coverage)), (_("抗原＋核酸覆盖率"), share(read.joint)),
        (_("两项都做"), share(read.twice)), (_("抗原阳性"), read.antigen.positive),
        (_("未采样"), t.missed), (_("其中暂缓"), t.deferred),
        (_("其中拒检"), t.refused), (_("因故未检"), t.excused), (_("未纳入本轮"), read.out_of_scope),
        (_("预计采完时间"), local(f.likely) if f else ""), (_("最早"), local(f.early) if f else ""),
        (_("最晚"), local(f.late) if f else ""), (_("计划完成时间"), local(read.plan)),
        (_("上一轮同期覆盖率"), share(read.before.coverage) if read.before else ""),
        *((local(at), n) for at, n in read.hourly),
    ]  # fmt: skip
    return Sheet("pace.xlsx", name, _("进度预测"), [_("指标"), _("数值")], [[what, value] for what, value in facts])
