"""Random choices that depend on the seed and the row alone, never on the rows before."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijkmnpqr")


class Draw:
    """A small supply of random numbers for one row of one table.

    Any row can be made again at any time from its id, so nothing has to be kept in memory,
    and the numbers are the same on every platform. 256 bits are enough for some 30 choices.
    """

    __slots__ = ("_supply",)

    def __init__(self, seed: int, kind: str, number: int) -> None:
        """Start the supply of row ``number`` of ``kind``."""
        digest = blake2b(f"{seed}:{kind}:{number}".encode(), digest_size=32).digest()
        self._supply = int.from_bytes(digest, "big")

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        self._supply, offset = divmod(self._supply, high - low + 1)
        return low + offset

    def pick(self, choices: Sequence[T]) -> T:
        """One of ``choices``."""
        self._supply, index = divmod(self._supply, len(choices))
        return choices[index]


def opaque(seed: int, kind: str, number: int, length: int = 32) -> str:
    """A keyed identifier of at most 128 letters that cannot be recomputed without the seed.

    Letters only: in hexadecimal some of a million values would hold a run of sixteen digits
    that looks like a card number.
    """
    key = f"daicho-demo-{seed}-{kind}".encode()[:64]
    digest = blake2b(str(number).encode(), key=key).hexdigest()
    return digest[:length].translate(_LETTERS)
