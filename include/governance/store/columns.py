"""Column types that mean the same in SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from include.governance.errors import StoreError

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: MariaDB compares text without regard to case unless told otherwise.
MARIADB: dict[str, Any] = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mysql_engine": "InnoDB",
}

RUN, SOURCE, TABLE, CONTROL, RULE, WORD, NAME = 255, 100, 200, 50, 150, 50, 255


def long_text() -> TypeEngine[str]:
    """Text without a limit that matters (MariaDB's TEXT ends at 64 KiB)."""
    return Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


def long_bytes() -> TypeEngine[bytes]:
    """Bytes without a limit that matters."""
    return LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")


def moment_type() -> TypeEngine[datetime]:
    """A day and time to the microsecond, without a zone."""
    return DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


class Utc(TypeDecorator[datetime]):
    """An aware moment, kept as UTC; a moment without a zone is refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The database's own type."""
        return dialect.type_descriptor(moment_type())

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """To UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise StoreError("store_moment_without_zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """From UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


def text(name: str, length: int, *, key: bool = False, null: bool = False) -> Column[str]:
    """A short text."""
    return Column(name, String(length), primary_key=key, nullable=null)


def own_table(name: str, *items: SchemaItem) -> Table:
    """A table of the store."""
    return Table(name, metadata, *items, **MARIADB)
