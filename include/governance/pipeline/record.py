"""Run a verb over one source and record it: the unit that a task retries and nothing doubles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import structlog

from include.governance.errors import SourceError
from include.governance.model.facts import DueRows
from include.governance.model.plan import Plan
from include.governance.model.result import RuleResult
from include.governance.model.run import RunOutcome
from include.governance.pipeline import flag as flagging
from include.governance.pipeline.check import check_source
from include.governance.pipeline.plan import plan_facts, plan_retention
from include.governance.pipeline.registers import REGISTERS, open_holds
from include.governance.pipeline.rules import check_rules
from include.governance.pipeline.workspace import Workspace
from include.governance.source.reuse import reusing
from include.governance.store.plans import PlanStep, StoredPlan
from include.governance.store.runs import FinishedStatus, Run
from include.governance.store.scan_parts import ScanParts
from include.governance.store.store import Store

if TYPE_CHECKING:
    from include.governance.pipeline.scan_parts import Part

log = structlog.get_logger()
Clock = Callable[[], datetime]
VERBS = ("scan", "check", "flag")


@dataclass(frozen=True)
class Recorder:
    """One run of all verbs: its name, its day, and where and when it is written down."""

    workspace: Workspace
    store: Store
    run_id: str
    as_of: date
    clock: Clock

    @reusing()
    def scan(self, source: str, *, full: bool = False) -> dict[str, int]:
        """Scan a source; returns counts. Raises SourceUnavailable for the caller to retry.

        ``full``: what earlier scans have seen of tables that are only appended to is read again.
        """
        from include.governance.pipeline.scan import Ways, scan_source  # 1.5 s only a scan needs
        from include.governance.pipeline.scan_parts import kept_parts
        from include.governance.pipeline.scan_seen import Seen

        rows = tables = not_read = before = 0
        run = self._begin("scan", source)
        results: list[RuleResult] = []
        parts = ScanParts(self.store)
        seen = Seen(self.store, source, full=full)
        ways = Ways(self.as_of, seen.of, kept_parts(parts, self.run_id, source))
        for found in scan_source(self.workspace, source, ways):
            self.store.save_classifications(run, source, found.table, found.classifications)
            self.store.save_results(run, source, found.table, found.results)
            if found.evidence:
                seen.keep(found.evidence)
            results += found.results
            rows += found.rows
            before += found.seen_before
            tables += found.read and bool(found.table)
            not_read += not found.read
        parts.forget(source)
        counts = {"tables": tables, "rows": rows}
        others = {"not_read": not_read, "seen_before": before}
        told = {name: number for name, number in others.items() if number}
        return self._finish(run, results, counts | told)

    @reusing()
    def divide(self, source: str) -> list[Part]:
        """The parts in which tasks may read a source's large tables before it is scanned."""
        from include.governance.pipeline.scan_parts import divided

        return list(divided(self.workspace, source))

    @reusing()
    def read_part(self, part: Mapping[str, object]) -> int:
        """Read one of those parts for the scan of this run; the number of its rows."""
        from include.governance.pipeline.scan_parts import Part, read_part

        own = Part.model_validate(part)
        return read_part(self.workspace, ScanParts(self.store), self.run_id, own)

    @reusing()
    def check(self, source: str) -> dict[str, int]:
        """Run the suites on a source; returns counts. Raises SourceUnavailable."""
        run = self._begin("check", source)
        results: list[RuleResult] = []
        for dataset, found in check_source(self.workspace, source, self.as_of):
            self.store.save_results(run, source, dataset.table, found)
            results += found
        return self._finish(run, results, {"expectations": len(results)})

    @reusing()
    def check_rules(self) -> dict[str, int]:
        """Judge the rules over registers and tables of several sources; returns counts."""
        run = self._begin("check", REGISTERS)
        results = list(check_rules(self.workspace, self.as_of))
        for (source, table), found in _by_place(results).items():
            self.store.save_results(run, source, table, found)
        return self._finish(run, results, {"rules": len(results)})

    @reusing()
    def flag(self, source: str) -> dict[str, int]:
        """Measure retention in a source; returns counts. Raises SourceUnavailable."""
        run = self._begin("flag", source)
        results: list[RuleResult] = []
        holds = open_holds(self.workspace, self.as_of)
        for dataset, found in flagging.flag_source(self.workspace, source, self.as_of, holds):
            self.store.save_results(run, source, dataset.table, found)
            results += found
        return self._finish(run, results, {"rules": len(results)})

    def give_up(self, verb: str, source: str, error: SourceError) -> dict[str, int]:
        """Record that a source did not answer: an error for all that the verb would have judged."""
        run = self._begin(verb, source)
        controls = {n for n, c in self.workspace.controls.items() if c.verb == verb}
        results = flagging.unreachable(self.workspace, source, error, controls, self.as_of)
        for table, found in _by_table(results).items():
            self.store.save_results(run, source, table, found)
        return self._finish(run, results, {})

    @reusing()
    def conclude(self) -> tuple[RunOutcome, tuple[RuleResult, ...]]:
        """Judge registers and purposes, join the day's runs, bring the findings up to date."""
        run = self._begin("flag", REGISTERS)
        for (source, table), found in _by_place(self._own_results()).items():
            self.store.save_results(run, source, table, found)
        self.store.finish_run(run, "pass", {}, self.clock())
        judged, complete = self._judged()
        evaluated = _places(complete, "pass") - _places(complete, "error")
        self.store.sync_findings(run, judged.findings, evaluated, self.clock(), self.as_of)
        self._finish(run, complete, {"findings": len(judged.findings)})
        return self._audible(judged), complete

    def outcome(self) -> tuple[RunOutcome, tuple[RuleResult, ...]]:
        """What the day's runs concluded, read back without changing anything."""
        judged, complete = self._judged()
        return self._audible(judged), complete

    def _judged(self) -> tuple[RunOutcome, tuple[RuleResult, ...]]:
        runs = self.runs_of_the_day()
        results = [result for run in runs for result in self.store.results(run.run_id)]
        finished = {(run.verb, run.scope) for run in runs}
        return flagging.conclude_run(self.workspace, results, self.as_of, finished)

    def _own_results(self) -> Iterator[RuleResult]:
        yield from flagging.flag_purposes(self.workspace, self.store.classifications(self.as_of))
        yield from flagging.flag_registers(self.workspace, self.as_of)

    def _audible(self, outcome: RunOutcome) -> RunOutcome:
        """As people decided: accepted and false findings are left out, and due dates stay."""
        known = {record.finding.fingerprint: record for record in self.store.findings()}
        findings = tuple(
            finding.model_copy(update={"due": known[finding.fingerprint].finding.due})
            if finding.fingerprint in known
            else finding
            for finding in outcome.findings
            if finding.fingerprint not in known or not known[finding.fingerprint].silences(finding)
        )
        result = outcome.result
        if result == "fail" and not findings:
            result = "pass"
        return outcome.model_copy(update={"findings": findings, "result": result})

    @reusing()
    def plan_facts(self, source: str) -> list[DueRows]:
        """What is due in a source; raises when a rule cannot be evaluated."""
        holds = open_holds(self.workspace, self.as_of)
        return plan_facts(self.workspace, source, self.as_of, holds)

    def plan(self, facts: Iterable[DueRows]) -> Plan:
        """Make a plan and store it immutably under its digest."""
        plan = plan_retention(self.workspace, facts, self.as_of)
        steps = tuple(
            PlanStep(source=s.source, table=s.table, action=s.action, rows=s.rows)
            for s in plan.steps
        )
        self.store.save_plan(
            StoredPlan(
                digest=plan.digest,
                document=plan.model_dump(mode="json"),
                created_at=self.clock(),
                as_of=plan.as_of,
                policy_version=plan.policy_version,
                steps=steps,
            )
        )
        self.store.set_watermark(self.plan_watermark, plan.digest)
        return plan

    @property
    def plan_watermark(self) -> str:
        """Where the store notes the newest plan of this day."""
        return f"plan:{self.as_of.isoformat()}"

    def runs_of_the_day(self) -> list[Run]:
        """Of every verb and scope, the newest run that judged this day to its end.

        A verb that did not finish for this day has none, so what it judges is found missing.
        """
        scopes = {*self.workspace.source_names, REGISTERS}
        newest = self.store.newest_finished(self.as_of)
        known = (run for run in newest if run.verb in VERBS and run.scope in scopes)
        return sorted(known, key=lambda run: VERBS.index(run.verb))

    def results(self, verb: str, source: str) -> tuple[RuleResult, ...]:
        """What this recorder's run of a verb concluded about a source."""
        return self.store.results(self._id(verb, source))

    def _id(self, verb: str, scope: str) -> str:
        return f"{self.run_id}:{verb}:{scope}"

    def _begin(self, verb: str, scope: str) -> str:
        version = self.workspace.rulebook.policy.version
        return self.store.begin_run(
            verb, self.as_of, version, scope, self.clock(), self._id(verb, scope)
        )

    def _finish(
        self, run: str, results: Sequence[RuleResult], counts: Mapping[str, int]
    ) -> dict[str, int]:
        statuses = {result.status for result in results}
        status: FinishedStatus = "pass"
        if statuses & {"error", "fail"}:
            status = "error" if "error" in statuses else "fail"
        total = {
            **counts,
            "failed": sum(r.status == "fail" for r in results),
            "errors": sum(r.status == "error" for r in results),
        }
        self.store.finish_run(run, status, total, self.clock())
        log.info("verb_finished", run=run, status=status, **total)
        return total


def _places(results: Iterable[RuleResult], status: str) -> set[tuple[str, str, str]]:
    return {(r.control, r.source, r.table) for r in results if r.status == status}


def _by_table(results: Iterable[RuleResult]) -> dict[str, list[RuleResult]]:
    return {table: found for (_, table), found in _by_place(results).items()}


def _by_place(results: Iterable[RuleResult]) -> dict[tuple[str, str], list[RuleResult]]:
    places: dict[tuple[str, str], list[RuleResult]] = {}
    for result in results:
        places.setdefault((result.source, result.table), []).append(result)
    return places
