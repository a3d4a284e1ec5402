"""Root rows by key, with the values by which rows below name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, Select, select

from include.governance.erasure.keys import Key, key_of
from include.governance.erasure.reflect import Closure

Roots = Mapping[Key, Mapping[str, object]]


def root_rows(closure: Closure) -> Select[Any]:
    """The query for them, in the order of their keys."""
    table, key = closure.root.table, [closure.root.table.c[name] for name in closure.root.key]
    return select(*key, *(table.c[name] for name in _names(closure))).order_by(*key)


def read_roots(closure: Closure, rows: Iterable[Row[Any]]) -> dict[Key, Mapping[str, object]]:
    """What it found."""
    shape, names = closure.root, _names(closure)
    width, table = len(shape.key), shape.dataset.id
    return {key_of(row[:width], table): dict(zip(names, row[width:], strict=True)) for row in rows}


def _names(closure: Closure) -> tuple[str, ...]:
    edges = closure.graph.below(closure.graph.root)
    return tuple(dict.fromkeys(name for edge in edges for name in edge.there))
