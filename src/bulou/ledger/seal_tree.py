"""The Merkle tree of a seal, as RFC 6962 (2.1) and RFC 9162 (2.1) define it: root, path, and what a path proves. Pure.

A leaf is hashed behind the byte 0, a node behind the byte 1, so that no node can be passed off as a leaf. Pairing each
level and carrying an odd one up gives the tree of the standard, which splits at the largest power of two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256


def leaf(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\0" + data).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over hashed leaves in their order; over none, the hash of nothing."""
    level = list(leaves)
    if not level:
        return sha256().digest()
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the inclusion proof of the leaf at ``index`` (from 0): its sibling at each level, from below.

    Raises:
        IndexError: no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    level, found = list(leaves), list[bytes]()
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            found.append(level[sibling])
        level, index = _above(level), index >> 1
    return found


def root_by_path(hashed: bytes, index: int, size: int, proof: Iterable[bytes]) -> bytes | None:
    """Return the root that a leaf and its proof lead to, or None for a proof that fits no tree of ``size`` leaves.

    The algorithm of RFC 9162, 2.1.3.2, with its names ``fn`` and ``sn``.
    """
    if not 0 <= index < size:
        return None
    fn, sn, found = index, size - 1, hashed
    for sibling in proof:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            found = _node(sibling, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = _node(found, sibling)
        fn, sn = fn >> 1, sn >> 1
    return found if sn == 0 else None


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _above(level: Sequence[bytes]) -> list[bytes]:
    paired = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return [*paired, level[-1]] if len(level) % 2 else paired
