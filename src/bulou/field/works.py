"""What a phone carries of the kinds that rooms declare as work: their words and forms, and what is open of them.

A kind says which roles carry it. At a door or in an area that is all within the phone's ranges; of a kind that is
given, and of one that tells a diagnosis, what was given to this phone or its unit alone, wherever it lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db import connections

from bulou.command.work import forms, unit_field
from bulou.command.work.reads import SQL as WORK
from bulou.command.work.reads import steps_of
from bulou.field.roles import ROLES
from bulou.ledger.areas import ancestor, level
from bulou.ledger.journals import Journal
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.ledger.steps import Choice, Field, Step, replaced
from bulou.places import units
from bulou.ui.room import Act, Work, unit_kinds, works

SQL = statements(__package__, "works")
#: So many open duties a phone carries, the most pressing first.
MOST = 2_000
#: What a form on the phone cannot ask: left out there where it may be; an act that needs it is not there.
NOT_ASKED = ("person", "household", "area", "good", "place")
#: So many units a phone can choose from.
MOST_UNITS = 300
#: By name of a field's own kinds and attribute: what a phone can choose from, as (number, name).
Units = Mapping[Field, list[tuple[int, str]]]


def carried(role: str) -> list[Work]:
    """Return the kinds that a role's phones carry."""
    return [work for work in works().values() if role in work.phones] if role in ROLES else []


def declared(role: str, using: str = "default") -> list[dict[str, Any]]:
    """Return the declarations of what a role's phones carry, as the phone reads them, with the units to choose from.

    Run inside the journal's scope.
    """
    found = carried(role)
    return [_work(work, _units(work, using)) for work in found]


def _units(work: Work, using: str) -> Units:
    """Return the units that the fields of a kind's forms can name; one statement for each field that names any."""
    out: dict[Field, list[tuple[int, str]]] = {}
    codes = {name: kind.code for name, kind in unit_kinds().items()}
    for one in (one for step in work.steps for one in step.fields if one.type == "unit" and one.unit_kind in codes):
        name, values = one.unit_where or ("", ())
        kinds = [codes[one.unit_kind]]
        told = {"kinds": kinds, "attribute": name, "values": [*values], "limit": MOST_UNITS}
        out[one] = [(row["id"], row["name"]) for row in _rows("units", told, using)]
    return out


def _work(work: Work, choices: Units) -> dict[str, Any]:
    kind, step = work.duty, work.opening
    by_name = {one.name: one for own in work.steps for one in own.fields}
    fixed = _fixed(work)
    return {
        "kind": work.name, "zh": kind.zh, "en": kind.en, "subject": kind.subject.name.lower(), "where": work.where,
        "campaign": work.programme.id if work.programme else 0, "dangers": [*work.dangers],
        "stages": [
            {"zh": stage.zh, "en": stage.en, "not_by": kind.stage(stage.not_by) if stage.not_by else -1}
            for stage in kind.stages
        ],
        "variants": [*kind.variants],
        "fields": [field_of(one, choices, fixed) for one in by_name.values()],
        "acts": [made for act in work.acts if act.phone and (made := _act(work, act, choices)) is not None],
        "opening": _opening(step, choices) if step and "phone" in step.roles and work.where != "given" else None,
    }  # fmt: skip


def _asked(
    fields: tuple[Field, ...], choices: Units, fixed: frozenset[str] = frozenset()
) -> list[dict[str, Any]] | None:
    """Return the fields that a phone asks or fills in itself, None where it cannot do so with one that is required.

    A unit is chosen from the register where it has any; its name as a text is asked for only where it has none.
    """
    texts = {one.unless: one for one in fields if one.unless}
    known = {one.name for one in fields if one.type == "unit" and choices.get(one)}
    out: list[dict[str, Any]] = []
    for one in fields:
        if one.name in fixed:
            out.append(field_of(one, choices, fixed))
            continue
        chosen = one.type == "unit" and one.name in known
        if one.type in NOT_ASKED or (one.type == "unit" and not chosen):
            if one.required:
                return None
        elif one.unless not in known:
            text = texts.get(one.name)
            out.append(field_of(one, choices) | ({"required": one.required or text.required} if text else {}))
    return out


