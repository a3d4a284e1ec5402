"""How PostgreSQL runs the statements of a run: time, scans, and scans that are repeated."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL
from sqlalchemy.engine import Engine

#: Shown however fast the others were.
SLOWEST = 15
_LARGE = 5_000


@dataclass
class Asked:
    """One statement that was sent, and how long the server took to answer."""

    text: str
    parameters: Any
    seconds: float = 0.0


@contextmanager
def recorded() -> Iterator[list[Asked]]:
    """Every SELECT that SQLAlchemy sends meanwhile."""
    found: list[Asked] = []

    def before(_c: Any, _cursor: Any, _text: str, _values: Any, context: Any, _m: bool) -> None:
        context.asked_at = time.perf_counter()

    def after(_c: Any, _cursor: Any, text: str, parameters: Any, context: Any, _m: bool) -> None:
        if text.lstrip().upper().startswith(("SELECT", "WITH")):
            took = time.perf_counter() - context.asked_at
            found.append(Asked(text, parameters, took))

    sa.event.listen(Engine, "before_cursor_execute", before)
    sa.event.listen(Engine, "after_cursor_execute", after)
    try:
        yield found
    finally:
        sa.event.remove(Engine, "before_cursor_execute", before)
        sa.event.remove(Engine, "after_cursor_execute", after)


def shapes(url: URL, asked: Sequence[Asked]) -> Iterator[str]:
    """The slowest statements, and every one that reads a large table more than once."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    total = sum(each.seconds for each in asked)
    yield f"{len(asked)} statements, {total:.2f} s until the first row"
    ranked = sorted(asked, key=lambda each: -each.seconds)
    with engine.connect() as connection:
        large = _large(connection)
        for at, each in enumerate(ranked):
            if "sqlite_" in each.text or "FROM register_" in each.text:
                continue
            plan = _plan(connection, each)
            if plan is None:
                continue
            repeated = sorted(set(_repeated(plan, large)))
            if at < SLOWEST or repeated:
                scans = ", ".join(_scans(plan)) or "-"
                note = f"  REPEATED {', '.join(repeated)}" if repeated else ""
                yield f"{each.seconds * 1000:9.1f} ms  {scans}{note}"
                yield f"             {' '.join(each.text.split())[:400]}"


def _large(connection: sa.Connection) -> frozenset[str]:
    query = f"SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > {_LARGE}"
    return frozenset(connection.exec_driver_sql(query).scalars())


def _plan(connection: sa.Connection, asked: Asked) -> Mapping[str, Any] | None:
    """None for what is not asked of this database."""
    try:
        with connection.begin_nested():
            text = f"EXPLAIN (FORMAT JSON) {asked.text}"
            found = connection.exec_driver_sql(text, asked.parameters).scalar()
    except sa.exc.SQLAlchemyError:
        return None
    return found[0]["Plan"] if found else None


def _scans(node: Mapping[str, Any]) -> Iterator[str]:
    """Every table that is read, and how."""
    if name := node.get("Relation Name"):
        yield f"{node['Node Type'].lower()} {name}"
    for child in node.get("Plans", ()):
        yield from _scans(child)


def _repeated(
    node: Mapping[str, Any], large: frozenset[str], *, again: bool = False
) -> Iterator[str]:
    """Large tables that are read whole for each row of something else."""
    if again and node["Node Type"] == "Seq Scan" and node.get("Relation Name") in large:
        yield node["Relation Name"]
    loop = node["Node Type"] == "Nested Loop"
    for child in node.get("Plans", ()):
        inner = loop and child.get("Parent Relationship") == "Inner"
        per_row = child.get("Parent Relationship") == "SubPlan" and not _hashed(node)
        yield from _repeated(child, large, again=again or inner or per_row)


def _hashed(node: Mapping[str, Any]) -> bool:
    """The subplans of this node are read once, into a hash table."""
    return "hashed SubPlan" in str(node.get("Filter", ""))
