"""InnoDB's own list of foreign keys: it also has those of tables that a login may not see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import OperationalError

from include.governance.erasure.graph import Edge, Place, shown
from include.governance.erasure.target import Kind
from include.governance.errors import PlanError

# Names are kept there as names of files are.
_NAME = (
    "CONVERT(CONVERT(CAST(SUBSTRING_INDEX(ref_name, '/', {at}) AS BINARY) USING filename)"
    " USING utf8mb4)"
)
_KEYS = text(
    f"SELECT parent, id, for_name, type FROM (SELECT id, for_name, type, CAST(CONCAT("  # noqa: S608
    f"{_NAME.format(at=1)}, '/', {_NAME.format(at=-1)}) AS BINARY) AS parent"
    " FROM information_schema.innodb_sys_foreign) k WHERE parent IN :names"
    " ORDER BY parent, id"
).bindparams(bindparam("names", expanding=True))
_NO_PROCESS = 1227


class Known(NamedTuple):
    """A foreign key as InnoDB keeps it; ``rules`` are its actions, as a number."""

    parent: str
    name: str
    child: str
    rules: int


def known_keys(connection: Connection, kind: Kind, places: Iterable[Place]) -> Sequence[Known]:
    """Every foreign key that leads to these tables; nothing on engines that hide none.

    Raises PlanError when the login may not ask.
    """
    if kind != "mariadb":
        return ()
    home = connection.dialect.default_schema_name
    names = sorted(f"{schema or home}/{name}".encode() for schema, name in places)
    try:
        rows = connection.execute(_KEYS, {"names": names}).all()
    except OperationalError as error:
        if getattr(error.orig, "args", (None,))[0] == _NO_PROCESS:
            raise PlanError("erasure_no_process") from None
        raise
    return tuple(
        Known(bytes(row.parent).decode(), str(row.id), str(row.for_name), int(row.type))
        for row in rows
    )


def refuse_hidden(
    connection: Connection, kind: Kind, places: Iterable[Place], edges: Sequence[Edge]
) -> None:
    """Raise PlanError when a table is referred to by more foreign keys than the login sees."""
    for place in places:
        seen = sum(edge.parent == place for edge in edges)
        there = len(known_keys(connection, kind, [place]))
        if kind == "mariadb" and there != seen:
            raise PlanError("erasure_hidden_key", table=shown(place), found=there, seen=seen)
