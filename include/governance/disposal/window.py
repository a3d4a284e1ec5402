"""On which days the periods of chosen rows started, and whether the policy finds that plausible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, not_, select

from include.governance.erasure.selection import Selection
from include.governance.model.contract import RecordClassUse
from include.governance.model.disposal import Window
from include.governance.model.erasure import OverLimit
from include.governance.model.policy import Limits
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.measure import Terms, open_rule
from include.governance.source.database import Source


def window_of(
    source: Source,
    selection: Selection,
    use: RecordClassUse,
    terms: Terms,
    holds: tuple[OpenHold, ...],
) -> Window:
    """The first and the last day among the rows that would go."""
    kept = selection.kept(holds)[selection.root.id]
    return _days(source, selection, use, terms, and_(selection.wanted, not_(kept)))


def _days(
    source: Source,
    selection: Selection,
    use: RecordClassUse,
    terms: Terms,
    where: ColumnElement[bool],
) -> Window:
    rule = open_rule(source, selection.root, use, terms)
    clocks = [clock.column for clock in rule.of(*rule.record.trigger.events)]
    named = (column.label(f"c{at}") for at, column in enumerate(clocks))
    query = select(*named).where(where).distinct()
    oldest: date | None = None
    youngest: date | None = None
    for batch in source.rows(query, selection.root.table):
        for row in batch:
            if day := rule.event_day(row, terms.zone):
                oldest, youngest = min(oldest or day, day), max(youngest or day, day)
    return Window(oldest=oldest, youngest=youngest)


def outside(window: Window, table: str, limits: Limits, as_of: date) -> Iterator[OverLimit]:
    """The limits of age that a retention plan breaks."""
    oldest, youngest = window.oldest, window.youngest
    if oldest and limits.oldest_trigger.after(oldest) < as_of - timedelta(days=1):
        allowed = str(limits.oldest_trigger)
        yield OverLimit(
            code="oldest_trigger", table=table, found=oldest.isoformat(), allowed=allowed
        )
    if youngest and limits.youngest_trigger.after(youngest) > as_of:
        allowed = str(limits.youngest_trigger)
        yield OverLimit(
            code="youngest_trigger", table=table, found=youngest.isoformat(), allowed=allowed
        )
