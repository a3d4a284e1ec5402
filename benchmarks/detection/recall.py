"""Count how many labelled values of each kind are found, for the bounds that verdicts state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from benchmarks.detection.engines import OWN, Find, of_every_kind
from benchmarks.detection.scoring import Score, by_kind
from benchmarks.detection.sets import TextSet, text_sets
from benchmarks.detection.table import Line
from include.governance.detect.recall import FILE

_PRODUCTS = {"LOCATION": "ADDRESS"}
"""Where the labels have another word for a kind: they call towns and streets alike places."""
_HEAD = """\
# Of so many labelled values of a kind (synth_dataset_v2 and ner-wikipedia) so many were found.
# Written by `python -m benchmarks.detection recall --data FOLDER`; not to be edited by hand.
"""


def counted(sets: Iterable[TextSet], find: Find) -> dict[str, Score]:
    """The score of every kind over all sets."""
    together: dict[str, Score] = {}
    for each in sets:
        found = find([example.text for example in each.examples])
        for kind, score in by_kind(each.examples, found, each.kinds).items():
            sum_of = together.setdefault(_PRODUCTS.get(kind, kind), Score())
            sum_of.labelled += score.labelled
            sum_of.met += score.met
    return together


def written(data: Path) -> Iterator[Line]:
    """Count and write the file that the product reads."""
    scores = dict(sorted(counted(text_sets(data), of_every_kind()).items()))
    counts = {kind: {"found": each.met, "labelled": each.labelled} for kind, each in scores.items()}
    FILE.write_text(_HEAD + yaml.safe_dump(counts), encoding="utf-8")
    for kind, each in scores.items():
        yield Line("all texts", OWN, f"{kind} ({each.labelled})", recall=each.recall)
