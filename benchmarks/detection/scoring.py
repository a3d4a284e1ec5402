"""Score what was found against what is labelled: overlapping spans of the same kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

KINDS = {
    "DATE_TIME": "DATE_OF_BIRTH",
    "GPE": "LOCATION",
    "STREET_ADDRESS": "LOCATION",
    "ADDRESS": "LOCATION",
    "IBAN": "IBAN_CODE",
    "ZIP_CODE": "POSTAL_CODE",
    "JP_POSTAL_CODE": "POSTAL_CODE",
    "US_ZIP_CODE": "POSTAL_CODE",
    "CORPORATE_NUMBER": "JP_CORPORATE_NUMBER",
}
"""Names of one kind under which engines and label files know it; a date counts as a birth."""


class Span(NamedTuple):
    """A labelled or found stretch of a text; ``kind`` in the benchmark's own words."""

    start: int
    end: int
    kind: str

    def meets(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


class Example(NamedTuple):
    """A text and its labelled spans."""

    text: str
    spans: tuple[Span, ...]


@dataclass
class Score:
    """Found against labelled: ``hits`` of ``found`` are right, ``met`` of ``labelled`` are met."""

    found: int = 0
    hits: int = 0
    labelled: int = 0
    met: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is labelled."""
        return self.hits / self.found if self.found else float(not self.labelled)

    @property
    def recall(self) -> float:
        """The share of what is labelled that was found."""
        return self.met / self.labelled if self.labelled else 1.0

    @property
    def f2(self) -> float:
        """Both in one, recall counting twice."""
        base = 4 * self.precision + self.recall
        return 5 * self.precision * self.recall / base if base else 0.0

    def add(self, found: Sequence[Span], labelled: Sequence[Span]) -> None:
        """Count one text."""
        self.found += len(found)
        self.labelled += len(labelled)
        self.hits += sum(any(span.meets(gold) for gold in labelled) for span in found)
        self.met += sum(any(gold.meets(span) for span in found) for gold in labelled)


def kind(name: str) -> str:
    """The benchmark's word for a kind of an engine or a label file."""
    return KINDS.get(name, name)


def by_kind(
    examples: Iterable[Example], found: Iterable[Sequence[Span]], kinds: Iterable[str]
) -> dict[str, Score]:
    """The score of each kind on its own."""
    scores = {each: Score() for each in kinds}
    for example, spans in zip(examples, found, strict=True):
        for each, score in scores.items():
            score.add(
                [span for span in spans if span.kind == each],
                [span for span in example.spans if span.kind == each],
            )
    return scores


def of_any_kind(
    examples: Iterable[Example], found: Iterable[Sequence[Span]], kinds: frozenset[str] | None
) -> Score:
    """How much of the labelled is found as anything; None are all labels."""
    score = Score()
    for example, spans in zip(examples, found, strict=True):
        gold = [span for span in example.spans if kinds is None or span.kind in kinds]
        score.add(spans, gold)
    return score
