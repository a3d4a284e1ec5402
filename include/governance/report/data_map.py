"""The data map: what each contract declares, beside what the scan found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from include.governance.model.classification import Classification
from include.governance.model.contract import Dataset
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.verdict import HumanVerdict
from include.governance.report.coverage import coverage
from include.governance.report.given import ReportInput
from include.governance.report.people import department, role
from include.governance.report.phrases import detect_reason, entity
from include.governance.report.sections import (
    Agreement,
    ColumnDecision,
    FoundKind,
    MappedColumn,
    MappedTable,
)

Place = tuple[str, str]


def data_map(given: ReportInput) -> Iterator[MappedTable]:
    """Every declared table and every scanned one, by source and name.

    What an older scan saw in a table that this run could not read is not shown.
    """
    declared: dict[Place, Dataset] = {(d.source, d.table): d for d in given.datasets}
    unread = {(u.source, u.table) for u in coverage(given).unreached}
    rows = {p: s.rows for s in given.scanned if (p := (s.source, s.table)) not in unread}
    seen: dict[Place, dict[str, Classification]] = {}
    for found in given.classifications:
        if (found.source, found.table) in rows:
            seen.setdefault((found.source, found.table), {})[found.column] = found
    for place in sorted({*declared, *rows}):
        yield _table(place, declared.get(place), rows.get(place), seen.get(place, {}), given.policy)


def _table(
    place: Place,
    dataset: Dataset | None,
    rows: int | None,
    seen: Mapping[str, Classification],
    policy: PrivacyPolicy,
) -> MappedTable:
    names = [column.name for column in dataset.columns] if dataset else []
    names += sorted(set(seen) - set(names))
    columns = [_column(name, dataset, seen.get(name), policy) for name in names]
    shown = [column for column in columns if _is_shown(column, policy)]
    others = [column for column in columns if column not in shown]
    bounds = [column.bound for column in others if column.bound is not None]
    purposes = dataset.purposes if dataset else ()
    return MappedTable(
        source=place[0],
        table=place[1],
        is_declared=dataset is not None,
        kind=dataset.kind if dataset else None,
        owner=department(policy, dataset.owner) if dataset and dataset.owner else None,
        purposes={n: policy.purposes[n].label for n in purposes if n in policy.purposes},
        rows=rows,
        since=next((found.since for found in seen.values() if found.since), None),
        columns=tuple(shown),
        others=len(others),
        others_bound=max(bounds, default=None),
    )


def _is_shown(column: MappedColumn, policy: PrivacyPolicy) -> bool:
    category = policy.categories.get(column.category or "")
    return category is None or category.personal or bool(column.found)


def _column(
    name: str, dataset: Dataset | None, found: Classification | None, policy: PrivacyPolicy
) -> MappedColumn:
    declared = dataset.column(found.stored_in if found else name) if dataset else None
    category = declared.category if declared else None
    known = policy.categories.get(category or "")
    return MappedColumn(
        column=name,
        category=category,
        label=known.label if known else None,
        agreement=agreement(category, found, policy),
        rows=found.rows if found else None,
        bound=found.bound if found and found.outcome == "none" and found.rows else None,
        found=tuple(_kinds(found)) if found else (),
        confidence=found.confidence if found else None,
        reasons=tuple(detect_reason(code) for code in found.reasons) if found else (),
        decided=_decided(declared.verdict, policy) if declared and declared.verdict else None,
    )


def _decided(verdict: HumanVerdict, policy: PrivacyPolicy) -> ColumnDecision:
    return ColumnDecision(
        by=role(policy, verdict.by), day=verdict.day, hits=verdict.hits, rows=verdict.rows
    )


def _kinds(found: Classification) -> Iterator[FoundKind]:
    for kind in found.prevalence:
        yield FoundKind(
            entity=kind.entity,
            label=entity(kind.entity),
            rows=kind.rows,
            share=kind.share,
            upper=kind.upper,
        )


def agreement(
    category: str | None, found: Classification | None, policy: PrivacyPolicy
) -> Agreement:
    """How a declaration and a scan compare; what no detector looks for is said to be so."""
    if found is None:
        return "not_scanned"
    known = policy.categories.get(category or "")
    if known is None:
        return "undeclared"
    if found.standing:
        return "decided" if found.standing == "stands" else "contradicted"
    if found.outcome == "none":
        if not known.personal:
            return "agrees"
        return "no_evidence" if known.entities else "no_detector"
    kinds = {found.data_category, *(p.data_category for p in found.prevalence)} - {None}
    family = {category, known.part_of} - {None}
    if kinds & family or any(
        policy.categories[kind].part_of in family for kind in kinds if kind in policy.categories
    ):
        return "agrees"
    entities = {found.entity, *(p.entity for p in found.prevalence)}
    if entities & set(known.entities) or known.kind == "free_text":
        return "agrees"
    return "differs"
