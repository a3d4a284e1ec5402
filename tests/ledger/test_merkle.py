"""Roots and proofs are those of RFC 6962, and no other proof passes."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.governance.ledger.merkle import (
    EMPTY_ROOT,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# The eight entries, roots and proofs of the Certificate Transparency reference tests.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSION = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], B, D]),
]
CONSISTENCY = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[4]]), (2, 5, [B, D])]


def root(size: int) -> bytes:
    return Tree(LEAVES[:size]).root()


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert Tree().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert root(size).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_reference(
    index: int, size: int, path: list[str]
) -> None:
    found = inclusion_proof(LEAVES, index, size)
    assert [each.hex() for each in found] == path
    assert verify_inclusion(LEAVES[index], index, size, found, root(size))


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference(old: int, new: int, path: list[str]) -> None:
    found = consistency_proof(LEAVES, old, new)
    assert [each.hex() for each in found] == path
    assert verify_consistency(old, new, root(old), root(new), found)


def recursive_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(recursive_root(leaves[:half]), recursive_root(leaves[half:]))


SIZES = st.integers(1, 130)


def some(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


@given(SIZES)
def test_a_growing_tree_has_the_root_of_the_definition(size: int) -> None:
    assert Tree(some(size)).root() == recursive_root(some(size))


@given(SIZES, st.data())
def test_every_entry_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves, root = some(size), Tree(some(size)).root()
    path = inclusion_proof(iter(leaves), index, size)
    assert verify_inclusion(leaves[index], index, size, path, root)
    other = data.draw(st.integers(-1, size + 1).filter(lambda i: i != index))
    assert not verify_inclusion(leaves[index], other, size, path, root)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, path, root)
    assert not verify_inclusion(leaves[index], index, size, (*path, root), root)
    assert not path or not verify_inclusion(leaves[index], index, size, path[:-1], root)


@given(SIZES, st.data())
def test_every_beginning_is_proved_and_no_other(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    leaves = some(new)
    old_root, new_root = Tree(leaves[:old]).root(), Tree(leaves).root()
    proof = consistency_proof(iter(leaves), old, new)
    assert verify_consistency(old, new, old_root, new_root, proof)
    forked = Tree([*leaves[: old - 1], leaf_hash(b"other")]).root()
    assert not verify_consistency(old, new, forked, new_root, proof)
    assert not verify_consistency(old, new, old_root, forked, proof) or old == new == 0
    assert not verify_consistency(old, new, old_root, new_root, (*proof, new_root))
    assert not proof or not verify_consistency(old, new, old_root, new_root, proof[:-1])


def test_a_node_does_not_pass_as_an_entry() -> None:
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])


@pytest.mark.parametrize("size", [0, 9])
def test_a_proof_from_too_few_leaves_is_refused(size: int) -> None:
    with pytest.raises(ValueError):
        inclusion_proof(LEAVES, 0, size)


def test_a_consistency_proof_is_between_sizes_that_exist() -> None:
    assert not verify_consistency(0, 8, EMPTY_ROOT, root(8), [])
    with pytest.raises(ValueError):
        consistency_proof(LEAVES, 8, 9)
    with pytest.raises(ValueError):
        consistency_proof(LEAVES, 0, 8)


def test_a_copy_grows_by_itself() -> None:
    tree = Tree(LEAVES[:5])
    other = tree.copy()
    other.append(LEAVES[5])
    assert (tree.root().hex(), other.root().hex()) == (ROOTS[5], ROOTS[6])
