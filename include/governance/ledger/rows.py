"""Prove for one row that a certificate covers it, without naming any row to anybody else.

Each row becomes a leaf: a hash over table and key and a salt, which is their HMAC under the plan's
key. Only the root of all leaves goes into the ledger. A data subject may be given the salt
of their own row with the path to the root; it opens no other row.

The plan's key must be destroyed with the certificate, which is the caller's business: while it
exists, whoever holds it can try out keys of rows. Afterwards no further proof can be made, and
the root is a random number to everybody without a salt.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from include.governance.errors import LedgerError
from include.governance.ledger.merkle import (
    Tree,
    inclusion_proof,
    leaf_hash,
    verify_inclusion,
)

#: A key of one column or of several, as the database returns it.
RowKey = str | int | tuple[str | int, ...]
KEY_BYTES = 32


@dataclass(frozen=True)
class RowsRoot:
    """What a certificate holds about its rows: how many, and the root of their leaves."""

    rows: int
    root: bytes


@dataclass(frozen=True)
class RowProof:
    """What a data subject is given to check that their row was among the rows."""

    salt: bytes
    index: int
    rows: int
    path: tuple[bytes, ...]


def commit_rows(rows: Iterable[tuple[str, RowKey]], plan_key: bytes) -> RowsRoot:
    """The root over (table, key) of all rows in the order given; reads them once."""
    tree = Tree(_leaves(rows, plan_key))
    return RowsRoot(tree.size, tree.root())


def prove_row(
    rows: Iterable[tuple[str, RowKey]], plan_key: bytes, table: str, key: RowKey
) -> RowProof:
    """The proof for one row, from the same rows in the same order; 80 bytes of memory a row.

    Raises LedgerError when the row is not among them.
    """
    wanted = _bytes(table, key)
    salt = _salt(plan_key, wanted)
    leaf = _leaf(salt, wanted)
    hashes = list(_leaves(rows, plan_key))
    if leaf not in hashes:
        raise LedgerError("ledger_row_unknown")
    index = hashes.index(leaf)
    return RowProof(salt, index, len(hashes), inclusion_proof(hashes, index, len(hashes)))


def verify_row(proof: RowProof, table: str, key: RowKey, root: bytes) -> bool:
    """Whether the row was among those under ``root``; needs nothing but the proof."""
    leaf = _leaf(proof.salt, _bytes(table, key))
    return verify_inclusion(leaf, proof.index, proof.rows, proof.path, root)


def _leaves(rows: Iterable[tuple[str, RowKey]], plan_key: bytes) -> Iterator[bytes]:
    if len(plan_key) < KEY_BYTES:
        raise LedgerError("ledger_plan_key_short", found=len(plan_key), allowed=KEY_BYTES)
    for table, key in rows:
        row = _bytes(table, key)
        yield _leaf(_salt(plan_key, row), row)


def _salt(plan_key: bytes, row: bytes) -> bytes:
    return hmac.digest(plan_key, row, "sha256")


def _leaf(salt: bytes, row: bytes) -> bytes:
    return leaf_hash(salt + row)


def _bytes(table: str, key: RowKey) -> bytes:
    """Table and key so that no two rows have the same bytes: each text with its length."""
    parts = "".join(map(_part, key)) if isinstance(key, tuple) else _part(key)
    return f"{len(table)}:{table}{parts}".encode("utf-8", "surrogatepass")


def _part(part: str | int) -> str:
    return f"s{len(part)}:{part}" if isinstance(part, str) else f"i{part};"
