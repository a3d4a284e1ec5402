"""Plans of disposals with their states, and the signed decisions about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from include.governance.errors import StoreError
from include.governance.model.disposal import (
    PlanRecord,
    PlanState,
    PlanStatus,
    Proof,
    StoredSelection,
)
from include.governance.store.base import Database, queue_for
from include.governance.store.disposal_schema import (
    DISPOSAL_DECISION,
    DISPOSAL_PLAN,
    DISPOSAL_SELECTION,
)
from include.governance.store.encoding import canonical, sha256


class DisposalRecords(Database):
    """The part of the store that keeps disposals; it never says what is really gone."""

    def add_plans(self, plans: Iterable[PlanRecord]) -> None:
        """Keep new plans, all or none."""
        with self.writing() as connection:
            for plan in plans:
                document = canonical(plan.model_dump(mode="json"))
                connection.execute(
                    insert(DISPOSAL_PLAN).values(
                        plan_id=plan.plan_id,
                        digest=plan.digest,
                        kind=plan.kind,
                        source=plan.source,
                        table_name=plan.table,
                        as_of=plan.as_of,
                        reference=plan.reference,
                        state="planned",
                        changed_at=plan.created_at,
                        cancelled=False,
                        document=document,
                        document_sha256=sha256(document),
                    )
                )

    def plan(self, plan_id: str) -> PlanStatus:
        """A plan and its state; raises StoreError when it is unknown or was altered."""
        with self.reading() as connection:
            return _plan(connection, plan_id)

    def plans(self, states: Collection[PlanState] = ()) -> tuple[PlanStatus, ...]:
        """All plans, the newest first, or only those in some states."""
        chosen = select(DISPOSAL_PLAN)
        if states:
            chosen = chosen.where(DISPOSAL_PLAN.c.state.in_(sorted(states)))
        newest = chosen.order_by(DISPOSAL_PLAN.c.changed_at.desc(), DISPOSAL_PLAN.c.plan_id)
        with self.reading() as connection:
            return tuple(_status(row) for row in connection.execute(newest).mappings())

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A transaction beside which no other of its kind runs, in any process."""
        with self.writing() as connection:
            queue_for(connection, "disposal")
            yield connection

    def move(
        self,
        connection: Connection,
        plan_id: str,
        to: PlanState,
        at: datetime,
        allowed: Collection[PlanState],
    ) -> None:
        """Another state; raises StoreError when the plan is in none of ``allowed``.

        A wish to stop ends only when a stopped plan goes on, so that no second worker undoes it.
        """
        self.require(connection, plan_id, allowed)
        before = _plan(connection, plan_id)
        wish = before.cancelled and before.state == "applying"
        connection.execute(
            update(DISPOSAL_PLAN)
            .where(DISPOSAL_PLAN.c.plan_id == plan_id)
            .values(state=to, changed_at=at, cancelled=to == "cancelled" or wish)
        )

    def require(self, connection: Connection, plan_id: str, allowed: Collection[PlanState]) -> None:
        """Raise StoreError when the plan is in none of these states."""
        found = _plan(connection, plan_id).state
        if found not in allowed:
            raise StoreError(
                "disposal_state", plan=plan_id, found=found, allowed=", ".join(sorted(allowed))
            )

    def ask_to_stop(self, plan_id: str) -> None:
        """Ask whoever applies a plan to stop before the next chunk."""
        with self.alone() as connection:
            if _plan(connection, plan_id).state != "applying":
                raise StoreError("disposal_not_applying", plan=plan_id)
            connection.execute(
                update(DISPOSAL_PLAN)
                .where(DISPOSAL_PLAN.c.plan_id == plan_id)
                .values(cancelled=True)
            )

    def should_stop(self, plan_id: str) -> bool:
        """Whether somebody asked for it."""
        with self.reading() as connection:
            chosen = select(DISPOSAL_PLAN.c.cancelled).where(DISPOSAL_PLAN.c.plan_id == plan_id)
            return bool(connection.scalar(chosen))

    def keep_proof(self, plan_id: str, proof: Proof) -> None:
        """What was found when a plan was verified; the last one counts."""
        with self.writing() as connection:
            connection.execute(
                update(DISPOSAL_PLAN)
                .where(DISPOSAL_PLAN.c.plan_id == plan_id)
                .values(proof=canonical(proof.model_dump(mode="json")))
            )

    def proof(self, plan_id: str) -> Proof | None:
        """What was found the last time."""
        with self.reading() as connection:
            chosen = select(DISPOSAL_PLAN.c.proof).where(DISPOSAL_PLAN.c.plan_id == plan_id)
            text = connection.scalar(chosen)
        return None if text is None else Proof.model_validate_json(text)

    def forget_proof(self, plan_id: str) -> None:
        """What was found is not so any more."""
        with self.writing() as connection:
            own = update(DISPOSAL_PLAN).where(DISPOSAL_PLAN.c.plan_id == plan_id)
            connection.execute(own.values(proof=None))

    def notes(self, plan_id: str) -> tuple[str, ...]:
        """The signed decisions about a plan in their order, none of them checked."""
        with self.reading() as connection:
            return notes_of(connection, plan_id)

    def add_note(self, connection: Connection, plan_id: str, note: str) -> None:
        """Add a signed decision behind the others."""
        own = DISPOSAL_DECISION.c.plan_id == plan_id
        number = connection.scalar(select(func.count()).where(own)) or 0
        values = {"plan_id": plan_id, "no": number, "note": note}
        connection.execute(insert(DISPOSAL_DECISION).values(**values))

    def add_selection(self, selection: StoredSelection) -> None:
        """Keep what is known of a stored selection."""
        values = {
            "selection_id": selection.selection_id,
            "document": canonical(selection.model_dump(mode="json")),
        }
        with self.writing() as connection:
            connection.execute(insert(DISPOSAL_SELECTION).values(**values))

    def selection(self, selection_id: str) -> StoredSelection:
        """A stored selection; raises StoreError when there is none of that id."""
        own = DISPOSAL_SELECTION.c.selection_id == selection_id
        with self.reading() as connection:
            text = connection.scalar(select(DISPOSAL_SELECTION.c.document).where(own))
        if text is None:
            raise StoreError("disposal_selection_unknown")
        return StoredSelection.model_validate_json(text)

    def selections(self) -> tuple[StoredSelection, ...]:
        """Everything that was ever chosen; the keys may be forgotten."""
        chosen = select(DISPOSAL_SELECTION.c.document)
        with self.reading() as connection:
            found = connection.execute(chosen.order_by(DISPOSAL_SELECTION.c.selection_id)).scalars()
            return tuple(StoredSelection.model_validate_json(text) for text in found)