def _fixed(work: Work) -> frozenset[str]:
    """Return the fields that each campaign fixes by a number: a phone writes what it was told, and asks nobody."""
    own = work.cover.fields if work.cover else ()
    return frozenset(one.name for one in own if one.type in ("unit", "good"))


def _act(work: Work, act: Act, choices: Units) -> dict[str, Any] | None:
    step = next((step for step in work.steps if step.name == act.step), None)
    fields = _asked(step.fields if step else forms.own_fields(act, work.duty, []), choices, _fixed(work))
    if fields is None or (step is not None and "phone" not in step.roles):
        return None
    known = [stage.name for stage in work.duty.stages]
    return {
        "name": act.name, "zh": act.zh, "en": act.en, "step": act.step, "does": step.does if step else "word",
        "to": known.index(step.to) if step and step.to else 0, "stages": [known.index(name) for name in act.stages],
        "confirm": {"zh": act.confirm[0], "en": act.confirm[1]} if act.confirm else None, "fields": fields,
    }  # fmt: skip


def _opening(step: Step, choices: Units) -> dict[str, Any] | None:
    fields = _asked(step.fields, choices)
    if fields is None:
        return None
    books = {one.books: one.name for one in step.fields if one.books}
    return {
        "step": step.name, "zh": step.call[0] or step.zh, "en": step.call[1] or step.en, "many": step.many,
        "within": dict(step.within), "variant": books.get("variant", ""), "due": books.get("due", ""), "fields": fields,
    }  # fmt: skip


