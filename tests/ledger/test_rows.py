"""A person can check that their row was erased; nobody else learns anything."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.governance.errors import LedgerError
from include.governance.ledger.rows import RowKey, commit_rows, prove_row, verify_row

PLAN_KEY = bytes(range(32))
PART = st.integers() | st.text(max_size=5)
ROWS = st.lists(
    st.tuples(st.text(max_size=5), PART | st.tuples(PART, PART)), min_size=1, unique_by=repr
)


@given(ROWS, st.data())
def test_every_row_is_proved_and_no_other(
    rows: list[tuple[str, RowKey]], data: st.DataObject
) -> None:
    table, key = data.draw(st.sampled_from(rows))
    found = commit_rows(rows, PLAN_KEY)
    proof = prove_row(rows, PLAN_KEY, table, key)
    assert found.rows == len(rows)
    assert verify_row(proof, table, key, found.root)
    assert not verify_row(proof, table + "x", key, found.root)
    assert not verify_row(replace(proof, salt=bytes(32)), table, key, found.root)
    assert not verify_row(proof, table, key, bytes(32))


def test_numbers_and_texts_and_parts_are_told_apart() -> None:
    keys: list[RowKey] = [1, "1", (1, 1), ("1", 1), (11,), ("1", "1"), "11", ("", "11")]
    roots = {commit_rows([("t", key)], PLAN_KEY).root for key in keys}
    assert len(roots) == len(keys)
    assert commit_rows([("t", "x")], PLAN_KEY) != commit_rows([("tx", "")], PLAN_KEY)


def test_without_the_key_no_row_can_be_tried_out() -> None:
    [table, key] = "customers", 42
    root = commit_rows([(table, key)], PLAN_KEY).root
    row = b"9:customersi42;"
    guesses = [
        row,
        hashlib.sha256(row).digest(),
        hmac.digest(b"", row, "sha256"),
        hmac.digest(bytes(32), row, "sha256"),
    ]
    assert root not in {hashlib.sha256(b"\0" + guess).digest() for guess in guesses}
    assert commit_rows([(table, key)], bytes(32)).root != root


def test_the_salt_of_one_row_opens_no_other() -> None:
    rows: list[tuple[str, RowKey]] = [("customers", number) for number in range(9)]
    salts = {prove_row(rows, PLAN_KEY, "customers", number).salt for number in range(9)}
    assert len(salts) == 9


def test_a_row_that_is_not_there_has_no_proof() -> None:
    with pytest.raises(LedgerError, match="not among"):
        prove_row([("customers", 1)], PLAN_KEY, "customers", 2)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(LedgerError, match="31 bytes"):
        commit_rows([("customers", 1)], bytes(31))
