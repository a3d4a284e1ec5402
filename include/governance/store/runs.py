"""Runs: one execution of a verb over a scope; begun once, finished once, never doubled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select, update

from include.governance.errors import StoreError
from include.governance.model.base import Model
from include.governance.store.base import Database, queue_for
from include.governance.store.encoding import canonical
from include.governance.store.schema import CLASSIFICATION, RULE_RESULT, RUN_TABLE

FinishedStatus = Literal["pass", "fail", "error"]
RunStatus = Literal["running", "pass", "fail", "error", "abandoned"]
FINISHED: tuple[FinishedStatus, ...] = ("pass", "fail", "error")


class Run(Model):
    """One run, as the store knows it; ``counts`` are the caller's."""

    run_id: str
    verb: str
    scope: str
    as_of: date
    policy_version: str
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]


class Runs(Database):
    """The part of the store that knows the runs."""

    def begin_run(
        self,
        verb: str,
        as_of: date,
        policy_version: str,
        scope: str,
        at: datetime,
        run_id: str,
    ) -> str:
        """Begin a run and return its id; the same id again begins the same run anew.

        What it concluded before is forgotten: a table that is no longer there would otherwise be
        judged by its old result.

        Runs of the same verb and scope that were killed are closed as abandoned. Raises StoreError
        when the id belongs to another verb, scope, day or policy.
        """
        bound = {
            "verb": verb,
            "scope": scope,
            "as_of": as_of,
            "policy_version": policy_version,
        }
        with self.writing() as connection:
            queue_for(connection, "run")
            known = _row(connection, run_id)
            if known and any(known[name] != value for name, value in bound.items()):
                raise StoreError("run_id_reused", run=run_id)
            _abandon(connection, verb, scope, at, run_id)
            if known is None:
                _insert(connection, run_id, at, bound)
            else:
                _forget(connection, run_id)
                _set(connection, run_id, status="running", finished_at=None)
        return run_id

    def finish_run(
        self, run_id: str, status: FinishedStatus, counts: Mapping[str, int], at: datetime
    ) -> None:
        """Close a run; one that was taken for dead and finishes after all counts as finished."""
        if status not in FINISHED:
            raise StoreError("run_status", found=status, allowed=", ".join(FINISHED))
        with self.writing() as connection:
            require_run(connection, run_id)
            _set(
                connection,
                run_id,
                status=status,
                finished_at=at,
                counts=canonical(dict(counts)),
            )

    def run(self, run_id: str) -> Run | None:
        """One run."""
        with self.reading() as connection:
            row = _row(connection, run_id)
        return None if row is None else _run(row)

    def newest_finished(self, as_of: date | None = None) -> tuple[Run, ...]:
        """Of every verb and scope the run that finished last, of that day or of any."""
        with self.reading() as connection:
            newest = connection.execute(newest_runs(as_of)).mappings()
            return tuple(_run(row) for row in newest)

    def runs(self, verb: str | None = None, limit: int = 100) -> tuple[Run, ...]:
        """The newest runs, newest first."""
        newest = select(RUN_TABLE).order_by(
            RUN_TABLE.c.started_at.desc(), RUN_TABLE.c.run_id.desc()
        )
        if verb is not None:
            newest = newest.where(RUN_TABLE.c.verb == verb)
        with self.reading() as connection:
            return tuple(_run(row) for row in connection.execute(newest.limit(limit)).mappings())


def newest_runs(as_of: date | None = None) -> Select[*tuple[object, ...]]:
    """The newest finished run of every verb and scope, by verb and scope."""
    table = RUN_TABLE.c
    age = func.row_number().over(
        partition_by=(table.verb, table.scope),
        order_by=(table.finished_at.desc(), table.started_at.desc(), table.run_id.desc()),
    )
    ended = select(RUN_TABLE, age.label("age")).where(table.status.in_(FINISHED))
    if as_of is not None:
        ended = ended.where(table.as_of == as_of)
    ranked = ended.subquery()
    own = (ranked.c[column.name] for column in table)
    return select(*own).where(ranked.c.age == 1).order_by(ranked.c.verb, ranked.c.scope)


def require_run(connection: Connection, run_id: str) -> None:
    """Raise StoreError when no such run was begun."""
    if _row(connection, run_id) is None:
        raise StoreError("run_unknown", run=run_id)


def _row(connection: Connection, run_id: str) -> RowMapping | None:
    found = select(RUN_TABLE).where(RUN_TABLE.c.run_id == run_id)
    return connection.execute(found).mappings().one_or_none()


def _insert(connection: Connection, run_id: str, at: datetime, bound: Mapping[str, object]) -> None:
    connection.execute(
        insert(RUN_TABLE).values(
            run_id=run_id, status="running", started_at=at, counts="{}", **bound
        )
    )


def _set(connection: Connection, run_id: str, **values: object) -> None:
    connection.execute(update(RUN_TABLE).where(RUN_TABLE.c.run_id == run_id).values(**values))


def _forget(connection: Connection, run_id: str) -> None:
    for table in (RULE_RESULT, CLASSIFICATION):
        connection.execute(delete(table).where(table.c.run_id == run_id))


def _abandon(connection: Connection, verb: str, scope: str, at: datetime, but: str) -> None:
    killed = (
        (RUN_TABLE.c.run_id != but)
        & (RUN_TABLE.c.verb == verb)
        & (RUN_TABLE.c.scope == scope)
        & (RUN_TABLE.c.status == "running")
    )
    connection.execute(update(RUN_TABLE).where(killed).values(status="abandoned", finished_at=at))


def _run(row: RowMapping) -> Run:
    return Run.model_validate({**row, "counts": json.loads(row["counts"])})
