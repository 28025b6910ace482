"""Levels re-derived from published residence lists against published zone lists: how long, how well, on a given folder.

With ``--instance DIR`` (``positives/``, ``zones/`` and ``places/`` below it) that folder is compared. Without
one a city of invented lists is made, in which the rule itself decided: there everything must agree.
"""

from __future__ import annotations

import random
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import common

from bulou.zones import published
from bulou.zones.report import report

NAMES, WANTED = 600, 0.88
DAY = date(2022, 4, 11)


def main() -> None:
    """Measure, and print the JSON."""
    options = common.arguments(__doc__ or "")
    with tempfile.TemporaryDirectory() as made:
        root = options.instance or invented(Path(made), 2_000 if options.short else 20_000)
        began = time.perf_counter()
        folder = published.read(root)
        read_s = time.perf_counter() - began
        found = report(folder)
    took = time.perf_counter() - began
    level = found["levels"]["lockdown"]
    figures: dict[str, Any] = {
        "invented": options.instance is None, "read_s": round(read_s, 2), "compared_s": round(took - read_s, 2),
        "units": found["units"], "matched": found["matched"], "unmatched": found["unmatched"],
        "levels": found["levels"], "explicit": found["explicit"], "missing": found["missing"],
    }  # fmt: skip
    common.finish("zones", figures, [
        common.target("names matched", found["matched"], f">= {NAMES}", found["matched"] >= NAMES),
        common.target("precision of lockdown", level["precision"], f">= {WANTED}", (level["precision"] or 0) >= WANTED),
        common.target("recall of lockdown", level["recall"], f">= {WANTED}", (level["recall"] or 0) >= WANTED),
    ])  # fmt: skip


def invented(root: Path, addresses: int) -> Path:
    """Write lists of an invented district in which each address has the level that its last positive gives it."""
    dice = random.Random(1)
    days = ["date,district,address,sources"]
    zones = ["published,district,street,level,seq,name"]
    for n in range(addresses):
        since = dice.randrange(1, 30)
        address = f"试{'甲乙丙丁戊己庚辛'[n % 8]}路{n + 1}弄"
        days.append(f"{DAY - timedelta(days=since)},试验区,{address},L")
        level = "封控区" if since <= 7 else "管控区" if since <= 14 else "防范区"
        zones.append(f"{DAY},试验区,一街道,{level},{n},{address}小区")
    for name, lines in (("positives/address_days_a.csv", days), ("zones/zones_a.csv", zones)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


if __name__ == "__main__":
    main()
