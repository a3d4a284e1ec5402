"""Every column of a table as a text from which its database makes exactly the same value again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Connection,
    Double,
    Executable,
    LargeBinary,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    text,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import UserDefinedType

from include.governance.erasure.graph import shown
from include.governance.erasure.reflect import Closure, Shape
from include.governance.erasure.target import Kind, Target
from include.governance.errors import PlanError

#: What a value is kept as: text, or a number where SQLite has one.
Cell = str | int | float | None
_POSTGRES = text("""
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, b.typname AS base,
 b.typtype::text AS sort, b.typnamespace = 'pg_catalog'::regnamespace AS own
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type d ON d.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
JOIN pg_type b ON b.oid = CASE WHEN d.typcategory = 'A' THEN d.typelem ELSE d.oid END
WHERE c.relname = :name AND n.nspname = coalesce(:schema, current_schema())
 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
""")
_MARIADB = text("""
SELECT column_name AS name, concat(column_type, ' ', coalesce(collation_name, '')) AS type,
 data_type AS base
FROM information_schema.columns WHERE table_schema = coalesce(:schema, DATABASE())
 AND table_name = :name AND CAST(table_name AS BINARY) = CAST(:name AS BINARY)
 AND coalesce(is_generated, 'NEVER') = 'NEVER' ORDER BY ordinal_position
""")
_SQLITE = text("""
SELECT x.name, x.type, '' AS base FROM pragma_table_xinfo(:name) x WHERE x.hidden = 0 ORDER BY x.cid
""")
#: What PostgreSQL writes of these depends on a setting, on names, or on what they are made of.
_POSTGRES_OTHER = ("money", "char", "regclass", "regcollation", "regconfig", "regdictionary",
    "regnamespace", "regoper", "regoperator", "regproc", "regprocedure", "regrole",
    "regtype")  # fmt: skip
#: So that PostgreSQL writes every value as a dump does.
_POSTGRES_EXACT = text("""
SELECT set_config('extra_float_digits', '3', true), set_config('datestyle', 'ISO', true),
 set_config('intervalstyle', 'postgres', true), set_config('bytea_output', 'hex', true),
 set_config('xmloption', 'content', true)
""")
_WORDS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "json")
_BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
_NAMES = ("enum", "set")
_SHOWN = ("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "double", "year", "date",
    "time", "datetime", "timestamp", "uuid", "inet4", "inet6")  # fmt: skip
_UNSIGNED = mysql.BIGINT(unsigned=True)
_MARIADB_KNOWN = frozenset((*_WORDS, *_BYTES, *_NAMES, *_SHOWN, "float", "bit"))


@dataclass(frozen=True)
class Stored:
    """A column that holds something of its own."""

    kind: Kind
    name: str
    type: str
    base: str

    def read(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Its value as a cell."""
        match self.kind:
            case "postgresql":
                written = func.format("%s", column, type_=Text)
                return case((column.is_not(None), written))
            case "mariadb":
                return _mariadb_text(column, self.base)
            case _:
                as_bytes = func.hex(cast(column, LargeBinary), type_=Text)
                sort = func.typeof(column)
                return case(
                    (sort == "text", literal("t", Text).concat(as_bytes)),
                    (sort == "blob", literal("b", Text).concat(as_bytes)),
                    else_=column,
                )

    def write(self, name: str) -> ColumnElement[Any]:
        """The value of the cell that is bound under a name."""
        match self.kind:
            case "postgresql":
                return cast(bindparam(name, type_=Text), Named(self.type))
            case "mariadb":
                return _mariadb_value(bindparam(name, type_=Text), self.base)
            case _:
                cell: ColumnElement[Any] = bindparam(name)
                inside = func.substr(cell, 2)
                words = func.substr(cell, 1, 1) == literal(b"t", LargeBinary)
                given = case((words, cast(inside, Text)), else_=inside)
                return case((func.typeof(cell) == "blob", given), else_=cell)


class Named(UserDefinedType[Any]):
    """A type by the name that PostgreSQL itself gives it."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_options: Any) -> str:
        """Its name in SQL, with what the driver would take for a parameter written twice."""
        return self.name.replace("%", "%%")


class InUtc(Executable, ClauseElement):
    """A query of MariaDB in which moments are written without regard to summer time."""

    inherit_cache = False

    def __init__(self, query: ClauseElement) -> None:
        self.query = query


@compiles(InUtc)
def _in_utc(element: InUtc, compiler: SQLCompiler, **options: Any) -> str:
    query = compiler.process(element.query, **options)
    return f"SET STATEMENT time_zone = '+00:00' FOR {query}"


def _mariadb_text(column: ColumnElement[Any], base: str) -> ColumnElement[Any]:
    if base in (*_WORDS, *_BYTES):
        return func.hex(column, type_=Text)
    if base in _NAMES:
        return func.hex(_utf8(column), type_=Text)
    if base == "float":  # by itself it is shown with six digits
        column = cast(column, Double)
    return func.concat(cast(column, _UNSIGNED) if base == "bit" else column, type_=Text)


def _mariadb_value(cell: ColumnElement[Any], base: str) -> ColumnElement[Any]:
    if base in (*_WORDS, *_BYTES):
        return func.unhex(cell)
    if base in _NAMES:
        return _utf8(func.unhex(cell))
    return cast(cell, _UNSIGNED) if base == "bit" else cell


def _utf8(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.convert(value.op("USING")(literal_column("utf8mb4")))


def write_exactly(connection: Connection, kind: Kind) -> None:
    """Until the transaction ends, let the database write values so that nothing of them is lost."""
    if kind == "postgresql":
        connection.execute(_POSTGRES_EXACT)


def stored_in(connection: Connection, kind: Kind, shape: Shape) -> tuple[Stored, ...]:
    """Every column of a table but those that the database computes, declared or not."""
    query = {"postgresql": _POSTGRES, "mariadb": _MARIADB, "sqlite": _SQLITE}[kind]
    schema, name = shape.place
    given = {"name": name} if kind == "sqlite" else {"name": name, "schema": schema}
    rows = connection.execute(query, given).mappings()
    return tuple(Stored(kind, row["name"], row["type"], row["base"]) for row in rows)


def require_kept(target: Target, closure: Closure) -> None:
    """Raise PlanError for a column of a type that could not be put back exactly as it was."""
    with target.snapshot() as connection:
        for refusal in _unkept(connection, target.kind, closure.shapes.values()):
            raise refusal


def _unkept(connection: Connection, kind: Kind, shapes: Iterable[Shape]) -> Iterator[PlanError]:
    if kind == "sqlite":
        return
    query = _POSTGRES if kind == "postgresql" else _MARIADB
    for shape in shapes:
        schema, name = shape.place
        for row in connection.execute(query, {"name": name, "schema": schema}).mappings():
            if _refused(kind, row):
                facts = {"column": row["name"], "found": row["base"]}
                yield PlanError("quarantine_type", table=shown(shape.place), **facts)


def _refused(kind: Kind, row: Mapping[Any, Any]) -> bool:
    match kind:
        case "postgresql":
            return row["sort"] in ("c", "p") or (row["own"] and row["base"] in _POSTGRES_OTHER)
        case "mariadb":
            return row["base"] not in _MARIADB_KNOWN
        case _:
            return False
