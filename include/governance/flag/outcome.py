"""Turn the results of all rules into one status per control and the findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from include.governance.model.contract import Dataset
from include.governance.model.control import Control
from include.governance.model.finding import Finding
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.result import STATUSES, ControlStatus, RuleResult
from include.governance.model.run import RunOutcome

Place = tuple[str, str, str]


def conclude(
    results: Sequence[RuleResult],
    controls: Mapping[str, Control],
    policy: PrivacyPolicy,
    datasets: Iterable[Dataset],
    as_of: date,
) -> RunOutcome:
    """Every declared control exactly once, and one finding per control and table that failed.

    With a result of a control that the catalogue does not declare, the run is an error; so is one
    in which every control was skipped, for nothing was evaluated.
    """
    by_control: dict[str, list[RuleResult]] = {}
    for result in results:
        by_control.setdefault(result.control, []).append(result)
    statuses = tuple(
        control_status(n, control, by_control.get(n, ())) for n, control in controls.items()
    )
    owners = {dataset.id: dataset.owner for dataset in datasets}
    findings = tuple(
        _finding(place, found, controls[place[0]], policy, owners, as_of)
        for place, found in sorted(_failed(results).items())
        if place[0] in controls
    )
    reached = {each.status for each in statuses}
    if set(by_control) - set(controls) or "error" in reached or reached == {"skip"}:
        verdict = "error"
    else:
        verdict = "fail" if findings else "pass"
    return RunOutcome.model_validate(
        {
            "as_of": as_of,
            "policy_version": policy.version,
            "result": verdict,
            "rules": statuses,
            "findings": findings,
        }
    )


def control_status(name: str, control: Control, results: Sequence[RuleResult]) -> ControlStatus:
    """The worst status of a control's rules; a control without any rule is skipped and says so."""
    if not results:
        return ControlStatus(
            control=name, clause=control.clause, status="skip", reason="no_dataset", rows=0
        )
    worst = min((result.status for result in results), key=STATUSES.index)
    reasons = dict.fromkeys(
        f"{r.reason} ({r.source}.{r.table})" for r in results if r.status == worst and r.reason
    )
    return ControlStatus(
        control=name,
        clause=control.clause,
        status=worst,
        reason="; ".join(reasons) or None,
        rows=sum(_rows(found) for found in _failed(results).values()),
    )


def _failed(results: Iterable[RuleResult]) -> dict[Place, list[RuleResult]]:
    failed: dict[Place, list[RuleResult]] = {}
    for result in results:
        if result.status == "fail":
            failed.setdefault((result.control, result.source, result.table), []).append(result)
    return failed


def _rows(found: Sequence[RuleResult]) -> int:
    """Rows that break any of the rules; a row that breaks two counts once where it is named."""
    if len(found) == 1:
        return found[0].rows
    named = {ref for result in found for ref in result.row_refs}
    return max(len(named), *(result.rows for result in found))


def _finding(
    place: Place,
    found: Sequence[RuleResult],
    control: Control,
    policy: PrivacyPolicy,
    owners: Mapping[str, str | None],
    as_of: date,
) -> Finding:
    name, source, table = place
    owner = owners.get(f"{source}.{table}") if control.role == "DO" else None
    return Finding(
        control=name,
        clause=control.clause,
        law=control.law,
        severity=control.severity,
        source=source,
        table=table,
        columns=tuple(dict.fromkeys(column for r in found for column in r.columns)),
        kinds=tuple(sorted({kind for r in found for kind in r.kinds})),
        rows=_rows(found),
        row_refs=tuple(sorted({ref for r in found for ref in r.row_refs})),
        owner=owner or control.role,
        due=policy.act_within[control.severity].after(as_of),
        fingerprint=fingerprint(name, source, table),
    )


def fingerprint(control: str, source: str, table: str) -> str:
    """The same on every run for a control and a table."""
    return hashlib.sha256(f"{control}\n{source}\n{table}".encode()).hexdigest()[:32]
