"""A folder of the transformers library as the model: any token classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from include.governance.detect.entities import Entity
from include.governance.detect.tagging.labels import meaning
from include.governance.detect.tagging.tag import Tag
from include.governance.errors import ConfigurationError


class TransformersTagger:
    """Finds what the classifier's groups are."""

    def __init__(self, folder: Path, labels: Mapping[str, Entity]) -> None:
        if find_spec("transformers") is None:
            raise ConfigurationError(
                "model_package_missing", engine="transformers", package="transformers"
            )
        self._classify = import_module("transformers").pipeline(
            "token-classification", model=str(folder), aggregation_strategy="simple"
        )
        self._labels = labels

    def tag(self, texts: Sequence[str]) -> list[tuple[Tag, ...]]:
        """The groups of each text that mean something here."""
        return [
            tuple(
                Tag(entity, int(group["start"]), int(group["end"]), float(group["score"]))
                for group in groups
                if (entity := meaning(group["entity_group"], self._labels)) is not None
            )
            for groups in self._classify(list(texts))
        ]
