"""Lines that a person writes as the keys of rows: one key a line, the parts apart by tabs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from include.governance.disposal.desk import Desk
from include.governance.disposal.person import whole_number
from include.governance.disposal.rules import dataset_of
from include.governance.erasure.keys import Key
from include.governance.errors import PlanError
from include.governance.source.types import Stored, stored_columns

PART = "\t"


def keys_of_lines(desk: Desk, source: str, table: str, lines: Iterable[str]) -> list[Key]:
    """The keys, each as its column's type has it; empty lines are none.

    Raises PlanError when a line is no key of the table.
    """
    dataset = dataset_of(desk, source, table)
    opened = desk.workspace.source(source)
    live = opened.live_table(dataset.table, dataset.schema_name)
    stored = stored_columns(live, opened.dialect)
    kinds = [stored[name] for name in dataset.primary_key]
    return [_key(dataset.id, kinds, at, line) for at, line in enumerate(lines, 1) if line]


def _key(table: str, kinds: Sequence[Stored], line: int, text: str) -> Key:
    parts = text.split(PART)
    if len(parts) != len(kinds):
        raise PlanError(
            "disposal_selection_line", table=table, line=line, found=len(parts), allowed=len(kinds)
        )
    key: list[int | str] = []
    for part, kind in zip(parts, kinds, strict=True):
        found = whole_number(part) if kind == "number" else part
        if found is None:
            raise PlanError("disposal_selection_number", table=table, line=line)
        key.append(found)
    return tuple(key)
