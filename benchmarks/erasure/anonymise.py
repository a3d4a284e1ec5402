"""Eight columns of rows that stay: a governed update beside one plain UPDATE."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from pydantic import SecretBytes
from sqlalchemy import URL

from benchmarks.erasure import shop
from benchmarks.erasure.connections import plain
from benchmarks.erasure.databases import Server
from benchmarks.erasure.governed import Governed
from benchmarks.erasure.timing import Cost, Figure
from include.governance.erasure.actions import assignments_of
from include.governance.erasure.keys import Seed
from include.governance.erasure.pseudonym import PseudonymKey
from include.governance.erasure.reflect import read_closure
from include.governance.erasure.renaming import renaming
from include.governance.erasure.walk import Scene

BEFORE = shop.TODAY - timedelta(days=2 * 365)
KEY = PseudonymKey(SecretBytes(bytes(range(32))))
ACTIONS: dict[str, Any] = {
    "email": "pseudonymise", "family_name": "null", "given_name": "null", "phone": "null",
    "postal_code": "generalise", "address": "generalise", "birth_date": "generalise",
    "status": "fixed",
}  # fmt: skip
CATEGORIES = {"postal_code": "postal_code", "address": "address", "birth_date": "date_of_birth"}


def subject(url: URL) -> Governed:
    """Customers whom nobody has seen for two years; afterwards they are not active any more."""
    return Governed(
        url, shop.tables(), "customers",
        lambda c: sa.and_(c.last_activity_at < BEFORE, c.status == "active"),
        actions=ACTIONS, categories=CATEGORIES, key=KEY,
    )  # fmt: skip


def measured(server: Server, pairs: int) -> Iterator[Figure]:
    """Over the customers of the graph, where the database computes the pseudonyms itself."""
    found = [_pair(server) for _ in range(pairs)]
    yield Figure("anonymise 8 columns: governed apply beside one UPDATE, wall",
                 median(ours.wall / raw.wall for raw, ours in found), 1.4)  # fmt: skip
    yield Figure("anonymise 8 columns: ... CPU of server and client",
                 median(ours.work_per_row / raw.work_per_row for raw, ours in found))  # fmt: skip
    yield Figure("anonymise 8 columns: governed apply",
                 median(ours.rows / ours.wall for _, ours in found), unit="rows/s")  # fmt: skip


def _update(governed: Governed, connection: sa.Connection) -> sa.Update:
    """The product's own assignments as one plain statement."""
    kind, selection = governed.target.kind, governed.selection
    closure = read_closure(connection, kind, selection.root, governed.datasets, selection.deletes)
    values = assignments_of(closure.root, selection, kind)
    bare = renaming(Scene(connection, kind, closure, Seed.of(0)), closure.root, values)
    assert isinstance(bare, sa.Update)
    return bare


def _pair(server: Server) -> tuple[Cost, Cost]:
    raw, ours = server.cost(), server.cost()
    with server.copy("graph", shop.tables()) as url:
        governed = subject(url)
        with plain(url) as connection:
            bare = _update(governed, connection)
            connection.rollback()
            with raw:
                raw.rows = connection.execute(bare.where(governed.selection.wanted)).rowcount
                connection.commit()
    with server.copy("graph", shop.tables()) as url:
        governed = subject(url)
        plan = governed.plan()
        governed.timed(plan, ours)
    assert ours.rows == raw.rows
    return raw, ours
