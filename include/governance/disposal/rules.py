"""The rules that a disposal is planned, approved and applied under, as they are now."""

from __future__ import annotations

from datetime import date

from include.governance.disposal.desk import Desk
from include.governance.erasure.moment import Holds
from include.governance.erasure.plan import Basis
from include.governance.errors import ContractError
from include.governance.model.contract import Dataset, RecordClassUse
from include.governance.pipeline.registers import open_holds
from include.governance.pipeline.terms import retention_terms
from include.governance.retention.measure import Terms


def terms_of(desk: Desk, as_of: date) -> Terms:
    """Schedule, fiscal year and contracts; holds are asked for when they count."""
    return retention_terms(desk.workspace, as_of, ())


def basis_of(desk: Desk) -> Basis:
    """What the gate compares a plan with."""
    workspace = desk.workspace
    return Basis(
        policy_sha256=workspace.rulebook_sha256,
        contracts_sha256=workspace.contracts_sha256,
        limits=workspace.rulebook.policy.limits,
        datasets=workspace.datasets,
        zone=workspace.zone,
    )


def holds_of(desk: Desk) -> Holds:
    """The open holds of the day, read anew each time."""
    zone = desk.workspace.zone.info
    return lambda: open_holds(desk.workspace, desk.clock().astimezone(zone).date())


def dataset_of(desk: Desk, source: str, table: str) -> Dataset:
    """A declared table; raises ContractError when no contract declares it any more."""
    for dataset in desk.workspace.of_source(source):
        if dataset.table == table:
            return dataset
    raise ContractError("disposal_table_unknown", source=source, table=table)


def use_of(dataset: Dataset, name: str) -> RecordClassUse:
    """A record class of a table; raises ContractError when it governs it no more."""
    for use in dataset.record_classes:
        if use.record_class == name:
            return use
    raise ContractError("record_class_unknown", table=dataset.id, name=name)
