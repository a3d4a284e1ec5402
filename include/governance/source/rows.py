"""Name the rows that meet a condition by keyed hashes of their primary keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import SecretBytes
from sqlalchemy import ColumnElement, TableClause, func, select

from include.governance.model.contract import Dataset
from include.governance.model.reference import row_ref
from include.governance.source.database import Key, Source, named


@dataclass(frozen=True)
class Hashing:
    """The key of the row hashes and how many references one result may carry."""

    secret: SecretBytes
    limit: int

    def ref(self, source: str, table: str, key: Iterable[object]) -> str:
        """The reference of one row."""
        return row_ref(self.secret.get_secret_value(), source, table, key)


@dataclass(frozen=True)
class RowRefs:
    """How many rows, exactly, and the references of the first of them in key order."""

    rows: int = 0
    refs: tuple[str, ...] = ()


def table_of(dataset: Dataset) -> TableClause:
    """The dataset's table with its declared columns."""
    return named(dataset.table, tuple(c.name for c in dataset.columns), dataset.schema_name)


def matching(
    source: Source, dataset: Dataset, where: ColumnElement[bool], hashing: Hashing
) -> RowRefs:
    """The rows of a dataset that meet a condition; without a primary key, only their number."""
    table = table_of(dataset)
    if not dataset.primary_key:
        with source.reading(dataset.table) as connection:
            counted = connection.scalar(select(func.count()).select_from(table).where(where))
        return RowRefs(int(counted or 0))
    keys = select(*(table.c[name] for name in dataset.primary_key)).where(where)
    return hashed(
        dataset,
        (key for batch in source.rows(keys, dataset.table) for key in batch),
        hashing,
    )


def distinct(
    source: Source, dataset: Dataset, column: str, most: int | None = None
) -> Iterator[object]:
    """The different values of a column, without the empty one, streamed.

    With ``most``, those of so many rows, of any, and some of them again.
    """
    asked = table_of(dataset).c[column]
    filled = select(asked).where(asked.is_not(None))
    query = filled.distinct() if most is None else filled.limit(most)
    yield from (value for batch in source.rows(query, dataset.table) for (value,) in batch)


def hashed(dataset: Dataset, keys: Iterable[Key], hashing: Hashing) -> RowRefs:
    """One primary key a row as sorted references; empty keys name nothing and are counted."""
    return hashed_in(dataset.source, dataset.table, keys, hashing)


def hashed_in(source: str, table: str, keys: Iterable[Key], hashing: Hashing) -> RowRefs:
    """The same for a table that no contract declares."""
    refs: set[str] = set()
    rows = 0
    for key in keys:
        rows += 1
        if key and len(refs) < hashing.limit:
            refs.add(hashing.ref(source, table, key))
    return RowRefs(rows, tuple(sorted(refs)))
