"""A journal that comes as a file, because its phone was taken out of service or has no network at all.

A supervisor within whose areas the device works hands it in. Each entry goes through the door's own decoding and
posting, so that the same rules refuse the same things; who handed in what is kept.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from msgspec import Raw, Struct

from bulou.field import decode, posting
from bulou.field.enrolling import reads
from bulou.field.problems import Problem
from bulou.ledger import clock, sql_arrays
from bulou.ledger.intake import Receipt, Report
from bulou.ledger.refusals import REFUSALS
from bulou.ledger.scope import Ranges, covers, multirange
from bulou.ledger.vocabulary import REGISTRY
from bulou.rounds.paper_desk.pages import status
from bulou.ui import entitled

#: Of a file: a shift's journal is far smaller.
MAX_BYTES, MAX_ENTRIES = 16 * 2**20, 50_000
#: Rows shown; the counts beside them are of all.
SHOWN = 300


class File(Struct):
    """What the app saves: the number of its journal, and its entries as it would send them."""

    journal: int
    entries: list[Raw]


class Refusal(ValueError):
    """A file that cannot be taken; its text is the sentence that the page shows."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a file."""

    journal: int
    name: str
    receipts: list[Receipt]

    @property
    def counts(self) -> Counter[str]:
        """Return how many entries were kept, repeated, refused, conflicting."""
        return Counter(receipt.status for receipt in self.receipts)


def hand_in(content: bytes, by: str, ranges: Ranges, may: entitled.May, now: datetime) -> Handed:
    """Take a journal's file into the ledger.

    A file proves nothing of who wrote it: each entry asks of its bearer what it would ask of him at any other door.

    Raises:
        Refusal: not such a file, no such device within the ranges, entries that are not his to write, or no database.
    """
    try:
        file = msgspec.json.decode(content, type=File)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Refusal(_("这不是手机保存的离线记录文件。")) from None
    if len(file.entries) > MAX_ENTRIES:
        raise Refusal(_("文件过大。"))
    found = reads.rows("own_journal", journal=file.journal, scope=multirange(ranges)) if _id(file.journal) else []
    if not found:
        raise Refusal(_("没有此设备，或其区域超出您的负责范围。"))
    items = [decode.entry(file.journal, bytes(raw)) for raw in file.entries]
    _check(found[0], items, may)
    try:
        # A thread has a transaction of its own: the page's could not be tried again after a deadlock.
        with ThreadPoolExecutor(1) as thread:
            receipts = thread.submit(_posted, file.journal, items, now).result()
    except Problem:
        raise Refusal(_("暂时无法接收，请稍后再传；重复上传不会重复计数。")) from None
    handed = Handed(file.journal, found[0]["name"], receipts)
    counts = handed.counts
    with connection.cursor() as cursor:
        cursor.execute(
            reads.SQL["keep_handing"], {
                "journal": file.journal, "by": by, "at": now, "digest": hashlib.sha256(content).digest(),
                "entries": len(items), "kept": counts["kept"], "repeated": counts["repeated"],
                "refused": counts["refused"] + counts["conflicting"],
            },
        )  # fmt: skip
    return handed


def _check(journal: dict[str, Any], items: list[Report | decode.Stray], may: entitled.May) -> None:
    """Hold what the device may write at all to what its bearer may; the rest the ledger refuses one by one."""
    ranges = sql_arrays.parse_ranges(journal["ranges"])
    entries = [item.entry for item in items if isinstance(item, Report) and item.entry is not None]
    for entry in entries:
        kind = REGISTRY.entries.get(entry.kind)
        if kind is None or journal["kind"] not in kind.roles or not covers(ranges, entry.area):
            continue
        try:
            own = entry.body.get("journal") == journal["id"]
            entitled.check(may, entry.kind, entry.area, entry.body, own=own)
        except entitled.NotEntitled as error:
            raise Refusal(_("这个文件没有录入：%(why)s") % {"why": error}) from None


def _posted(journal: int, items: list[Report | decode.Stray], now: datetime) -> list[Receipt]:
    receipts: list[Receipt] = []
    try:
        for portion in decode.portions(items):
            (answer,) = posting.settle([posting.Sent(journal, portion)], now)
            receipts += answer.receipts
    finally:
        connections.close_all()
    return receipts


def _id(journal: int) -> bool:
    return 0 < journal < 2**53


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; after a file what became of each entry that was not simply kept."""
    now, wrong, handed = clock.now(), "", None
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None or file.size > MAX_BYTES:
                raise Refusal(_("请选择手机保存的离线记录文件，最大16 MB。"))
            handed = hand_in(file.read(), request.user.get_username(), request.ranges, request.may, now)
        except Refusal as refusal:
            wrong = str(refusal)
    context: dict[str, Any] = {"wrong": wrong, "handed": handed, "before": reads.handed_in(request.ranges)}
    if handed:
        odd = [r for r in handed.receipts if r.status not in ("kept", "repeated")]
        context |= {
            "counts": [(status(name), handed.counts[name]) for name in ("kept", "repeated", "refused", "conflicting")],
            "odd": [
                {"n": r.number, "status": status(r.status), "refusal": REFUSALS[r.code] if r.code else None,
                 "field": r.field or ""}
                for r in odd[:SHOWN]
            ],
            "more": max(0, len(odd) - SHOWN),
        }  # fmt: skip
    return TemplateResponse(request, "enrolling/hand_in.html", context)
