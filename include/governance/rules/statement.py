"""A rule as one statement of the database that holds all its relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    TextClause,
    column,
    literal_column,
    null,
    quoted_name,
    select,
    text,
    union_all,
    values,
)
from sqlalchemy.sql.selectable import CTE

from include.governance.rules.cells import Reader
from include.governance.rules.derive import KEY
from include.governance.rules.given import Row
from include.governance.rules.relation import Relation


def condition(sql: str) -> TextClause:
    """Plain SQL: what looks like a parameter in it is none."""
    return text(sql.replace(":", "\\:"))


def keys(judged: Select[Any], rows: str, inner: Mapping[str, CTE], breach: str) -> Select[Any]:
    """The keys of the rows that break the rule."""
    table = judged.subquery(quoted_name(rows, quote=True))
    named = [each for each in table.c if each.name.startswith(KEY)]
    query = select(*named) if named else select(literal_column("1"))
    return query.select_from(table).where(condition(breach)).add_cte(*inner.values())


def of_tables(relation: Relation, parts: Sequence[Select[Any]]) -> CTE:
    """A relation that lies in tables."""
    return union_all(*parts).cte(quoted_name(relation.held_as, quote=True))


def of_rows(relation: Relation, rows: Sequence[Row], reader: Reader) -> CTE:
    """A relation whose rows are given, or that has none."""
    name = quoted_name(relation.held_as, quote=True)
    if not rows:
        empty = [reader.nothing(f.kind).label(n) for n, f in relation.fields.items()]
        return select(*empty).where(literal_column("1") == literal_column("0")).cte(name)
    listed = values(
        *(column(field, Text) for field in relation.fields),
        name=f"{relation.held_as}_given",
        literal_binds=True,
    ).data([tuple(null() if cell is None else cell for cell in row) for row in rows])
    given = listed.cte(f"{relation.held_as}_given")
    cells: list[ColumnElement[Any]] = [reader.text(given.c[f]).label(f) for f in relation.fields]
    return select(*cells).cte(name)
