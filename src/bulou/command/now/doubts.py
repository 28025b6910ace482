"""What does not fit together, one reader a kind of doubt: duties taken twice, ids on no list, items passed on unseen,
devices' entries that were not taken as they came.

To add a kind: a statement in ``sql/doubts.sql`` with its `total`, a reader here that turns its rows into matters of
class CONFLICT, and its place in ``READERS``; its sentence and advice in ``templatetags/now.py``. A matter about a
device's entries takes a word in ``rules.DOUBTS`` as its ``occasion``; one that stands for many, a kind in
``rules.GROUPS``.
"""

from __future__ import annotations

from typing import Any

from bulou.command.now.late import Found, common, members_of
from bulou.command.now.rules import DOUBTS, LIMITS, Class, Matter
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY

SQL = statements(__package__, "doubts")
#: Kinds of item that have a duty of their own.
CARRIERS = ("tube", "box")


def twice(where: dict[str, Any]) -> Found:
    """Who is in two tubes, which tube is in two boxes."""
    found = yield SQL["twice"], where | {"grace": LIMITS["conflict"].minutes}
    made = [
        Matter(
            Class.CONFLICT, REGISTRY.by_code[kind].name, subject, area, since, None, 0, occasion, campaign, n=takes,
            detail="twice",
        )
        for campaign, kind, subject, occasion, area, takes, since, _total in found
    ]  # fmt: skip
    return made, {Class.CONFLICT: found[0][-1]} if found else {}


def unknown(where: dict[str, Any]) -> Found:
    """Ids on no list, by the device that reported them first; a single one as itself."""
    found = yield SQL["unknown"], where | {"grace": LIMITS["conflict"].minutes}
    made = []
    for campaign, kind, journal, name, n, since, first, last, told, _total in found:
        members = members_of(Class.CONFLICT, campaign, told, "nobody")
        made.append(
            members[0] if n == 1 else Matter(
                Class.CONFLICT, "unknown", journal, where["lo"], since, None, 0, kind, campaign, n=n, name=name,
                place=common(first, last, where["lo"]), members=members,
            )
        )  # fmt: skip
    return made, {Class.CONFLICT: found[0][-1]} if found else {}


def lent(where: dict[str, Any]) -> Found:
    """Tubes and boxes that somebody passed on who was never seen to have them, and labels sealed more than once."""
    kinds = [REGISTRY.duties[name] for name in CARRIERS if name in REGISTRY.duties]
    found = yield SQL["lent"], where | {
        "grace": LIMITS["conflict"].minutes, "items": [int(kind.subject) for kind in kinds],
        "item_kinds": [kind.code for kind in kinds],
    }  # fmt: skip
    made = [
        Matter(Class.CONFLICT, REGISTRY.by_code[kind].name, subject, area, since, None, 0, occasion, campaign,
               detail="sealed" if sealed else "lent")
        for campaign, kind, subject, occasion, area, since, sealed, _total in found
    ]  # fmt: skip
    return made, {Class.CONFLICT: found[0][-1]} if found else {}


def doubtful(where: dict[str, Any]) -> Found:
    """Devices with entries that were refused, came with two contents, or had their time corrected."""
    found = yield SQL["doubtful"], where
    made = [
        Matter(Class.CONFLICT, "journal", journal, where["lo"], since, None, 0, DOUBTS.index(what) + 1, n=n,
               detail=what, name=name, place=max(area, where["lo"]))
        for journal, name, what, n, since, area, _total in found if what in DOUBTS
    ]  # fmt: skip
    return made, {Class.CONFLICT: found[0][-1]} if found else {}


#: Read in the reader's own scope, and beyond it (what is read there is named by the statement).
READERS = (twice, unknown, lent)
BEYOND = (doubtful,)
