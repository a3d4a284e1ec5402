"""Ask Presidio's recognisers about candidates, each about those that have its form.

The answer is that of ``AnalyzerEngine.analyze``: the same recognisers and the same threshold. What
the engine does besides for every text (language artefacts, copies, tracing) costs more than the
recognisers and changes nothing here; ``tests/detect/test_fast_path.py`` compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from presidio_analyzer import EntityRecognizer

from include.governance.detect.analyzer import analyzer
from include.governance.detect.bits import Bits, bits_of
from include.governance.detect.entities import Entity
from include.governance.detect.folding import Mask, among
from include.governance.detect.hit import THRESHOLD, Hit
from include.governance.detect.recognisers.base import (
    LANGUAGE,
    JapaneseRecogniser,
    PatternRecogniser,
    Span,
)
from include.governance.detect.recognisers.read_by_model import ReadByModel
from include.governance.detect.widening import widened


class Question(NamedTuple):
    """A recogniser that is asked for one kind.

    ``form`` is in every text with a find, if any. ``is_read``: a model has to read the text.
    """

    kind: Entity
    spans: Callable[[str], Iterable[Span]]
    form: str
    is_read: bool


def to_ask(folded: pa.Array, likely: Bits, whole: Mask) -> list[tuple[Question, ...]]:
    """For each folded text what to ask about it: of its likely kinds, what it has the form of.

    Only texts that are asked about as a ``whole`` are told by their form.
    """
    asked = np.zeros((len(folded), len(questions())), dtype=np.bool_)
    for place, question in enumerate(questions()):
        mask = (likely & bits_of({question.kind})) != 0
        if question.form:
            mask = (mask & ~whole) | among(folded, mask & whole, question.form)
        asked[:, place] = mask
    return [_chosen(bytes(row)) for row in np.packbits(asked, axis=1)]


@lru_cache(maxsize=10_000)
def _chosen(packed: bytes) -> tuple[Question, ...]:
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), count=len(questions()))
    return tuple(question for question, bit in zip(questions(), bits, strict=True) if bit)


def adjudicated(text: str, asked: Iterable[Question]) -> Iterator[Hit]:
    """What stands in a folded text, by these questions; spans may overlap."""
    for question in asked:
        for start, end, score in question.spans(text):
            if score >= THRESHOLD:
                yield Hit(question.kind, start, end, score)


@lru_cache(maxsize=1)
def questions() -> tuple[Question, ...]:
    """Every kind with every recogniser for it, by kind."""
    registered = analyzer().registry.recognizers
    return tuple(
        Question(kind, each.spans, _form(each), isinstance(each, ReadByModel))
        if isinstance(each, JapaneseRecogniser)
        else Question(kind, partial(_foreign, each, kind), "", is_read=False)
        for kind in sorted(Entity)
        for each in registered
        if kind in each.supported_entities
    )


def _form(recogniser: JapaneseRecogniser) -> str:
    forms = recogniser.forms
    if isinstance(recogniser, PatternRecogniser) and not forms:
        own = type(recogniser).spans is PatternRecogniser.spans
        forms = (recogniser.pattern,) if own else ()
    return "|".join(form if isinstance(form, str) else widened(form) for form in forms)


def _foreign(recogniser: EntityRecognizer, kind: Entity, text: str) -> Iterator[Span]:
    """A recogniser that is not ours may want the language artefacts of the engine."""
    artefacts = analyzer().nlp_engine.process_text(text, LANGUAGE)
    for result in recogniser.analyze(text, [str(kind)], artefacts):
        if result.entity_type == kind:
            yield result.start, result.end, result.score
