"""Whether the key that a contract declares names each row of the live table once."""

from __future__ import annotations

from sqlalchemy import func, literal, select

from include.governance.errors import SourceMismatch
from include.governance.model.contract import Dataset
from include.governance.source.database import Source
from include.governance.source.live import LiveTable
from include.governance.source.rows import table_of


def agreed(dataset: Dataset, live: LiveTable) -> None:
    """Raises SourceMismatch when the database has another key than the one declared."""
    declared = set(dataset.primary_key)
    if declared and live.primary_key and declared != set(live.primary_key):
        raise SourceMismatch(
            "key_disagrees",
            source=dataset.source,
            table=dataset.table,
            promised=", ".join(dataset.primary_key),
            found=", ".join(live.primary_key),
        )


def proven(source: Source, dataset: Dataset, live: LiveTable) -> None:
    """The same, and a key that only the contract knows must not repeat in the rows."""
    agreed(dataset, live)
    if not dataset.primary_key or live.primary_key:
        return
    table = table_of(dataset)
    key = [table.c[name] for name in dataset.primary_key]
    twice = select(literal(1)).select_from(table).group_by(*key).having(func.count() > 1).limit(1)
    with source.reading(dataset.table) as connection:
        if connection.scalar(twice) is not None:
            raise SourceMismatch(
                "key_repeats",
                source=dataset.source,
                table=dataset.table,
                promised=", ".join(dataset.primary_key),
            )
