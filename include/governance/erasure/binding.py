"""Hand sets of keys to a database and hash the keys of rows there: one way per engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    collate,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.types import TypeEngine, UserDefinedType

from include.governance.erasure.keys import Key, Seed
from include.governance.erasure.reflect import KeyKind, Shape
from include.governance.erasure.target import Kind


class _Padded(UserDefinedType[str]):
    """PostgreSQL's padded text without a length (``char`` alone would mean one letter)."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """Its name in SQL."""
        return "bpchar"


class _ArrayText(UserDefinedType[str]):
    """A PostgreSQL array written as one text: much quicker to hand over than its members."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, member: Literal["BIGINT", "UUID"]) -> None:
        self.member = member

    def get_col_spec(self, **_options: Any) -> str:
        """Its name in SQL."""
        return f"{self.member}[]"


@dataclass(frozen=True)
class Blank:
    """Values that are filled in when a statement runs, so that it is written once for many."""

    name: str

    def filled(
        self, engine: Kind, shape: Shape, columns: Sequence[str], values: Sequence[Key]
    ) -> dict[str, object]:
        """The parameters for some values; for PostgreSQL and SQLite."""
        if engine == "sqlite":
            return {self.name: _json_of(values)}
        return {
            f"{self.name}{at}": _written(shape.kinds[column], [value[at] for value in values])
            for at, column in enumerate(columns)
        }


def among(
    engine: Kind,
    table: FromClause,
    shape: Shape,
    columns: Sequence[str],
    values: Sequence[Key] | Blank,
) -> ColumnElement[bool]:
    """Rows of ``table`` (the shape's own or an alias of it) whose columns hold one of the values.

    PostgreSQL gets arrays, SQLite one JSON text, MariaDB a list: it would not look into its index
    for what JSON_TABLE yields inside a DELETE.
    """
    if not values:
        return false()
    found = [table.c[name] for name in columns]
    match engine:
        case "postgresql":
            kinds = [shape.kinds[name] for name in columns]
            return _in_arrays(found, kinds, values)
        case "sqlite":
            return _in_json(found, values)
        case _:
            assert not isinstance(values, Blank)  # noqa: S101 - a list is part of the statement
            return _in_list(found, values)


def _in_arrays(
    columns: Sequence[ColumnElement[Any]],
    kinds: Sequence[KeyKind],
    values: Sequence[Key] | Blank,
) -> ColumnElement[bool]:
    arrays = [
        _array(kind, f"{values.name}{at}")
        if isinstance(values, Blank)
        else _array(kind, None, _written(kind, [value[at] for value in values]))
        for at, kind in enumerate(kinds)
    ]
    if len(columns) == 1:
        return columns[0] == any_(arrays[0])
    names = [f"k{at}" for at in range(len(columns))]
    given = func.unnest(*arrays).table_valued(*names).render_derived()
    return tuple_(*columns).in_(select(*(given.c[name] for name in names)))


def _written(kind: KeyKind, values: Sequence[object]) -> object:
    """The members of an array as its parameter takes them."""
    return f"{{{','.join(map(str, values))}}}" if kind in ("int", "uuid") else values


def _array(kind: KeyKind, name: str | None, written: object = None) -> ColumnElement[Any]:
    """An array of what is written, or of what is filled in under a name."""
    of: TypeEngine[Any] = ARRAY(Text)
    if kind in ("int", "uuid"):
        of = _ArrayText("BIGINT" if kind == "int" else "UUID")
    given = bindparam(name, type_=of) if name else bindparam(None, written, type_=of)
    return cast(given, ARRAY(_Padded())) if kind == "bpchar" else given


def _json_of(values: Sequence[Key]) -> str:
    single = bool(values) and len(values[0]) == 1
    return json.dumps([value for (value,) in values] if single else values)


def _in_json(
    columns: Sequence[ColumnElement[Any]], values: Sequence[Key] | Blank
) -> ColumnElement[bool]:
    if isinstance(values, Blank):
        text: ColumnElement[Any] = bindparam(values.name, type_=Text)
    else:
        text = literal(_json_of(values), Text)
    given = func.json_each(text).table_valued("value")
    if len(columns) == 1:
        return columns[0].in_(select(given.c.value))
    parts = (func.json_extract(given.c.value, f"$[{at}]") for at in range(len(columns)))
    return tuple_(*columns).in_(select(*parts))


def _in_list(columns: Sequence[ColumnElement[Any]], values: Sequence[Key]) -> ColumnElement[bool]:
    if len(columns) == 1:
        singles = [value for (value,) in values]
        if set(map(type, singles)) != {int}:
            return columns[0].in_(singles)
        # thousands of parameters would take longer than the statement
        written: ColumnElement[Any] = literal_column(f"({','.join(map(str, singles))})")
        return columns[0].op("IN", is_comparison=True)(written)
    return or_(
        *(
            and_(*(column == part for column, part in zip(columns, value, strict=True)))
            for value in values
        )
    )


def row_hashes(shape: Shape, table: FromClause, seed: Seed) -> tuple[ColumnElement[int], ...]:
    """PostgreSQL's two 64-bit hashes of a row's key."""

    def chained(first: int) -> ColumnElement[int]:
        start: ColumnElement[Any] = literal(first, BigInteger)
        return reduce(
            lambda so_far, name: _hash(table.c[name], shape.kinds[name], so_far), shape.key, start
        )

    return (chained(seed.first), chained(seed.second))


def _hash(
    column: ColumnElement[Any], kind: KeyKind, seed: ColumnElement[Any]
) -> ColumnElement[int]:
    match kind:
        case "int":
            return func.hashint8extended(cast(column, BigInteger), seed, type_=BigInteger)
        case "uuid":
            return func.uuid_hash_extended(type_coerce(column, UUID), seed, type_=BigInteger)
        case _:
            exact = collate(cast(column, Text), "C")
            return func.hashtextextended(exact, seed, type_=BigInteger)


def xor(hashes: ColumnElement[int]) -> ColumnElement[int]:
    """The exclusive-or of a column of hashes, 0 for none."""
    return func.coalesce(func.bit_xor(hashes), literal(0, BigInteger))
