"""What a source says about the rows a record class makes due: counts, dates and a set hash."""

from __future__ import annotations

from datetime import date

from include.governance.model.base import Model


class RowSet(Model):
    """A set of rows: how many, when their clocks ran, and a hash bound to exactly these rows."""

    rows: int
    oldest: date | None = None
    youngest: date | None = None
    key_digest: str


class Dependants(Model):
    """Rows of another table that hang on due rows; ``depth`` counts foreign keys from the root."""

    source: str
    table: str
    depth: int
    total_rows: int
    found: RowSet


class DueRows(Model):
    """One record class on one table: what is due, what a hold keeps, what would go along."""

    source: str
    table: str
    record_class: str
    total_rows: int
    due: RowSet
    held_rows: int
    dependants: tuple[Dependants, ...] = ()
