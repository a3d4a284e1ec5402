"""What recipients may read by the database's own privileges, beside what the policy lets them have.

A recipient whose logins the policy names receives whatever those logins may read, whether or not a
transfer is in the register.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from include.governance.errors import SourceError
from include.governance.model.contract import Dataset
from include.governance.model.control import CheckRule
from include.governance.model.policy import PrivacyPolicy, Recipient
from include.governance.model.purpose import RecipientKind
from include.governance.model.result import Expected, Facts, RuleResult, Status
from include.governance.pipeline.database_grants import (
    governed_datasets,
    grants_on,
    personal_columns,
)
from include.governance.pipeline.workspace import Workspace
from include.governance.source.grants import EVERYBODY, GrantsHidden, readers

#: Which recipients a check is about.
KINDS: Mapping[CheckRule, frozenset[RecipientKind]] = {
    "entrusted_by_grant": frozenset({"subcontractor"}),
    "joint_items_by_grant": frozenset({"joint"}),
    "joint_range_by_grant": frozenset({"joint"}),
    "provided_by_grant": frozenset({"third", "authority"}),
}


class _Reading(NamedTuple):
    """A recipient whose login may read a column; ``category`` is None where nobody declared it."""

    recipient: str
    login: str
    column: str
    category: str | None


def recipient_grants(workspace: Workspace, as_of: date) -> Iterator[RuleResult]:
    """The result of each check on every table with personal data that recipients could read."""
    for dataset in _datasets(workspace):
        controls = list(_controls(workspace))
        try:
            found = list(_readings(workspace, dataset))
        except GrantsHidden:
            for control, check in controls:
                yield _result(control, check, dataset, "skip", reason="grants_hidden")
            continue
        except SourceError as error:
            for control, check in controls:
                yield _result(
                    control, check, dataset, "error", reason=error.code, facts=dict(error.facts)
                )
            continue
        for control, check in controls:
            yield _judged(workspace, control, check, dataset, found, as_of)


def recipient_grants_expected(workspace: Workspace) -> Iterator[Expected]:
    """What must have a result."""
    for dataset in _datasets(workspace):
        for control, check in _controls(workspace):
            yield dataset.source, dataset.table, control, check


def recipient_statement(
    workspace: Workspace, check: str, place: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """The SQL by which a table is judged, with where it runs; each column is asked for."""
    if check not in KINDS:
        return
    for dataset in _datasets(workspace):
        if (dataset.source, dataset.table) == place:
            source = workspace.source(dataset.source)
            for column in personal_columns(workspace, dataset, source):
                yield source.name, grants_on(source, dataset, (column,))


def _controls(workspace: Workspace) -> Iterator[tuple[str, CheckRule]]:
    """The controls with such a check of which some recipient has logins."""
    recipients = workspace.rulebook.policy.recipients.values()
    kinds = {each.kind for each in recipients if each.logins}
    for name, control in workspace.controls.items():
        if control.check is not None and KINDS.get(control.check, frozenset()) & kinds:
            yield name, control.check


def _datasets(workspace: Workspace) -> Iterator[Dataset]:
    if any(True for _ in _controls(workspace)):
        yield from governed_datasets(workspace)


def _readings(workspace: Workspace, dataset: Dataset) -> Iterator[_Reading]:
    """Every recipient with every login and personal column that it may read."""
    source = workspace.source(dataset.source)
    columns = personal_columns(workspace, dataset, source)
    live = source.live_table(dataset.table, dataset.schema_name)
    owners = {
        login.casefold(): name
        for name, recipient in workspace.rulebook.policy.recipients.items()
        for login in recipient.logins
    }
    declared = {column.name: column.category for column in dataset.columns}
    with source.reading(dataset.table) as connection:
        anybody = readers(connection, live, columns) if columns else set()
        if not any(_owner(login, owners) for login in anybody) and EVERYBODY not in anybody:
            return
        for column in columns:
            found = readers(connection, live, (column,))
            open_to = owners if EVERYBODY in found else {}
            for login in sorted({*found, *open_to} - {EVERYBODY}):
                if recipient := _owner(login, owners):
                    yield _Reading(recipient, login, column, declared.get(column))


def _owner(login: str, owners: Mapping[str, str]) -> str | None:
    """Whose login it is; one of MariaDB may be named with its host or without."""
    name = login.casefold()
    return owners.get(name) or owners.get(name.rpartition("@")[0])


def _judged(
    workspace: Workspace,
    control: str,
    check: CheckRule,
    dataset: Dataset,
    found: list[_Reading],
    as_of: date,
) -> RuleResult:
    policy = workspace.rulebook.policy
    breaking = [each for each in found if _breaks(policy, check, each, as_of)]
    place = (dataset.source, dataset.table)
    refs = sorted(
        {workspace.hashing.ref(*place, (each.recipient, each.column)) for each in breaking}
    )
    if not refs:
        return _result(control, check, dataset, "pass")
    columns = tuple(dict.fromkeys(each.column for each in breaking))
    return _result(control, check, dataset, "fail").model_copy(
        update={
            "columns": columns,
            "rows": len(refs),
            "row_refs": tuple(refs[: workspace.hashing.limit]),
        }
    )


def _breaks(policy: PrivacyPolicy, check: CheckRule, each: _Reading, as_of: date) -> bool:
    recipient = policy.recipients[each.recipient]
    if recipient.kind not in KINDS[check]:
        return False
    in_range = each.recipient in policy.joint_use.range
    match check:
        case "joint_range_by_grant":
            return not in_range
        case "joint_items_by_grant":
            return in_range and not _covered(policy, each.category, policy.joint_use.items)
        case "entrusted_by_grant":
            live = recipient.agreement is not None and (
                recipient.agreement.signed_on <= as_of <= recipient.agreement.ends_on
            )
            return not live or not _serves(policy, recipient, each.category)
        case _:
            return True


def _serves(policy: PrivacyPolicy, recipient: Recipient, category: str | None) -> bool:
    """Whether some purpose hands data of a category to such a recipient."""
    services = set(recipient.services)
    for purpose in policy.purposes.values():
        served = services & set(purpose.recipients.services)
        if category in purpose.restricted:
            served &= set(purpose.restricted[category])
        if (
            served
            and recipient.kind in purpose.recipients.kinds
            and _covered(policy, category, purpose.categories)
        ):
            return True
    return False


def _covered(policy: PrivacyPolicy, category: str | None, items: tuple[str, ...]) -> bool:
    """Whether a category, or the one it is part of, is among the items."""
    return category is not None and (
        category in items or policy.categories[category].part_of in items
    )


def _result(
    control: str,
    check: CheckRule,
    dataset: Dataset,
    status: Status,
    *,
    reason: str | None = None,
    facts: Facts | None = None,
) -> RuleResult:
    place: Facts = {"source": dataset.source, "table": dataset.table} if reason else {}
    return RuleResult(
        control=control,
        rule=check,
        source=dataset.source,
        table=dataset.table,
        status=status,
        reason=reason,
        facts={**place, **(facts or {})},
    )
