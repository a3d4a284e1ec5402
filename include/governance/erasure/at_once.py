"""Change approved rows of PostgreSQL in one statement, on which nothing hangs.

A delete looks at its rows first, in its own snapshot, and goes ahead only when their hash is the
approved one; that is quicker than to hand back every row that went. A row that somebody changed
meanwhile is left, so fewer go.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
)

from include.governance.erasure.binding import row_hashes, xor
from include.governance.erasure.change import Assignments, bare_of, changed
from include.governance.erasure.keys import SetHash
from include.governance.erasure.reflect import Shape
from include.governance.erasure.steps import Step
from include.governance.erasure.walk import Scene
from include.governance.erasure.where import Where

_AGE: ColumnElement[int] = literal_column("age(xmin)")
#: Of the oldest transaction that this statement may not see the end of.
_AGE_OF_SNAPSHOT: ColumnElement[int] = literal_column(
    "(SELECT age(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS xid)))"
)
_ROWS, _FIRST, _SECOND = (f"daicho_{name}" for name in ("rows", "first_half", "second_half"))


def change_exactly(
    scene: Scene, step: Step, assignments: Assignments, where: Where, approved: SetHash
) -> bool:
    """Carry out a lone step; False, then to be undone, when its rows are not those approved."""
    shape, bare = scene.closure.shapes[step.place], bare_of(scene, step, assignments)
    if not isinstance(bare, Delete):
        return changed(scene, shape, bare, where, step.id)[0] == approved
    statement = where.written(scene.written, step.id, lambda _: _statement(scene, shape, where))
    given = {_ROWS: approved.rows, _FIRST: approved.first, _SECOND: approved.second}
    return scene.connection.execute(statement, {**where.given, **given}).rowcount == approved.rows


def _statement(scene: Scene, shape: Shape, where: Where) -> Delete:
    table = shape.table
    first, second = row_hashes(shape, table, scene.seed)
    found = select(func.count() == bindparam(_ROWS, type_=BigInteger)).select_from(table)
    same = found.where(where.make()).having(
        and_(
            xor(first) == bindparam(_FIRST, type_=BigInteger),
            xor(second) == bindparam(_SECOND, type_=BigInteger),
        )
    )
    # what a transaction wrote that was at work when we looked has another version by now
    untouched = _AGE > _AGE_OF_SNAPSHOT
    return delete(table).where(where.make(), untouched, same.scalar_subquery())
