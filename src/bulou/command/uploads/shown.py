"""What an import says, in the reader's words: reasons, sheets, what was left, levels of the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from bulou.ledger.scope import Ranges
from bulou.places.models import Area
from bulou.places.vocabulary import FIELDS, ROW_REFUSALS
from bulou.ui.words import english

#: Columns and sheets that are named one by one.
MOST = 40
_FIELDS = {field.name: field for field in FIELDS}


def level_name(depth: int) -> str:
    """Return what areas of a level are called."""
    return {1: _("区"), 2: _("街镇"), 3: _("居委会"), 4: _("小区"), 5: _("楼栋")}.get(depth, "")


def by_level(ranges: Ranges) -> list[tuple[str, int]]:
    """Return how many areas of each level there are within the ranges."""
    counts: dict[int, int] = {}
    for lo, hi in ranges:
        found = Area.objects.filter(closed_at=None, id__gte=lo, id__lte=hi).values_list("level").annotate(n=Count("id"))
        for depth, n in found.order_by("level"):
            counts[depth] = counts.get(depth, 0) + n
    return [(level_name(depth), n) for depth, n in sorted(counts.items())]


def reasons(by_code: Mapping[Any, int]) -> list[dict[str, Any]]:
    """Return reasons with the number of rows, the most frequent first: what is wrong, and what was expected."""
    out = []
    for code, n in sorted(by_code.items(), key=lambda one: -one[1]):
        if word := ROW_REFUSALS.get(int(code)):
            out.append({"n": n, "field": field(word.field), "code": int(code), **_words(word)})
    return out


def _words(word: Any) -> dict[str, str]:
    en = english()
    return {"said": word.en if en else word.zh, "expected": word.expected_en if en else word.expected_zh}


def problem(explained: Mapping[str, Any]) -> str:
    """Return one problem of a row (``roster_rows.explain``) as a sentence, without what stands in the cell."""
    en = english()
    name = field(str(explained["field"]))
    said = explained["en"] if en else explained["zh"]
    return f"{name}: {said}" if en else f"{name}：{said}"


def field(name: str) -> str:
    """Return what a field of a roster is called."""
    known = _FIELDS.get(name)
    return (known.en if english() else known.zh) if known else _("整行")


def sheets(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the sheets of a file: read with so many rows, or left and why."""
    return [
        {"name": one["sheet"], "rows": one["rows"], "header": one["header_row"], "hidden": one["hidden_rows"]}
        if one["read"] else {"name": one["sheet"], "why": one["why_en"] if english() else one["why"]}
        for one in found[:MOST]
    ]  # fmt: skip


def left(found: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return what of a file was not read besides whole sheets: (what, why)."""
    return [
        (f"{one['sheet']} {one['named']}".strip(), one["en"] if english() else one["zh"])
        for one in found if one["what"] != "sheet"
    ][:MOST]  # fmt: skip
