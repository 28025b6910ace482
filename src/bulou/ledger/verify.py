"""Recomputes all books from the kept entries, by other statements than the intake's, and names every difference.

Nothing is changed: it reads one snapshot of the whole ledger, works in temporary tables, and rolls back. The meaning
is that of ``fold.py``, which folds a seeded sample of the duties once more in Python. Besides the books it looks at
what the database enforces (``verify_guards.py``), at what rooms declare (``checks.py``) and, where it is asked to, at
the seals (``verify_seal.py``). Each step stands for itself: one that cannot run is a difference, and hides none of the
others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from django.db import connections, transaction

from bulou.ledger import verify_campaigns, verify_entries, verify_guards, verify_sample, verify_seal
from bulou.ledger.areas import SHIFTS, TOTAL_BITS
from bulou.ledger.checks import BOOKS, CHECKS, Check
from bulou.ledger.effects import Key
from bulou.ledger.rules import DESK
from bulou.ledger.scope import EVERYWHERE, multirange
from bulou.ledger.seal import SQL as SEAL
from bulou.ledger.seal import Seal, in_order
from bulou.ledger.statements import statements
from bulou.ledger.verify_entries import FEW_ROWS, FULL_PASSES
from bulou.ledger.verify_found import Found, named
from bulou.ledger.vocabulary import REGISTRY, Registry

ENTRIES = statements(__package__, "verify_entries")
FOLD = statements(__package__, "verify_heard") | statements(__package__, "verify_fold")
BOOKS_SQL = statements(__package__, "verify")

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
    "unreadable": (1, "无法读取的记录", "entry that cannot be read"),
    "check": (1, "未能完成的核对", "check that could not be made"),
    "function": (1, "数据库函数", "function of the database"),
    "word": (1, "数据库中的词表", "declared word in the database"),
    "table": (6, "行级权限与授权", "row level security and rights of a table"),
    "policy": (6, "行级权限策略", "policy"),
    "trigger": (1, "触发器或规则", "trigger or rule"),
    "role": (6, "应用角色", "role of the application"),
    "seal": (3, "存证", "seal"),
    "leaves": (3, "存证清单", "list of a seal"),
    "sealed": (3, "已存证的内容", "sealed content"),
    "backdated": (3, "存证后补入的内容", "content put in after its time was sealed"),
    "unsealed": (3, "未存证的内容", "content that no seal holds"),
}  # fmt: skip
#: What the right side of a comparison is.
BY_ENTRIES, BY_RULE = ("按记录应为", "the entries say"), ("应为", "should be")
NOT_BY_ENTRIES = {
    "check", "function", "word", "table", "policy", "trigger", "role", "seal", "leaves", "sealed", "backdated",
    "unsealed",
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
    sample: int | None = 500,
    seed: int = 0,
    progress: Progress = lambda text, share: None,
    registry: Registry = REGISTRY,
    seals: Sequence[Seal] | None = None,
) -> list[Difference]:
    """Return every difference between the recorded books and those that follow from the kept entries; [] is clean.

    Parameters
    ----------
    sample: how many duties are folded in Python as well; with more than ``verify_entries.FEW`` entries, 20 times as
        many entries are expanded and compared line by line (below that, all are). None: every entry is.
    seed: which ones; the same seed on the same ledger picks the same.
    progress: called with a text and the share done, 0 to 1.
    seals: those that were kept outside; every row is then held to the seals, also where there are none outside ([]).
        None: the seals themselves are looked at, and not what they hold.

    Raises:
        RuntimeError: called within a transaction; it needs a snapshot of its own.
    """
    with transaction.atomic(using=connection_alias, durable=True):
        with connections[connection_alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT set_config('bulou.scope', %s, true)", [multirange(EVERYWHERE)])
            cursor.execute(ENTRIES["settings"])
            found = list(_Verify(cursor, connection_alias, sample, seed, progress, registry, seals).found())
        transaction.set_rollback(True, using=connection_alias)
    progress("done", 1.0)
    return [difference for item in found for difference in _differences(item, registry)]


@dataclass
class _Verify:
    """One pass: its steps in their order."""

    cursor: Any
    alias: str
    sample: int | None
    seed: int
    progress: Progress
    registry: Registry
    seals: Sequence[Seal] | None

    def step(self, name: str, work: Callable[[], Iterable[Found]]) -> list[Found]:
        """Make one check. What it raises is a difference of its own, and what it left in the transaction is undone."""
        try:
            with transaction.atomic(using=self.alias):
                return list(work())
        except Exception as error:  # an insider may have written anything; the other checks go on
            return [Found("check", {"check": name}, named(error), None)]

    def found(self) -> Iterator[Found]:
        """Make all checks."""
        yield from self.entries()
        yield from self.books()
        self.progress("guards", 0.8)
        for check in (verify_guards.functions, verify_guards.policies, verify_guards.triggers, verify_guards.intruders):
            yield from self.step(check.__name__, partial(check, self.cursor, self.alias))
        yield from self.step("words", partial(verify_guards.words, self.cursor, self.registry))
        for check in CHECKS.values():
            yield from self.step(check.noun, partial(self.declared, check))
        self.progress("seals", 0.9)
        yield from self.sealed()

    def entries(self) -> Iterator[Found]:
        """Read the entries, and hold everything that was written with them to them."""
        self.progress("entries", 0.0)
        self.cursor.execute(ENTRIES["prepare"])
        all_of_them = verify_entries.begin(self.cursor, self.alias, self.registry)
        sample = None if self.sample is None else self.sample * 20
        yield from self.step("entries", partial(all_of_them.compare, sample, self.seed))
        yield from self.step("frozen_list", all_of_them.frozen_lists)
        yield from self.step(
            "campaign", partial(verify_campaigns.compare, self.cursor, all_of_them.told.rounds, self.registry)
        )
        self.progress("digests", 0.25)
        self.cursor.execute(ENTRIES["loops"], FULL_PASSES)
        yield from self.step("voids", self.voids)
        for name in KEPT:
            yield from self.step(name, partial(self.run, ENTRIES[name], name.replace("_", ".")))

    def books(self) -> Iterator[Found]:
        """Fold all duties anew, and hold the books to them."""
        self.progress("duties", 0.4)
        for name, table in BEGINNING.items():
            yield from self.step(f"fold {name}", partial(self.fold, name, table))
        for tier in sorted(set(self.registry.tiers.values())):
            for name, table in STEPS.items():
                yield from self.step(f"fold {name} of tier {tier}", partial(self.fold, name, table, {"tier": tier}))
        self.progress("books", 0.65)
        duties = self.step("duty", partial(self.run, BOOKS_SQL["duty"], "duty"))
        yield from duties
        levels = {"levels": list(range(len(SHIFTS) + 1)), "shifts": [TOTAL_BITS, *SHIFTS]}
        for name in COMPARED:
            values = levels if name == "balance" else None
            yield from self.step(name, partial(self.run, BOOKS_SQL[name], name, values))
        self.progress("sample", 0.75)
        self.cursor.execute(ENTRIES["loops"], FEW_ROWS)
        wrong = {Key(**item.key) for item in duties if item.what == "duty"}
        n = 500 if self.sample is None else self.sample
        compare = verify_sample.compare
        yield from self.step("fold", partial(compare, self.cursor, BOOKS_SQL, n, self.seed, wrong, self.registry))
        self.cursor.execute(ENTRIES["loops"], FULL_PASSES)

    def sealed(self) -> Iterator[Found]:
        """Look at the seals; where it was asked for, at everything that they hold."""
        kept, seals = self.seals or (), list[Seal]()

        def chained() -> list[Found]:
            readable, found = verify_seal.chain(self.cursor, kept)
            seals.extend(readable)
            return found

        yield from self.step("seal", chained)
        if self.seals is not None:
            yield from self.step("leaves", lambda: verify_seal.lists(self.cursor, seals))
            self.cursor.execute(SEAL["prepare"])
            for book in in_order(BOOKS.values()):
                work = partial(verify_seal.rows, self.cursor, seals, book)
                yield from self.step(f"sealed {book.name}", work)

    def voids(self) -> Iterable[Found]:
        """Say which entries are void, by what the entries that were read say of it."""
        several = [kind for kind in self.registry.entries.values() if kind.void_voices > 1]
        self.cursor.execute(FOLD["void"], {
            "desk": sorted(DESK), "several": [kind.name for kind in several],
            "voices": [kind.void_voices for kind in several],
        })  # fmt: skip
        return ()

    def fold(self, name: str, tables: str, values: dict[str, Any] | None = None) -> Iterable[Found]:
        """Run one step of the fold into its temporary tables."""
        self.cursor.execute(FOLD[name], values)
        if tables:
            self.cursor.execute(f"ANALYZE {tables}")
        return ()

    def run(self, statement: str, what: str, values: dict[str, Any] | None = None) -> Iterator[Found]:
        """Run a statement of (key, recorded, expected)."""
        self.cursor.execute(statement, values)
        for key, recorded, expected in self.cursor.fetchall():
            yield Found(what, json.loads(key), _loaded(recorded), _loaded(expected))

    def declared(self, check: Check) -> Iterator[Found]:
        """Make a check that a room declares."""
        for key, recorded, expected in check.run(self.cursor):
            yield Found(check.noun, key, recorded, expected)


#: What is compared of the kept entries, voids included.
KEPT = ("entry_digest", "variant_digest", "variant_order", "stray_digest", "unfounded", "numbering", "void")
#: The steps by which the fold begins, and those by which a tier is folded, each with the tables that it fills.
BEGINNING = {"prepare": "", "carries": "verify_dead, verify_carry"}
STEPS = {
    "causes": "verify_cause", "homes": "verify_home", "walks": "verify_walk", "unheard": "verify_unheard",
    "same_person": "verify_unheard", "eyes": "verify_unheard", "back": "verify_back", "facts": "verify_fact",
    "values": "verify_value", "words": "verify_word", "tier": "verify_duty", "done": "",
}  # fmt: skip


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
    by = BY_ENTRIES if noun in NOUNS and noun not in NOT_BY_ENTRIES else BY_RULE
    if noun in NOUNS:
        law, zh, en = NOUNS[noun]
    else:
        law, zh, en = CHECKS[noun].law, CHECKS[noun].zh, CHECKS[noun].en
    if noun in ("duty", "fold") and key["kind"] in {registry.duties[row.kind].code for row in registry.consequences}:
        law = 5
    if noun in ("sealed", "backdated", "unsealed") and field in BOOKS:
        zh, en, field = f"{zh}: {BOOKS[field].zh}", f"{en}: {BOOKS[field].en}", ""
    row = ", ".join(f"{name} {value}" for name, value in key.items())
    at = f" {field}" if field else ""
    return Difference(
        law, what, key, recorded, expected,
        f"{zh} ({row}){at}: 账上为 {_shown(recorded, '无')}, {by[0]} {_shown(expected, '无')}",
        f"{en} ({row}){at}: recorded {_shown(recorded, 'nothing')}, {by[1]} {_shown(expected, 'nothing')}",
    )  # fmt: skip


def _shown(value: Any, nothing: str) -> str:
    return nothing if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
