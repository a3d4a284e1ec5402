"""Ask Presidio's recognisers about one candidate, each for its own kind only.

The answer is that of ``AnalyzerEngine.analyze``: the same recognisers and the same threshold. What
the engine does besides for every text (language artefacts, copies, tracing) costs more than the
recognisers and changes nothing here; ``tests/detect/test_fast_path.py`` compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial

from presidio_analyzer import EntityRecognizer

from include.governance.detect.analyzer import analyzer
from include.governance.detect.entities import Entity
from include.governance.detect.hit import THRESHOLD, Hit
from include.governance.detect.recognisers.base import LANGUAGE, JapaneseRecogniser, Span


def adjudicated(text: str, kinds: Iterable[Entity]) -> Iterator[Hit]:
    """What stands in a folded text, of these kinds; spans may overlap."""
    askable = _by_kind()
    for kind in kinds:
        for spans in askable[kind]:
            for start, end, score in spans(text):
                if score >= THRESHOLD:
                    yield Hit(kind, start, end, score)


_Spans = Callable[[str], Iterable[Span]]


@lru_cache(maxsize=1)
def _by_kind() -> dict[Entity, tuple[_Spans, ...]]:
    registered = analyzer().registry.recognizers
    return {
        kind: tuple(
            each.spans if isinstance(each, JapaneseRecogniser) else partial(_foreign, each, kind)
            for each in registered
            if kind in each.supported_entities
        )
        for kind in Entity
    }


def _foreign(recogniser: EntityRecognizer, kind: Entity, text: str) -> Iterator[Span]:
    """A recogniser that is not ours may want the language artefacts of the engine."""
    artefacts = analyzer().nlp_engine.process_text(text, LANGUAGE)
    for result in recogniser.analyze(text, [str(kind)], artefacts):
        if result.entity_type == kind:
            yield result.start, result.end, result.score
