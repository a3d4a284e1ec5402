"""One breach that somebody must look at, with its clause, law, owner and due date."""

from __future__ import annotations

from datetime import date

from include.governance.model.base import Model
from include.governance.model.policy import Severity


class Finding(Model):
    """A breach of one control in one table.

    ``fingerprint`` is the same on every run for the same control and table, so its life cycle
    (first seen, accepted, reopened) survives; it holds no value. ``kinds`` are
    ``<column>: <category>`` where a control judges whole columns: a decision is about them, too.
    """

    control: str
    clause: str
    law: tuple[str, ...]
    severity: Severity
    source: str
    table: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    rows: int
    row_refs: tuple[str, ...]
    owner: str
    due: date
    fingerprint: str
