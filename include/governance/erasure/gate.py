"""Refuse to erase unless everything is as it was when a person approved it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from include.governance.erasure.dictionary import known_keys
from include.governance.erasure.hazards import hazards
from include.governance.erasure.keys import Seed
from include.governance.erasure.moment import Holds, moment
from include.governance.erasure.plan import Basis
from include.governance.erasure.reading import whole_tables
from include.governance.erasure.record import Seal, Sealed, predicate_of, read_spec, sealed
from include.governance.erasure.reflect import Closure, read_closure
from include.governance.erasure.schema_state import schema_sha256
from include.governance.erasure.secrecy import key_in_logs
from include.governance.erasure.selection import Selection
from include.governance.erasure.steps import Step, steps_of
from include.governance.erasure.target import Target, target_id
from include.governance.errors import PlanError
from include.governance.model.erasure import Approval, OverLimit
from include.governance.store.officer_text import plain


@dataclass(frozen=True)
class Gated:
    """A plan that may be applied, with what a worker needs to hold every chunk against it."""

    plan_id: str
    digest: str
    closure: Closure
    steps: tuple[Step, ...]
    seed: Seed
    schema_sha256: str
    seals: dict[int, Seal]


def gate(
    target: Target,
    plan_id: str,
    selection: Selection,
    basis: Basis,
    approval: Approval | None,
    holds: Holds,
    *,
    runner: str,
    at: datetime,
) -> Gated:
    """Let a plan through; raises PlanError for the first thing that is not as approved.

    Everything is computed again from keys, rules, schema and database as they are now.
    """
    with target.snapshot() as connection:
        spec, found = read_spec(connection, plan_id), sealed(connection, plan_id)
        _refuse(_approval(plan_id, found.digest, spec, approval, runner, at))
        return _examined(connection, target, spec, found, selection, basis, holds, at)


def examined(
    target: Target, plan_id: str, selection: Selection, basis: Basis, holds: Holds, *, at: datetime
) -> Gated:
    """Everything that the gate looks at besides people.

    Place, rules, schema, hazards, limits, and what the chunks would read.
    """
    with target.snapshot() as connection:
        spec, found = read_spec(connection, plan_id), sealed(connection, plan_id)
        return _examined(connection, target, spec, found, selection, basis, holds, at)


def _examined(
    connection: Connection,
    target: Target,
    spec: dict[str, Any],
    found: Sealed,
    selection: Selection,
    basis: Basis,
    holds: Holds,
    at: datetime,
) -> Gated:
    closure = unchanged(connection, target, spec, selection, basis, at)
    _refuse(_key(selection, spec))
    _refuse(iter(hazards(connection, target.kind, closure)))
    _refuse(key_in_logs(connection, target.kind, selection.actions))
    _refuse(_limits(spec, basis))
    seed = Seed(*spec["seed"])
    now = moment(connection, target.kind, closure, seed, selection, holds())
    _refuse(whole_tables(connection, now))
    return Gated(
        spec["plan_id"],
        found.digest,
        closure,
        steps_of(closure.graph, selection.deletes),
        seed,
        spec["schema_sha256"],
        found.seals,
    )


def unchanged(
    connection: Connection,
    target: Target,
    spec: dict[str, Any],
    selection: Selection,
    basis: Basis,
    at: datetime,
) -> Closure:
    """What a plan reaches; raises PlanError unless place, rules and schema are as they were."""
    _refuse(_place(connection, target, spec))
    _refuse(_rules(connection, selection, basis, spec, at))
    closure = read_closure(
        connection, target.kind, selection.root, basis.datasets, selection.deletes
    )
    _refuse(_schema(connection, target, closure, spec))
    return closure


def _refuse(reasons: Iterator[PlanError]) -> None:
    for reason in reasons:
        raise reason


def _approval(
    plan_id: str,
    digest: str,
    spec: dict[str, Any],
    approval: Approval | None,
    runner: str,
    at: datetime,
) -> Iterator[PlanError]:
    if approval is None or approval.plan_id != plan_id:
        yield PlanError("erasure_not_approved", plan=plan_id)
        return
    if approval.digest != digest:
        yield PlanError(
            "erasure_digest", plan=plan_id, found=digest[:12], allowed=approval.digest[:12]
        )
    people = [person.casefold() for person in (approval.approver, spec["requester"], runner)]
    if not all(map(plain, people)):
        yield PlanError("erasure_nameless", plan=plan_id)
    if approval.requester.casefold() != people[1]:
        yield PlanError("erasure_requester", plan=plan_id)
    if len(set(people)) != len(people):
        yield PlanError("erasure_same_person", plan=plan_id)
    yield from expired(approval, at)


def expired(approval: Approval, at: datetime) -> Iterator[PlanError]:
    """That an approval is not good at a moment; asked again before every chunk."""
    if not approval.approved_at <= at < approval.expires_at:
        yield PlanError(
            "erasure_expired",
            plan=approval.plan_id,
            expires=approval.expires_at.isoformat(timespec="minutes"),
        )


def _place(connection: Connection, target: Target, spec: dict[str, Any]) -> Iterator[PlanError]:
    if spec["source"] != target.name or spec["target_id"] != target_id(connection, target.kind):
        yield PlanError("erasure_other_database", plan=spec["plan_id"], source=target.name)


def _rules(
    connection: Connection,
    selection: Selection,
    basis: Basis,
    spec: dict[str, Any],
    at: datetime,
) -> Iterator[PlanError]:
    if spec["policy_sha256"] != basis.policy_sha256:
        yield PlanError("erasure_policy_changed", plan=spec["plan_id"])
    if spec["contracts_sha256"] != basis.contracts_sha256:
        yield PlanError("erasure_contracts_changed", plan=spec["plan_id"])
    yield from other_rows(connection, selection, spec)
    if selection.as_of > at.astimezone(basis.zone.info).date():
        yield PlanError("erasure_future", plan=spec["plan_id"], day=selection.as_of.isoformat())


def other_rows(
    connection: Connection, selection: Selection, spec: dict[str, Any]
) -> Iterator[PlanError]:
    """Every reason why a selection is not what was planned: other rows, or something else done."""
    now = {
        "erasure_rule_changed": (spec["rule"], selection.rule),
        "erasure_day_changed": (spec["as_of"], selection.as_of.isoformat()),
        "erasure_condition_changed": (spec["predicate"], predicate_of(connection, selection)),
        "erasure_actions_changed": (
            [spec["actions"], spec.get("age_cap")],
            [dict(selection.actions), selection.age_cap and selection.age_cap.years],
        ),
    }
    for code, (planned, found) in now.items():
        if planned != found:
            yield PlanError(code, plan=spec["plan_id"])


def _key(selection: Selection, spec: dict[str, Any]) -> Iterator[PlanError]:
    """That pseudonyms would be made with another key, which people who only decide do not have."""
    if spec.get("pseudonym_key") != selection.key_id:
        yield PlanError(
            "erasure_key_other",
            plan=spec["plan_id"],
            found=selection.key_id or "-",
            allowed=spec.get("pseudonym_key") or "-",
        )


def _schema(
    connection: Connection, target: Target, closure: Closure, spec: dict[str, Any]
) -> Iterator[PlanError]:
    edges = [edge.name for edge in closure.graph.edges]
    places = closure.graph.places
    known = known_keys(connection, target.kind, places)
    found = schema_sha256(connection, target.kind, places, known)
    if found != spec["schema_sha256"] or edges != spec["edges"]:
        yield PlanError("erasure_schema_changed", plan=spec["plan_id"])


def _limits(spec: dict[str, Any], basis: Basis) -> Iterator[PlanError]:
    for each in spec["over_limits"]:
        yield OverLimit.model_validate(each).error
    for step in spec["steps"]:
        if step["rows"] > basis.limits.max_rows:
            yield OverLimit(
                code="max_rows",
                table=step["table"],
                found=str(step["rows"]),
                allowed=str(basis.limits.max_rows),
            ).error
