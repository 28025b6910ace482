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
#: Days for which somebody counts as recovered or as cleared, and the most that a rule may say.
RECOVERED_DAYS, CLEARED_DAYS, MOST_DAYS = 90, 7, 365
#: Names of the rule in a round's record: as it was before it was data, and as data.
PLAIN, DATA = "residents-1", "residents-2"


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope rule. ``treat``: {cause: treatment}; days count back from the opening; ``dated``, ``by``: of the rule."""

    treat: Mapping[str, str] = field(default_factory=lambda: dict(STANDARD))
    recovered_days: int = RECOVERED_DAYS
    cleared_days: int = CLEARED_DAYS
    dated: date | None = None
    by: str = ""

    @property
    def known(self) -> tuple[list[str], list[str]]:
        """Return the causes with their treatments, the weightiest first, without those that change nothing."""
        found = [(cause, self.treat[cause]) for cause in CAUSES if self.treat[cause] != OWED]
        return [cause for cause, _ in found], [treatment for _, treatment in found]


def problems(scope: Scope) -> list[str]:
    """Return the names of the fields of a rule that cannot be."""
    wrong = [cause for cause in CAUSES if scope.treat.get(cause) not in CHOICES[cause]]
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
        rules.get("scope.by", ""),
    )  # fmt: skip


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Return (field, before, after) of what differs between two drafts, each value as text."""
    names = [*before, *(name for name in after if name not in before)]
    pairs = [(name, _text(before.get(name)), _text(after.get(name))) for name in names]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _text(value: object) -> str:
    return "" if value is None else str(value)
