"""What oversight reads: findings as they stand, patterns among them, checklists in use, inspections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from bulou.ledger.areas import span
from bulou.ledger.statements import statements
from bulou.oversight.findings import FINDING, PROGRAMME
from bulou.oversight.models import Checklist, Inspection, InspectionFinding
from bulou.oversight.repeats import WITHIN, Repeat, Told, repeats
from bulou.ui.figures import rows

SQL = statements(__package__, "oversight")
Key = tuple[int, int, int]


@dataclass(slots=True)
class Finding:
    """A finding as it stands. ``said``: the fields of its entries, the latest last, by kind of entry."""

    key: Key
    area: int
    stage: int
    outcome: int
    mark: int
    severity: str
    due: datetime | None
    entries: list[tuple[str, datetime, dict[str, Any]]] = field(default_factory=list)

    def last(self, kind: str) -> dict[str, Any]:
        """Return the content of the latest entry of a kind, empty for none."""
        return next((body for name, _at, body in reversed(self.entries) if name == kind), {})

    def all(self, kind: str) -> list[tuple[datetime, dict[str, Any]]]:
        """Return the entries of a kind, the earliest first."""
        return [(at, body) for name, at, body in self.entries if name == kind]


def findings(keys: Sequence[Key]) -> list[Finding]:
    """Return findings by their keys, in their order, as far as the reader sees them."""
    out: dict[Key, Finding] = {}
    if not keys:
        return []
    for row in rows(
        SQL["told"], campaigns=[key[0] for key in keys], subjects=[key[1] for key in keys],
        occasions=[key[2] for key in keys], kind=FINDING.code,
    ):  # fmt: skip
        key = (row[0], row[1], row[2])
        one = out.setdefault(
            key, Finding(key, row[3], row[4], row[5], row[6], FINDING.variants[row[7] or 0], row[8])
        )  # fmt: skip
        one.entries.append((row[9], row[10], _body(row[11])))
    return [out[key] for key in keys if key in out]


def _body(raw: Any) -> dict[str, Any]:
    return msgspec.json.decode(bytes(raw))["body"]


def repeated(area: int, now: datetime) -> list[Repeat]:
    """Return what was found again and again in an area; 0: in all that the reader sees."""
    lo, hi = span(area) if area else (0, 2**53 - 1)
    found = rows(
        SQL["findings"], campaign=PROGRAMME.id, kind=FINDING.code, lo=lo, hi=hi, since=now - WITHIN
    )  # fmt: skip
    told = []
    for campaign, subject, occasion, at_area, at, outcome, variant, raw in found:
        body = _body(raw)
        told.append(Told(
            at_area, int(body.get("unit") or 0), str(body.get("topic", "other")), at, FINDING.variants[variant or 0],
            outcome == 0, (campaign, subject, occasion),
        ))  # fmt: skip
    return repeats(told, now)


def checklists(ended: bool = False) -> list[Checklist]:
    """Return the latest version of each checklist, by name."""
    found = Checklist.objects.in_bulk([id_ for (id_,) in rows(SQL["latest"], ended=ended)])
    return sorted(found.values(), key=lambda one: one.name)


def inspections(area: int, state: str, limit: int, start: int = 0) -> list[Inspection]:
    """Return inspections in an area: what is to be made by its time, what was made the latest first."""
    lo, hi = span(area)
    found = Inspection.objects.filter(area__gte=lo, area__lte=hi).select_related("checklist")
    if state == "open":
        return list(found.filter(state__in=("planned", "begun")).order_by("planned_for", "pk")[start : start + limit])
    return list(found.filter(state=state).order_by("-planned_for", "-pk")[start : start + limit])


def of_inspection(inspection: Inspection) -> list[tuple[str, Finding]]:
    """Return the findings of an inspection as (question, finding), in the order in which they were made."""
    links = list(InspectionFinding.objects.filter(inspection=inspection).order_by("pk"))
    keys = [(one.campaign, one.subject, one.occasion) for one in links]
    told = {one.key: one for one in findings(keys)}
    return [(link.question, told[key]) for link, key in zip(links, keys, strict=True) if key in told]


def inspection_of(keys: Iterable[Key]) -> dict[Key, int]:
    """Return of findings the inspections that they came of."""
    wanted = set(keys)
    found = InspectionFinding.objects.filter(occasion__in=[key[2] for key in wanted])
    return {(one.campaign, one.subject, one.occasion): one.inspection_id for one in found}  # type: ignore[attr-defined]
