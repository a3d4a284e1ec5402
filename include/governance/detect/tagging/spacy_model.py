"""A spaCy pipeline as the model: en_core_web_lg, GiNZA, or one that somebody trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import spacy

from include.governance.detect.entities import Entity
from include.governance.detect.tagging.labels import meaning
from include.governance.detect.tagging.tag import Tag
from include.governance.errors import ConfigurationError

SURE = 0.85
"""spaCy says no likelihood; this is the one that Presidio gives its finds."""


class SpacyTagger:
    """Finds what the pipeline's entities are, whichever component marks them."""

    def __init__(self, model: str, labels: Mapping[str, Entity]) -> None:
        try:
            self._pipeline = spacy.load(model, exclude=["lemmatizer"])
        except OSError:
            raise ConfigurationError(
                "analyzer_model_missing", engine="spacy", model=model
            ) from None
        self._labels = labels

    def tag(self, texts: Sequence[str]) -> list[tuple[Tag, ...]]:
        """The entities of each text that mean something here."""
        return [
            tuple(
                Tag(entity, span.start_char, span.end_char, SURE)
                for span in document.ents
                if (entity := meaning(span.label_, self._labels)) is not None
            )
            for document in self._pipeline.pipe(texts)
        ]
