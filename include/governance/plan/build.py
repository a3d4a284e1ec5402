"""Turn facts about due rows into a plan that a person can approve."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from include.governance.model.contract import Dataset
from include.governance.model.facts import DueRows
from include.governance.model.plan import Kept, Plan, PlanStep, Refusal
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.schedule import Action, RecordClass, RetentionSchedule

#: Categories that can be made coarser; the others of their kind are kept as they are.
GENERALISABLE = frozenset({"date_of_birth", "postal_code", "address"})
#: What an age cap makes coarser besides dates of birth.
AGES = frozenset({"age", "birth_year"})


def build(
    facts: Sequence[DueRows],
    datasets: Mapping[str, Dataset],
    schedule: RetentionSchedule,
    policy: PrivacyPolicy,
    as_of: date,
    rulebook_sha256: str,
    contracts_sha256: str,
) -> Plan:
    """The plan for all facts, dependants before the rows they hang on, refusals included."""
    steps = tuple(_ordered(_steps(facts, datasets, schedule, policy)))
    document = {
        "kind": "retention",
        "as_of": as_of,
        "policy_version": policy.version,
        "rulebook_sha256": rulebook_sha256,
        "contracts_sha256": contracts_sha256,
        "steps": steps,
        "kept": tuple(_kept(facts)),
        "refusals": tuple(_refusals(steps, policy, as_of)),
    }
    unsigned = Plan.model_validate({**document, "digest": ""})
    return unsigned.model_copy(update={"digest": digest(unsigned)})


def digest(plan: Plan) -> str:
    """SHA-256 over the plan's canonical JSON without its digest."""
    document = plan.model_dump(mode="json", exclude={"digest"})
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _steps(
    facts: Iterable[DueRows],
    datasets: Mapping[str, Dataset],
    schedule: RetentionSchedule,
    policy: PrivacyPolicy,
) -> Iterator[PlanStep]:
    for found in facts:
        if not found.due.rows:
            continue
        record = schedule.record_classes[found.record_class]
        dataset = datasets[f"{found.source}.{found.table}"]
        yield PlanStep(
            order=0,
            source=found.source,
            table=found.table,
            record_class=found.record_class,
            root=True,
            action=record.action,
            actions=column_actions(dataset, record, policy),
            rows=found.due.rows,
            total_rows=found.total_rows,
            oldest=found.due.oldest,
            youngest=found.due.youngest,
            key_digest=found.due.key_digest,
        )
        for below in found.dependants:
            if below.found.rows:
                yield PlanStep(
                    order=-below.depth,
                    source=below.source,
                    table=below.table,
                    record_class=found.record_class,
                    root=False,
                    action="delete",
                    actions={},
                    rows=below.found.rows,
                    total_rows=below.total_rows,
                    oldest=None,
                    youngest=None,
                    key_digest=below.found.key_digest,
                )


def _ordered(steps: Iterable[PlanStep]) -> Iterator[PlanStep]:
    """Sources by name, then the deepest dependants first."""
    ranked = sorted(steps, key=lambda s: (s.source, s.record_class, s.order, s.table))
    for position, step in enumerate(ranked):
        yield step.model_copy(update={"order": position})


def column_actions(
    dataset: Dataset, record: RecordClass, policy: PrivacyPolicy
) -> dict[str, Action]:
    """What happens to each personal column; keys of the table are kept, whole rows name none."""
    if record.action == "delete":
        return {}
    coarser = GENERALISABLE | AGES if record.age_cap else GENERALISABLE
    actions: dict[str, Action] = {}
    for column in dataset.columns:
        category = policy.categories.get(column.category or "")
        if column.name in dataset.primary_key or (category and not category.personal):
            continue
        action = record.actions.get(category.kind if category else "", record.action)
        if action == "generalise" and column.category not in coarser:
            action = "keep" if category else "null"  # nobody said that it may be kept
        if action == "null" and column.required:
            action = "fixed"
        if action != "keep":
            actions[column.name] = action
    return actions


def _kept(facts: Iterable[DueRows]) -> Iterator[Kept]:
    for found in facts:
        if found.held_rows:
            yield Kept(
                source=found.source,
                table=found.table,
                record_class=found.record_class,
                reason="hold",
                rows=found.held_rows,
            )


def _refusals(steps: Iterable[PlanStep], policy: PrivacyPolicy, as_of: date) -> Iterator[Refusal]:
    """Every limit of the policy that a table breaks, over all its steps."""
    limits = policy.limits
    tables: dict[tuple[str, str], list[PlanStep]] = {}
    for step in steps:
        tables.setdefault((step.source, step.table), []).append(step)
    for (source, table), own in tables.items():
        place = {"source": source, "table": table}
        rows, total = sum(step.rows for step in own), own[0].total_rows
        share = 100 * rows / total if total else 100.0
        if f"{source}.{table}" in limits.never_touch:
            yield Refusal(code="never_touch", found=f"{rows}", allowed="0", **place)
        if rows > limits.max_rows:
            yield Refusal(code="max_rows", found=f"{rows}", allowed=f"{limits.max_rows}", **place)
        if share > limits.max_percent:
            yield Refusal(
                code="max_percent",
                found=f"{share:.1f}%",
                allowed=f"{limits.max_percent:g}%",
                **place,
            )
        yield from _implausible(own, place, policy, as_of)


def _implausible(
    steps: Sequence[PlanStep], place: Mapping[str, str], policy: PrivacyPolicy, as_of: date
) -> Iterator[Refusal]:
    """Periods that began too long ago or too late: the schedule or a clock is wrong."""
    limits = policy.limits
    oldest = min((step.oldest for step in steps if step.oldest), default=None)
    if oldest and limits.oldest_trigger.after(oldest) < as_of - timedelta(days=1):
        allowed = str(limits.oldest_trigger)
        yield Refusal(code="oldest_trigger", found=oldest.isoformat(), allowed=allowed, **place)
    youngest = max((step.youngest for step in steps if step.youngest), default=None)
    if youngest and limits.youngest_trigger.after(youngest) > as_of:
        allowed = str(limits.youngest_trigger)
        yield Refusal(code="youngest_trigger", found=youngest.isoformat(), allowed=allowed, **place)
