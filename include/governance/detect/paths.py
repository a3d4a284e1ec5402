"""Take a column's JSON apart: every path to its leaves is judged like a column of its own.

A key may be a value: that of a map from addresses to orders is an address. A key is a name only if
it reads like one, comes again, and stands among few others. Else it is ``*``, with the kinds that
it speaks for as the name of a column does: ``*EMAIL_ADDRESS``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from include.governance.detect import headers
from include.governance.detect.cells import Texts
from include.governance.detect.entities import Entity
from include.governance.detect.folding import matches
from include.governance.detect.given_names import has_given_name
from include.governance.detect.headers import Header
from include.governance.detect.part import PathPart
from include.governance.detect.values import Detector
from include.governance.detect.watched import Marked, WatchedColumn

ITEM = "[]"
"""The step into an array."""
ANY = "*"
"""The step by any key that is no name; kinds may follow."""
MOST_KEYS = 50
"""Keys of one object; where there are more, they are values."""
MOST_PATHS = 300
"""Paths of one column by name; what comes after them is ``*``."""
DEEPEST = 8
"""Steps to a leaf; what lies deeper is judged with the whole text of the column only."""
_RARE = 20
"""One key in so many objects, and one that was seen so often, is no value."""
_JSON = r"\A\s*[\[{]"
_NAME = re.compile(r"(?!.*[0-9]{4})[A-Za-z_$][A-Za-z0-9_$ \-]{0,39}")
_WORDS = re.compile(r"[_$ \-]+|(?<=[a-z])(?=[A-Z])")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff々ー]{1,20}")


class JsonPaths:
    """The paths of one column, ``*`` for all keys that could be values."""

    def __init__(self, column: WatchedColumn) -> None:
        self._column = column
        self._root = _Place(())
        self._named = 0
        self._renamed: dict[str, str] = {}

    def feed(self, texts: Texts, detector: Detector) -> Iterator[Marked]:
        """Judge the leaves of a batch's JSON, path by path; the cells with watched kinds."""
        leaves = self._leaves(texts)
        self._gather(self._root, rare=False)
        together: dict[_Place, tuple[list[object], list[int]]] = {}
        for place, (values, rows) in leaves.items():
            all_values, all_rows = together.setdefault(place.final, ([], []))
            all_values += values
            all_rows += rows
        for place, (values, rows) in together.items():
            own = self._judge_of(place)
            for at, marks in own.feed(own.texts(values), detector):
                yield rows[at], marks

    def settle(self) -> list[WatchedColumn]:
        """Take the rare keys for values, too; what is judged of each path that is left."""
        self._gather(self._root, rare=True)
        return [place.own for place in self._root.all() if place.own]

    def renamed(self, name: str) -> str:
        """The name that a path has in the end."""
        while name in self._renamed:
            name = self._renamed[name]
        return name

    def parts(self) -> Iterator[PathPart]:
        """What was seen so far, to be kept; settle first, so that no key that is a value is."""
        for place in self._root.all():
            yield PathPart(
                column=self._column.evidence.name,
                steps=place.steps,
                seen=place.seen,
                objects=place.objects,
                crowded=place.crowded,
                evidence=place.own.evidence.part() if place.own else None,
            )

    def absorb(self, part: PathPart) -> None:
        """Add what other rows of the same column have shown of one path."""
        place = self._root
        for step in part.steps:
            place = place.below.setdefault(step, _Place((*place.steps, step)))
        place.seen += part.seen
        place.objects += part.objects
        place.crowded |= part.crowded
        if part.evidence:
            self._judge_of(place).evidence.absorb(part.evidence)

    def _leaves(self, texts: Texts) -> dict[_Place, tuple[list[object], list[int]]]:
        """By place the values of a batch's JSON, each with the row it stands in."""
        likely = np.flatnonzero(matches(texts.values, _JSON))
        if not likely.size:
            return {}
        rows_of = np.argsort(texts.places, kind="stable")
        counts = texts.counts
        ends = np.cumsum(counts) + int((texts.places < 0).sum())
        leaves: dict[_Place, tuple[list[object], list[int]]] = {}
        for at, text in zip(likely.tolist(), texts.values.take(likely).to_pylist(), strict=True):
            document = _parsed(text)
            rows = rows_of[ends[at] - counts[at] : ends[at]].tolist()
            for place, value in self._walked(self._root, document, len(rows)):
                values, places = leaves.setdefault(place, ([], []))
                values += [value] * len(rows)
                places += rows
        return leaves

    def _walked(self, place: _Place, value: Any, rows: int) -> Iterator[tuple[_Place, object]]:
        place.seen += rows
        if not isinstance(value, dict | list):
            if value is not None:
                yield place, value
            return
        if len(place.steps) == DEEPEST:
            return
        if isinstance(value, list):
            for item in value:
                yield from self._walked(place.step(ITEM), item, rows)
            return
        place.objects += rows
        for key, below in value.items():
            yield from self._walked(self._by_key(place, key), below, rows)

    def _by_key(self, place: _Place, key: str) -> _Place:
        reads_like_a_name = _reads_like_a_name(key)
        if reads_like_a_name and key in place.below:
            return place.below[key]
        if place.crowded or self._named >= MOST_PATHS or not reads_like_a_name:
            return place.step(_any(key))
        self._named += 1
        named = place.step(key)
        place.crowded = len(place.below) > MOST_KEYS
        return named

    def _gather(self, place: _Place, *, rare: bool) -> None:
        """Join what stands below keys that are values."""
        for step in [step for step in place.below if _is_name(step)]:
            if place.crowded or (rare and place.is_rare(step)):
                self._join(place.below.pop(step), place.step(_any(step)))
        for below in list(place.below.values()):
            self._gather(below, rare=rare)

    def _join(self, gone: _Place, into: _Place) -> None:
        into.seen += gone.seen
        into.objects += gone.objects
        into.crowded |= gone.crowded
        gone.became = into
        if gone.own:
            own = self._judge_of(into)
            own.evidence.absorb(gone.own.evidence.part())
            self._renamed[gone.own.evidence.name] = own.evidence.name
        for step, below in gone.below.items():
            self._join(below, into.step(step))

    def _judge_of(self, place: _Place) -> WatchedColumn:
        if place.own is None:
            column = self._column.evidence
            name = column.name + "".join(s if s == ITEM else f".{s}" for s in place.steps)
            evidence = column.inside(name, _header(column.name, place.steps))
            place.own = self._column.beside(evidence)
        return place.own


