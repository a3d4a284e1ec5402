"""Divide a table by ranges of its key, so that several tasks can read it at once."""

from __future__ import annotations

from sqlalchemy import ColumnElement, TableClause, and_, func, or_, select

from include.governance.model.base import Model
from include.governance.source.database import Source, named
from include.governance.source.live import LiveTable
from include.governance.source.types import stored_as


class KeyRange(Model):
    """Rows whose key is at least ``start`` and below ``before``; None leaves that side open.

    The borders are round numbers, not keys of rows, so that they may be handed from task to task.
    """

    column: str
    start: int | None = None
    before: int | None = None

    def of(self, table: TableClause) -> ColumnElement[bool]:
        """The condition on a table; rows without a key are in the range that is open below."""
        key = table.c[self.column]
        conditions = []
        if self.start is not None:
            conditions.append(key >= self.start)
        if self.before is not None:
            below = key < self.before
            conditions.append(below if self.start is not None else or_(below, key.is_(None)))
        return and_(True, *conditions)


def ranges(
    source: Source, live: LiveTable, key: tuple[str, ...], rows: int
) -> tuple[KeyRange, ...]:
    """Ranges of about so many rows; none for a smaller table and for keys that are no number.

    The first and the last one are open, so that every row is in one range whatever is written
    meanwhile.
    """
    kinds = {column.name: stored_as(column) for column in live.columns}
    if len(key) != 1 or kinds.get(key[0]) != "number":
        return ()
    table = named(live.name, key, live.schema)
    column = table.c[key[0]]
    with source.reading(live.name) as connection:
        counted = select(func.count(), func.min(column), func.max(column))
        count, least, most = connection.execute(counted.select_from(table)).one()
    if count <= rows or int(least) != least or int(most) != most:
        return ()
    width = _round((int(most) - int(least) + 1) * rows / count)
    first = int(least) // width + 1
    edges = [width * number for number in range(first, int(most) // width + 1)]
    starts, ends = [None, *edges], [*edges, None]
    return tuple(
        KeyRange(column=key[0], start=start, before=end)
        for start, end in zip(starts, ends, strict=True)
    )


def _round(width: float) -> int:
    """Up to one digit and zeros."""
    unit = int("1".ljust(len(str(int(width))), "0"))
    return (int(width) // unit + 1) * unit
