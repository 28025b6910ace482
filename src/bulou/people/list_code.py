"""The code of a person in a list that leaves the desk and may come back. Pure."""

from __future__ import annotations

from hashlib import sha256

from bulou.people.duties import DutyRow


def coded(owed: DutyRow) -> tuple[str, str]:
    """Return the code by which a row that comes back is known again, and the stamp that tells whether it was edited."""
    return (
        (f"P{owed.subject}", stamp(owed.subject, min(owed.rank, owed.kind.final), owed.reason if owed.why else None))
        if owed.name
        else ("", "")
    )


def stamp(person: int, rank: int, reason: str | None) -> str:
    """Return what an export writes beside a code: it tells mistakes in the code, and a state that was edited."""
    digest = sha256(f"{person}".encode()).hexdigest()[:3]
    return digest + sha256(f"{person}|{rank}|{reason or ''}".encode()).hexdigest()[:3]
