"""What the tests of the engine share: datasets in a line, and engines that may write."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from pydantic import SecretBytes
from sqlalchemy.engine import URL

from include.governance.model.contract import Column, Dataset, RecordClassUse, Relationship
from include.governance.model.period import Period
from include.governance.model.policy import FiscalYear, PrivacyPolicy
from include.governance.model.schedule import RecordClass, RetentionSchedule
from include.governance.policy.load import load_rulebook
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.measure import Terms
from include.governance.settings import ROOT
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from include.governance.source.rows import Hashing

SECRET = secrets.token_hex(32).encode()
HASHING = Hashing(SecretBytes(SECRET), 100_000)
TOKYO = Zone("Asia/Tokyo")
AS_OF = date(2026, 11, 30)
MARCH = FiscalYear(end="03-31", filing_due_months=2)


def dataset(
    table: str,
    columns: Iterable[str | Column],
    key: Sequence[str] = ("id",),
    *,
    links: Iterable[tuple[Sequence[str], str, Sequence[str]]] = (),
    uses: Iterable[RecordClassUse] = (),
    **more: Any,
) -> Dataset:
    """A declared table; columns may be bare names, links are (here, table, there)."""
    given: dict[str, Any] = {"source": "shop", "name": table, "kind": "transaction"} | more
    return Dataset(
        table=table,
        columns=tuple(Column(name=c) if isinstance(c, str) else c for c in columns),
        primary_key=tuple(key),
        relationships=tuple(
            Relationship(here=tuple(here), table=to, there=tuple(there))
            for here, to, there in links
        ),
        record_classes=tuple(uses),
        **given,
    )


def record_class(
    trigger: dict[str, Any], erase_after: dict[str, Any], *, action: str = "delete", **more: Any
) -> RecordClass:
    """One row of a schedule."""
    return RecordClass.model_validate(
        {
            "label": {"en": "-", "ja": "-"},
            "control": "S6-10",
            "trigger": trigger,
            "erase_after": erase_after,
            "action": action,
            "verify": {"recheck_after": Period(days=1)},
            **more,
        }
    )


def schedule(**classes: RecordClass) -> RetentionSchedule:
    """A schedule of these classes."""
    return RetentionSchedule(
        version="t",
        reviewed_on=AS_OF,
        hold_reasons={},
        max_hold_review=Period(months=6),
        record_classes=classes,
    )


@lru_cache
def policy() -> PrivacyPolicy:
    """The repository's, for its categories."""
    rulebook, _ = load_rulebook(ROOT / "include" / "policies", ROOT)
    assert rulebook
    return rulebook.policy


def terms(
    own: RetentionSchedule,
    datasets: Iterable[Dataset],
    holds: Iterable[OpenHold] = (),
    as_of: date = AS_OF,
    year: FiscalYear = MARCH,
) -> Terms:
    """What a run is measured against."""
    return Terms(as_of, own, year, TOKYO, tuple(holds), tuple(datasets), policy())


@contextmanager
def writing(url: URL) -> Iterator[sa.Connection]:
    """A transaction that may write, the way the owner of the data does."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection


def run(url: URL, *statements: str) -> None:
    """Plain SQL, statement by statement."""
    with writing(url) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def fill(url: URL, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Create a table with rows."""
    with writing(url) as connection:
        table.create(connection)
        if rows:
            connection.execute(table.insert(), list(rows))


def keys_where(source: Source, own: Dataset, where: sa.ColumnElement[bool]) -> set[Any]:
    """The first key column of the rows that meet a condition."""
    from include.governance.source.rows import table_of

    table = table_of(own)
    query = sa.select(table.c[own.primary_key[0]]).where(where)
    return {row[0] for batch in source.rows(query, own.table) for row in batch}
