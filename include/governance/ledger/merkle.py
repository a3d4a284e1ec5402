"""The Merkle tree of RFC 6962: roots, proofs of inclusion, proofs that nothing was rewritten.

Reference: https://www.rfc-editor.org/rfc/rfc6962 section 2.1; the checks follow RFC 9162
sections 2.1.3.2 and 2.1.4.2. All hashes here are 32 bytes of SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees; its first byte keeps a node from passing as an entry."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that only grows; it keeps one hash per bit of its size."""

    __slots__ = ("_frontier", "size")

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._frontier: list[bytes] = []
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash on the right."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._frontier.pop(), leaf)
            size >>= 1
        self._frontier.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The hash that stands for every entry and their order."""
        if not self._frontier:
            return EMPTY_ROOT
        root = self._frontier[-1]
        for left in reversed(self._frontier[:-1]):
            root = node_hash(left, root)
        return root

    def copy(self) -> Tree:
        """A tree that can grow without changing this one."""
        other = Tree()
        other.size, other._frontier = self.size, self._frontier.copy()
        return other


def inclusion_proof(leaves: Iterable[bytes], index: int, size: int) -> tuple[bytes, ...]:
    """The hashes that lead from leaf ``index`` to the root of the first ``size`` leaf hashes.

    Reads ``leaves`` once and keeps O(log size) of them.
    """
    if not 0 <= index < size:
        raise ValueError("the index is not below the size")
    return tuple(_path(iter(leaves), index, size))


def _path(leaves: Iterator[bytes], index: int, size: int) -> list[bytes]:
    if size == 1:
        _root_of(leaves, 1)
        return []
    left = _split(size)
    if index < left:
        path = _path(leaves, index, left)
        return [*path, _root_of(leaves, size - left)]
    sibling = _root_of(leaves, left)
    return [*_path(leaves, index - left, size - left), sibling]


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``leaf`` is entry ``index`` of the tree of ``size`` entries with this ``root``."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaves: Iterable[bytes], old: int, new: int) -> tuple[bytes, ...]:
    """The hashes that show the first ``old`` of ``new`` leaf hashes to be the tree of before.

    Reads ``leaves`` once and keeps O(log new) of them.
    """
    if not 0 < old <= new:
        raise ValueError("the older size is not between 1 and the newer")
    return tuple(_subproof(iter(leaves), old, new, complete=True))


def _subproof(leaves: Iterator[bytes], old: int, new: int, *, complete: bool) -> list[bytes]:
    if old == new:
        root = _root_of(leaves, new)
        return [] if complete else [root]
    left = _split(new)
    if old <= left:
        proof = _subproof(leaves, old, left, complete=complete)
        return [*proof, _root_of(leaves, new - left)]
    sibling = _root_of(leaves, left)
    return [*_subproof(leaves, old - left, new - left, complete=False), sibling]


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of ``new`` entries begins with the tree of ``old`` entries."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_found = new_found = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_found, new_found = node_hash(sibling, old_found), node_hash(sibling, new_found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_found = node_hash(new_found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old_found == old_root and new_found == new_root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _root_of(leaves: Iterator[bytes], count: int) -> bytes:
    tree = Tree(islice(leaves, count))
    if tree.size != count:
        raise ValueError("fewer leaves than the size")
    return tree.root()
