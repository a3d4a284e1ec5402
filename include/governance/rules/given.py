"""Relations that no database holds: the lists of the policy, and what contracts declare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from include.governance.model.contract import Column, Dataset
from include.governance.model.policy import PrivacyPolicy

Row = tuple[str | None, ...]


def policy_rows(name: str, policy: PrivacyPolicy) -> tuple[Row, ...]:
    """The rows of a list of the policy, in the order of the relation's fields."""
    return tuple(dict.fromkeys(_POLICY[name](policy)))


def declared_rows(name: str, datasets: Iterable[Dataset]) -> tuple[Row, ...]:
    """The rows of a relation that says what contracts declare, in the order of its fields."""
    return tuple(dict.fromkeys(row for each in datasets for row in _DECLARED[name](each)))


def _purposes(policy: PrivacyPolicy) -> Iterator[Row]:
    yield from ((name, each.clause, each.consent) for name, each in policy.purposes.items())


def _categories(policy: PrivacyPolicy) -> Iterator[Row]:
    for name, each in policy.purposes.items():
        yield from ((name, category) for category in each.categories)


def _services(policy: PrivacyPolicy) -> Iterator[Row]:
    for name, each in policy.purposes.items():
        yield from ((name, service) for service in each.recipients.services)


def _kinds(policy: PrivacyPolicy) -> Iterator[Row]:
    yield from ((n, kind) for n, each in policy.purposes.items() for kind in each.recipients.kinds)


def _restrictions(policy: PrivacyPolicy) -> Iterator[Row]:
    for name, each in policy.purposes.items():
        for category, services in each.restricted.items():
            yield from ((name, category, service) for service in services)


def _recipients(policy: PrivacyPolicy) -> Iterator[Row]:
    for name, each in policy.recipients.items():
        for service in each.services or (None,):
            yield (name, each.kind, service, each.country)


def _exceptions(policy: PrivacyPolicy) -> Iterator[Row]:
    for basis, each in policy.exceptions.items():
        yield from ((basis, each.clause, field) for field in each.requires)


def _all_categories(policy: PrivacyPolicy) -> Iterator[Row]:
    yield from ((name, each.kind, each.part_of) for name, each in policy.categories.items())


_POLICY: Mapping[str, Callable[[PrivacyPolicy], Iterable[Row]]] = {
    "categories": _all_categories,
    "purposes": _purposes,
    "purpose_categories": _categories,
    "purpose_services": _services,
    "purpose_recipient_kinds": _kinds,
    "purpose_restrictions": _restrictions,
    "acquisition_channels": lambda policy: ((name,) for name in policy.acquisition_channels),
    "adequate_countries": lambda policy: ((code,) for code in policy.adequate_countries),
    "joint_items": lambda policy: ((item,) for item in policy.joint_use.items),
    "joint_range": lambda policy: ((name,) for name in policy.joint_use.range),
    "policy_recipients": _recipients,
    "policy_statements": lambda policy: policy.statements.items(),
    "provision_exceptions": _exceptions,
}


def _tables(dataset: Dataset) -> Iterator[Row]:
    yield (dataset.table, dataset.source, dataset.kind, dataset.owner)


def _names(dataset: Dataset) -> Iterator[Row]:
    """What people call a table: as the database, as its contract, or with its source."""
    for name in dict.fromkeys((dataset.table, dataset.name, dataset.id)):
        yield (dataset.source, dataset.table, name)


def _columns(dataset: Dataset) -> Iterator[Row]:
    for column in dataset.columns:
        yield (column.name, dataset.source, dataset.table, column.category, dataset.owner)


def _column_purposes(dataset: Dataset) -> Iterator[Row]:
    for column in dataset.columns:
        for purpose in _of(column, dataset):
            yield (column.name, dataset.source, dataset.table, column.category, purpose)


def _of(column: Column, dataset: Dataset) -> tuple[str, ...]:
    return column.purposes or dataset.purposes


def _record_classes(dataset: Dataset) -> Iterator[Row]:
    for use in dataset.record_classes:
        yield (dataset.table, dataset.source, use.record_class)


_DECLARED: Mapping[str, Callable[[Dataset], Iterable[Row]]] = {
    "declared_tables": _tables,
    "declared_columns": _columns,
    "table_names": _names,
    "declared_purposes": _column_purposes,
    "declared_record_classes": _record_classes,
}


def narrowed(name: str, rows: tuple[Row, ...], mapped: set[Row]) -> tuple[Row, ...]:
    """What both the policy and the company's own list say; what either leaves empty is empty."""
    if name != "policy_statements":
        return tuple(row for row in rows if row in mapped)
    empty = {item for item, value in mapped if value is None}
    return tuple((item, None if item in empty else value) for item, value in rows)
