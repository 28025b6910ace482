"""Where something changed: the words of the NOTIFY that goes out with each batch. Nothing else is told.

A batch tells the neighbourhoods of its entries, and the books those whose counters moved (``ledger_count``): a
laboratory's result changes the board of whoever was sampled, not that of the laboratory. What lies higher in the tree
than a neighbourhood is told as it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from bulou.ledger.areas import LEVELS, ancestor, level

#: The deepest level that is told.
DEPTH = LEVELS.index("neighbourhood") + 1
#: Areas told at once; a NOTIFY takes less than 8,000 bytes, and an id 15 digits. Beyond it the whole tree is told.
MOST = 400


def told(areas: Iterable[int]) -> str:
    """Return the words for changes in these areas; "" stands for anywhere."""
    nodes = sorted({ancestor(area, DEPTH) for area in areas})
    return ",".join(map(str, nodes)) if len(nodes) <= MOST else ""


def heard(words: str) -> set[int] | None:
    """Return all nodes within or above which something changed by what was told, the root included; None: all."""
    if not words:
        return None
    areas = [int(word) for word in words.split(",")]
    return {ancestor(area, depth) for area in areas for depth in range(level(area) + 1)}
