"""Tables made for a test, with contracts to match, and one call for every stage of an erasure."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.erasure.apply import World, apply
from include.governance.erasure.coarser import AgeCap
from include.governance.erasure.gate import gate
from include.governance.erasure.keys import Key
from include.governance.erasure.pace import Pace
from include.governance.erasure.plan import Basis, make_plan, prepare
from include.governance.erasure.pseudonym import PseudonymKey
from include.governance.erasure.rehearse import Rehearsed, rehearse
from include.governance.erasure.selection import Selection
from include.governance.erasure.target import Target
from include.governance.erasure.verify import verify
from include.governance.model.contract import Column, Dataset, Relationship
from include.governance.model.erasure import Applied, Approval, ErasurePlan, Verification
from include.governance.model.period import Period
from include.governance.model.policy import Limits
from include.governance.retention.holds import OpenHold
from include.governance.source.clocks import Zone
from include.governance.source.rows import table_of

AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 30)
PLENTY = Limits(max_rows=1_000_000, max_percent=100, oldest_trigger=Period.parse("P99Y"))
_THREAD = re.compile(r"MariaDB thread id (\d+)")
QUICK = Pace(lock_timeout_ms=1_000, tries=4, longest_pause=0.2)


def dataset(table: sa.Table, *relations: Relationship, **words: Any) -> Dataset:
    """A contract that says what a table is."""
    return Dataset(
        source="shop",
        table=table.name,
        name=table.name,
        kind="transaction",
        columns=tuple(Column(name=c.name, **words.get(c.name, {})) for c in table.columns),
        primary_key=tuple(c.name for c in table.primary_key),
        relationships=relations,
    )


def links(table: sa.Table) -> list[Relationship]:
    """The table's own foreign keys as a contract would declare them."""
    return [
        Relationship(
            here=tuple(e.parent.name for e in key.elements),
            table=key.referred_table.name,
            there=tuple(e.column.name for e in key.elements),
        )
        for key in table.foreign_key_constraints
    ]


