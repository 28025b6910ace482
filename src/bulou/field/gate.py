"""What a gate's phone carries: the passes that hold in its areas, those that were taken away, the key of their codes.

No name and no door: a pass is known by its number, the holder by initials. A code that the list does not know although
the list is newer was taken back; a code that is newer than the list counts by its signature.
"""

from __future__ import annotations

from typing import Any

from bulou.ledger import clock
from bulou.ledger.journals import Journal
from bulou.zones.passes import reads
from bulou.zones.passes.key import pass_key
from bulou.zones.passes.reads import Pass
from bulou.zones.passes.vocabulary import PROGRAMME, SORTS

ROLE = "gate"
#: States in which a pass may still lead out or back in, today or later.
KNOWN = ("valid", "ending", "early", "used")


def part(journal: Journal) -> dict[str, Any]:
    """Return the gate's part of a pack, ready for JSON. Run inside the journal's scope; three statements a range."""
    now = clock.now()
    found = {one.occasion: one for lo, hi in journal.ranges for one in reads.of_range(lo, hi, now)}
    key = pass_key()
    return {
        "campaign": PROGRAMME.id,
        "key": {"id": key.id.hex(), "raw": key.raw} if key else None,
        "sorts": [{"name": sort.name, "zh": sort.zh, "en": sort.en} for sort in SORTS],
        "passes": [_row(one) for one in found.values() if one.state in KNOWN or one.outside],
        "revoked": sorted(one.occasion for one in found.values() if one.state in ("revoked", "ended")),
    }


def _row(one: Pass) -> dict[str, Any]:
    return {
        "household": one.household, "occasion": one.occasion, "number": one.number, "area": one.area,
        "sort": one.sort, "starts": one.starts, "ends": one.ends, "uses": one.uses, "out": one.out,
        "outside": one.outside, "initials": one.initials,
    }  # fmt: skip
