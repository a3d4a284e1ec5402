"""Rows that an operator chose by their keys, kept beside the data and known elsewhere by a hash."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from include.governance.erasure.keys import Key, as_json, read_keys, sha256
from include.governance.erasure.tables import SELECTION
from include.governance.errors import PlanError


def keep_choice(connection: Connection, selection_id: str, keys: Sequence[Key], salt: bytes) -> str:
    """Keep the keys and return their hash; ``salt`` stays with them, so nobody can try out keys."""
    body = as_json({"salt": salt.hex(), "keys": [list(key) for key in keys]})
    connection.execute(insert(SELECTION).values(selection_id=selection_id, body=body))
    return sha256(body)


def read_choice(connection: Connection, selection_id: str, digest: str) -> tuple[Key, ...]:
    """The keys; raises PlanError when they are gone or not those of the hash."""
    own = SELECTION.c.selection_id == selection_id
    body = connection.scalar(select(SELECTION.c.body).where(own))
    if body is None:
        raise PlanError("erasure_choice_gone", selection=selection_id)
    if sha256(body) != digest:
        raise PlanError("erasure_choice_changed", selection=selection_id)
    return read_keys(json.loads(body)["keys"])


def choices(connection: Connection) -> frozenset[str]:
    """The ids of all choices whose keys are kept here."""
    return frozenset(connection.execute(select(SELECTION.c.selection_id)).scalars())


def drop_choice(connection: Connection, selection_id: str) -> bool:
    """Forget the keys; False when they were forgotten before."""
    own = SELECTION.c.selection_id == selection_id
    return bool(connection.execute(delete(SELECTION).where(own)).rowcount)
