"""The fields of a register's row as people give them, in a file or on a command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import TypeVar

from pydantic import ValidationError

from include.governance.model.mistake import Mistake
from include.governance.model.register_row import FieldKind, RegisterRow
from include.governance.refusal import did_you_mean
from include.governance.store.register_entry import invalid, mistake
from include.governance.store.register_read import read_value

R = TypeVar("R", bound=RegisterRow)
_CODES = {
    FieldKind.DAY: "not_a_day",
    FieldKind.MOMENT: "not_a_moment",
    FieldKind.NUMBER: "not_a_number",
    FieldKind.FLAG: "not_yes_or_no",
    FieldKind.WORDS: "not_words",
}


def kept_fields(model: type[RegisterRow]) -> dict[str, FieldKind]:
    """The fields that the store keeps, in their order."""
    return {n: kind for n, kind in model.kinds().items() if kind is not FieldKind.TRANSIENT}


def name_mistakes(
    model: type[RegisterRow], names: Iterable[str], file: str, line: int
) -> Iterator[Mistake]:
    """Names that are no field, by their number: a file without names may begin with a value."""
    kept = kept_fields(model)
    found = list(names)
    for number, name in enumerate(found, 1):
        if name not in kept:
            facts: dict[str, str | int] = {"number": number, "allowed": ", ".join(kept)}
            if near := did_you_mean(name, kept):
                yield mistake(file, line, "", "unknown_column_near", near=near, **facts)
            else:
                yield mistake(file, line, "", "unknown_column", **facts)
    if model.key_field not in found:
        yield mistake(file, line, model.key_field, "column_missing")
    if len(set(found)) != len(found):
        yield mistake(file, line, "", "column_twice")


def row_of(
    model: type[R], given: Mapping[str, object], zone: tzinfo, file: str, line: int
) -> tuple[R | None, list[Mistake]]:
    """The row, or every mistake in it; names were looked at before.

    A moment with a zone becomes local time in ``zone``.
    """
    values: dict[str, object] = {}
    wrong: list[Mistake] = []
    for field, value in given.items():
        kind = model.kinds()[field]
        try:
            values[field] = read_value(kind, _plain(kind, value), zone)
        except (ValueError, ArithmeticError):
            wrong.append(mistake(file, line, field, _CODES.get(kind, "not_text")))
    if wrong:
        return None, wrong
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        return None, invalid(file, line, error)


def doubled(model: type[R], rows: Iterable[tuple[int, R]], file: str) -> Iterator[Mistake]:
    """Keys that a file gives twice."""
    first: dict[str, int] = {}
    for line, row in rows:
        if row.key in first:
            yield mistake(file, line, model.key_field, "key_twice", first=first[row.key])
        first.setdefault(row.key, line)


def _plain(kind: FieldKind, value: object) -> object:
    """A list is only taken where words belong, and nothing is taken that has parts of its own."""
    if isinstance(value, dict) or (isinstance(value, list) and kind is not FieldKind.WORDS):
        raise ValueError("not a plain value")
    return value
