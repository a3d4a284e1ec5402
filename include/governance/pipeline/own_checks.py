"""The checks that no condition on a row can say: de-identified data, and corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from include.governance.errors import SourceError
from include.governance.model.contract import Dataset
from include.governance.model.control import CheckRule
from include.governance.model.register import RequestRow
from include.governance.model.result import Expected, Facts, RuleResult
from include.governance.pipeline.registers import entries, places
from include.governance.pipeline.workspace import Workspace
from include.governance.rules.anonymised import linking_columns, standing_apart
from include.governance.rules.corrections import granted, not_applied
from include.governance.rules.deidentified import known_hashes, small_groups
from include.governance.rules.listing import Listing
from include.governance.source.rows import RowRefs


@dataclass(frozen=True)
class Broken:
    """What breaks a check in a table, and the columns that it stands in where that is known."""

    found: RowRefs
    columns: tuple[str, ...] = ()


Judged = Iterator[tuple[tuple[str, str], Broken]]


def own_checks(workspace: Workspace, listing: Listing) -> Iterator[RuleResult]:
    """The result of each on every table that it is for; what cannot be read is an error."""
    for control, kind in _controls(workspace):
        if kind == "corrections":
            yield from _guarded(control, kind, _requests(workspace), partial(_corrected, workspace))
            continue
        for dataset in _datasets(workspace, kind):
            for rule, judge in _OF_DATASETS[kind].items():
                judged = partial(judge, workspace, dataset, listing)
                yield from _guarded(control, rule, [(dataset.source, dataset.table)], judged)


def own_checks_expected(workspace: Workspace) -> Iterator[Expected]:
    """What must have a result."""
    for control, kind in _controls(workspace):
        if kind == "corrections":
            yield from ((*place, control, kind) for place in _requests(workspace))
            continue
        for dataset in _datasets(workspace, kind):
            rules = _OF_DATASETS[kind]
            yield from ((dataset.source, dataset.table, control, rule) for rule in rules)


def _controls(workspace: Workspace) -> Iterator[tuple[str, CheckRule]]:
    for name, control in workspace.controls.items():
        kind = control.check
        if kind and (kind == "corrections" or kind in _OF_DATASETS):
            yield name, kind


def _datasets(workspace: Workspace, kind: CheckRule) -> list[Dataset]:
    wanted = {"small_groups": "anonymised", "known_hashes": "pseudonymised"}[kind]
    return [dataset for dataset in workspace.datasets if dataset.kind == wanted]


def _requests(workspace: Workspace) -> list[tuple[str, str]]:
    return list(places(workspace, RequestRow))


def _guarded(
    control: str, rule: str, where: list[tuple[str, str]], judge: Callable[[], Judged]
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
        broken = found.get((source, table), Broken(RowRefs()))
        refs = broken.found
        yield RuleResult(
            control=control, rule=rule, source=source, table=table, columns=broken.columns,
            status="fail" if refs.rows else "pass", rows=refs.rows, row_refs=refs.refs,
        )  # fmt: skip


def _grouped(workspace: Workspace, dataset: Dataset, listing: Listing) -> Judged:
    smallest = workspace.rulebook.policy.anonymity.smallest_group
    source = workspace.source(dataset.source)
    found = small_groups(source, dataset, smallest, workspace.hashing, listing)
    yield (dataset.source, dataset.table), Broken(found)


def _linked(workspace: Workspace, dataset: Dataset, _listing: Listing) -> Judged:
    """Each column is one thing to delete."""
    people = (
        (workspace.source(each.source), each)
        for each in workspace.datasets
        if each.kind not in ("anonymised", "register", "reference")
    )
    place, policy = (dataset.source, dataset.table), workspace.rulebook.policy
    columns = linking_columns(workspace.source(dataset.source), dataset, people, policy)
    refs = sorted(workspace.hashing.ref(*place, (column,)) for column in columns)
    yield place, Broken(RowRefs(len(columns), tuple(refs)), columns)


def _apart(workspace: Workspace, dataset: Dataset, _listing: Listing) -> Judged:
    source, policy = workspace.source(dataset.source), workspace.rulebook.policy
    columns, found = standing_apart(source, dataset, policy, workspace.hashing)
    yield (dataset.source, dataset.table), Broken(found, columns)


def _hashed(workspace: Workspace, dataset: Dataset, _listing: Listing) -> Judged:
    """The whole dataset is not what it is called, whichever column it is."""
    people = (
        (workspace.source(each.source), each)
        for each in workspace.datasets
        if each.kind == "subject_master"
    )
    place = (dataset.source, dataset.table)
    if known_hashes(workspace.source(dataset.source), dataset, people):
        ref = workspace.hashing.ref(*place, (dataset.table,))
        yield place, Broken(RowRefs(1, (ref,)))


#: What a kind of check asks of each table that it is for.
_OF_DATASETS: Mapping[str, Mapping[str, Callable[[Workspace, Dataset, Listing], Judged]]] = {
    "small_groups": {
        "small_groups": _grouped,
        "linking_codes": _linked,
        "stands_apart": _apart,
    },
    "known_hashes": {"known_hashes": _hashed},
}


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
        kept = tuple(sorted(refs)[: workspace.hashing.limit])
        yield place_of, Broken(RowRefs(len(refs), kept))
