"""The final table of a round: the figures that a command prints, by street and in all."""

from __future__ import annotations

from typing import Any

from bulou.ledger.areas import span
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.ui.figures import Counts, board, rows

SQL = statements(__package__, "summary")
BALANCE = ("frozen", "added", "received", "owed", "open", "deferred", "refused", "done", "excused", "reassigned")


def figures(campaign: int, area: int) -> dict[str, Any]:
    """Return the round's figures in persons and tubes: totals of the node, and the same for each child in ``areas``.

    ``deferred`` and ``refused`` are parts of ``open``; ``excused`` is broken down by typed reason; ``positives`` counts
    dispositions by stage.
    """
    swab, tube, disposition = (REGISTRY.duties[name] for name in ("swab", "tube", "disposition"))
    read = board(campaign, area, swab)
    lo, hi = span(area)
    where = {"campaign": campaign, "lo": lo, "hi": hi}
    total = _balance(read.total)
    total["excused"] = dict(rows(SQL["excused"], kind=swab.code, **where))
    stages = rows(SQL["by_stage"], kind=disposition.code, **where)
    return {
        "people": total["frozen"] + total["added"],
        **total,
        "tubes": rows(SQL["owed"], kind=tube.code, **where)[0][0],
        "positives": {disposition.stages[stage].name: n for stage, n in stages},
        "balanced": read.total.balanced and all(child.balanced for child in read.children),
        "areas": [{"area": c.area, "name": c.name[0] if c.name else str(c.area), **_balance(c)} for c in read.children],
    }


def _balance(counts: Counts) -> dict[str, Any]:
    return {name: getattr(counts, name) for name in BALANCE} | {"coverage_permille": counts.coverage}


def table(found: dict[str, Any]) -> str:
    """Return the figures as a table for a terminal, one line a street; Chinese characters count as two columns."""
    head = (
        "街镇 street",
        "应检 owed",
        "完成 done",
        "未完 open",
        "暂缓 deferred",
        "拒检 refused",
        "因故 excused",
        "覆盖 coverage",
    )
    lines = [head]
    excused = sum(found["excused"].values())
    for row in [*found["areas"], found | {"name": "合计 total", "excused": excused}]:
        share = row["coverage_permille"]
        cover = "" if share is None else f"{share // 10}.{share % 10} %"
        numbers = [f"{row[name]:,}" for name in ("owed", "done", "open", "deferred", "refused", "excused")]
        lines.append((row["name"], *numbers, cover))
    widths = [max(_width(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(_pad(cell, width, left=i == 0) for i, (cell, width) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    )


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def _pad(text: str, width: int, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
