"""Tell of many values at once which are a family name and a given name of the dictionary."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from include.governance.detect.folding import Mask, matches
from include.governance.detect.recognisers.morphology import (
    KANJI,
    may_be_family,
    may_be_given,
)
from include.governance.detect.recognisers.name_surroundings import is_thing

_SPACED = rf"\A[{KANJI}]{{1,3}} [{KANJI}]{{1,3}}\z"
_UNSPACED = rf"\A[{KANJI}ぁ-ゖァ-ヺー]{{3,6}}\z"
_LONGEST_FAMILY = 3


def are_known_names(folded: pa.Array) -> Mask:
    """Which folded values are such a name, spaced or not, and nothing else."""
    known = matches(folded, _SPACED)
    if known.any():
        known[known] = _are_spaced_names(folded.filter(pa.array(known)))
    unspaced = matches(folded, _UNSPACED)
    if unspaced.any():
        known[unspaced] = _are_unspaced_names(folded.filter(pa.array(unspaced)))
    return known


def _are_spaced_names(values: pa.Array) -> Mask:
    parts = pc.extract_regex(values, r"\A(?P<family>[^ ]+) (?P<given>[^ ]+)\z")
    family, given = (pc.struct_field(parts, name) for name in ("family", "given"))
    return _each(family, may_be_family) & ~_each(given, _is_thing)


def _is_thing(word: str) -> bool:
    return is_thing("", word)


def _are_unspaced_names(values: pa.Array) -> Mask:
    known = np.zeros(len(values), dtype=np.bool_)
    for length in range(1, _LONGEST_FAMILY + 1):
        split = _each(pc.utf8_slice_codeunits(values, 0, length), may_be_family)
        if split.any():
            given = pc.utf8_slice_codeunits(values.filter(pa.array(split)), length)
            split[split] = _each(given, may_be_given)
        known |= split
    return known


def _each(words: pa.Array, test: Callable[[str], bool]) -> Mask:
    """What a test says of each word; every distinct word is tested once."""
    encoded = words.dictionary_encode()
    passed: Mask = np.array([test(word) for word in encoded.dictionary.to_pylist()], dtype=np.bool_)
    told: Mask = passed[encoded.indices.to_numpy()]
    return told
