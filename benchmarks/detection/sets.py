"""The labelled texts, read from a folder of data sets; none of them is part of the product."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.detection.scoring import Example, Span, kind

HALVES = ("even", "odd")


class TextSet(NamedTuple):
    """Labelled texts; ``kinds`` are those whose labels are complete, ``targets`` least F2 of."""

    name: str
    language: str
    examples: tuple[Example, ...]
    kinds: tuple[str, ...]
    targets: dict[str, float]
    any_target: float | None = None

    def half(self, which: str | None) -> TextSet:
        """The half that a fixed hash of the text chooses: errors are read in one of them only."""
        if which is None:
            return self
        odd = which == HALVES[1]
        chosen = tuple(example for example in self.examples if _is_odd(example.text) is odd)
        return self._replace(name=f"{self.name}/{which}", examples=chosen)


def _is_odd(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


def text_sets(data: Path) -> Iterator[TextSet]:
    """The sets of texts that the folder has."""
    english = data / "synth_dataset_v2_dev" / "synth_dataset_v2_dev.json"
    if english.exists():
        yield _english(json.loads(english.read_text()))
    japanese = data / "ner-wikipedia-dataset" / "ner.json"
    if japanese.exists():
        yield _japanese(json.loads(japanese.read_text()))


class Traps(NamedTuple):
    """Hand-written values: each positive holds its kind, a negative only looks like something."""

    positives: tuple[tuple[str, str], ...]
    negatives: tuple[str, ...]


def traps(data: Path) -> Traps | None:
    """The traps that the folder has."""
    path = data / "ja_traps_dev.json"
    if not path.exists():
        return None
    read = json.loads(path.read_text())
    return Traps(
        tuple((each["text"], kind(each["entity"])) for each in read["positives"]),
        tuple(read["negatives"]),
    )


def _english(read: list[dict[str, Any]]) -> TextSet:
    examples = tuple(
        Example(
            each["full_text"],
            tuple(
                Span(span["start_position"], span["end_position"], kind(span["entity_type"]))
                for span in each["spans"]
            ),
        )
        for each in read
    )
    kinds = ("PERSON", "LOCATION", "PHONE_NUMBER", "CREDIT_CARD", "EMAIL_ADDRESS", "IP_ADDRESS")
    return TextSet(
        "synth_dataset_v2",
        "en",
        examples,
        (*kinds, "IBAN_CODE", "US_SSN"),
        {"PERSON": 0.90, "LOCATION": 0.90},
        any_target=0.93,
    )


def _japanese(read: list[dict[str, Any]]) -> TextSet:
    examples = tuple(
        Example(
            each["text"],
            tuple(
                Span(span["span"][0], span["span"][1], "PERSON")
                for span in each["entities"]
                if span["type"] == "人名"
            ),
        )
        for each in read
    )
    return TextSet("ner-wikipedia", "ja", examples, ("PERSON",), {"PERSON": 0.86})
