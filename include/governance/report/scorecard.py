"""Accuracy and retention in numbers: the duties of APPI article 22."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from include.governance.model.control import Control
from include.governance.model.period import Period
from include.governance.model.result import STATUSES, RuleResult, Status
from include.governance.model.schedule import Basis, RecordClass
from include.governance.report.given import ReportInput
from include.governance.report.sections import AccuracyLine, BasisLine, RetentionLine

ACCURACY_LAW = "APPI 22"


def accuracy(given: ReportInput) -> Iterator[AccuracyLine]:
    """Every control that checks the accuracy of data, with the share of rows in order."""
    statuses = {status.control: status for status in given.outcome.rules}
    rows = {(s.source, s.table): s.rows for s in given.scanned}
    for name, control in given.controls.items():
        if not _is_accuracy(control) or name not in statuses:
            continue
        judged = {
            (r.source, r.table)
            for r in given.results
            if r.control == name and r.status in ("pass", "fail")
        }
        total = sum(rows.get(place, 0) for place in judged)
        found = statuses[name].rows
        yield AccuracyLine(
            control=name,
            title=control.title,
            clause=control.clause,
            status=statuses[name].status,
            tables=len(judged),
            rows=total,
            found=found,
            share=max(0.0, 1 - found / total) if total else None,
        )


def _is_accuracy(control: Control) -> bool:
    return control.verb == "check" and ACCURACY_LAW in control.law


def retention(given: ReportInput) -> Iterator[RetentionLine]:
    """Every record class of the schedule."""
    for name, record in given.schedule.record_classes.items():
        tables = tuple(
            sorted(d.id for d in given.datasets for u in d.record_classes if u.record_class == name)
        )
        own = [r for r in given.results if r.rule == name]
        over = [r for r in own if r.control == record.control]
        yield RetentionLine(
            record_class=name,
            label=record.label,
            control=record.control,
            tables=tables,
            status=_worst(own),
            over=_rows(over),
            undated=_rows(_of_flag(own, given, "undated")),
            premature=_rows(_of_flag(own, given, "premature")),
            held=_held(over),
            floor=record.keep_at_least.period if record.keep_at_least else None,
            ceiling=record.erase_after.period,
            grace=record.erase_after.grace or Period(),
            counts_from_filing=record.trigger.calendar != "date",
            basis=tuple(_basis(record)),
        )


def _of_flag(results: Iterable[RuleResult], given: ReportInput, flag: str) -> list[RuleResult]:
    controls = {name for name, control in given.controls.items() if control.flag == flag}
    return [result for result in results if result.control in controls]


def _rows(results: Iterable[RuleResult]) -> int | None:
    """Rows found; None when nothing was measured or something could not be."""
    results = list(results)
    if not results or any(r.status not in ("pass", "fail") for r in results):
        return None
    return sum(result.rows for result in results)


def _worst(results: Iterable[RuleResult]) -> Status | None:
    return min((r.status for r in results), key=STATUSES.index, default=None)


def _held(results: Iterable[RuleResult]) -> int | None:
    """Rows that are past their period and kept by a hold; None where nothing was measured."""
    results = list(results)
    if _rows(results) is None:
        return None
    return sum(int(result.facts.get("held_rows", 0)) for result in results)


def _basis(record: RecordClass) -> Iterator[BasisLine]:
    if record.keep_at_least:
        yield from _lines("floor", record.keep_at_least.basis)
    yield from _lines("ceiling", record.erase_after.basis)


def _lines(of: Literal["floor", "ceiling"], basis: Iterable[Basis]) -> Iterator[BasisLine]:
    for each in basis:
        yield BasisLine(of=of, text=each.text, source=each.source, verified=each.verified)
