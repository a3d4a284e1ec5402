"""The sealed rows of erased chunks beside the data: they come with the receipt, go with the key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    true,
)

from include.governance.erasure.quarantine_seal import Sealed, Spot
from include.governance.erasure.tables import QUARANTINE, UNDONE


def keep_sealed(connection: Connection, sealed: Sequence[Sealed]) -> None:
    """Write them down, in the transaction that takes the rows away."""
    rows = [
        {
            "plan_id": each.spot.plan_id,
            "no": each.spot.no,
            "part": each.spot.part,
            "parts": each.spot.parts,
            "step": each.spot.step,
            "table_name": each.spot.table,
            "row_count": each.spot.rows,
            "body": each.body,
        }
        for each in sealed
    ]
    if rows:
        connection.execute(insert(QUARANTINE), rows)


def sealed_of(connection: Connection, plan_id: str, no: int) -> list[Sealed]:
    """The sealed parts of a chunk in their order, until the transaction ends nobody else's."""
    own = (QUARANTINE.c.plan_id == plan_id, QUARANTINE.c.no == no)
    query = select(QUARANTINE).where(*own).order_by(QUARANTINE.c.part).with_for_update()
    return [
        Sealed(
            Spot(
                row["plan_id"], row["no"], row["part"], row["parts"], row["step"],
                row["table_name"], row["row_count"],
            ),
            bytes(row["body"]),
        )
        for row in connection.execute(query).mappings()
    ]  # fmt: skip


def forget_sealed(connection: Connection, plan_id: str, chunks: Collection[int] = ()) -> None:
    """Take the sealed rows of a plan away, or only those of some chunks."""
    own = delete(QUARANTINE).where(QUARANTINE.c.plan_id == plan_id)
    connection.execute(own.where(QUARANTINE.c.no.in_(list(chunks))) if chunks else own)


def sealed_rows(connection: Connection, plan_id: str) -> int:
    """How many rows of a plan are kept: those that went, and those of which columns changed."""
    if not inspect(connection).has_table(QUARANTINE.name):
        return 0
    # rows of which only a reference was emptied go themselves and are counted there
    own = (QUARANTINE.c.plan_id == plan_id, QUARANTINE.c.step != "")
    return int(connection.scalar(select(func.sum(QUARANTINE.c.row_count)).where(*own)) or 0)


def sealed_chunks(connection: Connection, plan_id: str) -> list[int]:
    """The chunks of a plan of which rows are kept, the last one first."""
    query = select(QUARANTINE.c.no).where(QUARANTINE.c.plan_id == plan_id).distinct()
    return sorted(connection.execute(query).scalars(), reverse=True)


def mark_undone(
    connection: Connection, plan_id: str, no: int, *, rows: int, person: str, at: datetime
) -> None:
    """Say of a receipt that its rows are back, in the transaction that puts them back."""
    values = {"plan_id": plan_id, "no": no, "row_count": rows, "person": person, "at": at}
    connection.execute(insert(UNDONE).values(**values))


def undone_chunks(connection: Connection, plan_id: str) -> dict[int, int]:
    """The chunks that were put back, with their rows."""
    if not inspect(connection).has_table(UNDONE.name):
        return {}
    query = select(UNDONE.c.no, UNDONE.c.row_count).where(UNDONE.c.plan_id == plan_id)
    return {int(no): int(rows) for no, rows in connection.execute(query)}


def still_gone(connection: Connection, receipts: Table) -> ColumnElement[bool]:
    """Of receipts, those whose rows were not put back."""
    if not inspect(connection).has_table(UNDONE.name):
        return true()
    same = (UNDONE.c.plan_id == receipts.c.plan_id, UNDONE.c.no == receipts.c.no)
    return ~select(UNDONE.c.no).where(*same).exists()
