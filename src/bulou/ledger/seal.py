"""The seal: what came in an hour is hashed as a Merkle tree; the roots are chained and signed.

A seal holds every row of the declared books (``checks.BOOKS``) that no seal before it holds, whenever it is dated: what
is sealed is decided by what was there, and never by a clock. Its leaves stand in order of receipt in a list of their
own, so that a difference can be named; that list is believed only where it has the root of the seal.

What a seal states is signed, and is what is kept outside: `bulou seal --out` writes it, reports print its short form.
See docs/decisions/0019-the-seal.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from django.db import connections, transaction
from django.utils import timezone

from bulou.ledger import seal_tree
from bulou.ledger.checks import BOOKS, Book
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.seal_key import Signer, is_signed
from bulou.ledger.statements import statements

SQL = statements(__package__, "seal")
OWN = statements(__package__, "seal_books")
#: Rows of dated books are looked for this far behind the seal before: a batch may be written long after its receipt.
LOOK_BACK = timedelta(hours=1)
EVER = datetime(1, 1, 2, tzinfo=UTC)
#: Leaves of one seal; what is left comes into the next one of the same run.
MOST = 500_000
#: How many of the latest seals may lie within ``LOOK_BACK``.
RECENT = 1_000
#: Any number, the same in every process.
SEALING = 0x7365616C

_encoder = msgspec.json.Encoder(order="deterministic")


class Broken(ValueError):
    """Not a seal, or not one that its own key signed."""


class Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One seal as it is stored and kept outside.

    ``ledger``: the incarnation; ``since``, ``until``: when the sealing before this one and this one were made;
    ``books``: leaves by book, in the order of the tree; ``names``: the digest of what names the rows, in that order;
    ``before``: the digest of the seal before, empty for the first; ``key``: the public key. Digests, root, key and
    signature are hexadecimal digits.
    """

    v: int = 1
    number: int
    ledger: str
    since: datetime | None
    until: datetime
    books: dict[str, int]
    size: int
    root: str
    names: str
    before: str
    key: str
    signature: str = ""

    @property
    def statement(self) -> bytes:
        """What is signed: the one byte form of everything but the signature."""
        said = msgspec.to_builtins(self)
        del said["signature"]
        return _encoder.encode(said)

    @property
    def line(self) -> str:
        """The seal as a line of a file."""
        return _encoder.encode(self).decode()

    @property
    def digest(self) -> str:
        """What the next seal names, and reports print the head of."""
        return sha256(self.statement).hexdigest()

    @property
    def short(self) -> str:
        """What reports print: number, time in the installation's zone, and the first 64 bits of the digest."""
        groups = " ".join(self.digest[i : i + 4] for i in range(0, 16, 4))
        return f"{self.number} · {timezone.localtime(self.until):%Y-%m-%d %H:%M} · {groups}"

    def is_signed(self) -> bool:
        """Tell whether the key that it names signed it."""
        return is_signed(self.key, self.statement, self.signature)


def parse(line: bytes | str) -> Seal:
    """Read a line back.

    Raises:
        Broken: not a seal in its one byte form, or its signature is wrong.
    """
    try:
        seal = msgspec.json.decode(line, type=Seal)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Broken(f"not a seal: {error}") from None
    if seal.line.encode() != (line.encode() if isinstance(line, str) else line).strip():
        raise Broken(f"seal {seal.number} is not in its one form")
    if not seal.is_signed():
        raise Broken(f"seal {seal.number} has a wrong signature")
    return seal


def stored(statement: bytes, signature: bytes) -> Seal:
    """Return a seal as the database keeps it; nothing is checked but its shape.

    Raises:
        Broken: it cannot be read.
    """
    try:
        said = msgspec.json.decode(bytes(statement))
        return msgspec.convert({**said, "signature": bytes(signature).hex()}, Seal)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError) as error:
        raise Broken(f"not a seal: {error}") from None


def latest(using: str = "default", n: int = 1) -> list[Seal]:
    """Return those of the newest ``n`` seals that can be read, the newest first; one that cannot, ``verify`` names."""
    seals: list[Seal] = []
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["latest"], {"n": n})
        for row in cursor.fetchall():
            with suppress(Broken):
                seals.append(stored(*row))
    return seals


def footer(using: str = "default") -> str:
    """Return what a report prints of the newest seal; empty before the first."""
    return "".join(seal.short for seal in latest(using))


