"""Take the next chunk of a plan, so that no two workers have the same; or let nobody take any."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select, update

from include.governance.erasure.tables import CHUNK, DONE
from include.governance.erasure.target import Kind

_RECEIVED = select(DONE.c.no).where(DONE.c.plan_id == CHUNK.c.plan_id, DONE.c.no == CHUNK.c.no)
_PROVED = _RECEIVED.exists()


@dataclass(frozen=True)
class Claim:
    """A chunk that is this worker's now; ``done`` says that its receipts are there already."""

    no: int
    done: bool


def claim(connection: Connection, kind: Kind, plan_id: str, later: Collection[int]) -> Claim | None:
    """The next open chunk that no other worker has, until the transaction ends."""
    query = (
        select(CHUNK.c.no, _PROVED)
        .where(CHUNK.c.plan_id == plan_id, CHUNK.c.state == "open")
        .where(CHUNK.c.no.not_in(list(later)))
        .order_by(CHUNK.c.no)
        .limit(1)
    )
    if kind != "sqlite":
        query = query.with_for_update(skip_locked=True)
    found = connection.execute(query).first()
    return None if found is None else Claim(int(found[0]), bool(found[1]))


def unproved(connection: Connection, plan_id: str) -> int:
    """How many chunks have no receipts, whatever is said of their state."""
    query = select(func.count()).select_from(CHUNK).where(CHUNK.c.plan_id == plan_id, ~_PROVED)
    return int(connection.scalar(query) or 0)


def reopen(connection: Connection, plan_id: str) -> bool:
    """Open again what is said to be done and has no receipts; True when there was any."""
    said_done = (CHUNK.c.plan_id == plan_id, CHUNK.c.state == "done")
    # read first: an update that asks for receipts would wait in MariaDB for those being written
    found = connection.scalars(select(CHUNK.c.no).where(*said_done, ~_PROVED)).all()
    if found:
        opened = update(CHUNK).where(*said_done, CHUNK.c.no == bindparam("chunk"))
        connection.execute(opened.values(state="open"), [{"chunk": no} for no in found])
    return bool(found)


def closed(connection: Connection, plan_id: str) -> set[int]:
    """The chunks that nobody may claim any more."""
    query = select(CHUNK.c.no).where(CHUNK.c.plan_id == plan_id, CHUNK.c.state == "closed")
    return set(connection.execute(query).scalars())


def close_claims(connection: Connection, plan_id: str) -> None:
    """Leave no chunk to claim, for ever; waits for whoever has one."""
    reopen(connection, plan_id)
    still_open = (CHUNK.c.plan_id == plan_id, CHUNK.c.state == "open")
    connection.execute(update(CHUNK).where(*still_open).values(state="closed"))
