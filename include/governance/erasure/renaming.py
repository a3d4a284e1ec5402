"""Give rows their pseudonyms: read under lock, computed here and written back by key.

No server sees the key, and no statement an old value: it has the pseudonyms by row, as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from sqlalchemy import JSON, ColumnElement, Text, Update, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from include.governance.erasure.keys import key_of
from include.governance.erasure.pseudonym import Pseudonym
from include.governance.erasure.reflect import Shape
from include.governance.erasure.target import Kind
from include.governance.erasure.walk import Scene
from include.governance.erasure.where import Where, one_of

#: PostgreSQL looks a row up at once, the others go through the whole document for every row.
_ROWS: dict[Kind, int] = {"postgresql": 5_000, "mariadb": 500, "sqlite": 500}
_DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


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
        size = _ROWS[scene.kind]
        for at in range(0, len(rows), size):
            some = rows[at : at + size]
            keys = [key_of(row[1 : 1 + width], shape.dataset.id) for row in some]
            these = one_of(scene.kind, shape, shape.key, keys)
            yield replace(these, given={**these.given, **self._documents(some, 1 + width)})

    def _documents(self, rows: Sequence[Sequence[Any]], first: int) -> dict[str, object]:
        """Per column the pseudonyms by row; nothing stays nothing."""
        return {
            _parameter(at): {
                row[0]: pseudonym.of(row[first + at]) for row in rows if row[first + at] is not None
            }
            for at, pseudonym in enumerate(self.pseudonyms.values())
        }


def renaming(
    kind: Kind,
    shape: Shape,
    values: Mapping[str, ColumnElement[Any] | None],
    pseudonyms: Mapping[str, Pseudonym],
) -> Update | Renaming:
    """The update of a table without its condition."""
    bare = shape.table.update()
    if not pseudonyms:
        return bare.values(values)
    label = _label(kind, shape)
    found = {name: _looked_up(kind, label, at) for at, name in enumerate(pseudonyms)}
    return Renaming(bare.values({**values, **found}), pseudonyms)


def _parameter(at: int) -> str:
    return f"daicho_pseudonyms{at}"


def _looked_up(kind: Kind, label: ColumnElement[str], at: int) -> ColumnElement[str]:
    document: ColumnElement[Any] = bindparam(_parameter(at), type_=_DOCUMENT)
    if kind == "postgresql":
        return document.op("->>", precedence=15, return_type=Text())(label)
    path = literal('$."', Text).concat(label).concat('"')
    if kind == "sqlite":
        return func.json_extract(document, path, type_=Text)
    return func.json_value(document, path, type_=Text)


def _label(kind: Kind, shape: Shape) -> ColumnElement[str]:
    """What a row is called in a document: its key, in digits where a path would need quotes."""
    key = [shape.table.c[name] for name in shape.key]
    match kind:
        case "postgresql":
            return cast(key[0] if len(key) == 1 else func.jsonb_build_array(*key), Text)
        case "sqlite":
            digits = [func.hex(func.quote(part), type_=Text) for part in key]  # 5 is not '5'
        case _:
            digits = [func.hex(part, type_=Text) for part in key]
    return reduce(lambda so_far, part: so_far.concat("-").concat(part), digits)
