"""The register of goods and their lots: what stands in it, how it is written; who did what is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from psycopg.errors import UniqueViolation

from bulou.relief.stock.models import Good, GoodChange, Lot

#: What a code may be; those like G12 are given out by the register itself.
CODE, GIVEN_OUT = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}"), re.compile(r"G\d+")
#: Fields of a good that its form asks.
FIELDS = ("name", "name_en", "code", "kind", "unit", "pack", "keeps", "warn_days", "cover_days", "household_days")
#: So many can be chosen from at once.
MOST = 2_000


class CodeTaken(ValueError):
    """Another good has the code."""


@dataclass(frozen=True, slots=True)
class LotName:
    """A lot by what stands on it."""

    id: int
    good: int
    number: str
    expires: date | None


def listed(kind: str = "", q: str = "", state: str = "open", limit: int = MOST) -> list[Good]:
    """Return goods by name."""
    found = Good.objects.order_by("kind", "name", "id")
    if state != "all":
        found = found.filter(until__isnull=state == "open")
    if kind:
        found = found.filter(kind=kind)
    if q.strip():
        found = found.filter(Q(name__icontains=q) | Q(name_en__icontains=q) | Q(code__icontains=q))
    return list(found[:limit])


def of(ids: Iterable[int]) -> dict[int, Good]:
    """Return goods by their numbers."""
    wanted = sorted({id_ for id_ in ids if 0 < id_ < 2**53})
    return Good.objects.in_bulk(wanted) if wanted else {}


def coded(codes: Iterable[str]) -> dict[str, Good]:
    """Return goods by their codes."""
    wanted = sorted({code.upper() for code in codes if code})
    return {good.code: good for good in Good.objects.filter(code__in=wanted)} if wanted else {}


def lots(ids: Iterable[int]) -> dict[int, LotName]:
    """Return lots by their numbers."""
    wanted = sorted({id_ for id_ in ids if 0 < id_ < 2**53})
    rows = Lot.objects.filter(id__in=wanted).values_list("id", "good_id", "number", "expires") if wanted else []
    return {row[0]: LotName(*row) for row in rows}


def lot(good: int, number: str, expires: date | None) -> int:
    """Return the lot of a good by what stands on it, 0 where nothing does; the first to name it enters it."""
    number = number.strip()
    if not number and expires is None:
        return 0
    found, _new = Lot.objects.get_or_create(good_id=good, number=number, expires=expires)
    return found.pk


def changes(good: int) -> list[GoodChange]:
    """Return what was done to a good, the latest first."""
    return list(GoodChange.objects.filter(good_id=good).order_by("-id")[:200])


def save(pairs: Sequence[tuple[Good | None, Good]], by: str, now: datetime) -> list[int]:
    """Add (None, new) and change (old, new) goods, all or none; return their numbers. Whoever has no code gets one.

    Raises:
        CodeTaken: a code is another good's.
    """
    out = []
    with transaction.atomic():
        for old, new in pairs:
            before = differing(old, new) if old else {}
            if old and not before:
                out.append(old.pk)
                continue
            new.pk = old.pk if old else None
            new.since = old.since if old else now
            code = new.code or (old.code if old else "")
            new.code = code or f"NEW-{len(out)}-{int(now.timestamp())}"[:20]
            try:
                with transaction.atomic():
                    new.save()
            except IntegrityError as error:
                if isinstance(error.__cause__, UniqueViolation):
                    raise CodeTaken(code) from error
                raise
            if not code:
                new.code = f"G{new.pk}"
                new.save(update_fields=["code"])
            GoodChange.objects.create(
                good=new, at=now, by=by, act="changed" if old else "added", before=before
            )  # fmt: skip
            out.append(new.pk)
    return out


def end(good: Good, by: str, reason: str, now: datetime, reopen: bool = False) -> bool:
    """Close a good, or open it again; tell whether that changed anything."""
    with transaction.atomic():
        found = Good.objects.filter(pk=good.pk, until__isnull=not reopen)
        if not found.update(until=None if reopen else now):
            return False
        GoodChange.objects.create(good=good, at=now, by=by, act="reopened" if reopen else "closed", reason=reason)
    return True


def differing(old: Good, new: Good) -> dict[str, Any]:
    """Return of each field that differs what it was."""
    return {
        name: getattr(old, name) for name in FIELDS
        if getattr(old, name) != getattr(new, name) and not (name == "code" and not new.code)
    }  # fmt: skip
