"""Verify: the ledger against its seals, those of the database and those that were kept outside.

What is sealed can be neither changed nor removed without a difference here: the signed root stands for the list of
leaves, and the list for the rows. What was kept outside stands for the seals themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from django.db import connections

from bulou.ledger import seal_tree
from bulou.ledger.checks import Book
from bulou.ledger.seal import EVER, Broken, Seal, behind, named, stored
from bulou.ledger.seal import SQL as SEAL
from bulou.ledger.statements import statements
from bulou.ledger.verify_found import Found, plain

SQL = statements(__package__, "verify_seal")


def chain(cursor: Any, kept: Sequence[Seal] = ()) -> tuple[list[Seal], list[Found]]:
    """Return the seals that can be read, and what is wrong with them: shape, signature, chain, incarnation.

    ``kept``: the seals from outside; the database must have the same ones under their numbers. One that it does not
    have is told also after a restore: what came in after the backup is not proven to be there.
    """
    cursor.execute("SELECT name FROM ledger_incarnation")
    names = {row[0] for row in cursor.fetchall()}
    cursor.execute(SEAL["all"])
    seals: list[Seal] = []
    found: list[Found] = []
    before: Seal | None = None
    for number, statement, signature in cursor.fetchall():
        try:
            seal = stored(statement, signature)
        except Broken:
            found.append(Found("seal", {"seal": number}, "unreadable", None))
            before = None
            continue
        key = _key(seal)
        if seal.statement != bytes(statement) or seal.number != number:
            found.append(Found("seal", key, "not in its one form", None))
        if not seal.is_signed():
            found.append(Found("seal.signature", key, "wrong", "right"))
        if before is not None or number == 1:
            due = (before.number + 1, before.digest) if before else (1, "")
            if (seal.number, seal.before) != due:
                found.append(Found("seal.before", key, [number, seal.before], list(due)))
        if seal.ledger not in names:
            found.append(Found("seal.ledger", key, None, seal.ledger))
        seals.append(seal)
        before = seal
    if seals and seals[0].number != 1:
        found.append(Found("seal", {"seal": 1}, None, "the first seal"))
    held = {seal.number: seal for seal in seals}
    for seal in kept:
        own = held.get(seal.number)
        if own is None or own.digest != seal.digest:
            found.append(Found("seal", _key(seal), own and own.digest, seal.digest))
    return seals, found


def lists(cursor: Any, seals: Sequence[Seal]) -> Iterator[Found]:
    """Hold the lists of leaves to the roots; that a seal is not the one that was kept outside, ``chain`` tells."""
    due = {seal.number: seal for seal in seals}
    cursor.execute(SQL["lists"])
    hashes: dict[int, list[bytes]] = {}
    names: dict[int, list[str]] = {}
    counts: dict[int, dict[str, int]] = {}
    for number, book, keys, leaves in cursor.fetchall():
        hashes.setdefault(number, []).extend(map(bytes, leaves))
        names.setdefault(number, []).extend(map(str, keys))
        counts.setdefault(number, {})[book] = len(leaves)
    for number in sorted(due.keys() | hashes.keys()):
        seal, leaves = due.get(number), hashes.get(number, [])
        root, called = seal_tree.root(leaves).hex(), named(names.get(number, ()))
        recorded = {"root": root, "names": called, "books": counts.get(number, {}), "size": len(leaves)}
        if seal is None:
            yield Found("leaves", {"seal": number}, root, None)
        else:
            expected = {"root": seal.root, "names": seal.names, "books": seal.books, "size": seal.size}
            if recorded != expected:
                yield Found("leaves", _key(seal), recorded, expected)


def rows(cursor: Any, seals: Sequence[Seal], book: Book) -> Iterator[Found]:
    """Hold the rows of a book to the leaves: what is gone, what is another, what was put in afterwards.

    The tables of ``seal.SQL["prepare"]`` must be there.
    """
    by_number = {seal.number: seal for seal in seals}
    cursor.execute(SEAL["clear"])
    cursor.execute(book.statement, {"since": EVER})
    cursor.execute(SEAL["hashed"])
    cursor.execute(SEAL["sealed"], {"book": book.name, "from": 0})
    cursor.execute(SQL["analyzed"])
    cursor.execute(SQL["gone"])
    for number, row, sealed, instead in cursor.fetchall():
        yield Found(f"sealed.{book.name}", {**_key(by_number.get(number), number), "row": row}, instead, sealed)
    if book.dated and seals:
        yield from _added(cursor, book.name, seals)


def _added(cursor: Any, book: str, seals: Sequence[Seal]) -> Iterator[Found]:
    """Name rows that were put in later than their own time says; the first seal holds whatever was there before it."""
    earlier = [seal for seal in seals if seal.since is not None]
    values = {
        "seals": [seal.number for seal in earlier],
        "earliest": [behind(seal.since) for seal in earlier if seal.since is not None],
    }
    cursor.execute(SQL["backdated"], values)
    by_number = {seal.number: seal for seal in seals}
    for number, n, row in cursor.fetchall():
        yield Found(f"backdated.{book}", {**_key(by_number[number]), "row": row}, n, 0)
    cursor.execute(SQL["unsealed"], {"before": behind(max(seal.until for seal in seals))})
    for hour, n, row in cursor.fetchall():
        yield Found(f"unsealed.{book}", {"hour": hour, "row": row}, n, 0)


def told(using: str) -> dict[str, Any]:
    """Return what a report tells of the seals besides what is wrong: how many, over how many rows, and the public keys
    that they name, in their order, to be compared with those that were noted elsewhere.
    """
    seals: list[Seal] = []
    with connections[using].cursor() as cursor:
        cursor.execute(SEAL["all"])
        for _, statement, signature in cursor.fetchall():
            with suppress(Broken):
                seals.append(stored(statement, signature))
    keys = list(dict.fromkeys(seal.key for seal in seals))
    return {"seals": len(seals), "leaves": sum(seal.size for seal in seals), "keys": keys}


def _key(seal: Seal | None, number: int = 0) -> dict[str, Any]:
    """Name a seal by its number and its hour."""
    return {"seal": seal.number, "until": plain(seal.until)} if seal else {"seal": number}
