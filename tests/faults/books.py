"""All books of a ledger as plain rows, to be compared table by table. Help of the tests of this folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from bulou.field import decode
from bulou.ledger import intake
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import actions
from tests.faults.load import Phone

#: The books, what they are made of, and who was found. Nothing of it may depend on who came first.
TABLES = (
    "ledger_duty", "ledger_holding", "ledger_standing", "ledger_counter", "ledger_transfer", "ledger_campaign",
    "ledger_journal", "ledger_entry", "ledger_line", "ledger_movement", "ledger_statement", "ledger_void",
    "ledger_variant", "ledger_stray", "places_person", "places_household",
)  # fmt: skip
#: When something came in, and the serial number of the register's source.
ARRIVAL = ["received_at", "heard_at", "recorded_at", "source"]
#: A count of nothing is the same as no count.
SOMETHING = {"ledger_transfer": "n <> 0", "ledger_counter": "frozen + added + open + done + excused <> 0"}
Books = dict[str, Counter[str]]
BATCH = 200


def read() -> Books:
    """Return the rows of every table, each as its JSON."""
    found: Books = {}
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        for table in TABLES:
            where = SOMETHING.get(table, "true")
            cursor.execute(f"SELECT (to_jsonb(t) - %s::text[])::text FROM {table} AS t WHERE {where}", [ARRIVAL])
            found[table] = Counter(row for (row,) in cursor.fetchall())
    return found


def once_in_order(phones: Sequence[Phone]) -> Books:
    """Return what the books are when each journal is sent once, from its first entry to its last.

    In a transaction that is rolled back.
    """
    with transaction.atomic():
        for phone in phones:
            wire = [json.dumps(phone.written[n]).encode() for n in sorted(phone.written)]
            reports = [report for raw in wire if isinstance(report := decode.entry(phone.journal, raw), intake.Report)]
            for low in range(0, len(reports), BATCH):
                batch, now = reports[low : low + BATCH], datetime.now(UTC)
                wrong = [receipt for receipt in intake.post(batch, now) if receipt.status != "kept"]
                assert not wrong, f"a journal that nothing happened to is not kept: {wrong[:5]}"
                actions.register_found([report.entry for report in batch if report.entry], now)
        books = read()
        transaction.set_rollback(True)
    return books


def same(found: Books, wanted: Books) -> None:
    """Fail with the first rows that differ, by table."""
    wrong: dict[str, Any] = {}
    for table in TABLES:
        more, less = found[table] - wanted[table], wanted[table] - found[table]
        if more or less:
            wrong[table] = {"only here": sorted(more)[:3], "only in order": sorted(less)[:3]}
    assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)
