"""Rows that no record class of their table judges, as a condition."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, not_, or_, true

from include.governance.retention.rules import Governed
from include.governance.source.clocks import any_of


def uncovered(rules: Sequence[Governed]) -> ColumnElement[bool]:
    """Rows of no class, and those that only a class for the rest takes and cannot date; never NULL.

    A class without a condition takes what the others leave. Where its event may not have happened
    yet, a row without one would be judged by nobody: a status with a slip, or one without its date.
    """
    return not_(any_of(_judged(rule) for rule in rules))


def _judged(rule: Governed) -> ColumnElement[bool]:
    if rule.use.when or rule.record.trigger.missing == "undated":
        return rule.of_class
    recorded = any_of(c.column.is_not(None) for c in rule.of(*rule.record.trigger.events))
    disposed = not_(rule.alive) if rule.use.disposed else not_(true())
    return and_(rule.of_class, or_(recorded, disposed))
