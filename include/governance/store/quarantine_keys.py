"""The keys of rows that an undo window keeps: wrapped, away from the rows, until they go."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from include.governance.model.quarantine import Keeping
from include.governance.store.base import Database, queue_for
from include.governance.store.disposal_schema import DISPOSAL_PLAN
from include.governance.store.proof_schema import QUARANTINE_KEY

LOCK = "proof"
_OWN = QUARANTINE_KEY.c


class QuarantineKeys:
    """The wrapped data keys of a store, one a plan."""

    def __init__(self, store: Database) -> None:
        self._store = store

    def begin(self, plan_id: str, wrapped: str, at: datetime, until: date) -> str:
        """The wrapped key of a plan: the one it has, or else this one from now on.

        Whoever begins to erase keeps it at least ``until`` then. A key that was destroyed is
        followed by a new one.
        """
        with self._store.writing() as connection:
            queue_for(connection, LOCK)
            found = _row(connection, plan_id)
            if found is not None and found["wrapped"] is not None:
                if found["kept_until"] < until:
                    own = update(QUARANTINE_KEY).where(_OWN.plan_id == plan_id)
                    connection.execute(own.values(kept_until=until))
                return str(found["wrapped"])
            connection.execute(delete(QUARANTINE_KEY).where(_OWN.plan_id == plan_id))
            values = {"plan_id": plan_id, "wrapped": wrapped, "made_at": at, "kept_until": until}
            connection.execute(insert(QUARANTINE_KEY).values(**values))
            return wrapped

    def wrapped(self, plan_id: str) -> str | None:
        """The wrapped key of a plan; None when it has none or it was destroyed."""
        with self._store.reading() as connection:
            found = _row(connection, plan_id)
        return None if found is None or found["wrapped"] is None else str(found["wrapped"])

    def keep_until(self, plan_id: str, until: date) -> None:
        """Another last day for a key that still exists."""
        self._change(plan_id, kept_until=until)

    def destroy(self, plan_id: str, at: datetime) -> None:
        """Forget a key; what was kept under it can be read by nobody again."""
        self._change(plan_id, wrapped=None, destroyed_at=at)

    def of_plan(self, plan_id: str) -> Keeping | None:
        """How a plan's rows are kept; None when they never were."""
        with self._store.reading() as connection:
            found = _row(connection, plan_id)
        return None if found is None else _keeping(found)

    def all(self) -> tuple[Keeping, ...]:
        """Every plan of which rows were kept."""
        with self._store.reading() as connection:
            rows = connection.execute(select(QUARANTINE_KEY).order_by(_OWN.plan_id)).mappings()
            return tuple(_keeping(row) for row in rows)

    def open_windows(self) -> tuple[Keeping, ...]:
        """Plans of which rows are kept: their key still exists, and not everything is back."""
        own = _OWN.plan_id == DISPOSAL_PLAN.c.plan_id
        query = select(QUARANTINE_KEY).join(DISPOSAL_PLAN, own).order_by(_OWN.plan_id)
        kept = query.where(_OWN.wrapped.is_not(None), DISPOSAL_PLAN.c.state != "undone")
        with self._store.reading() as connection:
            return tuple(_keeping(row) for row in connection.execute(kept).mappings())

    def _change(self, plan_id: str, **values: object) -> None:
        with self._store.writing() as connection:
            queue_for(connection, LOCK)
            own = update(QUARANTINE_KEY).where(_OWN.plan_id == plan_id, _OWN.wrapped.is_not(None))
            connection.execute(own.values(**values))


def _row(connection: Connection, plan_id: str) -> RowMapping | None:
    query = select(QUARANTINE_KEY).where(_OWN.plan_id == plan_id)
    return connection.execute(query).mappings().one_or_none()


def _keeping(row: RowMapping) -> Keeping:
    return Keeping(
        plan_id=row["plan_id"],
        made_at=row["made_at"],
        until=row["kept_until"],
        destroyed_at=row["destroyed_at"],
    )
