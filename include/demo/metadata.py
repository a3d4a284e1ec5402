"""One metadata per source, and how a table of the demo is made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, MetaData, Table

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}
_MARIADB_TABLE: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (
        ("engine", "InnoDB"),
        ("charset", "utf8mb4"),
        ("collate", "utf8mb4_bin"),  # compares like SQLite and PostgreSQL do: byte by byte
    )
}


def table(metadata: MetaData, name: str, *columns: Column[Any]) -> Table:
    """A table that MariaDB stores transactionally and in full Unicode."""
    return Table(name, metadata, *columns, **_MARIADB_TABLE)


SHOP = MetaData(naming_convention=NAMES)
CRM = MetaData(naming_convention=NAMES)
SUPPORT = MetaData(naming_convention=NAMES)
DWH = MetaData(naming_convention=NAMES)
OPS = MetaData(naming_convention=NAMES)
GOV = MetaData(naming_convention=NAMES)
UNDECLARED = MetaData(naming_convention=NAMES)
