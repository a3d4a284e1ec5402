"""Write down exactly what would be erased, in one snapshot, beside the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from include.governance.erasure.dictionary import known_keys
from include.governance.erasure.drafting import Draft, write_chunks
from include.governance.erasure.graph import shown
from include.governance.erasure.hazards import hazards
from include.governance.erasure.keys import Seed, SetHash, as_json
from include.governance.erasure.moment import moment
from include.governance.erasure.record import digest_of, predicate_of, read_plan
from include.governance.erasure.reflect import read_closure
from include.governance.erasure.schema_state import schema_sha256
from include.governance.erasure.selection import Selection
from include.governance.erasure.steps import steps_of
from include.governance.erasure.tables import PLAN, create_tables
from include.governance.erasure.target import Target, target_id
from include.governance.erasure.whole import whole
from include.governance.model.contract import Dataset
from include.governance.model.erasure import ErasurePlan, OverLimit
from include.governance.model.occasion import Occasion
from include.governance.model.policy import Limits
from include.governance.retention.holds import OpenHold
from include.governance.source.clocks import Zone

SPEC_VERSION = 1


@dataclass(frozen=True)
class Basis:
    """What a plan is made under: rules as hashes, limits, everything the contracts declare."""

    policy_sha256: str
    contracts_sha256: str
    limits: Limits
    datasets: Sequence[Dataset]
    zone: Zone


def prepare(target: Target) -> None:
    """Make the product's own tables in the target, if they are not there yet."""
    with target.writing() as connection:
        create_tables(connection)


def make_plan(
    target: Target,
    selection: Selection,
    basis: Basis,
    holds: Sequence[OpenHold],
    *,
    plan_id: str,
    requester: str,
    random_bits: int,
    made_at: datetime,
    occasion: Occasion | None = None,
    chunk_roots: int | None = None,
    shown_sha256: str | None = None,
) -> ErasurePlan:
    """Plan what is due now; ``random_bits`` are 126 random bits of this plan.

    The digest covers ``shown_sha256`` too: what else people are shown before they decide.

    Without ``chunk_roots`` a chunk has as many roots as a short transaction can take.
    Raises PlanError when the database has something that makes erasing unsafe. A plan over its
    limits is written, so that people see it, and refused by the gate.
    """
    seed = Seed.of(random_bits)
    with target.snapshot() as connection:
        closure = read_closure(
            connection, target.kind, selection.root, basis.datasets, selection.deletes
        )
        for hazard in hazards(connection, target.kind, closure):
            raise hazard
        now = moment(connection, target.kind, closure, seed, selection, holds)
        steps = steps_of(closure.graph, selection.deletes)
        draft = Draft(
            connection, plan_id, selection, closure, now, steps,
            {step.id: SetHash() for step in steps},
        )  # fmt: skip
        write_chunks(draft, chunk_roots)
        spec = {
            **_spec(target, draft, basis, holds, requester, seed),
            "made_at": made_at.isoformat(),
            "occasion": occasion.model_dump() if occasion else None,
            "shown_sha256": shown_sha256,
        }
        connection.execute(
            insert(PLAN).values(plan_id=plan_id, spec=as_json(spec), digest="", state="planned")
        )
        digest = digest_of(connection, plan_id)
        connection.execute(PLAN.update().where(PLAN.c.plan_id == plan_id).values(digest=digest))
        return read_plan(connection, plan_id)


def _spec(
    target: Target,
    draft: Draft,
    basis: Basis,
    holds: Sequence[OpenHold],
    requester: str,
    seed: Seed,
) -> dict[str, object]:
    """Everything the digest covers besides chunks and expectations."""
    selection, graph = draft.selection, draft.closure.graph
    known = known_keys(draft.connection, target.kind, graph.places)
    totals = {
        shown(place): whole(draft.connection, target.kind, shape, seed)
        for place, shape in draft.closure.shapes.items()
    }
    return {
        "version": SPEC_VERSION,
        "plan_id": draft.plan_id,
        "source": target.name,
        "target_id": target_id(draft.connection, target.kind),
        "schema_sha256": schema_sha256(draft.connection, target.kind, graph.places, known),
        "policy_sha256": basis.policy_sha256,
        "contracts_sha256": basis.contracts_sha256,
        "rule": selection.rule,
        "as_of": selection.as_of.isoformat(),
        "root": shown(graph.root),
        "predicate": predicate_of(draft.connection, selection),
        "holds_hmac": seed.hmac(as_json(sorted([h.table or "", h.subject or ""] for h in holds))),
        "actions": dict(selection.actions),
        "pseudonym_key": selection.key_id,
        "age_cap": selection.age_cap.years if selection.age_cap else None,
        "edges": [edge.name for edge in graph.edges],
        "breaks": [edge.name for edge in graph.breaks],
        "seed": [seed.first, seed.second],
        "requester": requester,
        "roots": draft.roots,
        "chunks": draft.chunks,
        "kept": {reason: rows for reason, rows in draft.kept.items() if rows},
        "tables": {name: [found.rows, found.hex] for name, found in totals.items()},
        "steps": [
            {
                "id": step.id,
                "kind": step.kind,
                "table": shown(step.place),
                "edge": None if step.edge is None else graph.edges[step.edge].name,
                "rows": draft.totals[step.id].rows,
                "set_hash": draft.totals[step.id].hex,
                "total_rows": totals[shown(step.place)].rows,
            }
            for step in draft.steps
        ],
        "over_limits": [each.model_dump() for each in _over_limits(draft, basis.limits, totals)],
    }


def _over_limits(
    draft: Draft, limits: Limits, totals: Mapping[str, SetHash]
) -> Iterator[OverLimit]:
    for step in draft.steps:
        rows, name = draft.totals[step.id].rows, shown(step.place)
        dataset = draft.closure.shapes[step.place].dataset
        if not rows:
            continue
        if {dataset.id, f"{dataset.source}.{name}"} & set(limits.never_touch):
            yield OverLimit(code="never_touch", table=name, found=str(rows), allowed="0")
        if rows > limits.max_rows:
            yield OverLimit(
                code="max_rows", table=name, found=str(rows), allowed=str(limits.max_rows)
            )
        share = 100 * rows / max(totals[name].rows, 1)
        if share > limits.max_percent:
            yield OverLimit(
                code="max_percent",
                table=name,
                found=f"{share:.1f}%",
                allowed=f"{limits.max_percent:g}%",
            )
