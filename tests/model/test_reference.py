"""Row references: the hash anybody with the key can compute, one per row, none alike."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.governance.model.reference import key_text, row_ref

SECRET = b"only for tests: 7f3a91c2d8e6b405"


def _by_hand(text: str) -> str:
    """HMAC-SHA256 as RFC 2104 writes it."""
    block = SECRET.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in block) + text.encode("utf-8", "surrogatepass"))
    return hashlib.sha256(bytes(b ^ 0x5C for b in block) + inner.digest()).hexdigest()


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ((1,), "1"),
        ((1, 2), "1|2"),
        ((True,), "1"),
        (("ab",), "ab"),
        (("a|b",), "a|b"),
        (("a\\b",), "a\\b"),
        (("a|b", "c"), "a\\|b|c"),
        (("a", "b|c"), "a|b\\|c"),
        (("a\\", "b"), "a\\\\|b"),
        (("", ""), "|"),
        ((Decimal("10"),), "10"),
        ((Decimal("10.00"),), "10"),
        ((Decimal("1E+2"),), "100"),
        ((Decimal("10.50"),), "10.5"),
        ((Decimal("-0.0"),), "0"),
        ((10.5,), "10.5"),
        ((10.0,), "10"),
        ((1e22,), "10000000000000000000000"),
        ((Decimal("NaN"),), "NaN"),
        ((Decimal("Infinity"),), "Infinity"),
        ((float("inf"),), "Infinity"),
        ((date(2026, 11, 30),), "2026-11-30"),
        ((datetime(2026, 11, 30, 1, 2, 3),), "2026-11-30T01:02:03"),  # noqa: DTZ001
        ((datetime(2026, 11, 30, tzinfo=UTC),), "2026-11-30T00:00:00+00:00"),
        ((b"\x00\xff",), "00ff"),
        ((bytearray(b"\x00\xff"),), "00ff"),
        ((memoryview(b"\x00\xff"),), "00ff"),
        ((uuid.UUID(int=1),), "00000000-0000-0000-0000-000000000001"),
        (("会員\ud800",), "会員\ud800"),
        ((None, 1), "None|1"),
    ],
)
def test_a_key_has_one_text_and_one_hash(key: tuple[object, ...], text: str) -> None:
    assert key_text(key) == text
    assert row_ref(SECRET, "shop", "orders", key) == _by_hand(f"shop.orders:{text}")


@given(
    st.lists(st.text("ab|\\"), min_size=2, max_size=3),
    st.lists(st.text("ab|\\"), min_size=2, max_size=3),
)
def test_two_keys_are_never_alike(one: list[str], other: list[str]) -> None:
    if len(one) == len(other):
        assert (key_text(one) == key_text(other)) == (one == other)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers(0, 5))
def test_trailing_zeros_are_no_other_number(number: Decimal, zeros: int) -> None:
    longer = (
        number.scaleb(0).quantize(Decimal(1).scaleb(-3 - zeros)) if abs(number) < 10**9 else number
    )
    assert key_text((longer,)) == key_text((number,))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.integers())
def test_another_secret_gives_another_name(one: bytes, other: bytes, key: int) -> None:
    same = row_ref(one, "s", "t", (key,)) == row_ref(other, "s", "t", (key,))
    assert same == (one == other)
