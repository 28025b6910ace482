"""What a gate reports of codes that it did not let through: kept, so that a forged or revoked pass is known. Pure."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from bulou.ledger.core_entries import STAFF, IdOrZero, Parts
from bulou.ledger.effects import Entry, Statement
from bulou.ledger.vocabulary import EntryKind, Subject
from bulou.zones.passes.vocabulary import TURNED_AWAY

Why = Literal["unknown", "forged", "early", "over", "revoked", "used", "elsewhere", "not_listed"]


class TurnedAway(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A code that did not hold at a gate. ``occasion``: the pass that it named, 0 where it named none."""

    why: Why
    occasion: IdOrZero = 0


def turned_away(entry: Entry, body: TurnedAway) -> Parts:
    """Why, as a standing of the device."""
    yield Statement(Subject.JOURNAL, entry.journal, TURNED_AWAY, f"{body.why}.{body.occasion}")


ENTRIES = (EntryKind("gate.turned_away", "卡口未放行", "turned away at the gate", TurnedAway, turned_away, STAFF),)
