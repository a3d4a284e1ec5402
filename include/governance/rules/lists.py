"""The single words of a list that a cell holds, on every engine."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias

VALUE = "value"


class json_words(FunctionElement[str]):
    """The elements of a JSON list as rows."""

    inherit_cache = True
    name = "json_words"


@compiles(json_words, "sqlite")
def _sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(json_words, "postgresql")
def _postgres(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    cell = compiler.process(element.clauses, **options)
    return f"jsonb_array_elements_text(CAST({cell} AS jsonb))"


@compiles(json_words, "mysql")
@compiles(json_words, "mariadb")
def _mariadb(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    cell = compiler.process(element.clauses, **options)
    return f"JSON_TABLE({cell}, '$[*]' COLUMNS ({VALUE} LONGTEXT PATH '$'))"


def words(cell: ColumnElement[Any], dialect: str) -> TableValuedAlias:
    """A row for each word; the cell holds a JSON list of strings, or words between commas."""
    quoted = func.to_jsonb(cell) if dialect == "postgresql" else func.json_quote(cell)
    split = func.replace(cast(quoted, Text) if dialect == "postgresql" else quoted, ",", '","')
    json = case((func.ltrim(cell).like("[%"), cell), else_=_between(split, dialect))
    return json_words(json).table_valued(VALUE, joins_implicitly=True)


def _between(text: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return func.trim("[").concat(text).concat("]")
    return func.concat("[", text, "]")
