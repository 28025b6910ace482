"""Devices that say nothing or lack numbers; labels and goods that run out."""

from __future__ import annotations

from typing import Any

from bulou.command.worklist.late import Found
from bulou.command.worklist.rules import DOUBTS, LIMITS, SILENCES, TUBE_TAKES, Category, WorkItem
from bulou.ledger.areas import SHIFTS
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY

SQL = statements(__package__, "equipment")
#: From the lowest to the highest id of a street.
STREET = (1 << SHIFTS[1]) - 1


def silent(where: dict[str, Any]) -> Found:
    """Journals with gaps, those out of service without an end, devices without a word."""
    found = yield SQL["silent"], where | {"silent": LIMITS["silent"].minutes}
    made = [
        WorkItem(Category.SILENT, "journal", journal, where["lo"], since, None, int(what != "quiet"),
               SILENCES.index(what) + 1, n=missing, detail=what, name=name, place=max(area, where["lo"]))
        for journal, name, what, missing, since, area, _total in found
    ]  # fmt: skip
    return made, {Category.SILENT: found[0][-1]} if found else {}


def labels(where: dict[str, Any]) -> Found:
    """Rolls with labels that are accounted for nowhere, which is a doubt; and those that run out too early."""
    carriers = [REGISTRY.duties[name].code for name in ("tube", "box") if name in REGISTRY.duties]
    found = yield SQL["labels"], where | {
        "carriers": carriers, "swab": REGISTRY.duties["swab"].code, "in_a_tube": TUBE_TAKES, "street": STREET,
    }  # fmt: skip
    made, counts = [], {}
    for journal, name, area, finished, n, since, total in found:
        class_ = Category.CONFLICT if finished else Category.SHORTAGE
        counts[class_] = total
        occasion = DOUBTS.index("labels") + 1 if finished else 0
        made.append(
            WorkItem(class_, "journal", journal, where["lo"], since, occasion=occasion, n=n, detail="labels", name=name,
                   place=max(area, where["lo"]))
        )  # fmt: skip
    return made, counts


def shortages(where: dict[str, Any]) -> Found:
    """Stores that hold less of a good than they need."""
    found = yield SQL["shortages"], where
    made = [
        WorkItem(
            Category.SHORTAGE,
            "store",
            store,
            where["lo"],
            since,
            occasion=good,
            n=need - held,
            place=max(area, where["lo"]),
        )
        for store, area, good, need, held, since, _total in found
    ]
    return made, {Category.SHORTAGE: found[0][-1]} if found else {}


READERS = (silent, labels, shortages)
