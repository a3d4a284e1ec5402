"""Which columns of tables a view shows, by its definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlglot import exp, parse_one
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope, traverse_scope
from sqlglot.schema import MappingSchema

#: How the parser calls the databases whose views can be read.
DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql"}
#: A column as the view's definition names it: schema or None, table, column.
Cell = tuple[str | None, str, str]
#: The columns of a table; raises LookupError where there is no such table.
Columns = Callable[[str | None, str], Sequence[str]]


class DefinitionUnread(Exception):
    """Nobody can say what a view shows."""


def shown(definition: str, dialect: str, columns: Columns) -> Sequence[frozenset[Cell]]:
    """For each column of a view, in their order, the columns of tables that it is made of.

    A number of rows shows nothing of them, and neither does a condition that chooses them. Names
    are as the database compares them: in lower case but on PostgreSQL. Raises DefinitionUnread.
    """
    try:
        return _shown(definition, DIALECTS[dialect], columns)
    except Exception:  # the parser's own, on whatever a view may say; its text may quote values
        raise DefinitionUnread from None


def _shown(definition: str, dialect: str, columns: Columns) -> Sequence[frozenset[Cell]]:
    created = parse_one(definition, read=dialect)
    query = created.expression if isinstance(created, exp.Create) else created
    for name in query.find_all(exp.Identifier):
        exact = dialect == "postgres" and name.quoted
        name.replace(exp.to_identifier(name.name if exact else name.name.lower(), quoted=True))
    if any(each.recursive for each in query.find_all(exp.With)):
        raise DefinitionUnread
    query = query.transform(lambda n: exp.Literal.number(0) if isinstance(n, exp.Count) else n)
    tables = _flattened(query)
    schema = MappingSchema(
        {
            flat: {(c if dialect == "postgres" else c.lower()): "text" for c in columns(*place)}
            for flat, place in tables.items()
        },
        dialect=dialect,
        normalize=False,
    )
    qualified = qualify(query, schema=schema, dialect=dialect, identify=True)
    scope = build_scope(qualified)
    names = qualified.named_selects if isinstance(qualified, exp.Query) else []
    if scope is None or not names or len(set(names)) < len(names):
        raise DefinitionUnread
    if not all(each.table for each in qualified.find_all(exp.Column)) or qualified.find(
        exp.TableColumn
    ):
        raise DefinitionUnread  # a whole row as one value
    asked = (exp.column(name, quoted=True) for name in names)
    nodes = (lineage(each, qualified, schema, scope=scope, dialect=dialect) for each in asked)
    return [frozenset(_cells(node, tables)) for node in nodes]


def _flattened(query: exp.Expression) -> Mapping[str, tuple[str | None, str]]:
    """Give each table that is read a name of its own without a schema; which is which."""
    found: dict[str, tuple[str | None, str]] = {}
    for scope in traverse_scope(query):
        for called, table in _tables(scope):
            if not isinstance(table.this, exp.Identifier):
                raise DefinitionUnread  # what a function gives
            flat = f"daicho_t{len(found)}"
            found[flat] = (table.db or None, table.name)
            table.set("this", exp.to_identifier(flat, quoted=True))
            table.set("db", None)
            table.set("catalog", None)
            table.set("alias", exp.TableAlias(this=exp.to_identifier(called, quoted=True)))
    for column in query.find_all(exp.Column):
        column.set("db", None)
        column.set("catalog", None)
    return found


def _tables(scope: Scope) -> Iterator[tuple[str, exp.Table]]:
    read = [table for table in scope.tables if table.name not in scope.cte_sources]
    called = [table.alias_or_name for table in read]
    if len(set(called)) < len(called):
        raise DefinitionUnread  # two schemas have a table of that name
    yield from zip(called, read, strict=True)


def _cells(node: Node, tables: Mapping[str, tuple[str | None, str]]) -> Iterator[Cell]:
    for each in node.walk():
        if each.downstream:
            continue
        if isinstance(each.source, exp.Table):
            cell = parse_one(each.name)
            if isinstance(cell, exp.Column) and not isinstance(cell.this, exp.Star):
                yield (*tables[each.source.name], cell.name)
                continue
        if not isinstance(each.source, exp.Query):
            raise DefinitionUnread
