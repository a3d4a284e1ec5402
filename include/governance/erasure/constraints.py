"""Ask the database, before anything is planned, whether new values break its CHECK constraints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    Text,
    cast,
    column,
    func,
    inspect,
    literal,
    literal_column,
    not_,
    null,
    quoted_name,
    select,
    text,
    types,
)

from include.governance.erasure.change import Assignments
from include.governance.erasure.pseudonym import Pseudonym
from include.governance.erasure.reflect import Shape
from include.governance.erasure.selection import Selection
from include.governance.erasure.target import Kind
from include.governance.errors import PlanError

#: SQLAlchemy reads only the constraints that stand behind the columns.
_MARIADB = text("""
SELECT constraint_name AS name, check_clause AS sqltext FROM information_schema.check_constraints
WHERE constraint_schema = coalesce(:schema, DATABASE()) AND table_name = :name
""")


def broken_checks(
    connection: Connection,
    kind: Kind,
    shape: Shape,
    selection: Selection,
    assignments: Assignments,
) -> Iterator[PlanError]:
    """Every constraint that rows of a plan would not meet with their new values."""
    for name, condition in _checks(connection, kind, shape):
        if not any(changed.casefold() in condition.casefold() for changed in assignments):
            continue
        after = _after(kind, shape, selection, assignments)
        # unnamed columns and the table's own name are those of the rows as they would be
        meets: ColumnElement[bool] = literal_column(f"({condition})", types.Boolean())
        query = select(func.count()).select_from(after).where(not_(meets))
        if rows := connection.scalar(query):
            yield PlanError(
                "erasure_check_broken", table=shape.dataset.id, name=name, rows=int(rows)
            )


def _checks(connection: Connection, kind: Kind, shape: Shape) -> Iterator[tuple[str, str]]:
    schema, name = shape.dataset.schema_name, shape.dataset.table
    if kind == "mariadb":
        for row in connection.execute(_MARIADB, {"schema": schema, "name": name}):
            yield row.name, row.sqltext
        return
    for found in inspect(connection).get_check_constraints(name, schema=schema):
        yield found["name"] or "-", found["sqltext"]


def _after(kind: Kind, shape: Shape, selection: Selection, assignments: Assignments) -> Subquery:
    """The rows that are wanted, with their new values, under the table's name."""
    values = (_value(kind, shape, assignments, name) for name in shape.types)
    return select(*values).where(selection.wanted).subquery(shape.dataset.table)


def _value(kind: Kind, shape: Shape, assignments: Assignments, name: str) -> ColumnElement[Any]:
    """What a column will hold; a pseudonym by its form. Outside of an update it needs a type."""
    label = quoted_name(name, quote=True)
    if name not in assignments:
        return column(label)
    new, stored = assignments[name], shape.types[name]
    found: ColumnElement[Any]
    match new:
        case Pseudonym():
            found = literal("0" * new.digits, Text)
        case None:
            found = null()
        case _:
            found = new
    if kind == "postgresql" and isinstance(stored, types.TypeEngine):
        found = cast(found, stored)
    return found.label(label)
