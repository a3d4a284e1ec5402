"""Write down exactly what would be erased, in one snapshot, beside the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, insert, select, text

from include.governance.erasure.components import together
from include.governance.erasure.graph import shown
from include.governance.erasure.hazards import hazards
from include.governance.erasure.keys import Key, Seed, SetHash, as_json, key_of, sha256
from include.governance.erasure.moment import Moment, moment
from include.governance.erasure.record import digest_of, predicate_of, read_plan
from include.governance.erasure.reflect import Closure, read_closure
from include.governance.erasure.schema_state import schema_sha256
from include.governance.erasure.selection import Selection
from include.governance.erasure.steps import Belongings, Step, belongings, expected, steps_of
from include.governance.erasure.sums import can_sum, summed, sums
from include.governance.erasure.tables import CHUNK, EXPECT, PLAN, create_tables
from include.governance.erasure.target import PLANNER_OFF, Target, target_id
from include.governance.erasure.walk import Walk
from include.governance.model.contract import Dataset
from include.governance.model.erasure import ErasurePlan, OverLimit
from include.governance.model.policy import Limits
from include.governance.retention.holds import OpenHold
from include.governance.source.clocks import Zone

CHUNK_ROOTS = 500
SPEC_VERSION = 1


@dataclass(frozen=True)
class Basis:
    """What a plan is made under: rules as hashes, limits, everything the contracts declare."""

    policy_sha256: str
    contracts_sha256: str
    limits: Limits
    datasets: Sequence[Dataset]
    zone: Zone


@dataclass
class _Draft:
    """A plan while it is written."""

    connection: Connection
    plan_id: str
    selection: Selection
    closure: Closure
    now: Moment
    steps: tuple[Step, ...]
    totals: dict[str, SetHash]
    kept: dict[str, int]
    roots: int = 0
    chunks: int = 0


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
    chunk_roots: int = CHUNK_ROOTS,
) -> ErasurePlan:
    """Plan what is due now; ``random_bits`` are 126 random bits of this plan.

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
        draft = _Draft(
            connection, plan_id, selection, closure, now, steps,
            {step.id: SetHash() for step in steps}, {},
        )  # fmt: skip
        _write_chunks(draft, chunk_roots)
        spec = _spec(target, draft, basis, holds, requester, seed)
        connection.execute(
            insert(PLAN).values(plan_id=plan_id, spec=as_json(spec), digest="", state="planned")
        )
        digest = digest_of(connection, plan_id)
        connection.execute(PLAN.update().where(PLAN.c.plan_id == plan_id).values(digest=digest))
        return read_plan(connection, plan_id)


def _write_chunks(draft: _Draft, size: int) -> None:
    roots = _roots(draft)
    _careful_planner(draft)
    if draft.selection.deletes and not draft.closure.graph.is_tree:
        groups = together(draft.now.scene, roots, size)
    else:
        groups = [list(roots.items())[at : at + size] for at in range(0, len(roots), size)]
    for group in groups:
        _write_chunk(draft, group)


def _roots(draft: _Draft) -> dict[Key, Mapping[str, object]]:
    """Eligible roots in key order, with the values that children name them by."""
    shape, graph = draft.closure.root, draft.closure.graph
    table = shape.table
    names = list(dict.fromkeys(n for edge in graph.below(graph.root) for n in edge.there))
    keys = [table.c[name] for name in shape.key]
    query = select(*keys, *(table.c[name] for name in names)).where(draft.now.eligible)
    width = len(keys)
    found: dict[Key, Mapping[str, object]] = {
        key_of(row[:width], shape.dataset.id): dict(zip(names, row[width:], strict=True))
        for row in draft.connection.execute(query.order_by(*keys))
    }
    held = select(func.count()).select_from(table).where(and_(draft.now.wanted, draft.now.kept))
    draft.kept["held"] = int(draft.connection.scalar(held) or 0)
    return found


def _careful_planner(draft: _Draft) -> None:
    if draft.now.scene.kind == "postgresql":
        for switch in PLANNER_OFF:
            draft.connection.execute(text(f"SET LOCAL {switch} = off"))


