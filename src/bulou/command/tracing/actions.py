"""Writes what contacts come to, as entries of the house itself. Done again it writes nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import msgspec

from bulou.cases.contact import PROGRAMME
from bulou.cases.tracing import Known, Member, Move
from bulou.cases.tracing import follow as moves_of
from bulou.cases.vocabulary import CONTACT, INFECTION
from bulou.ledger import journals
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import Outcome
from bulou.ui.figures import rows

SQL = statements(__package__, "tracing")
#: The journal of the house in which it is written.
JOURNAL = "tracing"


def follow(now: datetime) -> int:
    """Name who lives with a case and end what no result stands behind any more; return how many entries it took.

    Raises:
        RuntimeError: the ledger refused one of them; the next look tries again.
    """
    with scoped(EVERYWHERE):
        moves = moves_of(*_facts(now))
        if not moves:
            return 0
        said = [_writing(move, now) for move in moves]
        receipts = journals.append(journals.of_house(JOURNAL), said, now)
        if any(receipt.status != "kept" for receipt in receipts):
            raise RuntimeError("the ledger did not take what follows for contacts")
        return len(moves)


def _facts(now: datetime) -> tuple[list[Member], list[Known]]:
    name, value = INFECTION
    found = rows(SQL["households"], name=name, value=value, now=now)
    members = [Member(person, home, area, since is not None, since) for person, home, area, since in found]
    found = rows(SQL["contacts"], kind=CONTACT.code, name=name, value=value, now=now)
    of: dict[int, set[int]] = defaultdict(set)
    keys = {"campaigns": [PROGRAMME.id] * len(found), "subjects": [row[0] for row in found]}
    for subject, raw in rows(SQL["cases"], kind=CONTACT.code, **keys) if found else ():
        if case := msgspec.json.decode(bytes(raw))["body"].get("of"):
            of[subject].add(case)
    cases = sorted({case for own in of.values() for case in own})
    standing = {row[0] for row in rows(SQL["positive"], persons=cases, name=name, value=value, now=now)}
    return members, [
        Known(
            person, area, outcome == Outcome.OPEN, reason or "", frozenset(of[person]),
            frozenset(of[person] & standing), positive,
        )
        for person, area, outcome, reason, positive in found
    ]  # fmt: skip


def _writing(move: Move, now: datetime) -> tuple[str, datetime, int, dict[str, Any]]:
    body: dict[str, Any] = {"campaign": PROGRAMME.id, "subjects": [move.person], "occasion": 0}
    if move.act == "name":
        # The clock runs from the result: somebody who is named late has waited all the same.
        return "contact.named", min(now, move.since or now), move.area, body | {"relation": "household", "of": move.of}
    body |= {"duty": CONTACT.name}
    if move.act == "end":
        return "duty.excused", now, move.area, body | {"reason": move.reason, "evidence": "按结果记录"}
    return "duty.reopened", now, move.area, body | {"reason": "阳性结果仍然有效"}
