"""The field that asks for a unit, or for whom a duty is given to: by name, from what is listed as one types."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bulou.ledger import clock
from bulou.ledger.steps import Field
from bulou.ledger.vocabulary import Subject
from bulou.places import units
from bulou.places.units import Given
from bulou.ui.room import UnitKind, unit_kinds
from bulou.ui.words import said as word

#: ``Field.unit_kind`` of whom a duty is given to: units of every kind, devices, nobody.
ANY = "*"
#: Nobody: what was given is taken back.
NOBODY: Given = (int(Subject.UNIT), 0)
#: So many are listed as one types; all can be chosen by their code.
LISTED = 500


class NameList(forms.TextInput):
    """A text with the names that it may be, which the browser narrows as one types."""

    def __init__(self, options: Iterable[str]) -> None:
        super().__init__({"autocomplete": "off"})
        self.options = [*options][:LISTED]

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the field and its list."""
        own = dict(attrs or {}) | {"list": f"list_{name}"}
        told = format_html_join("", '<option value="{}"></option>', ((option,) for option in self.options))
        return format_html(
            '{}<datalist id="list_{}">{}</datalist>', super().render(name, value, own, renderer), name, told
        )


class UnitField(forms.CharField):
    """A unit or device by its name or code. What is typed leads to one, or it is said which there are."""

    def __init__(self, known: Mapping[Given, tuple[str, str, int]], nobody: bool) -> None:
        super().__init__(max_length=120)
        kinds = {kind.code: word(kind) for kind in unit_kinds().values()}
        self.known, self.nobody = known, nobody
        self.barred: Mapping[str, str] = {}
        self.labels = {
            given: f"{name} · {kinds.get(kind, _('设备'))} {code}" for given, (name, code, kind) in known.items()
        }
        self.widget = NameList(([_("收回，不再交给任何人")] if nobody else []) + [*self.labels.values()])
        self.widget.attrs["maxlength"] = "120"

    def clean(self, value: Any) -> Given | None:
        """Return what is named.

        Raises:
            ValidationError: nothing is, or several are.
        """
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        if self.nobody and text == _("收回，不再交给任何人"):
            return NOBODY
        found = [given for given, label in self.labels.items() if label == text]
        found = found or [given for given, (_name, code, _kind) in self.known.items() if code.upper() == text.upper()]
        found = found or [given for given, (name, _code, _kind) in self.known.items() if name == text]
        if len(found) == 1:
            return found[0]
        # A part of a name may be another unit's as well by tomorrow: it is answered with what it may mean.
        found = found or [given for given, label in self.labels.items() if text.casefold() in label.casefold()]
        if not found and (why := self.barred.get(text.casefold())):
            raise forms.ValidationError(why)
        if not found:
            raise forms.ValidationError(_("您的区域内没有这个单位或设备：请从列出的名称中选择。"))
        several = "；".join(self.labels[given] for given in found[:5])
        raise forms.ValidationError(_("有%(n)s个相符，请写全：%(several)s") % {"n": len(found), "several": several})


def made(one: Field) -> forms.Field:
    """Return the form's field of a declared field."""
    if one.unit_kind == ANY:
        return UnitField(units.choices(now=clock.now()), nobody=True)
    kinds = unit_kinds()
    wanted = [kinds[name] for name in one.unit_kind.split() if name in kinds]
    known = units.choices([kind.code for kind in wanted])
    if one.unit_where is None or not known:
        return UnitField(known, nobody=False)
    name, values = one.unit_where
    found = units.of(id_ for _kind, id_ in known)
    fits = {given: told for given, told in known.items() if found[given[1]].attributes.get(name) in values}
    field = UnitField(fits, nobody=False)
    field.barred = _barred(wanted, name, [found[given[1]] for given in known.keys() - fits.keys()])
    return field


def _barred(kinds: Iterable[UnitKind], name: str, others: Iterable[units.Unit]) -> dict[str, str]:
    """Return why units of the same kind cannot be chosen, by their names and codes."""
    of = {kind.code: next((one for one in kind.attributes if one.name == name), None) for kind in kinds}
    out: dict[str, str] = {}
    for unit in others:
        attribute = of.get(unit.kind)
        has = str(unit.attributes.get(name, ""))
        told = next((word(c) for c in (attribute.choices if attribute else ()) if c.name == has), "–")
        why = _("“%(name)s”不能选：它的%(what)s是“%(has)s”。") % {
            "name": unit.name, "what": word(attribute) if attribute else "", "has": told,
        }  # fmt: skip
        out |= {unit.name.casefold(): why, unit.code.casefold(): why}
    return out


def any_known(field: forms.Field) -> bool:
    """Tell whether the register has a unit that a field can name."""
    return not isinstance(field, UnitField) or bool(field.known)


def guard(text: forms.Field, field: forms.Field) -> None:
    """Have a text that stands for a unit refuse the names of units that may not be chosen."""

    def check(value: str) -> None:
        if isinstance(field, UnitField) and (why := field.barred.get(value.strip().casefold())):
            raise forms.ValidationError(why)

    text.validators = [*text.validators, check]


def said(one: Field, value: Given) -> dict[str, Any]:
    """Return what an entry says of what was chosen."""
    return {"to_kind": value[0], one.name: value[1]} if one.unit_kind == ANY else {one.name: value[1]}


def given(one: Field, body: Mapping[str, Any]) -> Given | None:
    """Return whom an entry's content names in a field; None for nobody."""
    number = body.get(one.name)
    if one.type == "good" and isinstance(number, int):
        return int(Subject.GOOD), number
    if one.type != "unit" or not isinstance(number, int) or not number:
        return None
    kind = body.get("to_kind") if one.unit_kind == ANY else None
    return (kind if isinstance(kind, int) else int(Subject.UNIT), number)


def names(fields: Iterable[Field], body: Mapping[str, Any]) -> dict[Given, str]:
    """Return the names of all whom an entry's content names; one statement where it names any."""
    return named({found for one in fields if (found := given(one, body))})


def named(wanted: Collection[Given]) -> dict[Given, str]:
    """Return the names of units, devices and goods, as far as they are in sight; at most one statement for each."""
    from bulou.command.work import good_field  # which needs the list of names from here

    goods = [number for kind, number in wanted if kind == Subject.GOOD]
    others = [one for one in wanted if one[0] != Subject.GOOD]
    return (units.names(others) if others else {}) | (good_field.names(goods) if goods else {})


def narrowed(one: Field, body: Mapping[str, Any], named: Mapping[Given, str]) -> dict[Given, str]:
    """Return the name that an entry's content means, of all that are known."""
    found = given(one, body)
    return {found: named[found]} if found and found in named else {}


def shown(value: Any, named: Mapping[Given, str]) -> str:
    """Write whom a field names: by name, where that is in sight."""
    if not value:
        return _("收回，不再交给任何人")
    # ``named`` holds what one field means, so that a good and a unit of one number are not mistaken for each other.
    kinds = (Subject.UNIT, Subject.JOURNAL, Subject.GOOD)
    found = next((named[int(kind), value] for kind in kinds if (int(kind), value) in named), "")
    return found or _("编号%(n)s") % {"n": value}
