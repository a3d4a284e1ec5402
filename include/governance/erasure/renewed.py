"""Updates that change nothing but what was approved, whatever MariaDB sets anew along with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, TableClause, Update, column, quoted_name, text, type_coerce
from sqlalchemy.types import NullType

from include.governance.erasure.reflect import Shape
from include.governance.erasure.walk import Scene

_RENEWED = text("""
SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()
 AND table_name = :name AND CAST(table_name AS BINARY) = CAST(:name AS BINARY)
 AND extra LIKE '%on update%' ORDER BY ordinal_position
""")


def update_only(
    scene: Scene, shape: Shape, changed: Collection[str], table: TableClause | None = None
) -> Update:
    """An update, still without values, of some columns of a shape's table or a clause of it.

    A column with ON UPDATE CURRENT_TIMESTAMP keeps its value if it is given it, even where no
    contract declares it.
    """
    bare = (shape.table if table is None else table).update()
    kept = [_unlisted(name) for name in _renewed(scene, shape) if name not in changed]
    return bare.values({each: each for each in kept}) if kept else bare


def _renewed(scene: Scene, shape: Shape) -> Collection[str]:
    """The columns that a table sets anew with every update, asked once as long as the scene lasts.

    A schema of MariaDB's other than the connection's is refused before.
    """
    if scene.kind != "mariadb":
        return ()
    asked = ("renewed", shape.place)
    if asked not in scene.written:
        found = scene.connection.execute(_RENEWED, {"name": shape.place[1]})
        scene.written[asked] = tuple(found.scalars())
    names: tuple[str, ...] = scene.written[asked]
    return names


def _unlisted(name: str) -> ColumnElement[Any]:
    """A column as an expression, which SQLAlchemy does not look for in the table's list."""
    return type_coerce(column(quoted_name(name, quote=True)), NullType())
