"""Which of the wanted rows stay, counted by the reason that a person is told."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, not_

from include.governance.erasure.selection import Selection, floors_of
from include.governance.model.disposal import KeptRows
from include.governance.model.erasure import ErasurePlan
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.measure import Terms, counted
from include.governance.source.database import Source


def kept_rows(
    source: Source,
    selection: Selection,
    terms: Terms,
    holds: tuple[OpenHold, ...],
    plan: ErasurePlan | None = None,
) -> Iterator[KeptRows]:
    """Rows under a hold, then those that a statutory period keeps, then what hangs on others.

    The last are known only when there is a plan.
    """
    root = selection.root
    on_hold = selection.on_hold(holds)[root.id]
    if rows := counted(source, root, and_(selection.wanted, on_hold)):
        yield KeptRows(table=root.table, reason="hold", rows=rows)
    for name, floor in floors_of(source, root, terms):
        if rows := counted(source, root, and_(selection.wanted, floor, not_(on_hold))):
            yield KeptRows(table=root.table, reason="floor", rows=rows, record_class=name)
    if plan and (rows := plan.kept.get("kept_by_dependant", 0)):
        yield KeptRows(table=root.table, reason="dependant", rows=rows)
