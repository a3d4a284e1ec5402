"""Which models an installation reads texts with: ``analyzer.yaml`` in its folder of policies."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from include.governance import yamlfile
from include.governance.detect.entities import Entity
from include.governance.detect.tagging.tag import NoTagger, Tagger
from include.governance.errors import ConfigurationError
from include.governance.model.base import Model
from include.governance.settings import ROOT, environment

FILE = "analyzer.yaml"
Engine = Literal["rampart", "spacy", "transformers", "gliner", "none"]


class ModelChoice(Model):
    """A model: its engine, its package or folder, and what its labels mean here."""

    engine: Engine
    model: str | None = None
    labels: dict[str, Entity] = {}


class AnalyzerChoice(Model):
    """What ``analyzer.yaml`` says; without it the embedded English model and no Japanese one.

    The Japanese model is asked besides the morphology, which is always used. ``not_persons`` are
    names of brands, shops and products that no person is meant by.
    """

    english: ModelChoice = ModelChoice(engine="rampart")
    japanese: ModelChoice = ModelChoice(engine="none")
    not_persons: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def chosen() -> AnalyzerChoice:
    """The choice of this installation, read once per process."""
    folder = environment().get("DAICHO_POLICIES")
    path = (Path(folder) if folder else ROOT / "include" / "policies") / FILE
    return load_choice(path) if path.exists() else AnalyzerChoice()


def load_choice(path: Path) -> AnalyzerChoice:
    """The choice in a file; raises ConfigurationError with the first mistake in it."""
    document, mistakes = yamlfile.read(path)
    choice = None
    if document is not None and not mistakes:
        choice, mistakes = yamlfile.validate(document, AnalyzerChoice)
    if choice is None:
        raise ConfigurationError("analyzer_file", mistake=str(mistakes[0]))
    return choice


def tagger(choice: ModelChoice) -> Tagger:
    """The model of a choice, loaded from this machine: nothing is ever downloaded."""
    match choice.engine:
        case "none":
            return NoTagger()
        case "rampart":
            from include.governance.detect.tagging.rampart import RampartTagger

            return RampartTagger(Path(choice.model) if choice.model else None)
        case "spacy":
            from include.governance.detect.tagging.spacy_model import SpacyTagger

            return SpacyTagger(_named(choice), choice.labels)
        case "transformers":
            from include.governance.detect.tagging.transformers_model import TransformersTagger

            return TransformersTagger(_folder(choice), choice.labels)
        case "gliner":
            from include.governance.detect.tagging.gliner_model import GlinerTagger

            return GlinerTagger(_folder(choice), choice.labels)


def _named(choice: ModelChoice) -> str:
    if not choice.model:
        raise ConfigurationError("analyzer_model_unnamed", engine=choice.engine)
    return choice.model


def _folder(choice: ModelChoice) -> Path:
    """The folder of a model that would otherwise be looked for on a hub."""
    path = Path(_named(choice))
    if not path.is_dir():
        raise ConfigurationError("analyzer_model_missing", engine=choice.engine, model=str(path))
    return path
