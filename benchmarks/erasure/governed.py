"""The product's own plan, apply and verify over a benchmark database."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL

from benchmarks.erasure.timing import Cost
from include.governance.erasure.apply import World, apply
from include.governance.erasure.gate import gate
from include.governance.erasure.pace import Pace
from include.governance.erasure.plan import Basis, make_plan, prepare
from include.governance.erasure.pseudonym import PseudonymKey
from include.governance.erasure.record import read_chunk
from include.governance.erasure.selection import Selection
from include.governance.erasure.tables import CHUNK
from include.governance.erasure.target import Target
from include.governance.erasure.verify import verify
from include.governance.model.contract import Column, Dataset
from include.governance.model.erasure import Applied, Approval, ErasurePlan, Verification
from include.governance.model.period import Period
from include.governance.model.policy import Limits
from include.governance.model.schedule import Action
from include.governance.source.clocks import Zone
from include.governance.source.rows import table_of

AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
LIMITS = Limits(max_rows=10**9, max_percent=100, oldest_trigger=Period.parse("P99Y"))
Condition = Callable[[Any], sa.ColumnElement[bool]]


@dataclass
class Governed:
    """One erasure: which rows of which table, and what happens to them.

    ``guards`` are conditions per table under which a row keeps what it hangs on.
    """

    url: URL
    tables: sa.MetaData
    root: str
    due: Condition
    guards: Mapping[str, Condition] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    categories: Mapping[str, Any] = field(default_factory=dict)
    key: PseudonymKey | None = None

    def __post_init__(self) -> None:
        self.target = Target("shop", self.url)
        prepare(self.target)
        self.datasets = [self._dataset(table) for table in self.tables.sorted_tables]
        by_name = {each.table: each for each in self.datasets}
        root = by_name[self.root]
        kept = {
            by_name[name].id: guard(table_of(by_name[name]).c)
            for name, guard in self.guards.items()
        }
        self.selection = Selection(
            root, "bench", AT.date(), self.due(table_of(root).c), lambda _holds: {}, kept,
            self.actions, key=self.key,
        )  # fmt: skip
        self.basis = Basis("p" * 64, "c" * 64, LIMITS, self.datasets, Zone("Asia/Tokyo"))

    def _dataset(self, table: sa.Table) -> Dataset:
        return Dataset(
            source="shop", table=table.name, name=table.name, kind="transaction",
            columns=tuple(
                Column(name=c.name, category=self.categories.get(c.name)) for c in table.columns
            ),
            primary_key=tuple(c.name for c in table.primary_key),
        )  # fmt: skip

    def closed(self, chunks: Sequence[int]) -> None:
        """Keep the product from some chunks, which somebody else deletes."""
        with self.target.engine.begin() as connection:
            connection.execute(sa.update(CHUNK).where(CHUNK.c.no.in_(chunks)).values(state="done"))

    def plan(self, name: str = "plan", **more: Any) -> ErasurePlan:
        """Plan with the product's own chunk size unless told otherwise."""
        return make_plan(
            self.target, self.selection, self.basis, (), plan_id=name, requester="requester",
            random_bits=Random(11).getrandbits(126), made_at=AT, **more,
        )  # fmt: skip

    def apply(self, plan: ErasurePlan, **events: Any) -> Applied:
        """Erase; ``cancelled`` and ``watch`` are handed to the worker."""
        approval = Approval(
            plan_id=plan.plan_id, digest=plan.digest, requester="requester", approver="officer",
            approved_at=AT - timedelta(hours=1), expires_at=AT + timedelta(days=7),
        )  # fmt: skip
        world = World(
            now=lambda: AT, seconds=time.perf_counter, sleep=time.sleep, random=Random(1), **events
        )
        gated = gate(
            self.target, plan.plan_id, self.selection, self.basis, approval, lambda: (),
            runner="airflow", at=AT,
        )  # fmt: skip
        return apply(
            self.target, gated, self.selection, approval, lambda: (),
            runner="airflow", world=world, pace=Pace(),
        )  # fmt: skip

    def timed(self, plan: ErasurePlan, cost: Cost) -> None:
        """Erase; the cost is of the chunks, without the gate that opens once for all of them."""
        begun: list[bool] = []

        def before() -> bool:
            if not begun:
                begun.append(True)
                cost.start()
            return False

        cost.rows = self.apply(plan, cancelled=before).rows
        cost.stop()

    def verify(self, plan: ErasurePlan) -> Verification:
        """What the plan's rows and keys show, and every foreign key of their tables."""
        return verify(self.target, plan.plan_id, self.selection, self.basis, lambda: ())

    def chunks(self, plan: ErasurePlan) -> dict[int, Sequence[Any]]:
        """The root keys of every chunk."""
        with self.target.snapshot() as connection:
            return {
                no: [key for (key,) in read_chunk(connection, plan.plan_id, no).keys]
                for no in range(plan.chunks)
            }
