"""Cut what is due into chunks, each a short transaction, and write them beside the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from sqlalchemy import Connection, and_, case, func, insert, select

from include.governance.erasure.below import Each, below
from include.governance.erasure.blocks import Range, can_range, ranges
from include.governance.erasure.components import Root, packed, together
from include.governance.erasure.keys import Key, SetHash, as_json, sha256
from include.governance.erasure.moment import Moment
from include.governance.erasure.reflect import Closure
from include.governance.erasure.roots import read_roots, root_rows
from include.governance.erasure.selection import Selection, is_false
from include.governance.erasure.steps import Step, Tally
from include.governance.erasure.tables import CHUNK, EXPECT
from include.governance.erasure.target import read_by_index

#: Rows of a chunk: few enough that nobody waits for it longer than a quarter of a second.
ROWS_WITH_DEPENDANTS = 12_000
ROWS_ON_MARIADB = 8_000
ROWS_IN_A_RANGE = 100_000
ROWS_UPDATED = 5_000
MOST_ROOTS = 5_000
#: Looked at with one question for each foreign key.
_CHUNKS_AT_ONCE = 4
_PROBED = 100


@dataclass
class Draft:
    """A plan while it is written."""

    connection: Connection
    plan_id: str
    selection: Selection
    closure: Closure
    now: Moment
    steps: tuple[Step, ...]
    totals: dict[str, SetHash]
    kept: dict[str, int] = field(default_factory=dict)
    roots: int = 0
    chunks: int = 0


def write_chunks(draft: Draft, roots_each: int | None) -> None:
    """All chunks; without a number of roots, of so many that their rows fit a transaction."""
    draft.kept |= _kept(draft)
    if draft.selection.deletes and can_range(draft.now.scene):
        for found in ranges(draft.now, roots_each or ROWS_IN_A_RANGE):
            _write_range(draft, found)
        return
    query = root_rows(draft.closure).where(draft.now.eligible)
    roots = read_roots(draft.closure, draft.connection.execute(query).all())
    read_by_index(draft.connection, draft.now.scene.kind)
    if draft.selection.deletes and not draft.closure.graph.is_tree:
        groups = together(draft.now.scene, roots)
    else:
        groups = [[root] for root in roots.items()]
    most = inf if roots_each else _most(draft)
    for batch in packed(groups, roots_each or _at_once(draft, list(roots.items()))):
        _write_batch(draft, batch, most)


def _kept(draft: Draft) -> dict[str, int]:
    """Roots that stay for their own sake, by reason."""
    now = draft.now
    if is_false(now.kept):
        return {}
    held = func.sum(case((now.held, 1), else_=0))
    query = select(func.count(), held).select_from(draft.closure.root.table)
    kept, on_hold = draft.connection.execute(query.where(and_(now.wanted, now.kept))).one()
    return {"held": int(on_hold or 0), "in_period": int(kept) - int(on_hold or 0)}


def _most(draft: Draft) -> int:
    """Rows of a chunk."""
    if not draft.selection.deletes:
        return ROWS_UPDATED
    return ROWS_ON_MARIADB if draft.now.scene.kind == "mariadb" else ROWS_WITH_DEPENDANTS


def _at_once(draft: Draft, roots: Sequence[Root]) -> int:
    """How many roots to look at together, by what hangs on some of them from all over the table."""
    if not draft.closure.graph.edges:
        return _CHUNKS_AT_ONCE * _most(draft)
    some = roots[:: len(roots) // _PROBED + 1]
    each = below(draft.now.scene, dict(some)).each.values()
    rows = sum(one.weight for one in each) / max(len(each), 1)
    return min(MOST_ROOTS, max(1, round(_CHUNKS_AT_ONCE * _most(draft) / max(rows, 1))))


def _write_batch(draft: Draft, batch: Sequence[Sequence[Root]], most: float) -> None:
    """What is looked at together: as many chunks as it takes."""
    found = below(draft.now.scene, dict(root for group in batch for root in group))
    groups = [
        {key: found.each[key] for key, _ in group if not found.each[key].stays} for group in batch
    ]
    staying = len(found.each) - sum(map(len, groups))
    draft.kept["kept_by_dependant"] = draft.kept.get("kept_by_dependant", 0) + staying
    for chunk in _cut(groups, most):
        _write_chunk(draft, chunk, found.totals(draft.steps, chunk))


def _cut(groups: Sequence[Each], most: float) -> Iterator[Each]:
    """Groups put together to alike parts of about so many rows; what is heavy goes alone."""
    weights = [sum(one.weight for one in group.values()) for group in groups]
    share = sum(weights) / max(1, round(sum(weights) / most))
    part: dict[Key, Tally] = {}
    so_far = 0
    for group, weight in zip(groups, weights, strict=True):
        if part and (so_far >= share or so_far + weight > 1.5 * most):
            yield part
            part, so_far = {}, 0
        part |= group
        so_far += weight
    if part:
        yield part


def _write_chunk(draft: Draft, each: Each, totals: Mapping[str, SetHash]) -> None:
    """The roots of one chunk, with their fingerprints where anything can hang on them."""
    content: dict[str, object] = {"keys": list(each)}
    if draft.closure.graph.edges:
        content["prints"] = [found.fingerprint for found in each.values()]
    _write(draft, len(each), as_json(content), None, totals)


def _write_range(draft: Draft, found: Range) -> None:
    """A range of blocks, bound to its rows by their hash; their keys beside it."""
    body = as_json({"blocks": [found.first, found.end], "keys_sha256": sha256(found.keys)})
    _write(draft, found.found.rows, body, found.keys, {draft.steps[0].id: found.found})


def _write(
    draft: Draft, roots: int, body: str, keys: str | None, totals: Mapping[str, SetHash]
) -> None:
    draft.connection.execute(
        insert(CHUNK).values(
            plan_id=draft.plan_id,
            no=draft.chunks,
            state="open",
            roots=roots,
            body=body,
            row_keys=keys,
            body_sha256=sha256(body),
        )
    )
    draft.connection.execute(insert(EXPECT), list(_expectations(draft, totals)))
    for step, found in totals.items():
        draft.totals[step].add(found)
    draft.roots += roots
    draft.chunks += 1


def _expectations(draft: Draft, totals: Mapping[str, SetHash]) -> Iterator[dict[str, object]]:
    for step, found in totals.items():
        yield {
            "plan_id": draft.plan_id,
            "no": draft.chunks,
            "step": step,
            "row_count": found.rows,
            "set_hash": found.hex,
        }
