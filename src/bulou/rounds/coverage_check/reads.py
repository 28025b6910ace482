"""What the page of the coverage check shows. Run inside ``ledger.scope.scoped``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bulou.ledger import sql_arrays
from bulou.ledger.areas import SHIFTS, ancestor, level, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.rounds.coverage_check.kind import PROGRAMME, REVISIT
from bulou.rounds.coverage_check.models import Draw
from bulou.rounds.coverage_check.rules import (
    EXCUSED,
    KINDS,
    SAMPLED,
    Answers,
    Door,
    Phone,
    Share,
    Stratum,
    combined,
    floor_of,
    true_coverage,
)
from bulou.rounds.entries import SWAB
from bulou.ui.figures import rows

SQL = statements(__package__, "coverage")


@dataclass(frozen=True, slots=True)
class Population:
    """Of whom a sample can be drawn: the strata, and the ledger's counts in people."""

    strata: list[Stratum]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the re-visits of a draw stand, in people."""

    drawn: int
    ungiven: int
    open: int
    wrong: int
    late: int
    done: int
    ended: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a draw says: by stratum, by kind of record, and the true coverage beside the ledger's at the draw.

    ``ledger``: tenths of a percent; the shares are None where nobody was reached yet.
    """

    draw: int
    at: datetime
    strata: list[Answers]
    sampled: Share | None
    excused: Share | None
    true: Share | None
    ledger: int
    reached: int
    drawn: int

    @property
    def says(self) -> bool:
        """Whether there is an estimate."""
        return self.true is not None


def stratum_level(area: int) -> int:
    """Return at which level strata are made: of a district by street, of a street by neighbourhood, else by itself."""
    return min(max(level(area), 1) + 1, 3) if level(area) < 3 else level(area)


def _shift(area: int) -> int:
    return SHIFTS[stratum_level(area) - 1]


def population(campaign: int, area: int) -> Population:
    """Return of whom a sample can be drawn."""
    lo, hi = span(area)
    found = rows(SQL["strata"], campaign=campaign, swab=SWAB, lo=lo, hi=hi, shift=_shift(area))
    by_kind = {kind: sum(n for _area, own, n in found if own == kind) for kind in (*KINDS, "missed")}
    return Population(
        [Stratum(*row) for row in found if row[1] in KINDS],
        {"present": by_kind[SAMPLED] + by_kind["missed"], "covered": by_kind[SAMPLED], "excused": by_kind[EXCUSED]},
    )


def draw(campaign: int, area: int, wanted: dict[Stratum, int], seed: int) -> list[tuple[int, int, int, str]]:
    """Return (person, area, stratum, kind) of who is drawn."""
    lo, hi = span(area)
    return rows(
        SQL["draw"], campaign=campaign, swab=SWAB, lo=lo, hi=hi, shift=_shift(area), seed=seed,
        areas=[one.area for one in wanted], kinds=[one.kind for one in wanted], ns=[*wanted.values()],
    )  # fmt: skip


def doors(campaign: int, people: Sequence[tuple[int, int]]) -> list[Door]:
    """Return who was drawn, (person, area), with those who reported of each, wherever they are."""
    did: dict[int, set[int]] = {}
    with scoped(EVERYWHERE):
        found = rows(SQL["did"], campaign=campaign, swab=SWAB, people=[person for person, _area in people])
    for person, journal in found:
        did.setdefault(person, set()).add(journal)
    return [
        Door(person, area, span(ancestor(area, min(3, level(area)))), frozenset(did.get(person, ())))
        for person, area in people
    ]  # fmt: skip


def phones(area: int, due: datetime) -> list[Phone]:
    """Return the phones of an area that can re-visit until then."""
    lo, hi = span(area)
    found = rows(SQL["phones"], lo=lo, hi=hi, due=due)
    return [Phone(id_, tuple(sql_arrays.parse_ranges(text)), outside) for id_, text, outside in found]


def ungiven(one: Draw) -> list[tuple[int, int]]:
    """Return (person, area) of those whom nobody has been given."""
    return rows(SQL["ungiven"], **_of(one))


def standing(one: Draw, now: datetime) -> Standing:
    """Return how the re-visits of a draw stand."""
    return Standing(*rows(SQL["standing"], now=now, **_of(one))[0])


def estimate(one: Draw) -> Estimate:
    """Return what a draw says by now."""
    strata = [Answers(*row) for row in rows(SQL["found"], swab=SWAB, **_of(one))]
    sampled, excused = combined(strata, SAMPLED), combined(strata, EXCUSED)
    counts = {"present": one.present, "covered": one.covered, "excused": one.excused}
    return Estimate(
        one.pk, one.at, strata, sampled, excused, true_coverage(sampled, excused, counts),
        floor_of(one.covered / one.present) if one.present else 0, sum(row.n for row in strata),
        sum(row.n + row.unreached for row in strata),
    )  # fmt: skip


def newest(campaign: int, area: int) -> Draw | None:
    """Return the newest draw of a round over an area."""
    found = rows(SQL["newest"], campaign=campaign, area=area)
    return Draw.objects.get(pk=found[0][0]) if found else None


def beside(campaign: int, area: int) -> Estimate | None:
    """Return the newest estimate of an area, as it stands beside the ledger's figure; None where there is none."""
    one = newest(campaign, area)
    found = estimate(one) if one else None
    return found if found and found.says else None


def _of(one: Draw) -> dict[str, Any]:
    return {"draw": one.pk, "campaign": one.campaign, "programme": PROGRAMME.id, "revisit": REVISIT.code}
