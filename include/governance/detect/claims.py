"""Judge the distinct texts of a batch: alike ones at once, the others one by one.

What a text claims follows from the text and the header of its column alone, so that batches and
shards add up to the same whatever their borders.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from include.governance.detect import checks, spaced_names
from include.governance.detect.bits import bits_of, members
from include.governance.detect.cells import Texts
from include.governance.detect.columns import NOTHING, Claims, ColumnEvidence
from include.governance.detect.entities import Entity
from include.governance.detect.explained import explained
from include.governance.detect.folding import Mask, among, folded, matches
from include.governance.detect.populations import MY_NUMBER
from include.governance.detect.prefilter import NUMBERS
from include.governance.detect.search import Found
from include.governance.detect.values import ALL, Detector
from include.governance.detect.whole import SCORES

Codes = npt.NDArray[np.int64]

_KANA = r"\A[ァ-ヺーｦ-ﾟ ]+\z|\A[ぁ-ゖー ]+\z"
_OF_A_POPULATION = r"\A\s*[+(]?[0-9][0-9+().,/ \-]{4,30}(?:(?i:x|ext)[0-9. ]{1,10})?\s*\z"
_SEVEN_DIGITS = r"(?:[0-9][^0-9]*){7}|(?:[0-9]+\.){3}"
_LETTER = r"A-Za-z\x{80}-\x{10ffff}"
_LIKE_A_NAME = rf"\A\s*[{_LETTER}][{_LETTER}.,'\-]{{0,60}} [{_LETTER}.,'\- ]{{0,60}}\s*\z"
_OF_NONE = r"\A(?:[0-9]{1,9}|[0-9]{13}|[0-9]{17,})\z"
_MAY_BE_MY_NUMBER = Claims(
    frozenset(), frozenset({Entity.JP_MY_NUMBER}), frozenset({Entity.JP_MY_NUMBER})
)


class Judged(NamedTuple):
    """The claims of the texts of a batch: ``codes`` lead from each text to its own in ``kinds``."""

    kinds: tuple[Claims, ...]
    codes: Codes


def judged(
    texts: Texts, evidence: ColumnEvidence, detector: Detector, *, defer: bool = False
) -> Judged:
    """What each text claims, added to the evidence.

    With ``defer``, a value that header and form explain is not searched for what they explain.
    """
    counts = texts.counts
    evidence.note(texts.values, counts)
    plain = folded(texts.values)
    form = explained(plain, evidence.header)
    wanted = ALL - {Entity.PERSON} if evidence.header.against else ALL
    found = detector.found(texts.values, plain, wanted, form.kinds if defer else None)
    by_form = (form.kind != 0) & (found.kinds == 0)
    book = _Book(len(plain))
    for kind in np.unique(form.kind[by_form]).tolist():
        (entity,) = members(kind)
        mask = by_form & (form.kind == kind)
        book.enter(mask, Claims(frozenset(), frozenset({entity}), frozenset({entity})))
        if defer:
            evidence.deferred.add(entity)
        if entity is Entity.PERSON:
            evidence.kana_rows += int(counts[mask & among(plain, mask, _KANA)].sum())
            evidence.known_names += int(counts[mask & form.known].sum())
    as_plain = _plain_enough(found, evidence)
    for kind in np.unique(found.kinds[as_plain]).tolist():
        (entity,) = members(kind)
        only = frozenset({entity})
        book.enter(as_plain & (found.kinds == kind), Claims(only, frozenset(), only))
        evidence.surest(entity, SCORES[entity])
    twelve, passes = _unnamed_numbers(plain, evidence)
    twelve &= (found.kinds == 0) & ~by_form
    for passed in (False, True):
        mask = twelve & (passes == passed)
        if mask.any():
            numbers = plain.filter(pa.array(mask)).to_pylist()
            evidence.populations.add_all(MY_NUMBER, numbers, passed=passed)
    book.enter(twelve & passes, _MAY_BE_MY_NUMBER)
    alone = np.flatnonzero(_to_be_asked(plain, found, evidence) & ~by_form & ~as_plain & ~twelve)
    for place, text in zip(
        alone.tolist(), texts.values.take(pa.array(alone)).to_pylist(), strict=True
    ):
        hits = found.spans(place, text)
        book.codes[place] = book.number(evidence.claim(text, int(counts[place]), hits))
    rows = np.bincount(book.codes, counts, len(book.kinds))
    evidence.add(book.kinds, rows.astype(np.int64).tolist())
    return Judged(book.kinds, book.codes)


class _Book:
    """Claims by number; a text that nobody enters claims nothing."""

    def __init__(self, texts: int) -> None:
        self.codes: Codes = np.zeros(texts, dtype=np.int64)
        self._numbers = {NOTHING: 0}

    @property
    def kinds(self) -> tuple[Claims, ...]:
        return tuple(self._numbers)

    def number(self, claims: Claims) -> int:
        return self._numbers.setdefault(claims, len(self._numbers))

    def enter(self, mask: Mask, claims: Claims) -> None:
        self.codes[mask] = self.number(claims)


def _plain_enough(found: Found, evidence: ColumnEvidence) -> Mask:
    """Whole values that are proof by themselves: e-mail, and what the header says and no more."""
    header = evidence.header
    kinds = {Entity.EMAIL_ADDRESS}
    if len(header.supports) == 1 and not header.hints:
        kinds |= header.supports
    mask: Mask = np.isin(found.kinds, [bits_of({kind}) for kind in kinds])
    mask[list(found.hits)] = False
    return mask


def _unnamed_numbers(plain: pa.Array, evidence: ColumnEvidence) -> tuple[Mask, Mask]:
    """Twelve digits in a column whose name says nothing, and which of them pass as My Numbers."""
    passes: Mask = np.zeros(len(plain), dtype=np.bool_)
    if evidence.header.supports or evidence.header.hints:
        return passes.copy(), passes
    twelve = matches(plain, r"\A[0-9]{12}\z")
    if twelve.any():
        signs = "".join(plain.filter(pa.array(twelve)).to_pylist())
        digits = np.frombuffer(signs.encode("ascii"), dtype=np.uint8).reshape(-1, 12) - ord("0")
        passes[twelve] = checks.are_my_numbers(digits)
    return twelve, passes


def _to_be_asked(plain: pa.Array, found: Found, evidence: ColumnEvidence) -> Mask:
    """Texts that may claim anything: by a hit, their header, their form or their population."""
    header = evidence.header
    of_numbers = bool(header.supports) and header.supports <= NUMBERS
    if header.hints or (header.supports and not of_numbers):
        return np.ones(len(plain), dtype=np.bool_)
    asked: Mask = found.kinds != 0
    if of_numbers:
        asked |= among(plain, ~asked, _SEVEN_DIGITS)
    else:
        asked |= among(plain, ~asked, _OF_A_POPULATION) & ~among(plain, ~asked, _OF_NONE)
    asked |= among(plain, ~asked, spaced_names.FORM if header.against else _LIKE_A_NAME)
    return asked
