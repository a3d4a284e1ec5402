"""Take the next chunk of a plan, so that no two workers have the same; or let nobody take any."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from include.governance.erasure.tables import CHUNK, DONE
from include.governance.erasure.target import Kind


@dataclass(frozen=True)
class Claim:
    """A chunk that is this worker's now; ``done`` says that its receipts are there already."""

    no: int
    done: bool


def claim(connection: Connection, kind: Kind, plan_id: str, later: Collection[int]) -> Claim | None:
    """The next open chunk that no other worker has, until the transaction ends."""
    receipts = select(DONE.c.no).where(DONE.c.plan_id == plan_id, DONE.c.no == CHUNK.c.no)
    query = (
        select(CHUNK.c.no, receipts.exists())
        .where(CHUNK.c.plan_id == plan_id, CHUNK.c.state == "open")
        .where(CHUNK.c.no.not_in(list(later)))
        .order_by(CHUNK.c.no)
        .limit(1)
    )
    if kind != "sqlite":
        query = query.with_for_update(skip_locked=True)
    found = connection.execute(query).first()
    return None if found is None else Claim(int(found[0]), bool(found[1]))


def close_claims(connection: Connection, plan_id: str) -> None:
    """Leave no chunk to claim, for ever; waits for whoever has one."""
    still_open = (CHUNK.c.plan_id == plan_id, CHUNK.c.state == "open")
    connection.execute(update(CHUNK).where(*still_open).values(state="closed"))
