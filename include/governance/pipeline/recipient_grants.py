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
from include.governance.model.result import Expected, RuleResult
from include.governance.pipeline.database_grants import (
    governed_datasets,
    grants_on,
    personal_columns,
    unread,
)
from include.governance.pipeline.workspace import Workspace
from include.governance.source.grants import EVERYBODY, GrantsHidden, logins, readers, written

#: Which recipients a check is about.
KINDS: Mapping[CheckRule, frozenset[RecipientKind]] = {
    "entrusted_by_grant": frozenset({"subcontractor"}),
    "joint_items_by_grant": frozenset({"joint"}),
    "joint_range_by_grant": frozenset({"joint"}),
    "provided_by_grant": frozenset({"third", "authority"}),
}


class _Asked(NamedTuple):
    """What a recipient is asked about under a control."""

    control: str
    check: CheckRule
    recipient: str

    @property
    def rule(self) -> str:
        """The name of the rule in results: its check and whom it is about."""
        return f"{self.check}:{self.recipient}"


class _Reading(NamedTuple):
    """A column that a recipient may read; ``category`` is None where nobody declared it."""

    recipient: str
    column: str
    category: str | None


def recipient_grants(workspace: Workspace, as_of: date) -> Iterator[RuleResult]:
    """The result of each check on every table with personal data that recipients could read."""
    for dataset in _datasets(workspace):
        asked = list(_asked(workspace))
        try:
            found = list(_readings(workspace, dataset))
        except GrantsHidden:
            for each in asked:
                yield unread(each.control, each.rule, dataset, "skip", "grants_hidden")
            continue
        except SourceError as error:
            for each in asked:
                yield unread(each.control, each.rule, dataset, "error", error.code, **error.facts)
            continue
        for each in asked:
            yield _judged(workspace, each, dataset, found, as_of)


def recipient_grants_expected(workspace: Workspace) -> Iterator[Expected]:
    """What must have a result."""
    for dataset in _datasets(workspace):
        for each in _asked(workspace):
            yield dataset.source, dataset.table, each.control, each.rule


def recipient_statement(
    workspace: Workspace, control: str, rule: str, place: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """The SQL by which a table is judged, with where it runs; each column is asked for."""
    if not any((each.control, each.rule) == (control, rule) for each in _asked(workspace)):
        return
    for dataset in _datasets(workspace):
        if (dataset.source, dataset.table) == place:
            source = workspace.source(dataset.source)
            for column in personal_columns(workspace, dataset, source):
                yield source.name, grants_on(source, dataset, (column,))


def _asked(workspace: Workspace) -> Iterator[_Asked]:
    """Each control with such a check, with every recipient that it is about and that has logins."""
    for name, control in workspace.controls.items():
        if (check := control.check) is None or check not in KINDS:
            continue
        for recipient, each in workspace.rulebook.policy.recipients.items():
            if each.logins and each.kind in KINDS[check]:
                yield _Asked(name, check, recipient)


def _datasets(workspace: Workspace) -> Iterator[Dataset]:
    if any(True for _ in _asked(workspace)):
        yield from governed_datasets(workspace)


def _readings(workspace: Workspace, dataset: Dataset) -> Iterator[_Reading]:
    """Every recipient with every personal column that one of its logins may read."""
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
            if EVERYBODY in found:
                found |= logins(connection)
            for recipient in {owner for login in found if (owner := _owner(login, owners))}:
                yield _Reading(recipient, column, declared.get(column))


def _owner(login: str, owners: Mapping[str, str]) -> str | None:
    """Whose login it is."""
    return next((owners[name] for name in written(login) if name in owners), None)


def _judged(
    workspace: Workspace, asked: _Asked, dataset: Dataset, found: list[_Reading], as_of: date
) -> RuleResult:
    policy = workspace.rulebook.policy
    breaking = [
        each
        for each in found
        if each.recipient == asked.recipient and _breaks(policy, asked, each.category, as_of)
    ]
    columns = tuple(each.column for each in breaking)
    place = (dataset.source, dataset.table)
    refs = sorted(workspace.hashing.ref(*place, (asked.recipient, each)) for each in columns)
    return RuleResult(
        control=asked.control,
        rule=asked.rule,
        source=dataset.source,
        table=dataset.table,
        columns=columns,
        status="fail" if columns else "pass",
        rows=len(columns),
        row_refs=tuple(refs[: workspace.hashing.limit]),
    )


def _breaks(policy: PrivacyPolicy, asked: _Asked, category: str | None, as_of: date) -> bool:
    recipient = policy.recipients[asked.recipient]
    in_range = asked.recipient in policy.joint_use.range
    match asked.check:
        case "joint_range_by_grant":
            return not in_range
        case "joint_items_by_grant":
            return in_range and not _covered(policy, category, policy.joint_use.items)
        case "entrusted_by_grant":
            live = recipient.agreement is not None and (
                recipient.agreement.signed_on <= as_of <= recipient.agreement.ends_on
            )
            return not live or not _serves(policy, recipient, category)
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
