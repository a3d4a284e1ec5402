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

    url: URL
    text: str
    parameters: Any
    seconds: float


@contextmanager
def recorded() -> Iterator[list[Asked]]:
    """Every SELECT that SQLAlchemy sends to PostgreSQL meanwhile."""
    found: list[Asked] = []

    def before(_c: Any, _cursor: Any, _text: str, _values: Any, context: Any, _m: bool) -> None:
        context.asked_at = time.perf_counter()

    def after(own: Any, _cursor: Any, text: str, values: Any, context: Any, _m: bool) -> None:
        of_source = own.engine.url.get_backend_name() == "postgresql"
        if of_source and text.lstrip().upper().startswith(("SELECT", "WITH")):
            took = time.perf_counter() - context.asked_at
            found.append(Asked(own.engine.url, text, values, took))

    sa.event.listen(Engine, "before_cursor_execute", before)
    sa.event.listen(Engine, "after_cursor_execute", after)
    try:
        yield found
    finally:
        sa.event.remove(Engine, "before_cursor_execute", before)
        sa.event.remove(Engine, "after_cursor_execute", after)


def shapes(asked: Sequence[Asked]) -> Iterator[str]:
    """The slowest statements, and every one that reads a large table again and again."""
    total = sum(each.seconds for each in asked)
    yield f"{len(asked)} statements, {total:.2f} s until the first row"
    for at, each in enumerate(sorted(asked, key=lambda each: -each.seconds)):
        plan, large = _plan(each)
        repeated = sorted(set(_repeated(plan, large)))
        if at < SLOWEST or repeated:
            scans = ", ".join(_scans(plan)) or "-"
            note = f"  REPEATED {', '.join(repeated)}" if repeated else ""
            yield f"{each.seconds * 1000:9.1f} ms  {scans}{note}"
            yield f"             {' '.join(each.text.split())[:400]}"


def _plan(asked: Asked) -> tuple[Mapping[str, Any], frozenset[str]]:
    """How the server runs it under the settings it was sent with, and which tables are large."""
    engine = sa.create_engine(asked.url, poolclass=sa.NullPool)
    query = f"SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > {_LARGE}"
    with engine.connect() as connection:
        explain = f"EXPLAIN (FORMAT JSON) {asked.text}"
        [found] = connection.exec_driver_sql(explain, asked.parameters).scalar_one()
        return found["Plan"], frozenset(connection.exec_driver_sql(query).scalars())


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
