"""Planned roots that were left alone: whether the reasons for it hold in the database now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from sqlalchemy import ColumnElement, Connection, select

from include.governance.erasure.below import below
from include.governance.erasure.binding import among
from include.governance.erasure.keys import Key, read_keys
from include.governance.erasure.moment import Moment
from include.governance.erasure.record import Chunk
from include.governance.erasure.roots import Roots, read_roots, root_rows
from include.governance.erasure.tables import DONE
from include.governance.erasure.walk import batches
from include.governance.errors import PlanError
from include.governance.model.erasure import SkipReason

_REASONS = get_args(SkipReason)


def read_skips(body: str) -> dict[Key, SkipReason] | None:
    """The skipped roots of a receipt; None when it is not what a worker writes."""
    try:
        found = [(read_keys([key])[0], reason) for key, reason in json.loads(body)]
    except (TypeError, ValueError):
        return None
    known = all(reason in _REASONS for _, reason in found)
    return dict(found) if known and len(dict(found)) == len(found) else None


def changed_keys(connection: Connection, plan_id: str) -> Iterator[Key]:
    """Roots left alone because what hangs on them changed: another plan may have them."""
    query = select(DONE.c.body).where(DONE.c.plan_id == plan_id).order_by(DONE.c.no)
    for body in connection.execute(query).scalars():
        if body is None:
            raise PlanError("erasure_purged", plan=plan_id)
        skips = read_skips(body) or {}
        yield from (key for key, reason in skips.items() if reason == "changed")


def unexplained(now: Moment, chunk: Chunk, skips: Mapping[Key, SkipReason]) -> int:
    """How many skipped roots are there although nothing keeps them, or were said to be gone."""
    if not skips:
        return 0
    prints = dict(zip(chunk.keys, chunk.prints, strict=True))
    there = _there(now, [key for key, reason in skips.items() if reason == "gone"], None)
    due = _there(now, [key for key in skips if key not in there], now.eligible)
    found = len(there)
    for key, one in below(now.scene, due).each.items():
        same = one.fingerprint == prints[key]
        found += not one.stays and (skips[key] != "changed" or same)
    return found


def _there(now: Moment, keys: Sequence[Key], condition: ColumnElement[bool] | None) -> Roots:
    """The roots of these that are there."""
    closure, scene = now.scene.closure, now.scene
    shape = closure.root
    found: dict[Key, Mapping[str, object]] = {}
    for some in batches(keys):
        query = root_rows(closure).where(among(scene.kind, shape.table, shape, shape.key, some))
        rows = scene.connection.execute(query if condition is None else query.where(condition))
        found |= read_roots(closure, rows)
    return {key: found[key] for key in keys if key in found}
