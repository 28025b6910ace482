"""How entries, standings and holders are written in plain words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulou.ledger.refusals import FLAGS
from bulou.ledger.vocabulary import REGISTRY
from bulou.people.duties import DutyRow
from bulou.people.reads import Event
from bulou.people.rules import mask_name, mask_phone
from bulou.people.vocabulary import OFF_LIST, SUBJECTS, VALUES, WHY_NAMES, WRITERS, record_words
from bulou.places.sources import Statement
from bulou.places.vocabulary import ATTRIBUTES
from bulou.ui import words
from bulou.ui.access_log import FILTER_WORDS
from bulou.ui.figures import Name
from bulou.ui.templatetags.naming import door, place, spot, state_name

register = template.Library()
register.filter("masked", mask_name)

_STATIONS = {
    "swab": gettext_lazy("采样（封管）"),
    "box": gettext_lazy("装箱"),
    "courier": gettext_lazy("转运交接"),
    "laboratory": gettext_lazy("实验室收样"),
    "result": gettext_lazy("出结果"),
}
_RECORDS = {"looks": gettext_lazy("查阅"), "exports": gettext_lazy("导出与打印"), "glass": gettext_lazy("越区查阅")}
_HOWS = {
    "phone": gettext_lazy("完整电话"),
    "code": gettext_lazy("人员编码"),
    "tail": gettext_lazy("证件后四位加姓名"),
}
#: What an export was narrowed by.
_FILTERS = {
    "round": gettext_lazy("轮次"),
    "area": gettext_lazy("区域"),
    "state": gettext_lazy("状态"),
    "class": gettext_lazy("类别"),
    "kind": gettext_lazy("记录"),
    "q": gettext_lazy("查找"),
    "who": gettext_lazy("查阅人"),
    "whom": gettext_lazy("被查阅人"),
    "why": gettext_lazy("用途"),
    "from": gettext_lazy("起始日期"),
    "to": gettext_lazy("截止日期"),
}


@register.simple_tag
def tells(event: Event) -> str:
    """Write what an entry means for the person, as a short sentence."""
    name = event.said.name if event.said else ""
    said = {
        "round.opened": _("列入本轮应检名单"),
        "round.joined": _("列入本轮补录应检"),
        "person.found": _("现场登记，补录应检"),
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
        "standing.set": _("登记情况"),
    }.get(name)
    return said or (words.said(event.said) if event.said else _("其他上报"))


@register.simple_tag
def standing_name(name: str) -> str:
    """Write the name of a standing; one that nobody declared is another one."""
    return words.said(REGISTRY.standing(name)) or _("其他")


@register.simple_tag
def standing_value(name: str, value: str) -> str:
    """Write the value of a standing; a text of somebody's own stands in quotation marks."""
    known = VALUES if REGISTRY.standing(name) else {}
    word = OFF_LIST.get(value) if name.startswith("now.") else known.get(f"{name}:{value}") or known.get(value)
    return words.said(word) or words.quoted(value)


@register.simple_tag
def writer(kind: str) -> str:
    """Write through what an entry came."""
    return words.of(WRITERS, kind)


@register.simple_tag
def subject_word(kind: int) -> str:
    """Write what an id names."""
    return words.of(SUBJECTS, kind)


@register.simple_tag
def station(name: str) -> str:
    """Write a station of a tube's way."""
    return words.of(_STATIONS, name)


@register.simple_tag
def record_name(kind: str) -> str:
    """Write the name of a record."""
    return words.of(_RECORDS, kind)


@register.simple_tag
def how_name(how: str) -> str:
    """Write how somebody was named."""
    return words.of(_HOWS, how)


@register.simple_tag
def flag_word(flag: str) -> str:
    """Write what the intake noted about an entry."""
    zh, en = FLAGS.get(flag, (_("其他"), _("其他")))
    return str(en if words.english() else zh)


@register.simple_tag
def filter_words(filter: dict[str, Any], places: dict[int, Name], rounds: dict[int, str]) -> str:
    """Write an export's filter in words: which round, where, and what was chosen."""
    told = []
    for key, value in filter.items():
        name, text = _FILTERS.get(key), str(value)
        if name is None or text in ("", "None"):
            continue
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 17 else 0
        if key == "area":
            text = place(number, places.get(number))
        elif key == "round":
            text = rounds.get(number) or _("其他")
        elif key in ("state", "class", "kind"):
            text = str(({"state": state_name, "kind": record_name} | FILTER_WORDS)[key](text))
        told.append(_("%(name)s：%(value)s") % {"name": name, "value": text})
    return _("；").join(told) or _("全部")


@register.simple_tag
def recorded(reason: str) -> str:
    """Write a reason of the record in words; of a look outside the own areas the typed reason and what was written."""
    if reason.startswith("glass "):
        number, kind, why = [*reason.removeprefix("glass ").split(": ", 2), "", ""][:3]
        typed = words.of(WHY_NAMES, kind)
        return _("越区查阅第%(number)s号：%(typed)s，%(why)s") % {"number": number, "typed": typed, "why": why}
    for code, word in record_words().items():
        if reason == code or reason.startswith(code + " "):
            return words.said(word)
    return words.quoted(reason)


@register.simple_tag
def registered(names: dict[int, Name], owed: DutyRow) -> str:
    """Write the registered address of whoever is registered elsewhere than where the duty stands; else nothing."""
    if not owed.elsewhere:
        return ""
    return " · ".join(
        [spot(names, owed.elsewhere, 0), *([door(owed.stairwell, owed.floor, owed.door)] if owed.door else [])]
    )


#: How the fields are called of which lists say something (places.vocabulary.ATTRIBUTES).
_FIELDS = {
    "name": gettext_lazy("姓名"), "birth_year": gettext_lazy("出生年"), "phone": gettext_lazy("电话"),
    "household": gettext_lazy("住处"), "registered_area": gettext_lazy("户籍地址"), "sex": gettext_lazy("性别"),
    "bed": gettext_lazy("床号"),
}  # fmt: skip
_NAMED = {code: name for name, code in ATTRIBUTES.items()}
_SEXES = {"1": gettext_lazy("男"), "2": gettext_lazy("女")}


@register.simple_tag
def said_field(field: int) -> str:
    """Write which field of a person a list speaks of."""
    return words.of(_FIELDS, _NAMED.get(field, ""))


@register.simple_tag
def said_value(
    said: Statement, doors: dict[int, tuple[int, str, int | None, str]], places: dict[int, Name], named: bool
) -> str:
    """Write what a list says of a field. ``named``: the reader may read names and telephones in full."""
    field, value = _NAMED.get(said.field, ""), said.value
    if field in ("household", "registered_area") and not value.isdecimal():
        return "–"
    if field == "household":
        home = doors.get(int(value))
        return f"{spot(places, home[0], 0)} {door(*home[1:])}" if home else _("其他区域")
    if field == "registered_area":
        return spot(places, int(value), 0)
    if field == "sex":
        return words.of(_SEXES, value)
    if not named and field in ("name", "phone"):
        return mask_name(value) if field == "name" else mask_phone(value) or ""
    return value