@dataclass
class Bench:
    """A database with tables, and what an erasure in it is made under."""

    url: URL
    metadata: sa.MetaData
    root: str
    due: Callable[[Any], sa.ColumnElement[bool]]
    datasets: Sequence[Dataset] = ()
    holds: list[OpenHold] = field(default_factory=list)
    limits: Limits = PLENTY
    in_period: dict[str, sa.ColumnElement[bool]] = field(default_factory=dict)
    actions: dict[str, Any] = field(default_factory=dict)
    key: PseudonymKey | None = None
    age_cap: AgeCap | None = None
    plans: int = 0

    def __post_init__(self) -> None:
        self.target = Target("shop", self.url)
        if not self.datasets:
            self.datasets = [dataset(t, *links(t)) for t in self.metadata.sorted_tables]

    def create(self, rows: dict[str, Sequence[dict[str, Any]]]) -> Bench:
        """Make the tables and fill them."""
        with self.target.engine.begin() as connection:
            self.metadata.create_all(connection)
            for name, values in rows.items():
                if values:
                    connection.execute(self.metadata.tables[name].insert(), list(values))
        prepare(self.target)
        return self

    def of(self, name: str) -> Dataset:
        return next(each for each in self.datasets if each.table == name)

    def selection(self) -> Selection:
        root = self.of(self.root)
        due = self.due(table_of(root).c)
        return Selection(
            root, "test", TODAY, due, self.under_holds, self.in_period, self.actions,
            key=self.key, age_cap=self.age_cap,
        )  # fmt: skip

    def hold(self, name: str, key: Key) -> None:
        """Hold one row from now on."""
        self.holds.append(OpenHold(name, json.dumps(key)))

    def under_holds(self, holds: Sequence[OpenHold]) -> dict[str, sa.ColumnElement[bool]]:
        """The held rows of every table."""
        found: dict[str, list[Key]] = {}
        for each in holds:
            found.setdefault(each.table_name, []).append(tuple(json.loads(each.subject_ref)))
        return {self.of(name).id: _any_of(self.of(name), keys) for name, keys in found.items()}

    def basis(self, policy: str = "p" * 64) -> Basis:
        return Basis(policy, "c" * 64, self.limits, self.datasets, Zone("Asia/Tokyo"))

    def plan(self, chunk_roots: int | None = 3) -> ErasurePlan:
        self.plans += 1
        return make_plan(
            self.target, self.selection(), self.basis(), self.holds,
            plan_id=f"plan-{self.plans}", requester="requester",
            random_bits=Random(self.plans).getrandbits(126), made_at=AT, chunk_roots=chunk_roots,
        )  # fmt: skip

    def approve(self, plan: ErasurePlan, **changes: Any) -> Approval:
        approval = Approval(
            plan_id=plan.plan_id, digest=plan.digest, requester="requester", approver="officer",
            approved_at=AT - timedelta(hours=1), expires_at=AT + timedelta(days=7),
        )  # fmt: skip
        return approval.model_copy(update=changes)

    def world(self, **changes: Any) -> World:
        given: dict[str, Any] = {
            "now": lambda: AT, "seconds": lambda: 0.0, "sleep": lambda _s: None,
            "random": Random(1),
        } | changes  # fmt: skip
        return World(**given)

    def apply(self, plan: ErasurePlan, approval: Approval | None = None, **more: Any) -> Applied:
        given: dict[str, Any] = {"runner": "airflow", "pace": QUICK, "world": self.world()} | more
        basis = given.pop("basis", None) or self.basis()
        approval = approval or self.approve(plan)
        gated = gate(
            self.target, plan.plan_id, self.selection(), basis, approval, lambda: self.holds,
            runner=given["runner"], at=given["world"].now(),
        )  # fmt: skip
        return apply(self.target, gated, self.selection(), approval, lambda: self.holds, **given)

    def rehearse(self, plan: ErasurePlan, pace: Pace = QUICK) -> Rehearsed:
        return rehearse(
            self.target, plan.plan_id, self.selection(), self.basis(), lambda: self.holds,
            at=lambda: AT, seconds=lambda: 0.0, pace=pace,
        )  # fmt: skip

    def verify(self, plan: ErasurePlan, *, audit: bool = False) -> Verification:
        return verify(
            self.target,
            plan.plan_id,
            self.selection(),
            self.basis(),
            lambda: self.holds,
            audit=audit,
        )

    def run(self, chunk_roots: int = 3) -> tuple[ErasurePlan, Applied, Verification]:
        plan = self.plan(chunk_roots)
        applied = self.apply(plan)
        return plan, applied, self.verify(plan)

    def execute(self, statement: Any, *parameters: Any) -> None:
        with self.target.engine.begin() as connection:
            if isinstance(statement, str):
                connection.exec_driver_sql(statement)
            else:
                connection.execute(statement, *parameters)

    def keys(self, name: str) -> list[Any]:
        table = self.metadata.tables[name]
        with self.target.engine.connect() as connection:
            rows = connection.execute(sa.select(*table.primary_key).order_by(*table.primary_key))
            return [row[0] if len(row) == 1 else tuple(row) for row in rows]

    def rows(self, name: str) -> list[dict[str, Any]]:
        table = self.metadata.tables[name]
        with self.target.engine.connect() as connection:
            query = sa.select(table).order_by(*table.primary_key)
            return [dict(row) for row in connection.execute(query).mappings()]


def _any_of(own: Dataset, keys: Sequence[Key]) -> sa.ColumnElement[bool]:
    columns = [table_of(own).c[name] for name in own.primary_key]
    rows = (zip(columns, key, strict=True) for key in keys)
    return sa.or_(*(sa.and_(*(column == part for column, part in row)) for row in rows))


def waiting(bench: Bench) -> bool:
    """Whether a transaction of this database comes to wait for a lock."""
    waits = _waits_in_postgres if bench.target.kind == "postgresql" else _waits_in_mariadb
    with bench.target.engine.connect() as connection:
        for _ in range(180):
            if waits(connection):
                return True
            connection.rollback()
            time.sleep(0.05)
    return False


def _waits_in_postgres(connection: sa.Connection) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return bool(connection.scalar(sa.text(f"{query} AND datname = current_database()")))


def _waits_in_mariadb(connection: sa.Connection) -> bool:
    """By the engine's own status: ``innodb_trx`` is never renewed while others keep asking it."""
    query = "SELECT id FROM information_schema.processlist WHERE db = database()"
    own = set(connection.scalars(sa.text(query)))
    _, _, status = connection.exec_driver_sql("SHOW ENGINE INNODB STATUS").one()
    waiting = (each for each in status.split("---TRANSACTION ") if "LOCK WAIT" in each)
    return any(int(found) in own for each in waiting for found in _THREAD.findall(each))


@contextmanager
def held_up(bench: Bench, plan: ErasurePlan, *statements: str) -> Iterator[list[Applied]]:
    """Apply a plan that has to wait for the locks of these statements until the block ends."""
    found: list[Applied] = []
    worker = threading.Thread(
        target=lambda: found.append(bench.apply(plan, pace=Pace(lock_timeout_ms=10_000)))
    )
    with bench.target.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        worker.start()
        waited = waiting(bench)
        yield found
    worker.join(30)
    assert waited
