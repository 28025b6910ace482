"""What a unit is made of and what its attributes may say. Pure: declarations and values in, sentences out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bulou.ledger.steps import Field
from bulou.places.units import CODE, GIVEN_OUT, Unit
from bulou.ui.room import UnitKind

#: What the form of every kind asks first; the area is chosen beside them.
COMMON = (
    Field("name", "text", "名称", "Name", most=60, help_zh="车辆填车牌号，商铺填招牌名",
          help_en="Of a vehicle its plate, of a shop the name over the door"),
    Field("code", "text", "编码", "Code", required=False, most=20,
          help_zh="大写字母、数字和短横，印在标签上；不填由系统编号",
          help_en="Capital letters, digits, hyphens, for the label; left empty, one is given out"),
    Field("contact", "text", "联系人", "Contact", required=False, most=40),
    Field("telephone", "text", "电话", "Telephone", required=False, most=40),
    Field("hours", "text", "开放时间", "Hours", required=False, most=80, help_zh="例：07:00-12:00，13:00-18:00",
          help_en="Such as 07:00-12:00, 13:00-18:00"),
)  # fmt: skip

#: Titles of a file's columns that are no fields of the form, in Chinese and English.
KIND, AREA, NUMBER, STATE = ("类别", "Kind"), ("区域", "Area"), ("区域编号", "Area number"), ("状态", "Status")


def fields_of(kind: UnitKind) -> tuple[Field, ...]:
    """Return the fields of a kind's form."""
    return (*COMMON, *kind.attributes)


def unit_of(kind: UnitKind, area: int, said: Mapping[str, Any], id_: int = 0) -> Unit:
    """Return the unit that a form describes."""
    own = {one.name: said[one.name] for one in kind.attributes if one.name in said}
    name, code, contact, telephone, hours = (str(said.get(one.name, "")).strip() for one in COMMON)
    return Unit(id_, kind.code, area, name, code.upper(), contact, telephone, hours, own)


def data_of(kind: UnitKind, unit: Unit, prefix: str) -> dict[str, Any]:
    """Return what the form of a unit is filled in with."""
    told = {one.name: getattr(unit, one.name) for one in COMMON}
    told |= {one.name: unit.attributes[one.name] for one in kind.attributes if one.name in unit.attributes}
    return {prefix + name: value for name, value in told.items()}


def code_wrong(code: str, old: str = "") -> bool:
    """Tell whether a code cannot be printed, or is like those that the register gives out itself."""
    code = code.upper()
    return bool(code) and code != old and (not CODE.fullmatch(code) or bool(GIVEN_OUT.fullmatch(code)))


def problems(kind: UnitKind, attributes: Mapping[str, Any]) -> list[str]:
    """Return the names of attributes that are not as their kind declares them: unknown, missing, of another type."""
    known = {one.name: one for one in kind.attributes}
    wrong = [name for name in attributes if name not in known]
    for name, one in known.items():
        if name not in attributes:
            wrong += [name] if one.required else []
        elif not _fits(one, attributes[name]):
            wrong.append(name)
    return sorted(wrong)


def _fits(one: Field, value: Any) -> bool:
    names = {choice.name for choice in one.choices}
    if one.type == "int":
        least, most = one.least or 0, 2**31 - 1 if one.most is None else one.most
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    if one.type == "bool":
        return isinstance(value, bool)
    if one.type == "choices":
        return isinstance(value, list) and bool(value) and all(item in names for item in value)
    if one.type == "choice":
        return isinstance(value, str) and value in names
    if one.type == "date":
        try:
            return isinstance(value, str) and bool(date.fromisoformat(value))
        except ValueError:
            return False
    return isinstance(value, str) and 0 < len(value) <= (one.most or {"long": 2000}.get(one.type, 200))
