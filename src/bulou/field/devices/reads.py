"""How the devices of a scope are, and the room that the database takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bulou.command.backlog import SILENT
from bulou.field.devices.vocabulary import CHARGING, UNPLUGGED
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.ui.figures import rows

SQL = statements(__package__, "devices")
LIMIT = 200
#: A battery below this, in percent, does not last for the rest of a shift.
LOW_PCT = 20


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
    charging: bool | None
    own: bool
    """It lies wholly within the reader's areas: only then may he take it out of service, or let it back in."""

    @property
    def serving(self) -> bool:
        """Tell whether it is in service: its key holds, and its journal was not closed."""
        return self.valid and not self.revoked and not self.closed

    @property
    def expired(self) -> bool:
        """Tell whether its key has ended by itself, with its journal still open."""
        return not self.valid and not self.revoked and not self.closed

    @property
    def silent(self) -> bool:
        """Tell whether it is in service and was not heard for longer than allowed."""
        return self.serving and (self.silent_s is None or self.silent_s > SILENT.total_seconds())

    @property
    def low(self) -> bool:
        """Tell whether its battery will not last and nobody charges it."""
        return self.serving and self.battery is not None and self.battery < LOW_PCT and not self.charging

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
        id_, name, kind, heard, highest, held, last, revoked, expires, state, since, issued, used, own, total = row
        told = [int(part) if part.isdecimal() else None for part in (state or "").split("|")[:3]] + [None] * 3
        found.append(
            Device(
                id_, name, kind, _age(heard, now), max(highest, last or 0) - held, last is not None,
                revoked is not None, expires > now, told[0], told[1], told[2], _age(since, now), issued, used,
                {CHARGING: True, UNPLUGGED: False}.get((state or "").rpartition("|")[2]), own,
            )
        )  # fmt: skip
    return found, total


def glance(found: Iterable[Device]) -> list[tuple[str, int]]:
    """Return how many of these devices are in each state that a person looks for, in the order of urgency."""
    devices_ = list(found)
    return [
        (name, sum(bool(getattr(one, name)) for one in devices_)) for name in ("silent", "low", "expired", "charging")
    ]


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
