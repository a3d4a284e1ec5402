"""The target's own receipts, chunk by chunk: the only truth about what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

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


def receipts_of(connection: Connection, plan_id: str) -> Iterator[ChunkReceipt]:
    """Every receipt of a plan, in the order of its chunks."""
    steps: dict[int, dict[str, tuple[int, str]]] = {}
    each = select(RECEIPT.c.no, RECEIPT.c.step, RECEIPT.c.row_count, RECEIPT.c.set_hash)
    for no, step, rows, found in connection.execute(each.where(RECEIPT.c.plan_id == plan_id)):
        steps.setdefault(no, {})[step] = (int(rows), str(found))
    done = select(DONE.c.no, DONE.c.roots, DONE.c.skipped, DONE.c.way, DONE.c.at)
    for no, roots, skipped, way, at in connection.execute(
        done.where(DONE.c.plan_id == plan_id).order_by(DONE.c.no)
    ):
        yield ChunkReceipt(no, roots, skipped, way, _aware(at), steps.get(no, {}))


def _aware(at: datetime) -> datetime:
    """SQLite and MariaDB give back the moment without its zone; it was written in UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
