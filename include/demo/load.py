"""Write rows into a table in batches, with COPY where PostgreSQL offers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, Table

from include.demo.rows import Row

BATCH = 5_000


def write(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Write ``rows`` and say how many; never holds more than one batch."""
    if connection.dialect.driver == "psycopg":
        return _copy(connection, table, rows)
    return sum(_insert(connection, table, batch) for batch in _batches(rows))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    supply = iter(rows)
    while batch := list(islice(supply, BATCH)):
        yield batch


def _insert(connection: Connection, table: Table, batch: list[Row]) -> int:
    names = [column.name for column in table.columns]
    connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in batch])
    return len(batch)


def _copy(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    quote = connection.dialect.identifier_preparer
    columns = ", ".join(quote.format_column(column) for column in table.columns)
    statement = f"COPY {quote.format_table(table)} ({columns}) FROM STDIN"
    written = 0
    if not connection.in_transaction():
        connection.begin()  # a raw cursor does not; without it the commit would do nothing
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
                written += 1
    finally:
        cursor.close()
    return written
