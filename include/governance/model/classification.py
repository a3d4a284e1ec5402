"""What a column really holds: evidence counts and what they prove, never a value."""

from __future__ import annotations

from datetime import date
from typing import Literal

from include.governance.model.base import Model

Outcome = Literal["column", "free_text", "none"]
Standing = Literal["stands", "contradicted"]


class Prevalence(Model):
    """One kind of personal data in a column.

    ``rows`` hold it; ``share`` is of the non-null rows; ``upper`` is the share it stays below at
    95 % if the rows were a random sample.
    """

    entity: str
    data_category: str
    rows: int
    share: float
    upper: float


class Classification(Model):
    """The verdict on one column.

    ``column``: homogeneous, of kind ``entity`` and ``data_category``; other kinds among its rows
    are in ``prevalence``. ``free_text``: kinds occur inside the values. ``none``: nothing found,
    so with 95 % confidence fewer than ``bound`` of the rows hold detectable personal data.
    ``rows`` counts the non-null rows examined, ``hits`` those that hold the kind of the column
    (outcome ``column``) or any kind. ``reasons`` are keys below ``detect_reason``. ``standing`` is
    that of a person's verdict on the column, which wins while it stands. Of a path inside of JSON
    ``column`` is the path, ``payload.items[].name``, ``within`` the column that holds it, and
    ``rows`` counts the path's values. The rows before ``since`` were seen by earlier scans.
    """

    source: str
    table: str
    column: str
    within: str | None = None
    outcome: Outcome
    entity: str | None = None
    data_category: str | None = None
    rows: int
    hits: int
    share: float
    prevalence: tuple[Prevalence, ...] = ()
    bound: float
    confidence: float
    reasons: tuple[str, ...] = ()
    standing: Standing | None = None
    since: date | None = None

    @property
    def stored_in(self) -> str:
        """The column of the table."""
        return self.within or self.column
