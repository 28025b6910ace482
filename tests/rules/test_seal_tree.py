"""The tree of a seal against the standard: published roots, the recursive definition, proofs that prove one thing."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger import seal, seal_tree

#: Leaves and roots by which implementations of RFC 6962 are commonly tested.
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def leaves(n: int) -> list[bytes]:
    return [seal_tree.leaf(str(i).encode()) for i in range(n)]


def defined(hashed: list[bytes]) -> bytes:
    """The root as RFC 6962, 2.1 defines it."""
    if len(hashed) < 2:
        return hashed[0] if hashed else sha256().digest()
    k = 1 << (len(hashed) - 1).bit_length() - 1
    return sha256(b"\x01" + defined(hashed[:k]) + defined(hashed[k:])).digest()


@pytest.mark.parametrize("n", range(1, 9))
def test_published_roots(n: int) -> None:
    assert seal_tree.root(seal_tree.leaf(bytes.fromhex(text)) for text in LEAVES[:n]).hex() == ROOTS[n - 1]


@given(st.integers(0, 200))
def test_pairing_by_levels_is_the_tree_of_the_standard(n: int) -> None:
    assert seal_tree.root(leaves(n)) == defined(leaves(n))


@given(st.data())
def test_a_path_leads_to_the_root_and_any_other_does_not(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 130))
    index = data.draw(st.integers(0, n - 1))
    all_of_them = leaves(n)
    path, root = seal_tree.path(all_of_them, index), seal_tree.root(all_of_them)
    assert seal_tree.root_by_path(all_of_them[index], index, n, path) == root
    other = data.draw(st.integers(-1, n + 1).filter(lambda i: i != index))
    assert seal_tree.root_by_path(all_of_them[index], other, n, path) != root
    assert seal_tree.root_by_path(all_of_them[index], index, n, [*path, root]) != root
    if path:
        assert seal_tree.root_by_path(all_of_them[index], index, n, path[:-1]) != root
        place = data.draw(st.integers(0, len(path) - 1))
        bent = [*path[:place], bytes(32), *path[place + 1 :]]
        assert seal_tree.root_by_path(all_of_them[index], index, n, bent) != root


def test_no_such_leaf() -> None:
    with pytest.raises(IndexError):
        seal_tree.path(leaves(3), 3)


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 40), max_size=5), st.integers(1, 25))
def test_leaves_are_shared_out_whole_and_in_order(books: dict[str, int], most: int) -> None:
    parts = seal.shared_out(books, most)
    assert all(sum(last - first + 1 for first, last in part.values()) <= most for part in parts)
    given_ = [(name, place) for name, n in books.items() for place in range(1, n + 1)]
    assert [(n, i) for part in parts for n, (first, last) in part.items() for i in range(first, last + 1)] == given_
    assert len(parts) == max(1, -(-len(given_) // most))