def field_of(one: Field, choices: Units, fixed: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return a field as the phone reads it; what the campaign fixes is of type "fixed", its choices the names."""
    if one.name in fixed:
        return {
            "name": one.name, "type": "fixed", "zh": one.zh, "en": one.en, "required": False, "choices": [],
            "help": {"zh": "", "en": ""}, "default": "", "least": None, "most": None, "when": None,
        }  # fmt: skip
    return {
        "name": one.name, "type": one.type, "zh": one.zh, "en": one.en, "required": one.required,
        "choices": [_choice(choice) for choice in one.choices]
        + [{"name": str(id_), "zh": name, "en": name} for id_, name in choices.get(one, ())],
        "help": {"zh": one.help_zh, "en": one.help_en},
        "default": None if one.default is None else str(one.default), "least": one.least, "most": one.most,
        "when": [one.when[0], [*one.when[1]]] if one.when else None,
    }  # fmt: skip


def _choice(choice: Choice) -> dict[str, str]:
    return {"name": choice.name, "zh": choice.zh, "en": choice.en}


def named(role: str, owed: list[dict[str, Any]], using: str = "default") -> list[dict[str, Any]]:
    """Return the declarations of what a role's phones carry, with the names of what campaigns fixed by a number.

    One statement for units and one for goods, where any is fixed; read beyond the scope, as the duty itself names them.
    """
    out = declared(role, using)
    types = {(work.name, one.name): one for work in carried(role) for step in work.steps for one in step.fields}
    meant = {
        (row["kind"], name, found) for row in owed for name in row["said"]
        if (one := types.get((row["kind"], name))) is not None and (found := unit_field.given(one, row["said"]))
    }  # fmt: skip
    if not meant:
        return out
    with scoped(EVERYWHERE, using):
        names = unit_field.named({found for _kind, _name, found in meant})
    for work in out:
        for field in (*work["fields"], *(one for act in work["acts"] for one in act["fields"])):
            if field["type"] == "fixed":
                field["choices"] = [
                    {"name": str(found[1]), "zh": names[found], "en": names[found]}
                    for kind, name, found in sorted(meant)
                    if (kind, name) == (work["kind"], field["name"]) and found in names
                ]  # fmt: skip
    return out


def owed(journal: Journal, role: str, bounds: dict[str, Any], using: str = "default") -> list[dict[str, Any]]:
    """Return what is open of the kinds that a phone carries, ready for JSON: the duty, whom it is about, what was said.

    Run inside the journal's scope. Five statements, none where the role carries nothing.
    """
    found = {work.duty.code: work for work in carried(role)}
    if not found:
        return []
    here = [code for code, work in found.items() if work.where != "given" and not work.secret]
    covered = [code for code in here if found[code].covered]
    rows = _rows("owed", bounds | {"kinds": here, "covered": covered, "limit": MOST}, using) if here else []
    values = {"kinds": [*found], "journal": journal.id, "limit": MOST}
    with scoped(EVERYWHERE, using):  # what was given to this phone may lie elsewhere
        known = {_key(row) for row in rows}
        rows += [row for row in _rows("given", values, using) if _key(row) not in known]
        said, mine = _said(found, rows, journal, using)
        _name_units(found, said)
    return [_row(found[row["kind"]], row, said[_key(row)], mine[_key(row)]) for row in rows]


def _name_units(found: dict[int, Work], said: Mapping[Any, dict[str, Any]]) -> None:
    """Put names in the place of the numbers of units, which a phone may not have in its lists; what a campaign fixes
    stays a number, because the phone writes it again.
    """
    asked = {
        code: [
            one.name for step in work.steps for one in step.fields
            if one.type == "unit" and one.name not in _fixed(work)
        ]
        for code, work in found.items()
    }  # fmt: skip
    named = [(body, name) for key, body in said.items() for name in asked[key[1]] if isinstance(body.get(name), int)]
    known = units.of(body[name] for body, name in named) if named else {}
    for body, name in named:
        if body[name] in known:
            body[name] = known[body[name]].name


def _key(row: dict[str, Any]) -> tuple[int, int, int, int]:
    return row["campaign"], row["kind"], row["subject"], row["occasion"]


def _row(work: Work, row: dict[str, Any], said: dict[str, Any], mine: list[int]) -> dict[str, Any]:
    return row | {
        "kind": work.name, "said": said, "mine": mine,
        "variant": work.duty.variants[row["variant"]] if row["variant"] else "",
    }  # fmt: skip


def _said(
    found: dict[int, Work], rows: list[dict[str, Any]], journal: Journal, using: str
) -> tuple[dict[tuple[int, int, int, int], dict[str, Any]], dict[tuple[int, int, int, int], list[int]]]:
    """Return of each duty the latest values of the fields of its steps, and the stages that this phone took it to."""
    fixed: dict[int, dict[str, Any]] = {row["campaign"]: {} for row in rows}
    for one in _rows("rules", {"ids": [*fixed]}, using):
        fixed[one["id"]][one["name"]] = int(one["value"]) if one["value"].isdecimal() else one["value"]
    said: dict[tuple[int, int, int, int], dict[str, Any]] = {_key(row): dict(fixed[row["campaign"]]) for row in rows}
    mine: dict[tuple[int, int, int, int], list[int]] = {_key(row): [] for row in rows}
    for code, work in found.items():
        own = [row for row in rows if row["kind"] == code]
        if not own:
            continue
        keys = {f"{name}s": [row[name] for row in own] for name in ("campaign", "subject", "occasion")}
        with connections[using].cursor() as cursor:
            cursor.execute(WORK["said"], keys | {"kind": code, "steps": steps_of(work)})
            fields = {step.name: step.fields for step in work.steps}
            for campaign, subject, occasion, kind, raw in cursor.fetchall():
                body = msgspec.json.decode(bytes(raw))["body"]
                known = {one.name for step in work.steps for one in step.fields}
                for name in replaced(fields[kind], body):
                    said[campaign, code, subject, occasion].pop(name, None)
                said[campaign, code, subject, occasion] |= {n: v for n, v in body.items() if n in known and v != ""}
            cursor.execute(WORK["doers"], keys | {"kind": code})
            for campaign, subject, occasion, stage, who in cursor.fetchall():
                if who == journal.id:
                    mine[campaign, code, subject, occasion].append(stage)
    return said, mine


def areas(bounds: dict[str, Any], found: list[dict[str, Any]], using: str = "default") -> list[dict[str, Any]]:
    """Return the areas that a phone without a list of people needs: down to compounds, and where duties are."""
    ends = {row["area"] for row in found} | set(bounds["lo"])
    way = {ancestor(end, depth) for end in ends for depth in range(1, level(end) + 1)}
    with scoped(EVERYWHERE, using):
        return _rows("areas", bounds | {"way": sorted(way), "limit": MOST}, using)


def _rows(name: str, values: dict[str, Any], using: str) -> list[dict[str, Any]]:
    with connections[using].cursor() as cursor:
        cursor.execute(SQL[name], values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
