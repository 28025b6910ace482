"""The scope rule of a round: what is done with people whom something is known of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

#: What can become of somebody: owes the round like all, owes nothing, owes it later, owes it in a tube of her own.
OWED, OUT, DEFERRED, SINGLE = TREATMENTS = ("owed", "out", "deferred", "single")
#: What may be known of a person, the weightiest first: of several, the first one counts whose treatment is not OWED.
ELSEWHERE, POSITIVE, RECOVERED, POOL, CLEARED = CAUSES = ("elsewhere", "positive", "recovered", "pool", "cleared")
#: What a rule may choose. Who does not live here owes nothing under any rule.
CHOICES: dict[str, tuple[str, ...]] = {
    ELSEWHERE: (OUT,),
    POSITIVE: (OUT, SINGLE),
    RECOVERED: (OWED, OUT, SINGLE),
    POOL: (DEFERRED, OUT, SINGLE),
    CLEARED: (OWED, SINGLE, DEFERRED),
}
STANDARD = {ELSEWHERE: OUT, POSITIVE: OUT, RECOVERED: OWED, POOL: DEFERRED, CLEARED: OWED}
#: How people of sealed buildings (zone level "lockdown") are sampled: as everywhere, or a tube for each household.
USUAL, HOUSEHOLD = SEALED = ("usual", "household")
#: Zone level of such a building.
LOCKDOWN = "lockdown"
#: Days for which somebody counts as recovered or as cleared, and the most that a rule may say.
RECOVERED_DAYS, CLEARED_DAYS, MOST_DAYS = 90, 7, 365
#: People that an entry of a sealed tube can name at most.
MOST_IN_TUBE = 20
#: Names of the rule in a round's record: as it was before it was data, and as data.
PLAIN, DATA = "residents-1", "residents-2"


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope rule. ``treat``: {cause: treatment}; days count back from the opening; ``dated``, ``by``: of the rule;
    ``sealed``: of ``SEALED``, for buildings as they are held while they are sampled.
    """

    treat: Mapping[str, str] = field(default_factory=lambda: dict(STANDARD))
    recovered_days: int = RECOVERED_DAYS
    cleared_days: int = CLEARED_DAYS
    dated: date | None = None
    by: str = ""
    sealed: str = USUAL

    @property
    def known(self) -> tuple[list[str], list[str]]:
        """Return the causes with their treatments, the weightiest first, without those that change nothing."""
        found = [(cause, self.treat[cause]) for cause in CAUSES if self.treat[cause] != OWED]
        return [cause for cause, _ in found], [treatment for _, treatment in found]


def problems(scope: Scope) -> list[str]:
    """Return the names of the fields of a rule that cannot be."""
    wrong = [cause for cause in CAUSES if scope.treat.get(cause) not in CHOICES[cause]]
    wrong += ["sealed"] if scope.sealed not in SEALED else []
    return wrong + [
        name for name in ("recovered_days", "cleared_days") if not 1 <= int(getattr(scope, name)) <= MOST_DAYS
    ]


def decide(scope: Scope, known: set[str]) -> tuple[str, str]:
    """Return (treatment, cause) for a person of whom these causes are known; (OWED, "") where none of them counts."""
    for cause in CAUSES:
        if cause in known and scope.treat[cause] != OWED:
            return scope.treat[cause], cause
    return OWED, ""


def recorded(scope: Scope) -> dict[str, str]:
    """Return a rule as a round's record keeps it."""
    if scope == Scope():
        return {"scope": PLAIN}
    out = {"scope": DATA} | {f"scope.{cause}": scope.treat[cause] for cause in CAUSES}
    out |= {"scope.recovered_days": str(scope.recovered_days), "scope.cleared_days": str(scope.cleared_days)}
    if scope.sealed != USUAL:
        out["scope.sealed"] = scope.sealed
    if scope.dated:
        out["scope.dated"] = scope.dated.isoformat()
    return out | ({"scope.by": scope.by} if scope.by else {})


def read(rules: Mapping[str, str]) -> Scope:
    """Return the rule of a round's record. What it does not say, or says so that nobody can read it, is as always."""

    def days(name: str, usual: int) -> int:
        text = rules.get(f"scope.{name}", "")
        return int(text) if text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_DAYS else usual

    treat = {
        cause: said if (said := rules.get(f"scope.{cause}", "")) in CHOICES[cause] else STANDARD[cause]
        for cause in CAUSES
    }
    try:
        dated = date.fromisoformat(rules["scope.dated"]) if "scope.dated" in rules else None
    except ValueError:
        dated = None
    return Scope(
        treat, days("recovered_days", RECOVERED_DAYS), days("cleared_days", CLEARED_DAYS), dated,
        rules.get("scope.by", ""), said if (said := rules.get("scope.sealed", "")) in SEALED else USUAL,
    )  # fmt: skip


def pool_size(rules: Mapping[str, str]) -> int | None:
    """Return how many people a tube of a round may hold by its record; None where that says nothing."""
    text = rules.get("pool_size", "")
    return int(text) if text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_IN_TUBE else None


@dataclass(frozen=True, slots=True)
class Misfilled:
    """How a sealed tube is not as its round's rule says, in people: 0 where it is as it should be.

    ``over``: in the tube altogether, where these are more than the pool size; ``singles``: who are owed a tube of their
    own and share this one; ``homes``: households of a sealed building that share it.
    """

    over: int = 0
    singles: int = 0
    homes: int = 0

    def __bool__(self) -> bool:
        return bool(self.over or self.singles or self.homes)


def misfilled(people: int, singles: int, homes: int, pool: int | None, by_household: bool) -> Misfilled:
    """Tell in what a tube is not as the round's rule says. Whatever it is, the tube is kept.

    Parameters:
        people, singles, homes: in the tube: people, of these those owed a tube of their own, and their households.
        pool: the round's pool size; None: not said.
        by_household: the tube was filled in a sealed building, and the round takes these household by household.
    """
    return Misfilled(
        people if pool is not None and people > pool else 0, singles if people > 1 else 0,
        homes if by_household and homes > 1 else 0,
    )  # fmt: skip


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Return (field, before, after) of what differs between two drafts, each value as text."""
    names = [*before, *(name for name in after if name not in before)]
    pairs = [(name, _text(before.get(name)), _text(after.get(name))) for name in names]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _text(value: object) -> str:
    return "" if value is None else str(value)
