"""Read a plan back from its tables and recompute what binds it: nothing stored is trusted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, select

from include.governance.erasure.keys import Key, as_json, read_keys, sha256
from include.governance.erasure.selection import Selection
from include.governance.erasure.steps import Tally
from include.governance.erasure.tables import CHUNK, DELAY, EXPECT, PLAN, PURGED
from include.governance.errors import PlanError
from include.governance.model.erasure import ErasurePlan

#: The fingerprint of a root on which nothing hangs.
NOTHING_HANGS = Tally().fingerprint


@dataclass(frozen=True)
class Blocks:
    """A chunk that is a physical range of a table; its keys are kept apart, bound by their hash."""

    first: int
    end: int
    keys_sha256: str


@dataclass(frozen=True)
class Chunk:
    """The roots of one chunk with their fingerprints, and what every step is expected to change."""

    no: int
    keys: tuple[Key, ...]
    prints: tuple[str, ...]
    expected: dict[str, tuple[int, str]]
    body_sha256: str
    blocks: Blocks | None = None


@dataclass(frozen=True)
class Seal:
    """What a chunk held when the gate let it through: its body as a hash, and its expectations."""

    body_sha256: str
    expected: dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Sealed:
    """A plan's digest, and what each of its chunks held when that was computed."""

    digest: str
    seals: dict[int, Seal]


def predicate_of(connection: Connection, selection: Selection) -> dict[str, str]:
    """The condition as this database would get it; its parameters only as a hash."""
    compiled = selection.wanted.compile(dialect=connection.dialect)
    parameters = {name: repr(value) for name, value in compiled.params.items()}
    marks = {name: day.isoformat() for name, day in selection.marks.items()}
    return {
        "sql": str(compiled),
        "parameters_sha256": sha256(as_json(parameters)),
        **({"marks": as_json(marks)} if marks else {}),
    }


def digest_of(connection: Connection, plan_id: str) -> str:
    """The digest of what is stored now; raises PlanError when keys were purged."""
    return sealed(connection, plan_id).digest


def sealed(connection: Connection, plan_id: str) -> Sealed:
    """SHA-256 over the plan, every chunk's keys and fingerprints, and all expectations.

    Raises PlanError when they were purged.
    """
    refuse_purged(connection, plan_id)
    total = hashlib.sha256(sha256(_spec_text(connection, plan_id)).encode())
    expected, found = _expected(connection, plan_id), {}
    chunks = select(CHUNK.c.no, CHUNK.c.roots, CHUNK.c.body).where(CHUNK.c.plan_id == plan_id)
    for no, roots, body in connection.execute(chunks.order_by(CHUNK.c.no)):
        found[no] = Seal(sha256(body or ""), expected.get(no, {}))
        total.update(f"chunk {no}:{roots}:{found[no].body_sha256}\n".encode())
    for no, steps in expected.items():
        for step, (count, set_hash) in steps.items():
            total.update(f"expect {no}:{step}:{count}:{set_hash}\n".encode())
    return Sealed(total.hexdigest(), found)


def refuse_purged(connection: Connection, plan_id: str) -> None:
    """Raise PlanError when the keys of a plan are gone, and its hashes with them."""
    if connection.scalar(select(PLAN.c.state).where(PLAN.c.plan_id == plan_id)) == PURGED:
        raise PlanError("erasure_purged", plan=plan_id)


def _spec_text(connection: Connection, plan_id: str) -> str:
    spec = connection.scalar(select(PLAN.c.spec).where(PLAN.c.plan_id == plan_id))
    if spec is None:
        raise PlanError("erasure_plan_unknown", plan=plan_id)
    return str(spec)


def read_spec(connection: Connection, plan_id: str) -> dict[str, Any]:
    """Everything the plan says besides its chunks."""
    document = json.loads(_spec_text(connection, plan_id))
    if not isinstance(document, dict):
        raise PlanError("erasure_plan_unknown", plan=plan_id)
    return document


def read_plan(connection: Connection, plan_id: str) -> ErasurePlan:
    """The plan as people see it, with the digest of what is stored now."""
    digest, spec = digest_of(connection, plan_id), read_spec(connection, plan_id)
    fields = ErasurePlan.model_fields.keys() & spec.keys()
    for step in spec["steps"]:
        del step["set_hash"]
    return ErasurePlan.model_validate({name: spec[name] for name in fields} | {"digest": digest})


def open_chunk(connection: Connection, plan_id: str, no: int) -> Chunk:
    """One chunk, of a physical range without its keys; raises PlanError when they were purged."""
    body = connection.scalar(
        select(CHUNK.c.body).where(CHUNK.c.plan_id == plan_id, CHUNK.c.no == no)
    )
    if body is None:
        raise PlanError("erasure_purged", plan=plan_id)
    content = json.loads(body)
    found = Chunk(no, (), (), {}, sha256(body))
    if "blocks" in content:
        first, end = content["blocks"]
        return replace(found, blocks=Blocks(first, end, content["keys_sha256"]))
    keys = read_keys(content["keys"])
    return replace(found, keys=keys, prints=tuple(content.get("prints", _alike(keys))))


def with_keys(connection: Connection, plan_id: str, chunk: Chunk) -> Chunk:
    """The chunk with the keys of its range; raises PlanError when they are not those approved."""
    if chunk.blocks is None:
        return chunk
    query = select(CHUNK.c.row_keys).where(CHUNK.c.plan_id == plan_id, CHUNK.c.no == chunk.no)
    text = connection.scalar(query) or ""
    if sha256(text) != chunk.blocks.keys_sha256:
        raise PlanError("erasure_chunk_changed", plan=plan_id, chunk=chunk.no)
    keys = read_keys(json.loads(text))
    return replace(chunk, keys=keys, prints=_alike(keys))


def _alike(keys: tuple[Key, ...]) -> tuple[str, ...]:
    return (NOTHING_HANGS,) * len(keys)


def read_chunk(connection: Connection, plan_id: str, no: int) -> Chunk:
    """One chunk with keys and expectations; raises PlanError when its keys were purged."""
    chunk = with_keys(connection, plan_id, open_chunk(connection, plan_id, no))
    return replace(chunk, expected=_expected(connection, plan_id, no).get(no, {}))


def _expected(
    connection: Connection, plan_id: str, no: int | None = None
) -> dict[int, dict[str, tuple[int, str]]]:
    """What every step of every chunk, or of one, is expected to change, in their order."""
    query = select(EXPECT.c.no, EXPECT.c.step, EXPECT.c.row_count, EXPECT.c.set_hash)
    query = query.where(EXPECT.c.plan_id == plan_id).order_by(EXPECT.c.no, EXPECT.c.step)
    found: dict[int, dict[str, tuple[int, str]]] = {}
    for at, step, count, set_hash in connection.execute(
        query if no is None else query.where(EXPECT.c.no == no)
    ):
        found.setdefault(at, {})[step] = (int(count), str(set_hash))
    return found


def planned_keys(connection: Connection, plan_id: str) -> Iterator[Key]:
    """The keys of all planned roots, chunk by chunk; raises PlanError when they were purged."""
    query = select(CHUNK.c.no).where(CHUNK.c.plan_id == plan_id).order_by(CHUNK.c.no)
    for no in connection.execute(query).scalars().all():
        yield from read_chunk(connection, plan_id, no).keys


def forget(connection: Connection, plan_id: str) -> None:
    """Take a plan that will not be applied out of the database, keys and all."""
    for table in (EXPECT, DELAY, CHUNK, PLAN):
        connection.execute(delete(table).where(table.c.plan_id == plan_id))
