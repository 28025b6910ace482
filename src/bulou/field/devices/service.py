"""Devices out of service and back: who may do it, on record, and taken back as a whole for a while."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from bulou.field.devices.reads import SQL
from bulou.ledger import journals as ledger
from bulou.ledger.scope import Ranges, multirange
from bulou.ui.figures import rows

#: So long an act is taken back as a whole, by who did it; afterwards each device by its own button.
UNDO = timedelta(hours=1)
REVOKED, REINSTATED = "revoked", "reinstated"
BACK = {REVOKED: REINSTATED, REINSTATED: REVOKED}


@dataclass(frozen=True, slots=True)
class Own:
    """A device of one's own areas. ``valid``: its key has not run out."""

    id: int
    name: str
    kind: str
    area: int
    revoked_at: datetime | None
    valid: bool

    def can(self, act: str) -> bool:
        """Tell whether an act changes anything: what has run out is not made to send again."""
        return self.revoked_at is None if act == REVOKED else self.revoked_at is not None and self.valid


@dataclass(frozen=True, slots=True)
class Done:
    """One act of a user on devices. ``names``: of the first of them."""

    act: str
    at: datetime
    journals: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the name that a form carries."""
        return f"{self.act}.{self.at.timestamp():.6f}"


def own(journals: Iterable[int], ranges: Ranges, at: datetime) -> list[Own]:
    """Return those devices that lie wholly within the ranges."""
    return [Own(*row) for row in rows(SQL["own"], journals=[*journals], scope=multirange(ranges), at=at)]


def serve(act: str, journals: Iterable[int], by: str, why: str, ranges: Ranges, at: datetime) -> int:
    """Take devices of the own areas out of service, or back into it; return how many that changed.

    What a device reported stays either way. A device is let back in only while its key holds.
    """
    chosen = [device.id for device in own(journals, ranges, at) if device.can(act)]
    changed = (ledger.revoke_all if act == REVOKED else ledger.reinstate)(chosen, at)
    with connection.cursor() as cursor:
        cursor.execute(
            SQL["keep_service"], {"journals": changed, "act": act, "by": by, "at": at, "why": why.strip()[:2000]}
        )
    return len(changed)


def recent(by: str, at: datetime) -> list[Done]:
    """Return a user's latest acts that can be taken back."""
    return [
        Done(act, when, tuple(journals), tuple(names))
        for act, when, journals, names in rows(SQL["recent"], by=by, since=at - UNDO)
    ]


def undo(key: str, by: str, ranges: Ranges, at: datetime) -> int:
    """Take one act of a user back as a whole; return how many devices that changed, 0 where there is no such act."""
    done = next((one for one in recent(by, at) if one.key == key), None)
    return serve(BACK[done.act], done.journals, by, "undone", ranges, at) if done else 0
