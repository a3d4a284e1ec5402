"""Write rows into a table in batches, with COPY where PostgreSQL offers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, Table

from include.demo.rows import Row

BATCH = 5_000


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    supply = iter(rows)
    while batch := list(islice(supply, BATCH)):
        yield batch


def write(
    connection: Connection, table: Table, rows: Iterable[Row], report: Callable[[int], None]
) -> int:
    """Write ``rows`` and say how many; ``report`` hears the count so far after each batch.

    Never holds more than one batch.
    """
    written = 0
    send = _copy if connection.dialect.driver == "psycopg" else _insert
    for batch in _batches(rows):
        send(connection, table, batch)
        written += len(batch)
        report(written)
    return written


def _insert(connection: Connection, table: Table, batch: list[Row]) -> None:
    names = [column.name for column in table.columns]
    values = [dict(zip(names, row, strict=True)) for row in batch]
    connection.execute(table.insert(), values)


def _copy(connection: Connection, table: Table, batch: list[Row]) -> None:
    quote = connection.dialect.identifier_preparer
    columns = ", ".join(quote.format_column(column) for column in table.columns)
    statement = f"COPY {quote.format_table(table)} ({columns}) FROM STDIN"
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in batch:
                copy.write_row(row)
    finally:
        cursor.close()
