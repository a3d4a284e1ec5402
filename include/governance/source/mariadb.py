"""MySQL and MariaDB as SQLAlchemy reads them, but with the names that columns really have.

SQLAlchemy reads ``SHOW CREATE TABLE`` line by line: a backtick in a name comes out doubled, and a
name with a line's end is not read at all.
"""

from __future__ import annotations

import warnings
from typing import Any

from sqlalchemy import Connection, exc, text, types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql

_COLUMNS = text(
    "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
    " WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name"
    " ORDER BY ordinal_position"
)
_KEY = text(
    "SELECT column_name FROM information_schema.statistics"
    " WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name"
    " AND index_name = 'PRIMARY' ORDER BY seq_in_index"
)


class Dialect(MySQLDialect_pymysql):
    """PyMySQL's dialect; any name is only a name."""

    supports_statement_cache = True

    def get_columns(  # type: ignore[override]
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[dict[str, Any]]:
        """The columns in their order, by the names the server gives them."""
        found = connection.execute(_COLUMNS, {"schema": schema, "name": table_name}).all()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", exc.SAWarning)
            read: list[Any] = list(super().get_columns(connection, table_name, schema, **kw))
        if len(read) == len(found):
            return [
                {**column, "name": name} for column, (name, _, _) in zip(read, found, strict=True)
            ]
        return [
            {
                "name": name,
                "type": self.ischema_names.get(kind, types.NullType)(),
                "nullable": nullable == "YES",
                "default": None,
            }
            for name, kind, nullable in found
        ]

    def get_pk_constraint(  # type: ignore[override]
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> dict[str, Any]:
        """The primary key by the same names."""
        del kw
        key = connection.scalars(_KEY, {"schema": schema, "name": table_name}).all()
        return {"constrained_columns": list(key), "name": None}


def register() -> None:
    """Make SQLAlchemy use this dialect for ``mysql+pymysql``, whoever opens the URL."""
    registry.register("mysql.pymysql", __name__, Dialect.__name__)
