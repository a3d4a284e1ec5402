"""The checks that no condition on a row can say: small groups, known hashes, corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from include.governance.errors import SourceError
from include.governance.model.contract import Dataset
from include.governance.model.control import CheckRule
from include.governance.model.register import RequestRow
from include.governance.model.result import Expected, Facts, RuleResult
from include.governance.pipeline.registers import entries, places
from include.governance.pipeline.workspace import Workspace
from include.governance.rules.corrections import granted, not_applied
from include.governance.rules.deidentified import known_hashes, small_groups
from include.governance.rules.listing import Listing
from include.governance.source.rows import RowRefs

Judged = Iterator[tuple[tuple[str, str], RowRefs]]


def own_checks(workspace: Workspace, listing: Listing) -> Iterator[RuleResult]:
    """The result of each on every table that it is for; what cannot be read is an error."""
    for control, kind in _controls(workspace):
        if kind == "corrections":
            yield from _guarded(control, kind, _requests(workspace), partial(_corrected, workspace))
            continue
        for dataset in _datasets(workspace, kind):
            judge = partial(_GROUPED[kind], workspace, dataset, listing)
            yield from _guarded(control, kind, [(dataset.source, dataset.table)], judge)


def own_checks_expected(workspace: Workspace) -> Iterator[Expected]:
    """What must have a result."""
    for control, kind in _controls(workspace):
        found = (
            _requests(workspace)
            if kind == "corrections"
            else [(dataset.source, dataset.table) for dataset in _datasets(workspace, kind)]
        )
        yield from ((source, table, control, kind) for source, table in found)


def _controls(workspace: Workspace) -> Iterator[tuple[str, CheckRule]]:
    for name, control in workspace.controls.items():
        if control.check == "corrections" or control.check in _GROUPED:
            yield name, control.check


def _datasets(workspace: Workspace, kind: CheckRule) -> list[Dataset]:
    wanted = {"small_groups": "anonymised", "known_hashes": "pseudonymised"}[kind]
    return [dataset for dataset in workspace.datasets if dataset.kind == wanted]


def _requests(workspace: Workspace) -> list[tuple[str, str]]:
    return list(places(workspace, RequestRow))


def _guarded(
    control: str, rule: CheckRule, where: list[tuple[str, str]], judge: Callable[[], Judged]
) -> Iterator[RuleResult]:
    try:
        found = dict(judge())
    except SourceError as error:
        for source, table in where:
            facts: Facts = {"source": source, "table": table, **error.facts}
            yield RuleResult(
                control=control, rule=rule, source=source, table=table,
                status="error", reason=error.code, facts=facts,
            )  # fmt: skip
        return
    for source, table in where:
        refs = found.get((source, table), RowRefs())
        yield RuleResult(
            control=control, rule=rule, source=source, table=table,
            status="fail" if refs.rows else "pass", rows=refs.rows, row_refs=refs.refs,
        )  # fmt: skip


def _grouped(workspace: Workspace, dataset: Dataset, listing: Listing) -> Judged:
    smallest = workspace.rulebook.policy.anonymity.smallest_group
    source = workspace.source(dataset.source)
    found = small_groups(source, dataset, smallest, workspace.hashing, listing)
    yield (dataset.source, dataset.table), found


def _hashed(workspace: Workspace, dataset: Dataset, _listing: Listing) -> Judged:
    """The whole dataset is not what it is called, whichever column it is."""
    people = (
        (workspace.source(each.source), each)
        for each in workspace.datasets
        if each.kind == "subject_master"
    )
    place = (dataset.source, dataset.table)
    if known_hashes(workspace.source(dataset.source), dataset, people):
        yield place, RowRefs(1, (workspace.hashing.ref(*place, (dataset.table,)),))


_GROUPED = {"small_groups": _grouped, "known_hashes": _hashed}


def _corrected(workspace: Workspace) -> Judged:
    found: dict[tuple[str, str], list[str]] = {}
    for entry in entries(workspace, RequestRow):
        place = {"source": entry.source, "table": entry.table}
        if "payload" in entry.unreadable:
            raise SourceError("correction_unreadable", **place)
        try:
            wanted = granted(entry.row)
        except ValueError:
            raise SourceError("correction_unreadable", **place) from None
        if wanted and not_applied(wanted, workspace.datasets, workspace.source):
            ref = workspace.hashing.ref(entry.source, entry.table, entry.key)
            found.setdefault((entry.source, entry.table), []).append(ref)
    for place_of, refs in found.items():
        yield place_of, RowRefs(len(refs), tuple(sorted(refs)[: workspace.hashing.limit]))
