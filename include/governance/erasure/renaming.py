"""Give rows their pseudonyms: by PostgreSQL's own functions, elsewhere read and written back.

PostgreSQL gets the key as a bound parameter: reading, computing here and writing back costs half as
much again. The driver of MariaDB would write it into the statement; so there, and on SQLite, a
statement has the pseudonyms by row, as JSON, and neither the key nor an old value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    LargeBinary,
    Text,
    Update,
    bindparam,
    cast,
    func,
    literal,
    select,
)

from include.governance.erasure.keys import key_of
from include.governance.erasure.pseudonym import Pseudonym
from include.governance.erasure.reflect import Shape
from include.governance.erasure.renewed import update_only
from include.governance.erasure.target import Kind
from include.governance.erasure.walk import Scene
from include.governance.erasure.where import Where, one_of

#: The whole document is gone through for every row.
_ROWS = 500


@dataclass(frozen=True)
class Renaming:
    """An update in which some columns get pseudonyms."""

    bare: Update
    pseudonyms: Mapping[str, Pseudonym]

    def parts(self, scene: Scene, shape: Shape, where: Where, purpose: str) -> Iterator[Where]:
        """The rows of a condition, locked, in parts that bring their pseudonyms along."""
        table, width = shape.table, len(shape.key)
        columns = [
            _label(scene.kind, shape),
            *(table.c[name] for name in shape.key),
            *(cast(table.c[name], Text) for name in self.pseudonyms),
        ]
        asked = where.written(
            scene.written,
            f"{purpose} names",
            lambda found: select(*columns).where(found).with_for_update(),
        )
        rows = scene.connection.execute(asked, where.given).all()
        for at in range(0, len(rows), _ROWS):
            labels, *found = zip(*rows[at : at + _ROWS], strict=True)
            keys = [key_of(key, shape.dataset.id) for key in zip(*found[:width], strict=True)]
            these = one_of(scene.kind, shape, shape.key, keys)
            yield replace(these, given={**these.given, **self._documents(labels, found[width:])})

    def _documents(
        self, labels: Sequence[str], old: Sequence[Sequence[str | None]]
    ) -> dict[str, object]:
        """Per column the pseudonyms by row."""
        made = zip(self.pseudonyms.values(), old, strict=True)
        return {
            _parameter(at): dict(zip(labels, pseudonym.of(texts), strict=True))
            for at, (pseudonym, texts) in enumerate(made)
        }


def renaming(
    scene: Scene, shape: Shape, assignments: Mapping[str, ColumnElement[Any] | Pseudonym | None]
) -> Update | Renaming:
    """The update of a table without its condition."""
    pseudonyms = {n: each for n, each in assignments.items() if isinstance(each, Pseudonym)}
    values = {n: each for n, each in assignments.items() if not isinstance(each, Pseudonym)}
    bare, kind = update_only(scene, shape, assignments), scene.kind
    if kind == "postgresql":
        made = {n: _in_place(shape.table.c[n], each) for n, each in pseudonyms.items()}
        return bare.values({**values, **made})
    if not pseudonyms:
        return bare.values(values)
    label = _label(kind, shape)
    found = {name: _looked_up(kind, label, at) for at, name in enumerate(pseudonyms)}
    return Renaming(bare.values({**values, **found}), pseudonyms)


def _parameter(at: int) -> str:
    return f"daicho_pseudonyms{at}"


def _in_place(column: ColumnElement[Any], pseudonym: Pseudonym) -> ColumnElement[str]:
    outer, inner = (bindparam(None, pad, type_=LargeBinary) for pad in pseudonym.pads())
    inside = func.sha256(inner.op("||")(func.convert_to(cast(column, Text), "UTF8")))
    whole = func.encode(func.sha256(outer.op("||")(inside)), "hex")
    return func.left(whole, pseudonym.digits, type_=Text)


def _looked_up(kind: Kind, label: ColumnElement[str], at: int) -> ColumnElement[str]:
    path = literal('$."', Text).concat(label).concat('"')
    look = func.json_extract if kind == "sqlite" else func.json_value
    return look(bindparam(_parameter(at), type_=JSON), path, type_=Text)


def _label(kind: Kind, shape: Shape) -> ColumnElement[str]:
    """What a row is called in a document: its key in digits, which a path need not quote."""
    key = [shape.table.c[name] for name in shape.key]
    # to SQLite 5 is not '5'
    digits = [func.hex(func.quote(n) if kind == "sqlite" else n, type_=Text) for n in key]
    return reduce(lambda so_far, part: so_far.concat("-").concat(part), digits)
