"""Whatever happens in whatever order, the store agrees with a simple model of a finding's life."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from include.governance.store import Store, migrate
from tests.store.test_findings import DAY, finding, noon, ref

NAMES = ("f1", "f2")


@dataclass
class Expected:
    status: str
    rows: frozenset[int]
    declared: frozenset[int] = frozenset()
    until: date | None = None
    due: date = date.max
    actions: list[str] = field(default_factory=lambda: ["opened"])


class LifeCycle(RuleBasedStateMachine):
    @initialize()
    def empty(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name) / 'store.db'}"
        migrate.upgrade(url)
        self.store = Store(url)
        self.day = DAY
        self.runs = 0
        self.known: dict[str, Expected] = {}

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(
        seen=st.dictionaries(
            st.sampled_from(NAMES), st.frozensets(st.integers(1, 4), min_size=1), max_size=2
        ),
        evaluated=st.frozensets(st.sampled_from(NAMES)),
        times=st.integers(1, 2),
    )
    def run(self, seen: dict[str, frozenset[int]], evaluated: frozenset[str], times: int) -> None:
        self.runs += 1
        run_id = f"run {self.runs}"
        self.store.begin_run("flag", self.day, "v", "all", noon(self.day), run_id)
        due = self.day + timedelta(days=30)
        findings = [
            finding(*rows, fingerprint=name, table=name, due=due) for name, rows in seen.items()
        ]
        places = [("S6-01", "shop", name) for name in evaluated]
        for _ in range(times):
            self.store.sync_findings(run_id, findings, places, noon(self.day), self.day)
        for name in NAMES:
            if name in seen:
                self._seen(name, seen[name], due)
            elif name in self.known:
                self._not_seen(self.known[name], name in evaluated)

    def _seen(self, name: str, rows: frozenset[int], due: date) -> None:
        if name not in self.known:
            self.known[name] = Expected("open", rows, due=due)
            return
        it = self.known[name]
        changed, it.rows = it.rows != rows, rows
        if it.status == "fixed":
            self._to(it, "open", "seen_again", due)
        elif it.status == "accepted" and it.until and it.until < self.day:
            self._to(it, "open", "acceptance_ended", max(it.due, it.until))
        elif it.status in ("accepted", "false_positive") and not rows <= it.declared:
            self._to(it, "open", "new_rows", due)
        elif changed:
            it.actions.append("changed")

    def _not_seen(self, it: Expected, evaluated: bool) -> None:
        if evaluated and it.status in ("open", "accepted"):
            self._to(it, "fixed", "fixed", it.due)
        elif it.status == "accepted" and it.until and it.until < self.day:
            self._to(it, "open", "acceptance_ended", max(it.due, it.until))

    @precondition(lambda self: any(it.status != "fixed" for it in self.known.values()))
    @rule(data=st.data(), days=st.integers(1, 60))
    def accept(self, data: st.DataObject, days: int) -> None:
        name = data.draw(st.sampled_from([n for n in NAMES if self._decidable(n)]))
        until = self.day + timedelta(days=days)
        reason = f"accepted {len(self.known[name].actions)}"
        self.store.decide(
            name, "accept", role="CPO", reason=reason, until=until, by="x", at=noon(self.day)
        )
        self.known[name].until = until
        self.known[name].declared = self.known[name].rows
        self._to(self.known[name], "accepted", "accepted", self.known[name].due)

    @precondition(lambda self: any(it.status != "fixed" for it in self.known.values()))
    @rule(data=st.data())
    def dismiss(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([n for n in NAMES if self._decidable(n)]))
        reason = f"test data {len(self.known[name].actions)}"
        self.store.decide(name, "false_positive", reason=reason, by="x", at=noon(self.day))
        self.known[name].declared = self.known[name].rows
        self._to(self.known[name], "false_positive", "false_positive", self.known[name].due)

    @precondition(
        lambda self: any(i.status in ("accepted", "false_positive") for i in self.known.values())
    )
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        decided = [n for n in NAMES if self._decidable(n) and self.known[n].status != "open"]
        name = data.draw(st.sampled_from(decided))
        self.store.decide(name, "reopen", reason="wrong", by="x", at=noon(self.day))
        self._to(self.known[name], "open", "reopened", self.known[name].due)

    def _decidable(self, name: str) -> bool:
        return name in self.known and self.known[name].status != "fixed"

    def _to(self, it: Expected, status: str, action: str, due: date) -> None:
        it.status, it.due = status, due
        it.actions.append(action)

    @invariant()
    def the_store_agrees(self) -> None:
        for name, it in self.known.items():
            found = self.store.finding(name)
            assert found is not None
            assert found.status == it.status
            assert found.finding.row_refs == tuple(sorted(map(ref, it.rows)))
            assert found.finding.due == it.due
            assert (found.decision is not None) == (it.status in ("accepted", "false_positive"))
            events = self.store.finding_events(name)
            assert [event.action for event in events] == it.actions


TestLifeCycle = LifeCycle.TestCase
TestLifeCycle.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
