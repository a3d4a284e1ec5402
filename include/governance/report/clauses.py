"""Clause by clause: which controls look at it, how they ended, and what nobody checks yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from include.governance.model.result import ControlStatus, RuleResult
from include.governance.model.text import Text
from include.governance.report.given import ReportInput
from include.governance.report.phrases import both, reason
from include.governance.report.sections import ClauseReport, ControlFindings, ControlReport, Reason

SHOWN_PLACES = 3


def clauses(given: ReportInput, groups: Iterable[ControlFindings]) -> Iterator[ClauseReport]:
    """Every clause of the policy, in its own order; ``groups`` are the open findings."""
    is_open = {group.control for group in groups}
    by_control: dict[str, list[RuleResult]] = {}
    for result in given.results:
        by_control.setdefault(result.control, []).append(result)
    for name, clause in given.policy.clauses.items():
        yield ClauseReport(
            clause=name,
            label=clause.label,
            law=clause.law,
            not_checkable=clause.not_checkable,
            controls=tuple(
                _control(given, status, by_control.get(status.control, []), is_open)
                for status in given.outcome.rules
                if status.clause == name
            ),
        )


def _control(
    given: ReportInput,
    status: ControlStatus,
    results: Iterable[RuleResult],
    is_open: Collection[str],
) -> ControlReport:
    control = given.controls[status.control]
    stopped = [r for r in results if r.status == status.status and r.status in ("error", "skip")]
    found = tuple(_reasons(stopped))
    if not found and status.reason:
        code = status.reason
        found = (Reason(text=both(f"error.{code}", code), places=(), count=0),)
    return ControlReport(
        control=status.control,
        title=control.title,
        severity=control.severity,
        status=status.status,
        rows=status.rows,
        is_decided=status.status == "fail" and status.control not in is_open,
        reasons=found,
    )


def _reasons(results: Iterable[RuleResult]) -> Iterator[Reason]:
    places: dict[tuple[str, str], list[str]] = {}
    for result in results:
        text = reason(result)
        place = f"{result.source}.{result.table}" if result.table else result.source
        places.setdefault((text.en, text.ja), []).append(place)
    for (en, ja), found in places.items():
        unique = tuple(dict.fromkeys(found))
        yield Reason(text=Text(en=en, ja=ja), places=unique[:SHOWN_PLACES], count=len(unique))
