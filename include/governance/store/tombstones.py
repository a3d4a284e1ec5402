"""Tombstones of erased rows, under keys that are destroyed when no backup can bring rows back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from include.governance.errors import StoreError
from include.governance.model.tombstone import (
    HASH_BYTES,
    Epoch,
    Grave,
    Scope,
    check_of,
    epoch_key,
)
from include.governance.store.base import Database, queue_for
from include.governance.store.encoding import canonical
from include.governance.store.proof_schema import TOMBSTONE, TOMBSTONE_EPOCH

LOCK = "proof"


class Tombstones:
    """The tombstones kept in a store, and the salts of their keys."""

    def __init__(self, store: Database) -> None:
        self._store = store

    def open_epoch(self) -> Epoch | None:
        """The epoch in which rows are buried now."""
        with self._store.reading() as connection:
            return _open(connection)

    def begin(self, salt: bytes, secret: bytes, at: datetime) -> Epoch:
        """The open epoch; a new one with this salt when none is open."""
        with self._store.writing() as connection:
            queue_for(connection, LOCK)
            found = _open(connection)
            if found is not None:
                return found
            last = connection.scalar(
                select(TOMBSTONE_EPOCH.c.number).order_by(TOMBSTONE_EPOCH.c.number.desc()).limit(1)
            )
            check = check_of(epoch_key(secret, salt))
            epoch = Epoch(number=(last or 0) + 1, check=check, begun_at=at)
            row = {"number": epoch.number, "check_value": check, "begun_at": at, "salt": salt.hex()}
            connection.execute(insert(TOMBSTONE_EPOCH).values(row))
            return epoch

    def close(self, number: int, at: datetime, expires_on: date | None) -> None:
        """End an epoch; its key goes on ``expires_on``, or never while that is not known."""
        self._change(number, closed_at=at, expires_on=expires_on)

    def destroy(self, number: int, at: datetime) -> None:
        """Forget the salt of a closed epoch; what it buried can be recognised by nobody again."""
        self._change(number, destroyed_at=at, salt=None)

    def epochs(self) -> tuple[Epoch, ...]:
        """Every epoch, oldest first."""
        with self._store.reading() as connection:
            query = select(TOMBSTONE_EPOCH).order_by(TOMBSTONE_EPOCH.c.number)
            return tuple(_epoch(row) for row in connection.execute(query).mappings())

    def keys(self, secret: bytes) -> Mapping[int, bytes]:
        """The keys that still exist; raises StoreError when the secret is not that of the epochs.

        Fails rather than finding nothing: with another secret no row would be recognised.
        """
        with self._store.reading() as connection:
            query = select(TOMBSTONE_EPOCH).where(TOMBSTONE_EPOCH.c.salt.is_not(None))
            rows = list(connection.execute(query).mappings())
        keys = {}
        for row in rows:
            key = epoch_key(secret, bytes.fromhex(row["salt"]))
            if check_of(key) != row["check_value"]:
                raise StoreError("tombstone_secret", epoch=row["number"])
            keys[int(row["number"])] = key
        return keys

    def bury(self, graves: Sequence[Grave]) -> int:
        """Write down what is not written down yet; returns how many tombstones are new."""
        with self._store.writing() as connection:
            queue_for(connection, LOCK)
            known = {p: _buried(connection, p) for p in {grave.plan_id for grave in graves}}
            new = [g for g in graves if (g.chunk, g.scope) not in known[g.plan_id]]
            if new:
                connection.execute(insert(TOMBSTONE), [_row(grave) for grave in new])
            return sum(grave.rows for grave in new)

    def exhume(self, plan_id: str, chunks: Collection[int]) -> None:
        """Forget tombstones of chunks whose rows were put back, for those may be there again."""
        with self._store.writing() as connection:
            queue_for(connection, LOCK)
            own = (TOMBSTONE.c.plan_id == plan_id, TOMBSTONE.c.chunk.in_(sorted(chunks)))
            connection.execute(delete(TOMBSTONE).where(*own))

    def graves(
        self, scope: Scope | None = None, place: str | None = None, since: datetime | None = None
    ) -> Iterator[Grave]:
        """What was buried under keys that still exist, oldest first."""
        query = select(TOMBSTONE).join(TOMBSTONE_EPOCH).where(TOMBSTONE_EPOCH.c.salt.is_not(None))
        if scope is not None:
            query = query.where(TOMBSTONE.c.scope == scope)
        if place is not None:
            query = query.where(TOMBSTONE.c.place == place)
        if since is not None:
            query = query.where(TOMBSTONE.c.buried_at >= since)
        with self._store.reading() as connection:
            ordered = query.order_by(TOMBSTONE.c.buried_at, TOMBSTONE.c.plan_id, TOMBSTONE.c.chunk)
            for row in connection.execute(ordered).mappings():
                yield _grave(row)

    def places(self) -> frozenset[str]:
        """The tables from which rows were erased under keys that still exist."""
        query = select(TOMBSTONE.c.place).join(TOMBSTONE_EPOCH).distinct()
        known = query.where(TOMBSTONE.c.scope == "row", TOMBSTONE_EPOCH.c.salt.is_not(None))
        with self._store.reading() as connection:
            return frozenset(connection.execute(known).scalars())

    def of_plan(self, plan_id: str) -> Sequence[Grave]:
        """Everything that a plan buried, chunk by chunk."""
        query = select(TOMBSTONE).where(TOMBSTONE.c.plan_id == plan_id)
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(TOMBSTONE.c.chunk, TOMBSTONE.c.scope))
            return [_grave(row) for row in rows.mappings()]

    def chunks_of(self, plan_id: str) -> frozenset[int]:
        """The chunks of a plan that were buried."""
        with self._store.reading() as connection:
            return frozenset(chunk for chunk, _ in _buried(connection, plan_id))

    def numbers(self) -> Mapping[tuple[str, int], int]:
        """How many rows each chunk of each plan buried, also under keys that are destroyed."""
        length = func.length(TOMBSTONE.c.hashes)
        query = select(TOMBSTONE.c.plan_id, TOMBSTONE.c.chunk, length)
        with self._store.reading() as connection:
            rows = connection.execute(query.where(TOMBSTONE.c.scope == "row"))
            return {(str(plan), int(no)): int(size) // HASH_BYTES for plan, no, size in rows}

    def of_epoch(self, number: int) -> Iterator[bytes]:
        """Every tombstone of an epoch in a fixed order, for the root that the ledger keeps."""
        query = select(TOMBSTONE.c.hashes).where(TOMBSTONE.c.epoch == number)
        ordered = query.order_by(TOMBSTONE.c.plan_id, TOMBSTONE.c.chunk, TOMBSTONE.c.scope)
        with self._store.reading() as connection:
            for hashes in connection.execute(ordered).scalars():
                yield bytes(hashes)

    def _change(self, number: int, **values: object) -> None:
        with self._store.writing() as connection:
            queue_for(connection, LOCK)
            chosen = update(TOMBSTONE_EPOCH).where(TOMBSTONE_EPOCH.c.number == number)
            connection.execute(chosen.values(**values))


def _open(connection: Connection) -> Epoch | None:
    query = select(TOMBSTONE_EPOCH).where(TOMBSTONE_EPOCH.c.closed_at.is_(None))
    row = connection.execute(query).mappings().first()
    return None if row is None else _epoch(row)


def _epoch(row: RowMapping) -> Epoch:
    names = ("number", "begun_at", "closed_at", "expires_on", "destroyed_at")
    return Epoch(check=row["check_value"], **{name: row[name] for name in names})


def _buried(connection: Connection, plan_id: str) -> set[tuple[int, str]]:
    query = select(TOMBSTONE.c.chunk, TOMBSTONE.c.scope).where(TOMBSTONE.c.plan_id == plan_id)
    return {(int(chunk), str(scope)) for chunk, scope in connection.execute(query)}


def _row(grave: Grave) -> dict[str, object]:
    return grave.model_dump() | {"actions": canonical(grave.actions)}


def _grave(row: RowMapping) -> Grave:
    fields = {name: row[name] for name in Grave.model_fields}
    return Grave.model_validate(
        fields | {"actions": json.loads(row["actions"]), "hashes": bytes(row["hashes"])}
    )
