"""A random choice of rows: each with the same chance, whatever its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, TableClause, func, literal, select, tablesample

from include.governance.source.database import Source
from include.governance.source.dialect import CHANCE
from include.governance.source.live import LiveTable


@dataclass(frozen=True)
class Sample:
    """A share of every table, or about so many rows of it; the same ``seed`` chooses the same."""

    share: float | None
    rows: int | None
    seed: int = 0

    def chance(self, rows: int) -> float:
        """The chance of each row of a table of so many."""
        if self.share is not None:
            return self.share
        return min(1.0, (self.rows or 0) / max(rows, 1))

    def query(
        self, source: Source, live: LiveTable, table: TableClause, rows: int
    ) -> Select[tuple[Any, ...]]:
        """The chosen rows of a table of so many, all its columns."""
        chance, names = self.chance(rows), [column.name for column in live.columns]
        if source.dialect == "postgresql":
            drawn = func.bernoulli(literal(100 * chance))
            chosen = tablesample(table, drawn, name="chosen", seed=literal(self.seed))
            return select(*(chosen.c[name] for name in names))
        draw = getattr(func, CHANCE if source.dialect == "sqlite" else "rand")
        return select(*(table.c[name] for name in names)).where(draw(self.seed) < chance)
