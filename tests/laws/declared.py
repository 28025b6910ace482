"""Generated declarations, and entries in their words: kinds that carry, follow, go back and are given to somebody.

One kind of entry says everything: its body is a list of lines. The world is as small as that of the tellings.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from bulou.ledger import core_entries
from bulou.ledger.effects import Entry, Key, Line
from bulou.ledger.vocabulary import (
    Act,
    Authority,
    CarrierRule,
    DutyKind,
    EntryKind,
    FollowUpRule,
    Mark,
    Registry,
    Stage,
    Subject,
)  # fmt: skip
from tests import cast

SUBJECTS = (11, 12)
CARRIERS = (31, 32)
AREAS = (cast.NO_1, cast.NO_1, cast.NO_2, cast.BRIDGE)
#: The cast, two of whom are one person, and one who works for a team.
TEAM = (int(Subject.TEAM), 5)
JOURNALS = cast.JOURNALS | {
    cast.AYI: replace(cast.JOURNALS[cast.AYI], actor=77),
    cast.DESK: replace(cast.JOURNALS[cast.DESK], actor=77),
    cast.QIAO: replace(cast.JOURNALS[cast.QIAO], unit=TEAM),
}
WRITERS = (cast.AYI, cast.LAO, cast.DESK, cast.QIAO, cast.CLERK)


class Told(msgspec.Struct):
    """The lines of an entry, as plain values."""

    lines: list[dict[str, Any]]


def _lines(entry: Entry, body: Told):
    for row in body.lines:
        key = Key(*row["key"])
        rest = {name: value for name, value in row.items() if name not in ("act", "key")}
        for name in ("until", "due"):
            if name in rest:
                rest[name] = datetime.fromisoformat(rest[name])
        for name in ("ref", "given"):
            if name in rest:
                rest[name] = tuple(rest[name])
        if "corrects" in rest:
            rest["corrects"] = tuple(map(tuple, rest["corrects"]))
        rest["authority"] = Authority(rest.get("authority", 0))
        yield Line(Act(row["act"]), key, entry.area, **rest)


SAID = EntryKind("test.said", "测试", "said", Told, _lines, core_entries.EVERYBODY)


@st.composite
def registries(draw) -> Registry:
    """Generate two to four kinds; each may be carried by, or follow from, one that was declared before it."""
    registry = Registry()
    registry.add(entries=(*core_entries.ENTRIES, SAID))
    made: list[DutyKind] = []
    for n in range(draw(st.integers(2, 4))):
        carrier = n == 0 or draw(st.integers(0, 3)) == 0
        length = draw(st.integers(2, 9))
        names = [f"s{i}" for i in range(length)]
        stages = tuple(
            Stage(name, name, name, not_by=draw(st.sampled_from(["", "", *names[1:i]])) if i > 1 else "")
            for i, name in enumerate(names)
        )
        kind = DutyKind(
            60 + n, f"kind{n}", Subject.TUBE if carrier else Subject.PERSON, "事", "thing", stages,
            took_part=draw(st.integers(1, length - 1)), values=("", "a", "b", "c"),
            travels=carrier and draw(st.booleans()), gravest=draw(st.sampled_from([(), (2, 1, 3)])),
            goes_back=draw(st.booleans()),
        )  # fmt: skip
        rules: dict[str, tuple] = {"carriages": (), "consequences": ()}
        if made and draw(st.booleans()):
            by = draw(st.sampled_from(made))
            rules["carriages"] = (
                CarrierRule(by.name, draw(st.integers(1, by.final)), kind.name, draw(st.integers(1, kind.final)),
                         values=draw(st.sampled_from([(), (1,), (2, 3)]))),
            )  # fmt: skip
        if made and draw(st.integers(0, 2)):
            by = draw(st.sampled_from(made))
            carried = [row.kind for row in registry.carriages if row.carrier == by.name]
            of = draw(st.sampled_from(["", *carried]))
            values = (2,) if of else draw(st.sampled_from([(), (2,)]))
            rules["consequences"] = (
                FollowUpRule(by.name, draw(st.integers(1, by.final)), (), values, of, kind.name,
                            per_carrier=bool(of) and draw(st.booleans())),
            )  # fmt: skip
        registry.add(duties=(kind,), **rules)
        made.append(kind)
    return registry


@st.composite
def _line(draw, registry: Registry, told: list[Entry]) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(registry.duties.values())))
    act = draw(st.sampled_from((1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8, 8, 9)))
    subjects = CARRIERS if kind.subject is Subject.TUBE else SUBJECTS
    occasion = 0 if kind.subject is Subject.TUBE else draw(st.sampled_from((0, 0, 0, *CARRIERS)))
    row: dict[str, Any] = {"act": act, "key": [1, kind.code, draw(st.sampled_from(subjects)), occasion]}
    row["authority"] = draw(st.sampled_from((0, 1, 2)))
    stage = draw(st.integers(1, kind.final))
    if act == Act.OWE:
        row["authority"] = draw(st.sampled_from((0, 1)))
        row |= draw(st.sampled_from(({}, {}, {"due": cast.minute(90).isoformat()})))
    elif act == Act.ADVANCE:
        row |= {"stage": stage} | draw(st.sampled_from(({}, {"value": 1}, {"value": 2}, {"value": 3})))
    elif act == Act.CARRY:
        carriers = [r.carrier for r in registry.carriages if r.kind == kind.name]
        if not carriers:
            return row | {"act": 2, "stage": stage}
        by = registry.duties[draw(st.sampled_from(carriers))]
        row |= {"stage": stage, "carrier_kind": by.code, "carrier": draw(st.sampled_from(CARRIERS))}
        row["authority"] = 0
    elif act == Act.MARK:
        row |= {"mark": int(draw(st.sampled_from(Mark))), "reason": "x", "authority": 1}
    elif act == Act.OFFER:
        row |= {"to_area": draw(st.sampled_from(AREAS)), "authority": 1}
    elif act == Act.ACCEPT:
        slots = [(entry.journal, entry.number) for entry in told] or [(cast.AYI, 1)]
        row |= {"ref": list(draw(st.sampled_from(slots))), "authority": 1}
    elif act == Act.REVIEW:
        row |= {"due": draw(st.sampled_from((cast.minute(60), cast.minute(120)))).isoformat()}
    elif act == Act.RETURN:
        row |= {"stage": draw(st.integers(0, kind.final - 1))}
    elif act == Act.GIVE:
        to = draw(st.sampled_from((TEAM, (int(Subject.JOURNAL), cast.CLERK), (int(Subject.JOURNAL), 0))))
        row |= {"given": list(to), "authority": 1}
    return row


@st.composite
def entry_sets(draw, registry: Registry, most: int = 18) -> list[Entry]:
    """Generate entries in the words of a registry; now and then one that voids another."""
    told: list[Entry] = []
    last = dict.fromkeys(WRITERS, 0)
    for _ in range(draw(st.integers(1, most))):
        journal = draw(st.sampled_from(WRITERS))
        area = cast.BRIDGE if journal in (cast.QIAO, cast.CLERK) else draw(st.sampled_from(AREAS[:3]))
        last[journal] += 1
        at = cast.minute(draw(st.integers(0, 9)))
        if told and draw(st.integers(0, 9)) == 0:
            target = draw(st.sampled_from(told))
            body = {"journal": target.journal, "number": target.number, "reason": "x"}
            told.append(Entry(journal, last[journal], "entry.voided", at, area, body))
            continue
        lines = draw(st.lists(_line(registry, told), min_size=1, max_size=3, unique_by=lambda row: tuple(row["key"])))
        told.append(Entry(journal, last[journal], "test.said", at, area, {"lines": lines}))
    return told
