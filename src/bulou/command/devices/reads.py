"""How the devices of a scope are, and the room that the database takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    valid: bool
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


def devices(ranges: Ranges, now: datetime, wanted: int | None = None, start: int = 0) -> tuple[list[Device], int]:
    """Return at most ``LIMIT`` devices from ``start`` on, the worst first, and how many there are; or the one that is
    wanted. One statement.
    """
    carriers = [REGISTRY.duties[name].code for name in ("tube", "box") if name in REGISTRY.duties]
    found, total = [], 0
    for row in rows(
        SQL["devices"], scope=multirange(ranges), carriers=carriers, limit=LIMIT, wanted=wanted, offset=start
    ):
        id_, name, kind, heard, highest, held, last, revoked, expires, state, since, issued, used, total = row
        told = [int(part) if part.isdecimal() else None for part in (state or "").split("|")[:3]] + [None] * 3
        found.append(
            Device(
                id_, name, kind, _age(heard, now), max(highest, last or 0) - held, last is not None,
                revoked is not None, expires > now, told[0], told[1], told[2], _age(since, now), issued, used,
            )
        )  # fmt: skip
    return found, total


def _age(at: datetime | None, now: datetime) -> float | None:
    return (now - at).total_seconds() if at else None


def database_size() -> int:
    """Return the bytes that the database takes."""
    return rows(SQL["size"])[0][0]


@dataclass(frozen=True)
class Told:
    """Who took a device out of service, or back into it, when and why."""

    act: str
    by: str
    at: datetime
    why: str


def told(journal: int) -> list[Told]:
    """Return what was done to a device, the latest first."""
    return [Told(*row) for row in rows(SQL["service"], journal=journal)]