class _Place:
    """A place inside of the JSON, and what is known of it."""

    def __init__(self, steps: tuple[str, ...]) -> None:
        self.steps = steps
        self.seen = 0
        self.objects = 0
        self.crowded = False
        self.below: dict[str, _Place] = {}
        self.own: WatchedColumn | None = None
        self.became: _Place | None = None

    @property
    def final(self) -> _Place:
        """Where what stands here is judged."""
        return self.became.final if self.became else self

    def step(self, step: str) -> _Place:
        """The place one step on."""
        if step not in self.below:
            self.below[step] = _Place((*self.steps, step))
        return self.below[step]

    def is_rare(self, key: str) -> bool:
        """Whether a key of this object comes too seldom to be a name."""
        least = min(_RARE, max(2.0, self.objects / _RARE))
        return self.objects > 1 and self.below[key].seen < least

    def all(self) -> Iterator[_Place]:
        """This place and those below it, in the order of their names."""
        yield self
        for step in sorted(self.below):
            yield from self.below[step].all()


def _parsed(text: str) -> Any:
    """What a text holds as JSON; None, which has no leaf, if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_name(step: str) -> bool:
    return step != ITEM and not step.startswith(ANY)


@lru_cache(maxsize=4096)
def _any(key: str) -> str:
    """The step by a key that is no name: only what it says of its values is left."""
    return ANY + "+".join(sorted(headers.read(key).supports))


@lru_cache(maxsize=4096)
def _reads_like_a_name(key: str) -> bool:
    """Whether a key is written as names of fields are, and not as the name of somebody."""
    header = headers.read(key)
    says = bool(header.supports) or header.hints or header.against
    if not key.isascii():
        return says and _JAPANESE.fullmatch(key) is not None
    words = _WORDS.sub(" ", key).strip()
    of_somebody = " " in words and has_given_name(words) and not says
    return _NAME.fullmatch(key) is not None and not of_somebody


def _header(column: str, steps: tuple[str, ...]) -> Header:
    """What the last key says, or if it says nothing, its name with the one before it."""
    key = next((step for step in reversed(steps) if step != ITEM), "")
    if key.startswith(ANY) and key != ANY:
        kinds = key.removeprefix(ANY).split("+")
        return headers.read("")._replace(supports=frozenset(map(Entity, kinds)))
    names = [column, *filter(_is_name, steps)]
    last = headers.read(names[-1])
    if last.supports or last.against or len(names) < 2:
        return last
    both = headers.read("_".join(names[-2:]))
    return both if both.supports or both.against else last