def notes_of(connection: Connection, plan_id: str) -> tuple[str, ...]:
    """The signed decisions about a plan in their order."""
    chosen = select(DISPOSAL_DECISION.c.note).where(DISPOSAL_DECISION.c.plan_id == plan_id)
    return tuple(connection.execute(chosen.order_by(DISPOSAL_DECISION.c.no)).scalars())


def _plan(connection: Connection, plan_id: str) -> PlanStatus:
    chosen = select(DISPOSAL_PLAN).where(DISPOSAL_PLAN.c.plan_id == plan_id)
    row = connection.execute(chosen).mappings().one_or_none()
    if row is None:
        raise StoreError("disposal_plan_unknown")
    return _status(row)


def _status(row: RowMapping) -> PlanStatus:
    if sha256(row["document"]) != row["document_sha256"]:
        raise StoreError("disposal_plan_altered", plan=row["plan_id"])
    try:
        plan = PlanRecord.model_validate_json(row["document"])
    except ValidationError:
        raise StoreError("disposal_plan_altered", plan=row["plan_id"]) from None
    if (plan.plan_id, plan.digest) != (row["plan_id"], row["digest"]):
        raise StoreError("disposal_plan_altered", plan=row["plan_id"])
    return PlanStatus(
        plan=plan,
        state=row["state"],
        changed_at=row["changed_at"],
        cancelled=row["cancelled"],
    )
