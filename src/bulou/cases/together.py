"""Families that go together: held to when somebody's place is decided, and looked at by ``verify``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from bulou.cases.family import Placed, place_of, split
from bulou.cases.vocabulary import DUTIES
from bulou.ledger.checks import Check, Row
from bulou.ledger.statements import statements
from bulou.ui.figures import rows
from bulou.ui.room import Sentence

SQL = statements(__package__, "family")
#: The step that says where somebody is to go, and what it calls the place.
STEP = "transfer.placed"
VALUES = {"kind": DUTIES[0].code, "step": STEP}


def apart(persons: Sequence[int], said: Mapping[str, Any]) -> Sentence | None:
    """Return why these people cannot be sent there: one of their family goes elsewhere, and nobody said why."""
    homes = dict(rows(SQL["households"], persons=[*persons]))
    known = {one.person: one for one in map(_placed, rows(SQL["placed"], persons=[*persons], **VALUES))}
    known |= {
        person: _placed((person, homes[person], said)) for person in persons if person in homes
    }  # fmt: skip
    if not split(known.values()):
        return None
    return (
        "同户的人去了不同的地方：请一起安排，或写明“与家人分开的原因”",
        "Members of one household go to different places: send them together, or say why they are apart",
    )


def _placed(row: Sequence[Any]) -> Placed:
    person, household, told = row
    body = told if isinstance(told, Mapping) else msgspec.json.decode(bytes(told))["body"]
    place = place_of(str(body.get("destination") or ""), body.get("site"), str(body.get("facility") or ""))
    return Placed(person, household, place, str(body.get("apart") or ""))


def _differences(cursor: Any) -> Iterable[Row]:
    cursor.execute(SQL["placed"], VALUES | {"persons": None})
    for home, people in split(map(_placed, cursor.fetchall())).items():
        for person in people:
            yield {"household": home, "person": person}, "apart without a reason", "together, or a reason"


CHECK = Check("family", 5, "同户人员的去处", "places of one family", _differences)
