"""Django forms made of declared fields: what a step's form asks on the desk, checked as its entry will be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.command.work import good_field, unit_field
from bulou.command.work.reads import on_register
from bulou.command.work.rules import earlier, subject_of
from bulou.ledger.areas import is_area
from bulou.ledger.steps import Choice, Field
from bulou.ledger.vocabulary import DutyKind, Mark, Stage, Subject
from bulou.places.units import Given
from bulou.ui.export.workbook import local
from bulou.ui.room import Act, Work

#: Names of the form's own fields begin so: none of the page's own is like them.
PREFIX = "f_"
#: Longest texts where a field says nothing.
TEXT, LONG = 200, 2000
#: What no form of the desk asks, because a sheet takes photos by themselves; a declaration that needs one is refused
#: when the page is made.
NOT_YET = ("photo",)


def own_fields(act: Act, kind: DutyKind, stages: list[Stage]) -> tuple[Field, ...]:
    """Return the fields of one of the ledger's own kinds of entry, for duties of a kind. ``stages``: to return to."""
    mark = {"duty.refused": Mark.REFUSED, "duty.deferred": Mark.DEFERRED, "duty.excused": Mark.EXCUSED}.get(act.step)
    reasons = tuple(Choice(r.name, r.zh, r.en) for r in kind.reasons if r.mark == mark and not r.names_person)
    why = Field("reason", "text", "原因", "Reason")
    typed = Field("reason", "choice", "原因", "Reason", choices=reasons)
    until = Field("until", "time", "到什么时候", "Until")
    evidence = Field(
        "evidence", "text", "凭据", "Evidence", help_zh="谁确认的，文件号",
        help_en="Who confirms it, which document",
    )  # fmt: skip
    back = Field("stage", "choice", "退回到", "Back to", choices=tuple(Choice(s.name, s.zh, s.en) for s in stages))
    due = Field("due", "time", "限期", "To be done by")
    given = (
        Field(
            "to", "unit", "交给谁", "To whom", unit_kind=unit_field.ANY,
            help_zh="输入名称或编码，从列出的单位和设备中选",
            help_en="Part of a name or code; choose from the units and devices listed",
        ),
        Field("due", "time", "限期", "To be done by", required=False),
        Field("reason", "text", "说明", "Note", required=False),
    )  # fmt: skip
    return {
        "duty.refused": (typed, Field("evidence", "long", "本人怎么说", "What the person says", required=False)),
        "duty.deferred": (typed, until, Field("evidence", "text", "凭据", "Evidence", required=False)),
        "duty.excused": (typed, evidence),
        "duty.reopened": (why,),
        "duty.reviewed": (why,),
        "duty.returned": (back, why),
        "duty.given": given,
        "duty.due": (due, why),
    }[act.step]  # fmt: skip


def fields_of(act: Act, work: Work, rows: list[Any]) -> tuple[Field, ...]:
    """Return the fields of an act's form for these duties.

    Raises:
        NotImplementedError: a field is of a type that the desk cannot ask yet.
    """
    own = next((step.fields for step in work.steps if step.name == act.step), None)
    if own is None:
        back = [s for s in work.duty.stages if all(s in earlier(row) for row in rows)]
        own = own_fields(act, work.duty, back)
    unable = [field.name for field in own if field.type in NOT_YET and field.required]
    if unable:
        raise NotImplementedError(f"{work.name}.{act.name}: the desk cannot ask for {', '.join(unable)} yet")
    return asked_of(own)


