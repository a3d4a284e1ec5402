"""Plans, kept under their digest and never changed, and the watermarks of sources."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select

from include.governance.errors import StoreError
from include.governance.model.base import Model
from include.governance.store.base import Database
from include.governance.store.encoding import canonical, sha256
from include.governance.store.schema import PLAN, PLAN_STEP, WATERMARK


class PlanStep(Model):
    """What a plan does to one table."""

    source: str
    table: str
    action: str
    rows: int


class StoredPlan(Model):
    """A plan as it was stored; ``document`` is what its digest covers."""

    digest: str
    document: dict[str, object]
    created_at: datetime
    as_of: date
    policy_version: str
    steps: tuple[PlanStep, ...]


class Plans(Database):
    """The part of the store that keeps plans and watermarks."""

    def save_plan(self, plan: StoredPlan) -> None:
        """Keep a plan; the same plan again changes nothing.

        Raises StoreError when another content is kept under the digest already.
        """
        document = canonical(plan.document)
        with self.writing() as connection:
            known = _plan(connection, plan.digest)
            if known is None:
                _insert_plan(connection, plan, document)
            elif known.model_copy(update={"created_at": plan.created_at}) != plan:
                raise StoreError("plan_differs", plan=plan.digest[:12])

    def plan(self, digest: str) -> StoredPlan | None:
        """The plan of that digest; raises StoreError when it was altered since it was stored."""
        with self.reading() as connection:
            return _plan(connection, digest)

    def watermark(self, name: str) -> str | None:
        """How far something was read, as its reader wrote it down."""
        chosen = select(WATERMARK.c.value).where(WATERMARK.c.name == name)
        with self.reading() as connection:
            return connection.scalar(chosen)

    def set_watermark(self, name: str, value: str) -> None:
        """Write down how far something was read."""
        with self.writing() as connection:
            connection.execute(delete(WATERMARK).where(WATERMARK.c.name == name))
            connection.execute(insert(WATERMARK).values(name=name, value=value))


def _insert_plan(connection: Connection, plan: StoredPlan, document: str) -> None:
    connection.execute(
        insert(PLAN).values(
            digest=plan.digest,
            document=document,
            document_sha256=sha256(document),
            created_at=plan.created_at,
            as_of=plan.as_of,
            policy_version=plan.policy_version,
        )
    )
    if plan.steps:
        connection.execute(insert(PLAN_STEP), _step_rows(plan))


def _step_rows(plan: StoredPlan) -> Sequence[Mapping[str, object]]:
    return [
        {
            "digest": plan.digest,
            "position": at,
            "source": step.source,
            "table_name": step.table,
            "action": step.action,
            "row_count": step.rows,
        }
        for at, step in enumerate(plan.steps)
    ]


def _plan(connection: Connection, digest: str) -> StoredPlan | None:
    found = select(PLAN).where(PLAN.c.digest == digest)
    row = connection.execute(found).mappings().one_or_none()
    if row is None:
        return None
    if sha256(row["document"]) != row["document_sha256"]:
        raise StoreError("plan_altered", plan=digest[:12])
    return StoredPlan(
        digest=digest,
        document=json.loads(row["document"]),
        created_at=row["created_at"],
        as_of=row["as_of"],
        policy_version=row["policy_version"],
        steps=_steps(connection, digest),
    )


def _steps(connection: Connection, digest: str) -> tuple[PlanStep, ...]:
    chosen = select(PLAN_STEP).where(PLAN_STEP.c.digest == digest).order_by(PLAN_STEP.c.position)
    return tuple(_step(row) for row in connection.execute(chosen).mappings())


def _step(row: RowMapping) -> PlanStep:
    return PlanStep(
        source=row["source"], table=row["table_name"], action=row["action"], rows=row["row_count"]
    )
