"""How the devices of a scope are, and the room that the database takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bulou.command.devices.vocabulary import RANGE
from bulou.command.reads import rows
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY

SQL = statements(__package__, "devices")
LIMIT = 200


@dataclass(frozen=True)
class Device:
    """One journal. Times in seconds before now; None where the device never said so."""

    id: int
    name: str
    kind: str
    silent_s: float | None
    missing: int
    closed: bool
    revoked: bool
    battery: int | None
    unsent: int | None
    oldest_unsent_s: int | None
    told_s: float | None
    issued: int
    used: int

    @property
    def unreconciled(self) -> int:
        """Return how many labels it was given that no report names."""
        return max(0, self.issued - self.used)


def devices(ranges: Ranges, now: datetime) -> tuple[list[Device], int]:
    """Return at most ``LIMIT`` devices, the worst first, and how many there are. One statement."""
    carriers = [REGISTRY.duties[name].code for name in ("tube", "box") if name in REGISTRY.duties]
    found, total = [], 0
    for row in rows(SQL["devices"], scope=multirange(ranges), carriers=carriers, range=RANGE, limit=LIMIT):
        id_, name, kind, heard, highest, held, last, revoked, _expires, state, since, issued, used, total = row
        told = [int(part) if part.isdecimal() else None for part in (state or "").split("|")[:3]] + [None] * 3
        found.append(
            Device(
                id_, name, kind, _age(heard, now), max(highest, last or 0) - held, last is not None,
                revoked is not None, told[0], told[1], told[2], _age(since, now), issued, used,
            )
        )  # fmt: skip
    return found, total


def _age(at: datetime | None, now: datetime) -> float | None:
    return (now - at).total_seconds() if at else None


def database_size() -> int:
    """Return the bytes that the database takes."""
    return rows(SQL["size"])[0][0]


def is_own(journal: int, ranges: Ranges) -> bool:
    """Tell whether a device lies wholly within the ranges."""
    return rows(SQL["own"], journal=journal, scope=multirange(ranges))[0][0]
