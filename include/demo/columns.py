"""Column types that are ISO text on SQLite and native on PostgreSQL and MariaDB."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import DATE, INTEGER, TEXT, VARCHAR, Column, DateTime, ForeignKey
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_MARIADB = ("mysql", "mariadb")


class Instant(TypeDecorator[datetime]):
    """A local time to the second: ``2026-11-30T09:00:00`` on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, a timestamp without time zone elsewhere."""
        return dialect.type_descriptor(TEXT() if dialect.name == "sqlite" else DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write the ISO form on SQLite."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.isoformat(timespec="seconds")

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Read the ISO form on SQLite."""
        return datetime.fromisoformat(value) if isinstance(value, str) else value


class Day(TypeDecorator[date]):
    """A calendar day: ``2026-11-30`` on SQLite."""

    impl = DATE
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, a date elsewhere."""
        return dialect.type_descriptor(TEXT() if dialect.name == "sqlite" else DATE())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """Write the ISO form on SQLite."""
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, _dialect: Dialect) -> date | None:
        """Read the ISO form on SQLite."""
        return date.fromisoformat(value) if isinstance(value, str) else value


def words(length: int = 100) -> TypeEngine[str]:
    """Text; MariaDB needs a length to index it."""
    return TEXT().with_variant(VARCHAR(length), *_MARIADB)


def text(name: str, length: int = 100, *, key: bool = False) -> Column[str]:
    """A column of short text; a key is part of the primary key."""
    return Column(name, words(length), primary_key=key)


def long_text(name: str) -> Column[str]:
    """A column of text without a limit."""
    return Column(name, TEXT)


def number(name: str, *, key: bool = False, index: bool = False) -> Column[int]:
    """A column of whole numbers; keys are given by the builder, never counted up."""
    return Column(name, INTEGER, primary_key=key, autoincrement=False, index=index)


def ref(name: str, target: str) -> Column[int]:
    """An indexed reference to a row of the same source."""
    return Column(name, INTEGER, ForeignKey(target), index=True)


def at(name: str) -> Column[datetime]:
    """An indexed instant; retention rules count from it."""
    return Column(name, Instant, index=True)


def day(name: str, *, clock: bool = False) -> Column[date]:
    """A calendar day; a clock is indexed, for retention rules count from it."""
    return Column(name, Day, index=clock)
