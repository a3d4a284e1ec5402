"""A whole table as the set of its keys."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from include.governance.erasure.binding import row_hashes, xor
from include.governance.erasure.keys import Seed, SetHash, hashed_rows
from include.governance.erasure.reflect import Shape
from include.governance.erasure.target import Kind

_ROWS_AT_ONCE = 10_000


def whole(connection: Connection, kind: Kind, shape: Shape, seed: Seed) -> SetHash:
    """All rows of a table."""
    table = shape.table
    if kind == "postgresql":
        first, second = row_hashes(shape, table, seed)
        query = select(func.count(), xor(first), xor(second)).select_from(table)
        return SetHash(*connection.execute(query).one())
    keys = select(*(table.c[name] for name in shape.key))
    found = SetHash()
    for rows in connection.execute(keys.execution_options(yield_per=_ROWS_AT_ONCE)).partitions():
        found.add(hashed_rows(seed, rows, shape.dataset.id))
    return found
