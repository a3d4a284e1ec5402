"""A folder of GLiNER as the model: it looks for whatever it is asked for by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from include.governance.detect.entities import Entity
from include.governance.detect.tagging.tag import Tag
from include.governance.errors import ConfigurationError

ASKED: Mapping[str, Entity] = {
    "person": Entity.PERSON,
    "address": Entity.ADDRESS,
    "location": Entity.LOCATION,
    "organization": Entity.ORGANIZATION,
}


class GlinerTagger:
    """Finds what the asked names stand for, those of ``labels`` if there are any."""

    def __init__(self, folder: Path, labels: Mapping[str, Entity]) -> None:
        if find_spec("gliner") is None:
            raise ConfigurationError("model_package_missing", engine="gliner", package="gliner")
        self._model = import_module("gliner").GLiNER.from_pretrained(
            str(folder), local_files_only=True
        )
        self._labels = labels or ASKED

    def tag(self, texts: Sequence[str]) -> list[tuple[Tag, ...]]:
        """What each text holds of what is asked for."""
        return [
            tuple(
                Tag(self._labels[find["label"]], find["start"], find["end"], float(find["score"]))
                for find in self._model.predict_entities(text, list(self._labels))
            )
            for text in texts
        ]
