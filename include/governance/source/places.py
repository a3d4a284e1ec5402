"""Where a source holds data: tables of every schema, and what only shows the data of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, inspect, text

Kind = Literal["table", "materialised_view", "partition", "view", "foreign_table"]

_POSTGRES_KINDS: dict[str, Kind] = {
    "r": "table",
    "p": "table",
    "m": "materialised_view",
    "v": "view",
    "f": "foreign_table",
}
#: Nobody but the server can make a schema whose name begins with ``pg_``; a view that an extension
#: brings along is no view of the company.
_POSTGRES = text(
    "SELECT n.nspname, pg_catalog.pg_table_is_visible(c.oid), c.relname, c.relkind::text,"
    " c.relispartition"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND c.relpersistence <> 't'"
    " AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'"
    " AND NOT (c.relkind = 'v' AND EXISTS (SELECT 1 FROM pg_catalog.pg_depend d"
    " WHERE d.deptype = 'e' AND d.objid = c.oid"
    " AND d.classid = 'pg_catalog.pg_class'::regclass))"
)
#: SQLAlchemy overlooks tables that keep the history of their rows.
_MYSQL = text(
    "SELECT table_name, table_type, engine FROM information_schema.tables"
    " WHERE table_schema = DATABASE() AND table_type <> 'SEQUENCE'"
)
_MYSQL_ELSEWHERE = ("FEDERATED", "CONNECT", "SPIDER")


@dataclass(frozen=True)
class Place:
    """A table or a view; ``schema`` is None where the name alone means it, ``home`` says which."""

    schema: str | None
    name: str
    kind: Kind
    home: str | None = None

    @property
    def label(self) -> str:
        """``table``, or ``schema.table`` elsewhere."""
        return self.name if self.schema is None else f"{self.schema}.{self.name}"

    def is_named(self, schema: str | None, name: str) -> bool:
        """Whether a contract that says this means this place."""
        return self.name == name and schema in (self.schema, self.home)

    @property
    def holds_data(self) -> bool:
        """Whether rows lie here that no other place shows."""
        return self.kind in ("table", "materialised_view")

    @property
    def shows_data(self) -> bool:
        """Whether it shows rows of elsewhere: a view, or a table of another server."""
        return self.kind in ("view", "foreign_table")


def places(connection: Connection) -> tuple[Place, ...]:
    """Every place that the connection's database names, sorted.

    Partitions come too, for a contract may declare one; their rows are those of their table.
    """
    match connection.dialect.name:
        case "postgresql":
            found = _postgres(connection)
        case "mysql" | "mariadb":
            found = _mysql(connection)
        case _:
            found = _any(connection)
    return tuple(sorted(found, key=lambda place: (place.schema or "", place.name)))


def _postgres(connection: Connection) -> Iterator[Place]:
    for home, visible, name, kind, is_partition in connection.execute(_POSTGRES):
        shown: Kind = "partition" if is_partition else _POSTGRES_KINDS[kind]
        yield Place(None if visible else home, name, shown, home)


def _mysql(connection: Connection) -> Iterator[Place]:
    for name, kind, engine in connection.execute(_MYSQL):
        if "VIEW" in kind:
            yield Place(None, name, "view")
        else:
            elsewhere = str(engine).upper() in _MYSQL_ELSEWHERE
            yield Place(None, name, "foreign_table" if elsewhere else "table")


def _any(connection: Connection) -> Iterator[Place]:
    inspector = inspect(connection)
    for name in inspector.get_table_names():
        yield Place(None, name, "table")
    for name in inspector.get_view_names():
        yield Place(None, name, "view")
