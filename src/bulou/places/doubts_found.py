"""People found in the field who may be on the list of that very door: a doubt, which nobody but a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bulou.ledger.statements import statements
from bulou.places.doubts import Raised, raise_doubts, said_of
from bulou.places.linkage.rows import Claim, Doubt, Known, alike, apart
from bulou.places.matching import known
from bulou.places.names import read_name

SQL = statements(__package__, "doubts")


def doubt_found(cursor: Any, rows: Sequence[Mapping[str, Any]], source: int, at: datetime) -> set[int]:
    """Raise a doubt for each of these new people who may be somebody of their door; return who they are.

    In the transaction that registers them. Nobody is merged: whom the ledger owes a duty, and whether it waits until
    somebody has decided, is for the caller to write down.
    """
    if not rows:
        return set()
    cursor.execute(SQL["neighbours"], {"ids": [row["id"] for row in rows]})
    homes: dict[int, list[Known]] = {}
    for id_, *person in cursor.fetchall():
        homes.setdefault(id_, []).append(known(tuple(person)))
    raised = []
    for row in rows:
        claim = _claim(row)
        for one in _likely(claim, homes.get(row["id"], ())):
            other = Known(row["id"], row["area"], claim.stairwell, claim.door, claim.name, claim.name_key, claim.sound)
            raised.append(Raised(Doubt("found", one, other), claim, said_of(claim, row["floor"], row["needs"])))
    return {other for other in raise_doubts(cursor, raised, source, None, at) if other is not None}


def _claim(row: Mapping[str, Any]) -> Claim:
    name = read_name(row["name"])
    phones = (row["phone"],) if row["phone"] else ()
    return Claim(
        row["id"], row["area"], row["stairwell"], row["door"], row["name"], row["name_key"], row["pinyin"],
        row["birth_year"], phones=phones, doubt=name.doubt or name.fault,
    )  # fmt: skip


def _likely(claim: Claim, neighbours: Iterable[Known]) -> Iterable[Known]:
    """Yield the one neighbour who may be meant, one of the same name first."""
    fitting = [one for one in neighbours if not apart(claim, one) and (alike(claim, one) or _masked(claim, one))]
    return sorted(fitting, key=lambda one: (one.name_key != claim.name_key, one.id))[:1]


def _masked(claim: Claim, one: Known) -> bool:
    """Tell whether a name that hides a part (王某) hides a part of this one."""
    return claim.doubt == "masked" and claim.name_key[:1] == one.name_key[:1] != ""
