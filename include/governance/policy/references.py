"""Every place where one of compliance's files names something defined elsewhere in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from include.governance.model.control import ControlCatalogue
from include.governance.model.entity import Entity
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.schedule import RetentionSchedule
from include.governance.policy.statements import STATEMENTS
from include.governance.yamlfile import PathInFile

_SERVICES = "recipients.*.services"


@dataclass(frozen=True)
class Use:
    """A name used at a place of a file, where it should be defined, and what is defined there."""

    file: str
    path: PathInFile
    what: str
    name: str
    known: Collection[str]


def references(
    policy: PrivacyPolicy, schedule: RetentionSchedule, controls: ControlCatalogue
) -> Iterator[Use]:
    """Every use of a clause, category, recipient, role, purpose, control or hold reason."""
    yield from _in_policy(policy)
    yield from _in_schedule(policy, schedule, controls)
    for name, control in controls.controls.items():
        at: PathInFile = ("controls", name)
        yield Use("controls.yaml", (*at, "clause"), "clauses", control.clause, policy.clauses)
        yield Use("controls.yaml", (*at, "role"), "roles", control.role, policy.roles)
        if control.scan:
            yield from _each(
                "controls.yaml",
                (*at, "scan", "entities"),
                ", ".join(Entity),
                control.scan.entities,
                tuple(Entity),
            )
            yield from _each(
                "controls.yaml",
                (*at, "scan", "categories"),
                "categories",
                control.scan.categories,
                policy.categories,
            )


def _each(
    file: str, path: PathInFile, what: str, names: Iterable[str], known: Collection[str]
) -> Iterator[Use]:
    for index, name in enumerate(names):
        yield Use(file, (*path, index), what, name, known)


def _in_policy(policy: PrivacyPolicy) -> Iterator[Use]:
    file = "privacy_policy.yaml"
    services = {service for found in policy.recipients.values() for service in found.services}
    for name, purpose in policy.purposes.items():
        at: PathInFile = ("purposes", name)
        yield Use(file, (*at, "clause"), "clauses", purpose.clause, policy.clauses)
        yield from _each(
            file, (*at, "categories"), "categories", purpose.categories, policy.categories
        )
        yield from _each(
            file, (*at, "recipients", "services"), _SERVICES, purpose.recipients.services, services
        )
        for restricted, allowed in purpose.restricted.items():
            below = (*at, "restricted", restricted)
            yield Use(file, below, "categories", restricted, policy.categories)
            yield from _each(file, below, _SERVICES, allowed, services)
    for key, names in (
        ("forbidden_categories", policy.forbidden_categories),
        ("special_categories", policy.special_categories),
    ):
        yield from _each(file, (key,), "categories", names, policy.categories)
    joint = policy.joint_use
    yield Use(file, ("joint_use", "clause"), "clauses", joint.clause, policy.clauses)
    yield from _each(file, ("joint_use", "items"), "categories", joint.items, policy.categories)
    yield from _each(file, ("joint_use", "range"), "recipients", joint.range, policy.recipients)
    yield from _each(file, ("joint_use", "purposes"), "purposes", joint.purposes, policy.purposes)
    for name, exception in policy.exceptions.items():
        yield Use(file, ("exceptions", name, "clause"), "clauses", exception.clause, policy.clauses)
    for name, category in policy.categories.items():
        if category.part_of:
            at = ("categories", name, "part_of")
            yield Use(file, at, "categories", category.part_of, policy.categories)
    for statement, said_in in policy.statements.items():
        at = ("statements", statement)
        yield Use(file, at, "statements", statement, STATEMENTS)
        if said_in is not None:
            yield Use(file, at, "clauses", said_in, policy.clauses)
    for name, copy in policy.copies.items():
        yield Use(file, ("copies", name, "role"), "roles", copy.role, policy.roles)
    if asks := policy.incident_question:
        yield Use(file, ("incident_question", "role"), "roles", asks.role, policy.roles)
    for index, stage in enumerate(policy.approvals.stages):
        yield from _each(file, ("approvals", "stages", index), "roles", stage, policy.roles)


def _in_schedule(
    policy: PrivacyPolicy, schedule: RetentionSchedule, controls: ControlCatalogue
) -> Iterator[Use]:
    file = "retention_schedule.yaml"
    services = {service for found in policy.recipients.values() for service in found.services}
    kinds = {category.kind for category in policy.categories.values()}
    over_retained = {n for n, c in controls.controls.items() if c.flag == "over_retained"}
    for name, record in schedule.record_classes.items():
        at: PathInFile = ("record_classes", name)
        yield Use(
            file, (*at, "control"), "controls (flag: over_retained)", record.control, over_retained
        )
        yield from _each(file, (*at, "holds"), "hold_reasons", record.holds, schedule.hold_reasons)
        yield from _each(file, (*at, "propagate"), _SERVICES, record.propagate, services)
        for kind in record.actions:
            yield Use(file, (*at, "actions", kind), "categories.*.kind", kind, kinds)
