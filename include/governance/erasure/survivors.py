"""Whether the rows that were to stay are there: the keys before less those that went, and after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from include.governance.erasure.graph import shown
from include.governance.erasure.keys import Seed
from include.governance.erasure.plan import Basis
from include.governance.erasure.quarantine import still_gone
from include.governance.erasure.record import read_spec
from include.governance.erasure.reflect import read_closure
from include.governance.erasure.selection import Selection
from include.governance.erasure.tables import RECEIPT
from include.governance.erasure.target import Target
from include.governance.erasure.whole import whole
from include.governance.model.disposal import TableBalance


def balances(
    target: Target, plan_id: str, selection: Selection, basis: Basis
) -> Iterator[TableBalance]:
    """Rows before, gone and after of every table that a plan changes; keys must not be purged.

    It is exact when no other row came or went. Whose change it was otherwise, nobody can say.
    """
    with target.snapshot() as connection:
        spec = read_spec(connection, plan_id)
        gone = _gone(connection, spec)
        closure = read_closure(
            connection, target.kind, selection.root, basis.datasets, selection.deletes
        )
        for place, shape in closure.shapes.items():
            name = shown(place)
            if name not in spec["tables"]:  # declared since: nothing of it was planned
                continue
            rows, set_hash = spec["tables"][name]
            gone_rows, gone_hash = gone.get(name, (0, 0))
            after = whole(connection, target.kind, shape, Seed(*spec["seed"]))
            left = (rows - gone_rows, int(set_hash, 16) ^ gone_hash)
            yield TableBalance(
                table=name,
                before=rows,
                gone=gone_rows,
                after=after.rows,
                exact=left == (after.rows, int(after.hex, 16)),
            )


def _gone(connection: Connection, spec: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """By the receipts, the rows that are gone from each table, and the hash of their keys."""
    tables = {step["id"]: step["table"] for step in spec["steps"] if step["kind"] == "delete"}
    query = select(RECEIPT.c.step, RECEIPT.c.row_count, RECEIPT.c.set_hash)
    found: dict[str, tuple[int, int]] = {}
    for step, rows, set_hash in connection.execute(
        query.where(RECEIPT.c.plan_id == spec["plan_id"], still_gone(connection, RECEIPT))
    ):
        if name := tables.get(step):
            so_far, hashes = found.get(name, (0, 0))
            found[name] = (so_far + int(rows), hashes ^ int(set_hash, 16))
    return found
