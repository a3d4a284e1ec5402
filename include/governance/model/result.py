"""The outcome of one rule on one dataset: a status, counts and keyed hashes, never a value."""

from __future__ import annotations

from typing import Literal

from include.governance.model.base import Model

Facts = dict[str, str | int | float]
#: What should have a result: source, table, control and rule.
Expected = tuple[str, str, str, str]
Status = Literal["pass", "fail", "error", "skip"]
#: Worst first: a control is as good as its worst rule.
STATUSES: tuple[Status, ...] = ("error", "fail", "pass", "skip")


class RuleResult(Model):
    """One rule, one dataset.

    ``rows`` counts the records that need a decision. ``row_refs`` are keyed hashes of their
    primary keys, sorted, cut at the installation's maximum (``rows`` stays exact).
    ``kinds`` are ``<column>: <category>`` where whole columns are judged.
    ``reason`` is a wording key below ``reason`` and ``facts`` fill it: always set for error and
    skip. Of rows past their period, ``facts["held_rows"]`` says how many more a hold keeps.
    """

    control: str
    rule: str
    source: str
    table: str
    columns: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    status: Status
    rows: int = 0
    row_refs: tuple[str, ...] = ()
    reason: str | None = None
    facts: Facts = {}


class ControlStatus(Model):
    """One control over all datasets, as reported."""

    control: str
    clause: str
    status: Status
    reason: str | None
    rows: int
