"""Look again at rows that stay with other values: is anything left, and who is alone?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, case, false, func, inspect, not_, or_, select

from include.governance.detect.entities import CATEGORIES
from include.governance.detect.table import ColumnInfo, TableScanner
from include.governance.detect.values import Detector
from include.governance.erasure.binding import among
from include.governance.erasure.coarser import AgeCap
from include.governance.erasure.form import unmasked_columns
from include.governance.erasure.keys import Key
from include.governance.erasure.reflect import Shape, shape_of
from include.governance.erasure.target import Kind, Target
from include.governance.model.certificate import ColumnScan, Groups, Masking
from include.governance.model.contract import Dataset
from include.governance.model.schedule import Action

_BATCH = 1_000


def look_again(
    target: Target,
    dataset: Dataset,
    actions: Mapping[str, Action],
    keys: Sequence[Key],
    threshold: int,
    cap: AgeCap | None = None,
) -> Masking:
    """Scan the changed columns of the rows of a plan, and count who looks like whom.

    Groups are counted over all rows of the table in which nothing is left to change, so that the
    rows of earlier plans count as company.
    """
    with target.snapshot() as connection:
        shape = shape_of(inspect(connection), target.kind, dataset)
        changed = {name: action for name, action in actions.items() if action != "keep"}
        left = unmasked_columns(shape, changed, target.kind, cap)
        return Masking(
            rows=len(keys),
            columns=tuple(_columns(connection, target.kind, shape, changed, left, keys)),
            groups=_groups(connection, shape, left, threshold),
        )


def _columns(
    connection: Connection,
    kind: Kind,
    shape: Shape,
    actions: Mapping[str, Action],
    left: Mapping[str, ColumnElement[bool]],
    keys: Sequence[Key],
) -> Iterator[ColumnScan]:
    counts = dict.fromkeys(actions, 0)
    # Empty and fixed values are known to the letter once their form is; the rest is scanned.
    looked_at = [name for name, a in actions.items() if a in ("generalise", "pseudonymise")]
    scanner = TableScanner(
        [ColumnInfo(name, "string") for name in looked_at],
        Detector(),
        watch={name: _watched(shape.dataset, name, actions[name]) for name in looked_at},
        max_hits=0,
    )
    for at in range(0, len(keys), _BATCH):
        batch = keys[at : at + _BATCH]
        where = among(kind, shape.table, shape, shape.key, batch)
        sums = (func.sum(case((condition, 1), else_=0)) for condition in left.values())
        still = connection.execute(select(*sums).select_from(shape.table).where(where)).one()
        for name, number in zip(left, still, strict=True):
            counts[name] += int(number or 0)
        if looked_at:
            query = select(*(shape.table.c[name] for name in looked_at)).where(where)
            rows = [tuple(row) for row in connection.execute(query)]
            values = {name: [row[i] for row in rows] for i, name in enumerate(looked_at)}
            scanner.feed([(n,) for n in range(len(rows))], values)
    scanned = scanner.finish()
    for name, action in actions.items():
        found = scanned.rows_of(name)
        yield ColumnScan(column=name, action=action, unmasked=counts[name], found=found)


def _watched(dataset: Dataset, name: str, action: Action) -> frozenset[str]:
    """Every kind of personal data, but for the kind that a coarser value still is."""
    column = dataset.column(name)
    own = column.category if column and action == "generalise" else None
    return frozenset(str(kind) for kind, category in CATEGORIES.items() if category != own)


def _groups(
    connection: Connection,
    shape: Shape,
    left: Mapping[str, ColumnElement[bool]],
    threshold: int,
) -> Groups:
    names = tuple(column.name for column in shape.dataset.quasi_identifiers)
    columns = [shape.table.c[name] for name in names]
    done = not_(or_(false(), *left.values()))
    rows = int(connection.scalar(select(func.count()).select_from(shape.table).where(done)) or 0)
    size = func.count().label("size")
    each = select(size).select_from(shape.table).where(done).group_by(*columns).subquery()
    below = func.sum(case((each.c.size < threshold, each.c.size), else_=0))
    alone = func.sum(case((each.c.size == 1, 1), else_=0))
    query = select(func.count(), func.min(each.c.size), below, alone).select_from(each)
    groups, smallest, small, unique = connection.execute(query).one()
    return Groups(
        columns=names,
        rows=rows,
        groups=int(groups),
        smallest=int(smallest or 0),
        threshold=threshold,
        small_rows=int(small or 0),
        unique=int(unique or 0),
    )