def everything(using: str = "default") -> list[Seal]:
    """Return all seals in their order.

    Raises:
        Broken: one cannot be read.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["all"])
        return [stored(*row[1:]) for row in cursor.fetchall()]


def is_due(now: datetime, using: str = "default") -> bool:
    """Tell whether another hour has begun since the newest seal."""
    return all(_hour(seal.until) != _hour(now) for seal in latest(using))


def make(now: datetime, signer: Signer, using: str = "default", all_of_it: bool = False) -> list[Seal]:
    """Seal what no seal holds yet, in one transaction; return the seals that were made, one unless there is very much.

    Parameters:
        all_of_it: look for rows of dated books from the beginning, and not only ``LOOK_BACK`` behind the seal before.
    """
    with transaction.atomic(using=using), scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["alone"], {"key": SEALING})
        cursor.execute("SELECT set_config('work_mem', '64MB', true)")
        cursor.execute("SELECT name FROM ledger_incarnation ORDER BY since DESC LIMIT 1")
        run = _Run(cursor, now, signer, cursor.fetchone()[0], latest(using, RECENT))
        cursor.execute("SELECT coalesce(max(number), 0) FROM ledger_seal")
        number, before = cursor.fetchone()[0], run.earlier[0] if run.earlier else None
        fresh = run.fresh(EVER if all_of_it or before is None else behind(min(before.until, now)))
        made: list[Seal] = []
        for parts in shared_out(fresh, MOST):
            made.append(run.seal(number + len(made) + 1, made[-1] if made else before, parts))
        return made


def behind(at: datetime) -> datetime:
    """Return ``LOOK_BACK`` before a time, whatever time a seal names."""
    return max(at, EVER + LOOK_BACK) - LOOK_BACK


def shared_out(books: dict[str, int], most: int) -> list[dict[str, tuple[int, int]]]:
    """Share leaves out to seals of at most ``most`` leaves: of each book from which to which place, from 1.

    There is one seal at least: that nothing came is a fact as well.
    """
    seals: list[dict[str, tuple[int, int]]] = [{}]
    room = most
    for name, n in books.items():
        first = 1
        while first <= n:
            if not room:
                seals.append({})
                room = most
            last = min(n, first + room - 1)
            seals[-1][name] = (first, last)
            room -= last - first + 1
            first = last + 1
    return seals


@dataclass
class _Run:
    """One run of the sealing; ``earlier``: the seals before it, the newest first."""

    cursor: Any
    now: datetime
    signer: Signer
    ledger: str
    earlier: list[Seal]

    def fresh(self, since: datetime) -> dict[str, int]:
        """Put what no seal holds yet into ``seal_fresh`` and return how many leaves each book has, in order.

        Rows of dated books are looked for from ``since`` on, and compared with the seals that can hold such rows.
        """
        near = [seal.number for seal in self.earlier if seal.until >= since]
        near += [seal.number for seal in self.earlier[:2]]  # of a clock that was put back
        books: dict[str, int] = {}
        self.cursor.execute(SQL["prepare"])
        for book in in_order(BOOKS.values()):
            self.cursor.execute(SQL["clear"])
            self.cursor.execute(book.statement, {"since": since})
            self.cursor.execute(SQL["hashed"])
            self.cursor.execute(SQL["sealed"], {"book": book.name, "from": min(near, default=0) if book.dated else 0})
            self.cursor.execute(SQL["fresh"], {"book": book.name})
            if self.cursor.rowcount:
                books[book.name] = self.cursor.rowcount
        return books

    def seal(self, number: int, before: Seal | None, parts: dict[str, tuple[int, int]]) -> Seal:
        """Make one seal of these parts of ``seal_fresh``, behind the seal ``before``."""
        leaves: list[bytes] = []
        names: list[str] = []
        for name, (first, last) in parts.items():
            part = {"seal": number, "book": name, "first": first, "last": last}
            self.cursor.execute(SQL["keep_leaves"], part)
            keys, hashes = self.cursor.fetchone()
            names += keys
            leaves += map(bytes, hashes)
        seal = Seal(
            number=number, ledger=self.ledger, since=self.earlier[0].until if self.earlier else None, until=self.now,
            books={name: last - first + 1 for name, (first, last) in parts.items()}, size=len(leaves),
            root=seal_tree.root(leaves).hex(), names=named(names), before=before.digest if before else "",
            key=self.signer.public,
        )  # fmt: skip
        seal = msgspec.structs.replace(seal, signature=self.signer.sign(seal.statement))
        self.cursor.execute(
            SQL["keep_seal"],
            {"number": number, "statement": seal.statement, "signature": bytes.fromhex(seal.signature)},
        )
        return seal


def in_order(books: Iterable[Book]) -> list[Book]:
    """Return books in the order in which their leaves stand in a tree."""
    return sorted(books, key=lambda book: book.name)


def named(keys: Iterable[str]) -> str:
    """Return the digest of what names the rows of a seal, so that a row that is gone is called by its own name."""
    return sha256("\n".join(keys).encode()).hexdigest()


def said_of_entry(journal: int, number: int, raw: bytes, refusal: int | None, received_at: datetime) -> str:
    """Return the leaf of a content as text: the same as the statement ``entry`` of seal_books.sql makes."""
    us = (received_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    reason = "-" if refusal is None else refusal
    return f"entry {journal} {number} {sha256(raw).hexdigest()} {reason} {us}"


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


#: What the ledger itself has sealed.
BOOKS_OF_THE_LEDGER = (
    Book("entry", "事件", "entry", OWN["entry"], dated=True),
    Book("stray", "无号来文", "stray content", OWN["stray"], dated=True),
    Book("journal", "流水登记记录", "record of a journal's enrolment", OWN["journal"]),
    Book("incarnation", "台账实例", "incarnation", OWN["incarnation"]),
)
