"""Put back what one chunk took away, statement by statement backwards, exactly or not at all."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Connection,
    exc,
    func,
    insert,
    inspect,
    select,
    text,
)

from include.governance.erasure.binding import among
from include.governance.erasure.catalogue import foreign_keys
from include.governance.erasure.dictionary import known_keys
from include.governance.erasure.graph import Place, place_of, shown
from include.governance.erasure.keys import Key, Seed
from include.governance.erasure.pace import Pace, careful
from include.governance.erasure.quarantine import (
    forget_sealed,
    mark_undone,
    sealed_of,
    undone_chunks,
)
from include.governance.erasure.quarantine_columns import (
    Cell,
    Named,
    Stored,
    write_exactly,
)
from include.governance.erasure.quarantine_parts import (
    Cells,
    Part,
    live_table,
    read_cells,
    stored_columns,
)
from include.governance.erasure.quarantine_seal import Seal
from include.governance.erasure.reflect import Closure, Shape
from include.governance.erasure.renewed import update_only
from include.governance.erasure.schema_state import schema_sha256
from include.governance.erasure.target import Target
from include.governance.erasure.walk import Scene, batches
from include.governance.errors import PlanError
from include.governance.model.contract import Dataset
from include.governance.model.quarantine import UndoObstacle, UndoRefusal
from include.governance.retention.links import links_from
from include.governance.source.database import named

_PARENT = ("23503", 1452, "SQLITE_CONSTRAINT_FOREIGNKEY")
_TAKEN = ("23505", 1062, "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
#: A key of zero and days that no calendar has are put back as they were.
_MARIADB = text(
    "SET sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES',"
    " time_zone = '+00:00'"
)


class InTheWay(Exception):
    """Something forbids to put the rows of a chunk back; nothing of it was."""

    def __init__(self, reason: UndoObstacle, table: str, rows: int) -> None:
        self.reason, self.table, self.rows = reason, table, rows
        super().__init__(reason)


@dataclass(frozen=True)
class Undoing:
    """What putting rows back is done with; ``schema_sha256`` is the one that was approved."""

    target: Target
    closure: Closure
    datasets: Sequence[Dataset]
    seal: Seal
    seed: Seed
    schema_sha256: str
    person: str


def undo_chunk(undoing: Undoing, no: int, at: datetime) -> int | UndoRefusal:
    """Put the rows of a chunk back in one transaction and forget what was kept of them.

    Hands back how many rows, none when somebody else did it, or what is in the way. Raises
    PlanError when what was kept was altered or is gone, or the schema is another one.
    """
    plan_id = undoing.seal.plan_id
    try:
        with undoing.target.writing() as connection:
            sealed = sealed_of(connection, plan_id, no)
            if not sealed and no in undone_chunks(connection, plan_id):
                return 0
            require_same_schema(undoing, connection)
            parts = undoing.seal.open(no, sealed)
            scene = _scene(undoing, connection)
            for part in reversed(parts):
                _put_back(scene, part)
            _nothing_hangs_loose(scene, undoing.datasets, parts)
            require_same_schema(undoing, connection)
            rows = sum(len(each.keys) for each in parts if each.step)
            mark_undone(connection, plan_id, no, rows=rows, person=undoing.person, at=at)
            forget_sealed(connection, plan_id, [no])
    except InTheWay as found:
        return UndoRefusal(chunk=no, reason=found.reason, table=found.table, rows=found.rows)
    return rows


def _scene(undoing: Undoing, connection: Connection) -> Scene:
    """A transaction in which values are read and written exactly, and nothing waits for long."""
    kind = undoing.target.kind
    careful(connection, kind, Pace())
    write_exactly(connection, kind)
    if kind == "postgresql":  # what is in the way is found by the statement that it stops
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    if kind == "mariadb":
        connection.execute(_MARIADB)
    if kind == "sqlite":  # rows of one table may name each other; _nothing_hangs_loose looks
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    return Scene(connection, kind, undoing.closure, undoing.seed)


def require_same_schema(undoing: Undoing, connection: Connection) -> None:
    """Asked before, and again when the rows are back: from then on nobody can alter tables."""
    places = undoing.closure.graph.places
    kind = undoing.target.kind
    known = known_keys(connection, kind, places)
    if schema_sha256(connection, kind, places, known) != undoing.schema_sha256:
        raise PlanError("quarantine_schema", plan=undoing.seal.plan_id)


def _put_back(scene: Scene, part: Part) -> None:
    shape = scene.closure.shapes[part.place]
    columns = [each for each in stored_columns(scene, shape) if each.name in part.columns]
    there = read_cells(scene, shape, columns, part.keys)
    try:
        if part.after is None:
            _free(part, len(there))
            _insert(scene, shape, columns, part.before)
        else:
            _untouched(part, there)
            _change_back(scene, shape, columns, part)
    except (exc.IntegrityError, exc.DataError) as error:
        raise InTheWay(_why(error), shown(part.place), len(part.keys)) from None
    if read_cells(scene, shape, columns, part.keys) != dict(
        zip(part.keys, part.before, strict=True)
    ):
        raise InTheWay("not_exact", shown(part.place), len(part.keys))


def _free(part: Part, taken: int) -> None:
    if taken:
        raise InTheWay("key_taken", shown(part.place), taken)


def _untouched(part: Part, there: Mapping[Key, Cells]) -> None:
    """The columns still hold what the erasure left in them."""
    left = dict(zip(part.keys, part.after or (), strict=True))
    if gone := left.keys() - there.keys():
        raise InTheWay("row_gone", shown(part.place), len(gone))
    if changed := sum(there[key] != cells for key, cells in left.items()):
        raise InTheWay("changed_since", shown(part.place), changed)


def _insert(
    scene: Scene, shape: Shape, columns: Sequence[Stored], rows: Sequence[Sequence[Cell]]
) -> None:
    if scene.kind == "postgresql":
        _insert_at_once(scene, shape, columns, rows)
        return
    values = {each.name: each.write(f"c{at}") for at, each in enumerate(columns)}
    given = [{f"c{at}": _bound(scene, cell) for at, cell in enumerate(row)} for row in rows]
    scene.connection.execute(insert(live_table(scene, shape)).values(values), given)


def _insert_at_once(
    scene: Scene, shape: Shape, columns: Sequence[Stored], rows: Sequence[Sequence[Cell]]
) -> None:
    """One statement for PostgreSQL, which looks at foreign keys when it ends: rows of one table
    may name each other. Numbers that the database gives out are put back too.
    """
    prepare = scene.connection.dialect.identifier_preparer
    names = ", ".join(prepare.quote_identifier(each.name) for each in columns)
    types = (Named(each.type).get_col_spec() for each in columns)
    cells = ", ".join(f"CAST(r->>{at} AS {kind})" for at, kind in enumerate(types))
    table = prepare.format_table(live_table(scene, shape))
    scene.connection.exec_driver_sql(
        f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {cells}"  # noqa: S608
        " FROM json_array_elements(CAST(%(rows)s AS json)) r",
        {"rows": json.dumps([list(row) for row in rows])},
    )


def _change_back(scene: Scene, shape: Shape, columns: Sequence[Stored], part: Part) -> None:
    table = live_table(scene, shape)
    bare = update_only(scene, shape, part.columns, table)
    values = {each.name: each.write(f"c{at}") for at, each in enumerate(columns)}
    for key, row in zip(part.keys, part.before, strict=True):
        own = among(scene.kind, table, shape, shape.key, [key])
        given = {f"c{at}": _bound(scene, cell) for at, cell in enumerate(row)}
        scene.connection.execute(bare.where(own).values(values), given)


def _bound(scene: Scene, cell: Cell) -> object:
    """A cell as its parameter takes it; SQLite gets the bytes behind a letter for their sort."""
    if scene.kind == "sqlite" and isinstance(cell, str):
        return cell[0].encode() + bytes.fromhex(cell[1:])
    return cell


def _why(error: exc.DBAPIError) -> UndoObstacle:
    given = getattr(error.orig, "args", ()) or (None,)
    known = {getattr(error.orig, "sqlstate", None), getattr(error.orig, "sqlite_errorname", None)}
    known |= {given[0] if isinstance(given[0], int) else None}
    if known & set(_PARENT):
        return "parent_gone"
    return "key_taken" if known & set(_TAKEN) else "constraint"


def _nothing_hangs_loose(scene: Scene, datasets: Sequence[Dataset], parts: Sequence[Part]) -> None:
    """Every parent that a row names is there, whether the database or only a contract says so."""
    keys: dict[Place, set[Key]] = {}
    for part in parts:
        keys.setdefault(part.place, set()).update(part.keys)
    for child, here, parent, there in _named_parents(scene, datasets, keys):
        shape = scene.closure.shapes[child]
        above = named(parent[1], there, parent[0]).alias("above")
        near = live_table(scene, shape)
        filled = [near.c[name].is_not(None) for name in here]
        same = [above.c[b] == near.c[a] for a, b in zip(here, there, strict=True)]
        known = select(1).select_from(above).where(*same).correlate(near)
        loose = select(func.count()).select_from(near).where(*filled, ~known.exists())
        found = sum(
            scene.connection.scalar(loose.where(among(scene.kind, near, shape, shape.key, some)))
            or 0
            for some in batches(sorted(keys[child], key=repr))
        )
        if found:
            raise InTheWay("parent_gone", shown(parent), found)


def _named_parents(
    scene: Scene, datasets: Sequence[Dataset], children: Collection[Place]
) -> list[tuple[Place, tuple[str, ...], Place, tuple[str, ...]]]:
    inspector = inspect(scene.connection)
    found = {
        (edge.child, edge.here, edge.parent, edge.there)
        for edge in foreign_keys(inspector, scene.kind)
    }
    for child in children:
        dataset = scene.closure.shapes[child].dataset
        for link in links_from(dataset, datasets):
            home = inspector.default_schema_name
            found.add((child, link.here, place_of(link.parent, home), link.there))
    return sorted((each for each in found if each[0] in children), key=repr)
