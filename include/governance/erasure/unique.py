"""Which columns a table's unique indexes keep from being the same in two rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.engine.reflection import Inspector

from include.governance.erasure.graph import Place
from include.governance.erasure.target import Kind

_POSTGRES = text("""
SELECT i.indexrelid AS number, a.attname AS name,
  concat_ws(' ', pg_get_expr(i.indexprs, c.oid), pg_get_expr(i.indpred, c.oid)) AS expression
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid
  AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
WHERE (i.indisunique OR i.indisexclusion) AND c.relname = :name
  AND n.nspname = coalesce(:schema, current_schema())
""")
_MARIADB = text("""
SELECT index_name AS number, column_name AS name, '' AS expression
FROM information_schema.statistics
WHERE non_unique = 0 AND table_schema = coalesce(:schema, DATABASE()) AND table_name = :name
""")
_SQLITE = text("""
SELECT l.name AS number, x.name, coalesce(substr(m.sql, instr(m.sql, '(')), '') AS expression
FROM pragma_index_list(:name) l, pragma_index_xinfo(l.name) x
LEFT JOIN sqlite_master m ON m.type = 'index' AND m.name = l.name
WHERE l."unique" AND x.key AND :schema IS NULL
""")
_SQLITE_TABLE = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
_QUERIES = {"postgresql": _POSTGRES, "mariadb": _MARIADB, "sqlite": _SQLITE}


@dataclass(frozen=True)
class Unique:
    """Columns that an index compares as they are or without case, and those it computes with.

    Of the second sort nobody can say what other values would come to; conditions of partial
    indexes and generated columns count among it.
    """

    compared: frozenset[str]
    computed: frozenset[str]


def unique_columns(inspector: Inspector, kind: Kind, place: Place) -> Unique:
    """What the unique indexes and exclusions of a table are about."""
    connection = inspector.bind
    assert isinstance(connection, Connection)  # noqa: S101 - how it was made
    columns = inspector.get_columns(place[1], schema=place[0])
    formulas = {c["name"]: c["computed"]["sqltext"] for c in columns if "computed" in c}
    if formulas and kind == "sqlite":
        # SQLAlchemy does not cut them out right, so each goes on to the end of the table
        table = connection.scalar(_SQLITE_TABLE, {"name": place[1]})
        formulas = {name: _mention(name).split(table, maxsplit=1)[-1] for name in formulas}
    compared: set[str] = set()
    computed: set[str] = set()
    for plain, expression in _indexes(connection, kind, place):
        compared |= plain
        whole = _with_formulas(plain, expression, formulas)
        for name in {column["name"] for column in columns} - plain:
            rest, folded = _folded(name).subn("", whole)
            if folded:
                compared.add(name)
            if _mention(name).search(rest):
                computed.add(name)
    return Unique(frozenset(compared), frozenset(computed))


def _indexes(connection: Connection, kind: Kind, place: Place) -> Iterator[tuple[set[str], str]]:
    """Columns that stand in an index by themselves, and the text of everything else in it."""
    found: dict[object, tuple[set[str], str]] = {}
    for row in connection.execute(_QUERIES[kind], {"schema": place[0], "name": place[1]}):
        plain, _ = found.setdefault(row.number, (set(), row.expression))
        if row.name is not None:
            plain.add(row.name)
    yield from found.values()


def _with_formulas(plain: set[str], expression: str, formulas: Mapping[str, str]) -> str:
    """The text of an index with the formulas of generated columns, which may name each other."""
    whole, left = expression, dict(formulas)
    while named := [name for name in left if name in plain or _mention(name).search(whole)]:
        whole = " ".join([whole, *(left.pop(name) for name in named)])
    return whole


def _mention(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


def _folded(name: str) -> re.Pattern[str]:
    """The column without case: different values of ours stay different."""
    column = rf"[\"`\[]?{re.escape(name)}[\"`\]]?"
    argument = rf"\(\s*(?:{column}|\({column}\)::\w+)\s*\)"
    return re.compile(rf"\b(?:lower|upper|lcase|ucase)\s*{argument}", re.IGNORECASE)
