"""Registers as JSON: a list of objects, or one object after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, tzinfo
from typing import TypeVar

from include.governance.model.mistake import Mistake
from include.governance.model.register_row import RegisterRow
from include.governance.store.register_entry import RegisterRefused, mistake
from include.governance.store.register_given import doubled, kept_fields, name_mistakes, row_of

R = TypeVar("R", bound=RegisterRow)
_SPACE = re.compile(r"[ \t\r\n]*")
#: What may stand between two objects.
_BETWEEN = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")


def as_objects(model: type[R], rows: Iterable[R]) -> list[dict[str, object]]:
    """The rows as JSON holds them; fields that are not filled in are left out."""
    return [
        {
            name: _plain(value)
            for name in kept_fields(model)
            if (value := getattr(row, name)) is not None
        }
        for row in rows
    ]


def read_json(model: type[R], text: str, file: str, zone: tzinfo) -> list[tuple[int, R]]:
    """The rows of a file with their line numbers; raises RegisterRefused naming every mistake."""
    mistakes: list[Mistake] = []
    rows: list[tuple[int, R]] = []
    try:
        for line, pairs in _objects(text.removeprefix("\ufeff")):
            wrong = list(name_mistakes(model, (name for name, _ in pairs), file, line))
            row, more = (None, []) if wrong else row_of(model, dict(pairs), zone, file, line)
            mistakes += wrong + more
            rows += [(line, row)] if row else []
    except _NoJson as error:
        mistakes.append(mistake(file, error.line, "", "not_json"))
    mistakes += doubled(model, rows, file)
    if mistakes:
        raise RegisterRefused(model.register_name, mistakes)
    return rows


class _NoJson(ValueError):
    """Something else than objects stands at a line."""

    def __init__(self, line: int) -> None:
        self.line = line


def _objects(text: str) -> Iterator[tuple[int, list[tuple[str, object]]]]:
    """Each object with its line and its fields in order, those given twice too."""
    decoder = json.JSONDecoder(object_pairs_hook=list, parse_constant=_refuse)
    at = _SPACE.match(text).end()  # type: ignore[union-attr]  # it matches nothing at least
    listed = text[at : at + 1] == "["
    at = _SPACE.match(text, at + listed).end()  # type: ignore[union-attr]
    while at < len(text) and not (listed and text[at] == "]"):
        line = text.count("\n", 0, at) + 1
        if text[at] != "{":
            raise _NoJson(line)
        try:
            pairs, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            raise _NoJson(line) from None
        yield line, pairs
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
    if listed and text[at:].strip() != "]":
        raise _NoJson(text.count("\n", 0, at) + 1)


def _refuse(_constant: str) -> object:
    raise ValueError("no number")


def _plain(value: object) -> object:
    match value:
        case tuple():
            return list(value)
        case date():
            return value.isoformat()
    return value