def _write_chunk(draft: _Draft, group: Sequence[tuple[Key, Mapping[str, object]]]) -> None:
    """One chunk with the fingerprints of its roots; a root that must stay leaves it here."""
    each, totals_of = _found(draft, group)
    staying = [key for key, found in each.items() if found.stays]
    draft.kept["kept_by_dependant"] = draft.kept.get("kept_by_dependant", 0) + len(staying)
    for key in staying:
        del each[key]
    if not each:
        return
    totals = totals_of(each)
    body = as_json({"keys": list(each), "prints": [found.fingerprint for found in each.values()]})
    draft.connection.execute(
        insert(CHUNK).values(
            plan_id=draft.plan_id,
            no=draft.chunks,
            state="open",
            roots=len(each),
            body=body,
            body_sha256=sha256(body),
        )
    )
    draft.connection.execute(insert(EXPECT), list(_expectations(draft, totals)))
    for step, found in totals.items():
        draft.totals[step].add(found)
    draft.roots += len(each)
    draft.chunks += 1


def _found(
    draft: _Draft, group: Sequence[tuple[Key, Mapping[str, object]]]
) -> tuple[dict[Key, Belongings], Callable[[Mapping[Key, Belongings]], dict[str, SetHash]]]:
    """What hangs on each root, and how to add it up for some of them."""
    scene, graph, keys = draft.now.scene, draft.closure.graph, [key for key, _ in group]
    if can_sum(scene):
        return sums(scene, keys), lambda each: summed(scene, draft.steps, each)
    walk = Walk(scene)
    walk.start(group)
    found = {key: belongings(walk, graph, key) for key in keys}
    return found, lambda each: expected(walk, graph, draft.steps, each.values())


def _expectations(draft: _Draft, totals: Mapping[str, SetHash]) -> Iterator[dict[str, object]]:
    for step, found in totals.items():
        yield {
            "plan_id": draft.plan_id,
            "no": draft.chunks,
            "step": step,
            "row_count": found.rows,
            "set_hash": found.hex,
        }


def _spec(
    target: Target,
    draft: _Draft,
    basis: Basis,
    holds: Sequence[OpenHold],
    requester: str,
    seed: Seed,
) -> dict[str, object]:
    """Everything the digest covers besides chunks and expectations."""
    selection, graph = draft.selection, draft.closure.graph
    totals = dict(_table_rows(draft))
    return {
        "version": SPEC_VERSION,
        "plan_id": draft.plan_id,
        "source": target.name,
        "target_id": target_id(draft.connection, target.kind),
        "schema_sha256": schema_sha256(draft.connection, target.kind, graph.places),
        "policy_sha256": basis.policy_sha256,
        "contracts_sha256": basis.contracts_sha256,
        "rule": selection.rule,
        "as_of": selection.as_of.isoformat(),
        "root": shown(graph.root),
        "predicate": predicate_of(draft.connection, selection),
        "holds_sha256": sha256(as_json(sorted([h.table or "", h.subject or ""] for h in holds))),
        "actions": dict(selection.actions),
        "edges": [edge.name for edge in graph.edges],
        "breaks": [edge.name for edge in graph.breaks],
        "seed": [seed.first, seed.second],
        "requester": requester,
        "roots": draft.roots,
        "chunks": draft.chunks,
        "kept": {reason: rows for reason, rows in draft.kept.items() if rows},
        "steps": [
            {
                "id": step.id,
                "kind": step.kind,
                "table": shown(step.place),
                "edge": None if step.edge is None else graph.edges[step.edge].name,
                "rows": draft.totals[step.id].rows,
                "set_hash": draft.totals[step.id].hex,
                "total_rows": totals[shown(step.place)],
            }
            for step in draft.steps
        ],
        "over_limits": [each.model_dump() for each in _over_limits(draft, basis.limits, totals)],
    }


def _table_rows(draft: _Draft) -> Iterator[tuple[str, int]]:
    for place, shape in draft.closure.shapes.items():
        query = select(func.count()).select_from(shape.table)
        yield shown(place), int(draft.connection.scalar(query) or 0)


def _over_limits(draft: _Draft, limits: Limits, totals: Mapping[str, int]) -> Iterator[OverLimit]:
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
        share = 100 * rows / max(totals[name], 1)
        if share > limits.max_percent:
            yield OverLimit(
                code="max_percent",
                table=name,
                found=f"{share:.1f}%",
                allowed=f"{limits.max_percent:g}%",
            )