def asked_of(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return those of the fields that a form of the desk asks."""
    return tuple(field for field in fields if field.type not in NOT_YET)


def form_of(fields: tuple[Field, ...], data: Mapping[str, Any] | None = None, now: datetime | None = None) -> ActForm:
    """Return a form that asks for fields; ``data``: what was filled in."""
    return ActForm(asked_of(fields), now, data)


class ActForm(forms.Form):
    """The form of an act. ``said``: once it is valid, the entry's content."""

    def __init__(self, fields: tuple[Field, ...], now: datetime | None, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="id_%s", label_suffix="")
        made_of = {one.name: _made(one) for one in fields}
        fields = _offered(fields, made_of)
        self.declared, self.now = fields, now
        for one in fields:
            made = made_of[one.name]
            made.label, made.help_text = _word(one), _help(one)
            made.required = False  # decided by `clean`, which knows the conditions
            if one.type not in ("choice", "choices", "bool"):
                made.widget.attrs["class"] = "form-control"
            if one.when:
                made.when, made.values = PREFIX + one.when[0], " ".join(one.when[1])
            elif one.required and one.type not in ("bool", "choices"):
                made.widget.attrs["required"] = True
            if one.default is not None:
                made.initial = _first(one, made)
            self.fields[PREFIX + one.name] = made

    def clean(self) -> dict[str, Any]:
        """Hold the fields to their conditions: what is not asked is not kept, what is asked must be there."""
        kept = super().clean() or {}
        for one in self.declared:
            name = PREFIX + one.name
            if name in self.errors:
                continue
            value = kept.get(name)
            if one.when and not _asked(one, kept):
                kept[name] = None
            elif one.required and value in (None, "", []):
                self.add_error(name, _("请填写。") if one.type not in ("choice", "choices") else _("请选择。"))
            elif (wrong := self._wrong(one, value)) is not None:
                self.add_error(name, wrong)
        return kept

    def _wrong(self, one: Field, value: Any) -> str | None:
        if value in (None, "", []):
            return None
        if one.type == "time" and self.now is not None and one.name in ("until", "due") and value <= self.now:
            return _("请给出以后的时间。")
        if one.type == "date" and one.name == "last_day" and self.now and value < timezone.localdate(self.now):
            return _("这一天已经过去，请核对日期。")
        if one.type in ("person", "household") and not on_register(one.type, value):
            return _("您的区域内没有这个编码。")
        if one.type == "area" and not is_area(value):
            return _("没有这个区域。")
        return None

    @property
    def said(self) -> dict[str, Any]:
        """The content of the entry: what was filled in, as its body is written."""
        out = {}
        for one in self.declared:
            value = self.cleaned_data.get(PREFIX + one.name)
            if value in (None, "", []):
                continue
            out |= unit_field.said(one, value) if one.type == "unit" else {one.name: _written(one, value)}
        return out

    @property
    def told(self) -> list[tuple[str, str]]:
        """What was filled in, as people read it: (label, value)."""
        return [
            (_word(one), shown(one, said[one.name], unit_field.names([one], said)))
            for said in [self.said if self.is_valid() else {}]
            for one in self.declared
            if one.name in said
        ]


def _offered(fields: tuple[Field, ...], made: Mapping[str, forms.Field]) -> tuple[Field, ...]:
    """Return the fields that are asked: a unit of the register where it has any, its name as a text where not."""
    out = list(fields)
    for text in (one for one in fields if one.unless):
        unit = next(one for one in out if one.name == text.unless)
        if unit_field.any_known(made[unit.name]):
            out[out.index(unit)] = replace(unit, required=unit.required or text.required, when=unit.when or text.when)
            out.remove(text)
        else:
            unit_field.guard(made[text.name], made[unit.name])
            out.remove(unit)
    return tuple(out)


def _asked(one: Field, kept: Mapping[str, Any]) -> bool:
    assert one.when is not None
    chosen = kept.get(PREFIX + one.when[0])
    return any(str(value) in one.when[1] for value in (chosen if isinstance(chosen, list) else [chosen]))


def _written(one: Field, value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def shown(one: Field, value: Any, named: Mapping[Given, str] | None = None) -> str:
    """Write a value of a field in the reader's language. ``named``: names of units and devices."""
    if one.type in ("choice", "choices"):
        known = {choice.name: _word(choice) for choice in one.choices}
        values = value if isinstance(value, list) else [str(value)]
        return (", " if _english() else "、").join(known.get(name, name) for name in values)
    if one.type == "bool":
        return _("是") if value else _("否")
    if one.type == "time":
        return local(datetime.fromisoformat(value) if isinstance(value, str) else value)
    if one.type == "place" and isinstance(value, Mapping):
        return f"{value['lat']}, {value['lon']}"
    if one.type in ("unit", "good"):
        return unit_field.shown(value, named or {})
    if one.type == "photo":
        return _("%(n)s张") % {"n": len(value)}
    if one.type == "person":
        return f"P{value}"
    if one.type == "household":
        return f"H{value}"
    return str(value)


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _word(said: Any) -> str:
    return said.en[:1].upper() + said.en[1:] if _english() else said.zh


def _help(one: Field) -> str:
    return one.help_en if _english() else one.help_zh


# -- one maker for each type -----------------------------------------------------------------------


class CodeField(forms.CharField):
    """The code of a person or household, or a number."""

    def clean(self, value: Any) -> int | None:
        """Return the number that it names; its length is that of the text.

        Raises:
            ValidationError: it names nothing.
        """
        text = super().clean(value)
        if not text:
            return None
        number = subject_of(text)
        if not number:
            raise forms.ValidationError(_("请填写编码，例如 P501。"))
        return number


class PlaceField(forms.CharField):
    """A position: latitude and longitude with a comma."""

    def to_python(self, value: Any) -> dict[str, float] | None:
        """Return the position.

        Raises:
            ValidationError: it is none.
        """
        text = super().to_python(value)
        if not text:
            return None
        found = re.fullmatch(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*", text)
        if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
            raise forms.ValidationError(_("请填写纬度和经度，例如 31.19, 121.43。"))
        return {"lat": float(found[1]), "lon": float(found[2])}


class TimeField(forms.DateTimeField):
    """A time of the installation's zone, to the minute."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _choices(one: Field) -> list[tuple[str, str]]:
    return [(choice.name, _word(choice)) for choice in one.choices]


def _text(one: Field) -> forms.Field:
    return forms.CharField(
        max_length=one.most or TEXT, min_length=one.least,
        error_messages={"max_length": _("最多 %(limit_value)s 字。"), "min_length": _("至少 %(limit_value)s 字。")},
    )  # fmt: skip


def _long(one: Field) -> forms.Field:
    return forms.CharField(max_length=one.most or LONG, min_length=one.least, widget=forms.Textarea(attrs={"rows": 3}))


def _int(one: Field) -> forms.Field:
    return forms.IntegerField(
        min_value=0 if one.least is None else one.least, max_value=2**31 - 1 if one.most is None else one.most,
        error_messages={
            "invalid": _("请填写整数。"), "min_value": _("不能小于 %(limit_value)s。"),
            "max_value": _("不能大于 %(limit_value)s。"),
        },
    )  # fmt: skip


def _choice(one: Field) -> forms.Field:
    empty = [] if one.default is not None else [("", "")]
    return forms.ChoiceField(
        choices=empty + _choices(one), widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": _("请从列出的选项中选择。")},
    )  # fmt: skip


def _several(one: Field) -> forms.Field:
    return forms.MultipleChoiceField(choices=_choices(one), widget=forms.CheckboxSelectMultiple())


def _number(one: Field) -> forms.Field:
    return forms.IntegerField(
        min_value=1, max_value=2**53 - 1, error_messages={"invalid": _("请填写编号。"), "min_value": _("请填写编号。")}
    )


#: By type of field.
MAKERS: Mapping[str, Callable[[Field], forms.Field]] = {
    "text": _text,
    "long": _long,
    "int": _int,
    "bool": lambda _one: forms.BooleanField(widget=forms.CheckboxInput(attrs={"class": "form-check-input"})),
    "choice": _choice,
    "choices": _several,
    "date": lambda _one: forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请填写日期，例如 2022-04-04。")},
    ),
    "time": lambda _one: TimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": _("请填写时间，例如 2022-04-04 08:30。")},
    ),
    "place": lambda _one: PlaceField(max_length=60),
    "person": lambda _one: CodeField(max_length=20),
    "household": lambda _one: CodeField(max_length=20),
    "area": _number,
    "unit": unit_field.made,
    "good": good_field.made,
}


def _made(one: Field) -> forms.Field:
    return MAKERS[one.type](one)


def _first(one: Field, made: forms.Field) -> Any:
    """Return what a field is filled in with; a unit or good that is known by its number stands there by its name."""
    if isinstance(made, unit_field.UnitField | good_field.GoodField) and str(one.default).isdecimal():
        number = int(one.default)
        known: Mapping[Any, str] = made.labels
        return known.get(number) or known.get((int(Subject.UNIT), number), "")
    return one.default
