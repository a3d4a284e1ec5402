"""The frame of every recogniser: folded text, a pattern, a check, and context by character window.

Presidio's own context enhancer needs tokens, and ``\\b`` fails beside kana and kanji because they
are word characters; so context is judged here and boundaries are written out in the patterns.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from include.governance.detect.context import Words, supports
from include.governance.detect.entities import Entity
from include.governance.detect.text import fold, origins

LANGUAGE = "ja"

Span = tuple[int, int, float]


class JapaneseRecogniser(LocalRecognizer):
    """A Presidio recogniser for text in Japanese, English or both.

    ``forms`` are patterns, those of text for RE2, of which every text with a find has a match;
    where there are none, any text may have a find.
    """

    entity: ClassVar[Entity]
    forms: tuple[re.Pattern[str] | str, ...] = ()
    name: str

    def __init__(self) -> None:
        super().__init__(supported_entities=[str(self.entity)], supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load; patterns are compiled with the class."""

    @abstractmethod
    def spans(self, text: str) -> Iterator[Span]:
        """Start, end and score of each find in an already folded text."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Presidio's entry point; the results carry spans and scores, never text."""
        del nlp_artifacts
        if str(self.entity) not in entities:
            return []
        places = origins(text)
        return [
            self._result(places[start], places[end], score)
            for start, end, score in self.spans(fold(text))
        ]

    def _result(self, start: int, end: int, score: float) -> RecognizerResult:
        return RecognizerResult(
            str(self.entity),
            start,
            end,
            score,
            AnalysisExplanation(recognizer=self.name, original_score=score),
            {
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY: True,
            },
        )


class PatternRecogniser(JapaneseRecogniser):
    """A recogniser of one pattern: ``base`` score alone, ``boosted`` with a context word."""

    pattern: ClassVar[re.Pattern[str]]
    base: ClassVar[float]
    boosted: ClassVar[float] = 0.95
    wanted: ClassVar[Words | None] = None
    unwanted: ClassVar[Words | None] = None

    def check(self, found: str) -> bool:
        """Whether the matched text is a possible value: check digit, calendar, plan."""
        del found
        return True

    def spans(self, text: str) -> Iterator[Span]:
        """Every match that passes its check, scored by its context."""
        for match in self.pattern.finditer(text):
            if self.check(match.group()):
                yield match.start(), match.end(), self.score(text, match.start(), match.end())

    def score(self, text: str, start: int, end: int) -> float:
        """``boosted`` when a context word is near, else ``base``."""
        if self.wanted and supports(self.wanted, self.unwanted, text, start, end):
            return self.boosted
        return self.base
