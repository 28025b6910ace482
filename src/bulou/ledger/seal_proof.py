"""Seals outside the database: a file of them, and the proof that one entry was in. Nothing here asks a database but
``prove``.

A file holds one seal a line (JSON lines). A proof names the leaf as text, its place, and its siblings; whoever has the
file checks it alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from django.db import connections, transaction

from bulou.ledger import seal_tree
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.seal import SQL, Broken, Seal, parse, said_of_entry, stored


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """That a leaf is in a seal. ``said``: the leaf as text; ``content``: the entry itself in base64, where it was
    asked for.
    """

    v: int = 1
    seal: int
    digest: str
    said: str
    index: int
    size: int
    path: list[str]
    content: bytes | None = None


class Shown(msgspec.Struct, frozen=True):
    """What a proof shows: this entry was in this seal, with this content."""

    journal: int
    number: int
    sha256: str
    refusal: int | None
    received_at: datetime
    seal: Seal


def read(path: Path | str) -> list[Seal]:
    """Read a file of seals.

    Raises:
        Broken: a line is not a seal, its signature is wrong, or a seal does not name the one before; says which line.
        OSError: the file cannot be read.
    """
    seals: list[Seal] = []
    for number, line in enumerate(Path(path).read_bytes().splitlines(), 1):
        if line.strip():
            try:
                seals.append(parse(line))
            except Broken as broken:
                raise Broken(f"{path}, line {number}: {broken}") from None
    for one, next_ in pairwise(seals):
        if (next_.number, next_.before) != (one.number + 1, one.digest):
            raise Broken(f"{path}: seal {next_.number} does not follow from seal {one.number}")
    if not seals:
        raise Broken(f"{path} holds no seal")
    return seals


def write(path: Path, seals: Sequence[Seal]) -> int:
    """Write seals into a file and return how many are new there. What it holds already stays as it is.

    Raises:
        Broken: the file holds seals that are not these: one of the two is not this ledger's. Nothing is written.
    """
    before = read(path) if path.exists() and path.stat().st_size else []
    if before:
        ours = {seal.number: seal.digest for seal in seals}
        other = next((seal for seal in before if ours.get(seal.number) != seal.digest), None)
        if other is not None:
            raise Broken(f"{path} holds a seal {other.number} that this ledger does not have")
    new = [seal for seal in seals if not before or seal.number > before[-1].number]
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text("".join(f"{seal.line}\n" for seal in (*before, *new)), "utf-8")
    draft.replace(path)
    return len(new)


def prove(journal: int, number: int, content: bool = False, using: str = "default") -> list[Proof]:
    """Return a proof for each content that was sealed under an entry's number; what gave way to another has its own.

    Raises:
        Broken: the list of leaves does not have the root of its seal, so that nothing can be proven from it.
    """
    proofs: list[Proof] = []
    with transaction.atomic(using=using), scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["contents_of"], {"journal": journal, "number": number})
        said: dict[bytes, tuple[str, bytes]] = {}
        for raw, refusal, received_at in cursor.fetchall():
            text = said_of_entry(journal, number, bytes(raw), refusal, received_at)
            said[seal_tree.leaf(text.encode())] = (text, bytes(raw))
        cursor.execute(SQL["places_of"], {"book": "entry", "key": f"{journal}/{number}"})
        for seal_number, place, hashed in cursor.fetchall():
            if bytes(hashed) in said:
                text, raw = said[bytes(hashed)]
                seal, leaves, first = _tree(cursor, seal_number)
                index = first + place - 1
                proofs.append(Proof(
                    seal=seal.number, digest=seal.digest, said=text, index=index, size=len(leaves),
                    path=[node.hex() for node in seal_tree.path(leaves, index)],
                    content=raw if content else None,
                ))  # fmt: skip
    return proofs


def _tree(cursor: Any, number: int) -> tuple[Seal, list[bytes], int]:
    """Return a seal, its leaves, and where those of entries begin."""
    cursor.execute(SQL["one"], {"number": number})
    row = cursor.fetchone()
    seal = stored(*row) if row else None
    cursor.execute(SQL["leaves_of"], {"seal": number})
    leaves: list[bytes] = []
    first = 0
    for book, hashes in cursor.fetchall():
        first = len(leaves) if book == "entry" else first
        leaves += map(bytes, hashes)
    if seal is None or seal_tree.root(leaves).hex() != seal.root:
        raise Broken(f"the leaves of seal {number} are not those that were sealed")
    return seal, leaves, first


def check(proof: bytes | str, seals: Iterable[Seal]) -> Shown:
    """Check a proof against seals that were kept; needs no database.

    Raises:
        Broken: not a proof, of a seal that is not among these, or it does not lead to the seal's root.
    """
    try:
        given = msgspec.json.decode(proof, type=Proof)
        path = [bytes.fromhex(node) for node in given.path]
        kind, journal, number, digest, refusal, received = given.said.split(" ")
        us = timedelta(microseconds=int(received))
        shown = (int(journal), int(number), digest, None if refusal == "-" else int(refusal))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
        raise Broken(f"not a proof: {error}") from None
    seal = next((seal for seal in seals if seal.digest == given.digest), None)
    if seal is None or kind != "entry":
        raise Broken(f"seal {given.seal} is not in the file")
    hashed = seal_tree.leaf(given.said.encode())
    root = seal_tree.root_by_path(hashed, given.index, given.size, path)
    if root is None or root.hex() != seal.root or given.size != seal.size:
        raise Broken(f"the proof does not lead to the root of seal {seal.number}")
    if given.content is not None and sha256(given.content).hexdigest() != digest:
        raise Broken("the content is not the one that was sealed")
    return Shown(*shown, datetime(1970, 1, 1, tzinfo=UTC) + us, seal)
