"""Long work that somebody wants ended: asked for by a page, obeyed by the process at its next step."""

from __future__ import annotations

from datetime import datetime

from bulou.ledger.scope import EVERYWHERE, scoped


class Halted(Exception):
    """Somebody has asked for the end of this work; what it has written so far stays."""


def ask(kind: int, number: int, area: int, user: str, now: datetime) -> bool:
    """Ask that a piece of work ends at its next step; tell whether nobody had asked before.

    Parameters:
        kind: of work (``ui.background``). ``number``: of its row. ``area``: by which it is seen.
    """
    from bulou.ui.halting.models import Halt

    with scoped(EVERYWHERE):
        wish = {"area": area, "by": user, "at": now}
        return Halt.objects.get_or_create(kind=kind, number=number, defaults=wish)[1]


def check(kind: int, number: int) -> None:
    """End this work here where somebody has asked for it.

    Raises:
        Halted: so it is.
    """
    if by(kind, number):
        raise Halted(f"{kind} {number}")


def by(kind: int, number: int) -> str:
    """Return who has asked for the end of a piece of work; "" for nobody."""
    from bulou.ui.halting.models import Halt

    with scoped(EVERYWHERE):
        return Halt.objects.filter(kind=kind, number=number).values_list("by", flat=True).first() or ""


def forget(kind: int, number: int) -> None:
    """Let a piece of work begin again that was ended."""
    from bulou.ui.halting.models import Halt

    with scoped(EVERYWHERE):
        Halt.objects.filter(kind=kind, number=number).delete()
