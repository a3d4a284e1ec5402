"""What people are shown of a plan besides the rows that go: one hash, which its digest covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from include.governance.erasure.record import read_plan
from include.governance.errors import StoreError
from include.governance.model.base import Model
from include.governance.model.certificate import Certificate
from include.governance.model.disposal import KeptRows, PlanKind, PlanRecord, Window
from include.governance.model.erasure import ErasurePlan, OverLimit
from include.governance.store.encoding import canonical, sha256


class Shown(Model):
    """What is found out before a plan is drawn up.

    ``kept`` are rows that stay for reasons of their own, ``over_limits`` the limits of age.
    """

    kind: PlanKind
    table: str
    reference: str | None
    window: Window
    kept: tuple[KeptRows, ...]
    over_limits: tuple[OverLimit, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash that the plan's digest covers."""
        return sha256(canonical(self.model_dump(mode="json")))


def record_of(
    erasure: ErasurePlan, shown: Shown, created_at: datetime, seconds: float
) -> PlanRecord:
    """A plan as the store keeps it."""
    return PlanRecord(
        plan_id=erasure.plan_id,
        digest=erasure.digest,
        kind=shown.kind,
        source=erasure.source,
        table=shown.table,
        rule=erasure.rule,
        as_of=erasure.as_of,
        requester=erasure.requester,
        reference=shown.reference,
        created_at=created_at,
        erasure=erasure,
        window=shown.window,
        kept=(*shown.kept, *_dependants(erasure, shown.table)),
        over_limits=(*erasure.over_limits, *shown.over_limits),
        seconds=seconds,
    )


def require_as_planned(connection: Connection, plan: PlanRecord) -> None:
    """Raise StoreError unless all that the store says of a plan is what its digest covers.

    When it was made, and how long it would take, are for information.
    """
    beside = read_plan(connection, plan.plan_id)
    shown = Shown(
        kind=plan.kind,
        table=plan.table,
        reference=plan.reference,
        window=plan.window,
        kept=_own(plan.kept),
        over_limits=tuple(each for each in plan.over_limits if each not in beside.over_limits),
    )
    said = record_of(beside, shown, plan.created_at, plan.seconds)
    if plan != said or beside.shown_sha256 != shown.sha256:
        raise StoreError("disposal_plan_altered", plan=plan.plan_id)


def shown_in(certificate: Certificate) -> Shown:
    """What was shown, by the certificate: a plan over a limit has none."""
    return Shown(
        kind=certificate.kind,
        table=certificate.table,
        reference=certificate.reference,
        window=Window(oldest=certificate.oldest_trigger, youngest=certificate.youngest_trigger),
        kept=_own(certificate.kept),
    )


def _own(kept: Sequence[KeptRows]) -> tuple[KeptRows, ...]:
    return tuple(each for each in kept if each.reason != "dependant")


def _dependants(erasure: ErasurePlan, table: str) -> Iterator[KeptRows]:
    """Rows that stay because of what hangs on them, which only the plan itself finds out."""
    if rows := erasure.kept.get("kept_by_dependant", 0):
        yield KeptRows(table=table, reason="dependant", rows=rows)
