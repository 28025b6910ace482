"""The households with something open: what is open of each, the worst first, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bulou.ledger.areas import SHIFTS, span
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.places.vocabulary import NEEDS
from bulou.relief.parcels import PARCEL
from bulou.relief.requests import NEEDS as ASKS
from bulou.relief.requests import REQUEST
from bulou.ui.figures import rows

SQL = statements(__package__, "households")
PAGE = 50
#: Where more tests are open a household is not listed for them alone: half a district is not tested in the morning.
WIDE = 20_000
#: How a list can be narrowed, in the order in which the grades stand; "" shows all.
SHOWS = ("", "urgent", "late", "asked", "dialysis", "parcels", "untested")
#: Kinds of duty of a screening round that each person owes, as far as they are declared.
TESTS = ("swab", "antigen")
DIALYSIS = next(1 << need.bit for need in NEEDS if need.name == "dialysis")
DANGERS = [REQUEST.variants.index(need.name) for need in ASKS if need.danger]
TAKE_UP = timedelta(minutes=REQUEST.stages[0].within or 0)


@dataclass(frozen=True, slots=True)
class After:
    """The last row of a page, after which the next one begins."""

    grade: int
    since: datetime
    household: int

    @classmethod
    def read(cls, text: str) -> After | None:
        """Return what an address says; "" and what is none begin at the first row."""
        try:
            grade, micros, household = (int(part) for part in text.split("."))
            if not 0 <= household < 2**53:
                return None
            return cls(grade % 10, datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros), household)
        except (ValueError, OverflowError):
            return None

    @property
    def text(self) -> str:
        """What an address carries: the instant to the microsecond, so that no row is left out."""
        micros = (self.since - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
        return f"{self.grade}.{micros}.{self.household}"


@dataclass(frozen=True, slots=True)
class Home:
    """A household with what is open of it. Counts are of people (``untested``, ``dialysis``, ``positive``) or duties.

    ``handed_out``: when the last parcel came; ``level``, ``closed``: the level of its zone, and since when.
    """

    id: int
    untested: int
    asked: int
    late: int
    danger: int
    parcels: int
    dialysis: int
    positive: int
    since: datetime
    grade: int
    area: int
    stairwell: str
    floor: int | None
    door: str
    handed_out: datetime | None
    level: str | None
    closed: datetime | None

    def parcel_days(self, now: datetime) -> int | None:
        """Return the whole days since the last parcel; None where none ever came."""
        return max(0, (now - self.handed_out).days) if self.handed_out else None


def listed(
    ranges: Ranges, area: int, show: str, knows: bool, now: datetime, after: After | None = None, limit: int = PAGE
) -> tuple[Mapping[str, int], list[Home], After | None]:
    """Return the figures of all households with something open, one page of them, and where the next page begins.

    Where more than ``WIDE`` tests are open (figure ``wide``), a household is not listed for them alone.

    Parameters:
        area: the node to stay below; 0 for all that the reader sees.
        show: one of ``SHOWS``.
        knows: whether the reader may know who tests positive.
    """
    tests = [REGISTRY.duties[name].code for name in TESTS if name in REGISTRY.duties]
    lo, hi = span(area) if area else (min(first for first, _last in ranges), max(last for _first, last in ranges))
    where = {"lo": lo, "hi": hi, "scope": multirange(ranges)}
    wide = rows(SQL["owed"], **where, tests=tests)[0][0] > WIDE
    found = rows(
        SQL["listed"], **where, tests=[] if wide else tests, show=show, knows=knows, now=now, limit=limit + 1,
        request=REQUEST.code,
        parcel=PARCEL.code, disposition=REGISTRY.duties["disposition"].code, dialysis=DIALYSIS, dangers=DANGERS,
        taken_up_since=now - TAKE_UP, shifts=list(SHIFTS), after_grade=after.grade if after else None,
        after_since=after.since if after else None, after_household=after.household if after else None,
    )  # fmt: skip
    names = ("n", *SHOWS[1:])
    figures = dict(zip(names, found[0][: len(names)], strict=True))
    homes = [Home(*row[len(names) :]) for row in found if row[len(names)] is not None]
    if wide and homes:
        counts = dict(rows(SQL["untested"], tests=tests, homes=[home.id for home in homes]))
        homes = [replace(home, untested=counts.get(home.id, 0)) for home in homes]
    figures["wide"] = int(wide)
    if len(homes) <= limit:
        return figures, homes, None
    last = homes[limit - 1]
    return figures, homes[:limit], After(last.grade, last.since, last.id)
