"""The target's own receipts, chunk by chunk: the only truth about what is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from include.governance.erasure.keys import as_json, sha256
from include.governance.erasure.tables import DONE, RECEIPT


@dataclass(frozen=True)
class ChunkReceipt:
    """What one transaction changed: rows and hash per step."""

    no: int
    roots: int
    skipped: int
    way: str
    at: datetime
    steps: Mapping[str, tuple[int, str]]

    @property
    def digest(self) -> str:
        """SHA-256 over everything the receipt says."""
        steps = {step: list(found) for step, found in self.steps.items()}
        return sha256(as_json([self.no, self.roots, self.skipped, self.way, steps]))


def finished(connection: Connection, plan_id: str) -> set[int]:
    """The chunks of a plan that have a receipt."""
    done = select(DONE.c.no).where(DONE.c.plan_id == plan_id)
    return set(connection.execute(done).scalars())


def counted(connection: Connection, plan_id: str) -> set[int]:
    """The chunks of a plan of which it is written what their steps changed."""
    steps = select(RECEIPT.c.no).where(RECEIPT.c.plan_id == plan_id).distinct()
    return set(connection.execute(steps).scalars())


def last_done(connection: Connection, plan_id: str) -> datetime | None:
    """When the newest receipt of a plan was written; None when it has none."""
    at = connection.scalar(select(func.max(DONE.c.at)).where(DONE.c.plan_id == plan_id))
    return _aware(at) if at else None


def _every(_no: int) -> bool:
    return True


def receipts_of(
    connection: Connection, plan_id: str, wanted: Callable[[int], bool] = _every
) -> Iterator[ChunkReceipt]:
    """The receipts of the chunks of a plan that are wanted, in their order."""
    chunks = {no for no in finished(connection, plan_id) if wanted(no)}
    if not chunks:
        return
    first, last = min(chunks), max(chunks)
    steps: dict[int, dict[str, tuple[int, str]]] = {}
    each = select(RECEIPT.c.no, RECEIPT.c.step, RECEIPT.c.row_count, RECEIPT.c.set_hash)
    own = each.where(RECEIPT.c.plan_id == plan_id, RECEIPT.c.no.between(first, last))
    for no, step, rows, found in connection.execute(own):
        steps.setdefault(no, {})[step] = (int(rows), str(found))
    done = select(DONE.c.no, DONE.c.roots, DONE.c.skipped, DONE.c.way, DONE.c.at)
    ordered = done.where(DONE.c.plan_id == plan_id, DONE.c.no.between(first, last))
    for no, roots, skipped, way, at in connection.execute(ordered.order_by(DONE.c.no)):
        if no in chunks:
            yield ChunkReceipt(no, roots, skipped, way, _aware(at), steps.get(no, {}))


def _aware(at: datetime) -> datetime:
    """SQLite and MariaDB give back the moment without its zone; it was written in UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
