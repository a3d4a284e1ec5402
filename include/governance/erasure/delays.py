"""Chunks that a worker had to leave for now, each with what was in the way."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from include.governance.erasure.tables import CHUNK, DELAY
from include.governance.model.erasure import Obstacle


def note_delay(connection: Connection, plan_id: str, no: int, obstacle: Obstacle) -> None:
    """Write down what was in the way the last time."""
    connection.execute(delete(DELAY).where(DELAY.c.plan_id == plan_id, DELAY.c.no == no))
    connection.execute(insert(DELAY).values(plan_id=plan_id, no=no, obstacle=obstacle))


def delays(connection: Connection, plan_id: str) -> dict[int, Obstacle]:
    """The chunks of a plan that were left and are still open."""
    query = (
        select(DELAY.c.no, DELAY.c.obstacle)
        .join(CHUNK, (CHUNK.c.plan_id == DELAY.c.plan_id) & (CHUNK.c.no == DELAY.c.no))
        .where(DELAY.c.plan_id == plan_id, CHUNK.c.state == "open")
        .order_by(DELAY.c.no)
    )
    return {row.no: row.obstacle for row in connection.execute(query)}
