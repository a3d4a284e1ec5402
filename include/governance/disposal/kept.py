"""Which of the wanted rows stay for a reason of their own, counted by the reason."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, not_

from include.governance.erasure.selection import Selection, floors_of
from include.governance.model.disposal import KeptRows
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.measure import Terms, counted
from include.governance.source.database import Source


def kept_rows(
    source: Source,
    selection: Selection,
    terms: Terms,
    holds: tuple[OpenHold, ...],
) -> Iterator[KeptRows]:
    """Rows under a hold, then those that a statutory period keeps."""
    root = selection.root
    on_hold = selection.on_hold(holds)[root.id]
    if rows := counted(source, root, and_(selection.wanted, on_hold)):
        yield KeptRows(table=root.table, reason="hold", rows=rows)
    for name, floor in floors_of(source, root, terms):
        if rows := counted(source, root, and_(selection.wanted, floor, not_(on_hold))):
            yield KeptRows(table=root.table, reason="floor", rows=rows, record_class=name)
