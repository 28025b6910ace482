"""What a form of a split or merger says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: Into so many areas one is split at most, and so many are merged into one.
MOST_PARTS, MOST_MERGED = 6, 20
#: Levels whose areas are regrouped: compounds and buildings. Above them stand accounts, phones and published lists.
LEVELS = (4, 5)


def parts(form: Mapping[str, str]) -> list[str]:
    """Return the names of the parts that a form gives, in order, without the empty ones at the end."""
    names = [" ".join(form.get(f"name_{at}", "").split()) for at in range(1, MOST_PARTS + 1)]
    while names and not names[-1]:
        names.pop()
    return names


def assigned(form: Mapping[str, str], pieces: Sequence[str], n: int) -> dict[str, int] | None:
    """Return {piece: part, from 0}; None where one is assigned to none, or a part would stay empty.

    Parameters:
        pieces: keys of what is shared out. ``n``: how many parts there are.
    """
    out: dict[str, int] = {}
    for piece in pieces:
        said = form.get(f"piece_{piece}", "")
        if not (said.isascii() and said.isdecimal() and 1 <= int(said) <= n):
            return None
        out[piece] = int(said) - 1
    return out if set(out.values()) == set(range(n)) else None
