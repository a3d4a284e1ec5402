"""Fold many texts at once: Arrow finds those that need it, one pass over them all does it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from include.governance.detect.text import CHANGED, fold

Mask = npt.NDArray[np.bool_]

_SEPARATOR = "\x1e"
"""Stands between texts that are folded together; folding neither changes nor looks across it."""


def matches(texts: pa.Array, pattern: str) -> Mask:
    """Which texts match an RE2 pattern anywhere; ``.`` is any sign."""
    found: Mask = pc.match_substring_regex(texts, f"(?s){pattern}").to_numpy(zero_copy_only=False)
    return found


def among(texts: pa.Array, mask: Mask, pattern: str) -> Mask:
    """Which texts of a mask match."""
    found = np.zeros(len(texts), dtype=np.bool_)
    if mask.any():
        found[mask] = matches(texts.filter(pa.array(mask)), pattern)
    return found


def changed(texts: pa.Array, mask: Mask, change: Callable[[list[str]], list[str]]) -> pa.Array:
    """The texts, those of the mask changed."""
    if not mask.any():
        return texts
    new = pa.array(change(texts.filter(pa.array(mask)).to_pylist()), pa.large_string())
    return pc.replace_with_mask(texts, pa.array(mask), new)


def folded(texts: pa.Array) -> pa.Array:
    """``text.fold`` of every text."""
    return changed(texts, matches(texts, CHANGED), _fold_together)


def _fold_together(texts: list[str]) -> list[str]:
    together = fold(_SEPARATOR.join(texts)).split(_SEPARATOR)
    return together if len(together) == len(texts) else [fold(text) for text in texts]
