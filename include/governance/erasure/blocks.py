"""Chunks that are physical ranges of a PostgreSQL table on which nothing hangs.

Such a chunk is erased by one statement that reads its blocks in their order, several times quicker
than by its keys. The hash of what went says whether these were the approved rows; otherwise the
keys are gone through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.types import UserDefinedType

from include.governance.erasure.binding import row_hashes, xor
from include.governance.erasure.keys import SetHash
from include.governance.erasure.moment import Moment
from include.governance.erasure.record import Blocks
from include.governance.erasure.walk import Scene
from include.governance.erasure.where import Where


class _Tid(UserDefinedType[str]):
    """Where a row stands: its block and its place in it."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:
        """Its name in SQL."""
        return "TID"


@dataclass(frozen=True)
class Range:
    """Due rows between two blocks: how many, their hash, and their keys as JSON."""

    first: int
    end: int
    found: SetHash
    keys: str


def can_range(scene: Scene) -> bool:
    """Nothing hangs on the root, and the engine can read a range of blocks."""
    return scene.kind == "postgresql" and not scene.closure.graph.edges


def ranges(now: Moment, rows: int) -> Iterator[Range]:
    """The due rows in the order of their blocks, about so many at a time."""
    scene, root = now.scene, now.scene.closure.root
    keys = [root.table.c[name] for name in root.key]
    place: ColumnElement[Any] = literal_column("ctid")
    block = cast(func.split_part(func.substr(cast(place, Text), 2), ",", 1), Integer)
    due = select(*keys, block.label("daicho_block")).where(now.eligible).cte("due")
    before = func.sum(func.count()).over(order_by=due.c.daicho_block) - func.count()
    number = cast(before, BigInteger).op("/")(rows).label("daicho_no")
    per = select(due.c.daicho_block, number).group_by(due.c.daicho_block).cte("per")
    first, second = row_hashes(root, due, scene.seed)
    query = (
        select(
            func.min(due.c.daicho_block),
            func.max(due.c.daicho_block) + 1,
            func.count(),
            xor(first),
            xor(second),
            cast(func.json_agg(func.json_build_array(*(due.c[n] for n in root.key))), Text),
        )
        .select_from(due.join(per, due.c.daicho_block == per.c.daicho_block))
        .group_by(per.c.daicho_no)
        .order_by(per.c.daicho_no)
    )
    for begins, ends, count, a, b, text in scene.connection.execute(query):
        yield Range(begins, ends, SetHash(count, a, b), text)


def within(blocks: Blocks) -> Where:
    """Rows of a range."""
    place: ColumnElement[Any] = literal_column("ctid")
    first, end = (bindparam(name, type_=_Tid()) for name in ("daicho_first", "daicho_end"))
    given = {"daicho_first": f"({blocks.first},0)", "daicho_end": f"({blocks.end},0)"}
    return Where(lambda: and_(place >= first, place < end), given, "range")
