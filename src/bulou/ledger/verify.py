"""Recomputes all books from the kept entries, by other statements than the intake's, and names every difference.

Nothing is changed: it reads one snapshot of the whole ledger, works in temporary tables, and rolls back. The meaning
is that of ``fold.py``, which folds a seeded sample of the duties once more in Python.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connections, transaction

from bulou.ledger import verify_entries, verify_sample
from bulou.ledger.areas import SHIFTS, TOTAL_BITS
from bulou.ledger.lines import Key
from bulou.ledger.rules import DESK
from bulou.ledger.scope import EVERYWHERE, multirange
from bulou.ledger.statements import statements
from bulou.ledger.verify_entries import FEW_ROWS, FULL_PASSES, Found
from bulou.ledger.vocabulary import REGISTRY, Registry

ENTRIES = statements(__package__, "verify_entries")
FOLD = statements(__package__, "verify_heard") | statements(__package__, "verify_fold")
BOOKS = statements(__package__, "verify")

#: What is compared: the law it stands for (a duty that follows from another stands for law 5) and its name.
NOUNS = {
    "entry": (1, "记录", "entry"),
    "variant": (1, "同号异文", "variant"),
    "stray": (1, "无号来文", "stray content"),
    "line": (1, "记录行", "line"),
    "movement": (4, "移动", "movement"),
    "statement": (1, "陈述", "statement"),
    "unfounded": (1, "无记录可依的内容", "parts without a counting entry"),
    "numbering": (1, "记录行的编号与时间", "numbering and times of an entry's parts"),
    "void": (1, "作废", "void"),
    "frozen_list": (2, "开始时冻结的名单", "frozen list"),
    "unheard": (1, "不计入的记录行", "line that does not count"),
    "duty": (1, "应办事项", "duty"),
    "fold": (1, "应办事项(按规则直算)", "duty by the plain rules"),
    "counter": (2, "计数", "counter"),
    "transfer": (2, "移交数", "transfer"),
    "balance": (2, "平衡", "balance"),
    "campaign": (2, "轮次冻结数", "campaign's frozen count"),
    "holding": (4, "持有", "holding"),
    "conservation": (4, "守恒", "conservation"),
    "standing": (1, "现况", "standing"),
    "journal": (3, "流水", "journal"),
}  # fmt: skip

#: The books besides the duties, in the order in which they are compared.
COMPARED = (
    "unheard", "counter", "transfer", "balance", "campaign", "holding", "conservation", "standing", "journal",
)  # fmt: skip
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a book is not what the entries say.

    ``law``: number of the law that it breaks; ``what``: the book, with the field after a dot; ``key``: the row;
    ``recorded`` and ``expected``: plain JSON values, None where there is no row or no value; ``zh``, ``en``: the same
    as a sentence.
    """

    law: int
    what: str
    key: dict[str, Any]
    recorded: Any
    expected: Any
    zh: str
    en: str

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as a JSON object."""
        return asdict(self)


def verify(
    connection_alias: str = "default",
    *,
    sample: int = 500,
    seed: int = 0,
    progress: Progress = lambda text, share: None,
    registry: Registry = REGISTRY,
) -> list[Difference]:
    """Return every difference between the recorded books and those that follow from the kept entries; [] is clean.

    Parameters
    ----------
    sample: how many duties are folded in Python as well; with more than ``verify_entries.FEW`` entries, 20 times as
        many entries are expanded and compared line by line (below that, all are).
    seed: which ones; the same seed on the same ledger picks the same.
    progress: called with a text and the share done, 0 to 1.

    Raises:
        RuntimeError: called within a transaction; it needs a snapshot of its own.
    """
    with transaction.atomic(using=connection_alias, durable=True):
        with connections[connection_alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT set_config('bulou.scope', %s, true)", [multirange(EVERYWHERE)])
            cursor.execute(ENTRIES["settings"])
            found = list(_found(cursor, connection_alias, sample, seed, progress, registry))
        transaction.set_rollback(True, using=connection_alias)
    progress("done", 1.0)
    return [difference for item in found for difference in _differences(item, registry)]


def _found(cursor: Any, alias: str, sample: int, seed: int, progress: Progress, registry: Registry) -> Iterator[Found]:
    progress("entries", 0.0)
    yield from verify_entries.compare(cursor, connections[alias], sample * 20, seed, registry)
    progress("digests", 0.25)
    cursor.execute(ENTRIES["loops"], FULL_PASSES)
    several = [kind for kind in registry.entries.values() if kind.void_voices > 1]
    cursor.execute(FOLD["void"], {
        "desk": sorted(DESK), "several": [kind.name for kind in several],
        "voices": [kind.void_voices for kind in several],
    })  # fmt: skip
    for name in ("entry_digest", "variant_digest", "variant_order", "stray_digest", "unfounded", "numbering", "void"):
        yield from _run(cursor, ENTRIES[name], name.replace("_", "."))
    progress("duties", 0.4)
    for name in ("prepare", "carries"):
        cursor.execute(FOLD[name])
    cursor.execute("ANALYZE verify_dead, verify_carry")
    for tier in sorted(set(registry.tiers.values())):
        for name, table in STEPS.items():
            cursor.execute(FOLD[name], {"tier": tier})
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(FOLD["done"])
    progress("books", 0.75)
    wrong = set()
    for found in _run(cursor, BOOKS["duty"], "duty"):
        wrong.add(Key(**found.key))
        yield found
    levels = {"levels": list(range(len(SHIFTS) + 1)), "shifts": [TOTAL_BITS, *SHIFTS]}
    for name in COMPARED:
        yield from _run(cursor, BOOKS[name], name, levels if name == "balance" else None)
    progress("sample", 0.95)
    cursor.execute(ENTRIES["loops"], FEW_ROWS)
    yield from verify_sample.compare(cursor, BOOKS, sample, seed, wrong, registry)


#: The steps by which a tier is folded, each with the temporary table that it fills.
STEPS = {
    "causes": "verify_cause", "homes": "verify_home", "walks": "verify_walk", "unheard": "verify_unheard",
    "same_person": "verify_unheard", "eyes": "verify_unheard", "back": "verify_back", "facts": "verify_fact",
    "values": "verify_value", "words": "verify_word", "tier": "verify_duty",
}  # fmt: skip


def _run(cursor: Any, statement: str, what: str, values: dict[str, Any] | None = None) -> Iterator[Found]:
    cursor.execute(statement, values)
    for key, recorded, expected in cursor.fetchall():
        yield Found(what, json.loads(key), _loaded(recorded), _loaded(expected))


def _loaded(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _differences(found: Found, registry: Registry) -> Iterator[Difference]:
    """Give one difference for a row that is missing or extra, and one for each field of a row that differs."""
    if isinstance(found.recorded, dict) and isinstance(found.expected, dict):
        for name in sorted(found.recorded.keys() | found.expected.keys()):
            recorded, expected = found.recorded.get(name), found.expected.get(name)
            if recorded != expected:
                yield _difference(f"{found.what}.{name}", found.key, recorded, expected, registry)
    else:
        yield _difference(found.what, found.key, found.recorded, found.expected, registry)


def _difference(what: str, key: dict[str, Any], recorded: Any, expected: Any, registry: Registry) -> Difference:
    noun, _, field = what.partition(".")
    law, zh, en = NOUNS[noun]
    if noun in ("duty", "fold") and key["kind"] in {registry.duties[row.kind].code for row in registry.consequences}:
        law = 5
    row = ", ".join(f"{name} {value}" for name, value in key.items())
    at = f" {field}" if field else ""
    return Difference(
        law, what, key, recorded, expected,
        f"{zh} ({row}){at}: 账上为 {_shown(recorded, '无')}, 按记录应为 {_shown(expected, '无')}",
        f"{en} ({row}){at}: recorded {_shown(recorded, 'nothing')}, the entries say {_shown(expected, 'nothing')}",
    )  # fmt: skip


def _shown(value: Any, nothing: str) -> str:
    return nothing if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
