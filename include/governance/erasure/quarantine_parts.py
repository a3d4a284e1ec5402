"""What a chunk is about to take away: whole rows before they go, columns before they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, TableClause, column, quoted_name, select

from include.governance.erasure.binding import row_hashes
from include.governance.erasure.graph import Place
from include.governance.erasure.keys import Key, SetHash, hashed_rows, key_of
from include.governance.erasure.quarantine_columns import (
    Cell,
    InUtc,
    Stored,
    stored_in,
    write_exactly,
)
from include.governance.erasure.reflect import Shape
from include.governance.erasure.walk import Scene, batches
from include.governance.erasure.where import Where, one_of
from include.governance.source.database import named

Cells = tuple[Cell, ...]


@dataclass(frozen=True)
class Part:
    """The rows of one statement. Without ``after`` they went; else their columns became that.

    ``step`` is empty for a foreign key that is only emptied so that a cycle can go.
    """

    step: str
    place: Place
    columns: tuple[str, ...]
    keys: tuple[Key, ...]
    before: tuple[Cells, ...]
    after: tuple[Cells, ...] | None


@dataclass
class Recorder:
    """Keeps what the statements of one chunk take away, in their order.

    ``sets`` are the rows of each step as they were read: the statement must report the same ones.
    """

    scene: Scene
    parts: list[Part] = field(default_factory=list)
    sets: dict[str, SetHash] = field(default_factory=dict)

    def __post_init__(self) -> None:
        write_exactly(self.scene.connection, self.scene.kind)

    def has_seen(self, changed: Mapping[str, SetHash]) -> bool:
        """Whether exactly the rows that the steps changed were read."""
        return all(self.sets.get(step, SetHash()) == rows for step, rows in changed.items())

    @contextmanager
    def __call__(
        self, place: Place, names: Sequence[str] | None, where: Where, step: str
    ) -> Iterator[None]:
        """Around one statement: read its rows, locked, and of changed ones what they become."""
        shape = self.scene.closure.shapes[place]
        columns = _columns(self.scene, shape, names)
        found, total = _read(self.scene, shape, columns, where)
        if step:
            self.sets.setdefault(step, SetHash()).add(total)
        yield
        if not found:
            return
        after = None
        if names is not None:
            now = read_cells(self.scene, shape, columns, list(found))
            after = tuple(now[key] for key in found)
        names_kept = tuple(each.name for each in columns)
        kept = (names_kept, tuple(found), tuple(found.values()), after)
        self.parts.append(Part(step, place, *kept))


def _columns(scene: Scene, shape: Shape, names: Sequence[str] | None) -> list[Stored]:
    every = stored_columns(scene, shape)
    return [each for each in every if names is None or each.name in names]


def stored_columns(scene: Scene, shape: Shape) -> tuple[Stored, ...]:
    """The columns of a table, asked once as long as the scene lasts."""
    asked = ("quarantine", shape.place)
    if asked not in scene.written:
        scene.written[asked] = stored_in(scene.connection, scene.kind, shape)
    found: tuple[Stored, ...] = scene.written[asked]
    return found


def live_table(scene: Scene, shape: Shape) -> TableClause:
    """A table with all columns that hold something, whatever its contract declares."""
    schema, name = shape.place
    return named(name, tuple(each.name for each in stored_columns(scene, shape)), schema)


def read_cells(
    scene: Scene, shape: Shape, columns: Sequence[Stored], keys: Sequence[Key]
) -> dict[Key, Cells]:
    """Some columns of rows by key; rows that are not there are left out."""
    found: dict[Key, Cells] = {}
    for some in batches(keys):
        found |= _read(scene, shape, columns, one_of(scene.kind, shape, shape.key, some))[0]
    return found


def _read(
    scene: Scene, shape: Shape, columns: Sequence[Stored], where: Where
) -> tuple[dict[Key, Cells], SetHash]:
    """Rows that meet a condition, locked until the transaction ends, with the hash of their set."""
    table, width = shape.table, len(shape.key)
    hashes = row_hashes(shape, table, scene.seed) if scene.kind == "postgresql" else ()
    # named without the table, for a contract need not declare all of them
    cells = [each.read(column(quoted_name(each.name, quote=True))) for each in columns]
    wanted = [*(table.c[name] for name in shape.key), *cells, *hashes]
    query = select(*wanted).select_from(table).where(where.make())
    rows = scene.connection.execute(_locking(scene, query), where.given).all()
    end = width + len(cells)
    found = {key_of(row[:width], shape.dataset.id): tuple(row[width:end]) for row in rows}
    if not hashes:
        return found, hashed_rows(scene.seed, [row[:width] for row in rows], shape.dataset.id)
    total = SetHash()
    for row in rows:
        total.add(SetHash(1, row[end], row[end + 1]))
    return found, total


def _locking(scene: Scene, query: Select[Any]) -> Any:
    match scene.kind:
        case "postgresql":
            return query.with_for_update()
        case "mariadb":
            return InUtc(query.with_for_update())
        case _:
            return query
