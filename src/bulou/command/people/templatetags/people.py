"""How entries, standings and holders are written in plain words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.command.people.reads import Event
from bulou.command.people.rules import mask_name
from bulou.command.people.vocabulary import RECORDED, STANDINGS, SUBJECTS, WHY_NAMES, WRITERS, Why, Word

register = template.Library()
register.filter("masked", mask_name)


def _in(word: Word | Why) -> str:
    return word.en if (get_language() or "").startswith("en") else word.zh


@register.simple_tag
def tells(event: Event) -> str:
    """Write what an entry means for the person, as a short sentence."""
    name = event.said.name if event.said else ""
    said = {
        "round.opened": _("列入本轮应检名单"),
        "round.joined": _("列入本轮补录应检"),
        "person.found": _("现场登记，列为补录应检"),
        "swab.called": _("通知下楼采样"),
        "tube.sealed": _("采样，装入采样管"),
        "tube.boxed": _("采样管装箱"),
        "box.handed": _("转运箱交给转运员"),
        "box.received": _("实验室收到转运箱"),
        "box.counted": _("清点箱内管数"),
        "tube.received": _("实验室收到采样管"),
        "tube.resulted": _("采样管出结果"),
        "duty.deferred": _("登记暂缓"),
        "duty.refused": _("登记拒检"),
        "duty.excused": _("登记因故未检"),
        "duty.reopened": _("重新列为应检"),
        "duty.reviewed": _("核阅上报，维持原状"),
        "duty.offered": _("提出移交"),
        "duty.accepted": _("接收移交"),
        "standing.set": _("登记现况"),
    }.get(name)
    return said or standing(name)


@register.simple_tag
def standing(word: str) -> str:
    """Write a name or value of a standing; what nobody declared stays as it was said."""
    return _in(STANDINGS[word]) if word in STANDINGS else word


@register.simple_tag
def writer(kind: str) -> str:
    """Write through what an entry came."""
    return _in(WRITERS[kind]) if kind in WRITERS else kind


@register.simple_tag
def subject(kind: int) -> str:
    """Write what an id names."""
    return _in(SUBJECTS[kind]) if kind in SUBJECTS else str(kind)


@register.simple_tag
def station(name: str) -> str:
    """Write a station of a tube's way."""
    return {
        "swab": _("采样（封管）"), "box": _("装箱"), "courier": _("转运交接"), "laboratory": _("实验室收样"),
        "result": _("出结果"),
    }[name]  # fmt: skip


@register.simple_tag
def record_name(kind: str) -> str:
    """Write the name of a record."""
    return {"looks": _("查阅"), "exports": _("导出与打印"), "glass": _("越区查阅")}[kind]


@register.simple_tag
def how_name(how: str) -> str:
    """Write how somebody was named."""
    return {"phone": _("完整电话"), "code": _("人员编码"), "tail": _("证件后四位加全名")}.get(how, how)


@register.simple_tag
def filter_words(filter: dict[str, Any]) -> str:
    """Write an export's filter."""
    return ", ".join(f"{key} = {value}" for key, value in filter.items())


@register.simple_tag
def recorded(reason: str) -> str:
    """Write a reason of the record in words; of a broken glass the typed reason and what was written."""
    if reason.startswith("glass "):
        number, kind, why = [*reason.removeprefix("glass ").split(": ", 2), "", ""][:3]
        typed = _in(WHY_NAMES[kind]) if kind in WHY_NAMES else kind
        return _("越区查阅 %(number)s: %(typed)s: %(why)s") % {"number": number, "typed": typed, "why": why}
    for code, word in RECORDED.items():
        if reason == code or reason.startswith(code + " "):
            return _in(word)
    return reason
