"""Certificates, each kept as it was issued and chained to the one before, and levels reached."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, delete, insert, select

from include.governance.errors import StoreError
from include.governance.model.base import Model
from include.governance.model.certificate import Certificate
from include.governance.store.base import Database, queue_for
from include.governance.store.encoding import canonical, sha256
from include.governance.store.proof_schema import CERTIFICATE, ERASURE_LEVEL

LOCK = "proof"
#: What stands in ``previous_sha256`` of the first certificate.
NOTHING_BEFORE = "0" * 64


class StoredCertificate(Model):
    """A certificate as text; ``sha256`` is of exactly that text."""

    certificate_id: str
    number: int
    plan_id: str
    issued_at: datetime
    document: str
    sha256: str

    def read(self) -> Certificate:
        """The certificate as it was issued."""
        return Certificate.model_validate_json(self.document)


class StoredLevel(Model):
    """How far an erasure went, with what shows it."""

    plan_id: str
    level: int
    reached_at: datetime
    evidence: dict[str, object]


class Certificates:
    """The certificates kept in a store; none is changed or taken away."""

    def __init__(self, store: Database) -> None:
        self._store = store

    def issue(
        self,
        plan_id: str,
        certificate_id: str,
        at: datetime,
        write: Callable[[int, str], Mapping[str, object]],
    ) -> StoredCertificate:
        """Keep what ``write`` makes of the next number and the hash of the certificate before.

        A plan has one certificate: for one that has it already, that one is returned.
        """
        with self._store.writing() as connection:
            queue_for(connection, LOCK)
            known = _find(connection, CERTIFICATE.c.plan_id == plan_id)
            if known is not None:
                return known
            last = _last(connection)
            number = last.number + 1 if last else 1
            document = canonical(write(number, last.sha256 if last else NOTHING_BEFORE))
            made = StoredCertificate(
                certificate_id=certificate_id,
                number=number,
                plan_id=plan_id,
                issued_at=at,
                document=document,
                sha256=sha256(document),
            )
            values = made.model_dump(exclude={"sha256"}) | {"document_sha256": made.sha256}
            connection.execute(insert(CERTIFICATE).values(values))
            return made

    def of_plan(self, plan_id: str) -> StoredCertificate | None:
        """The certificate of a plan; raises StoreError when it was altered since."""
        with self._store.reading() as connection:
            return _find(connection, CERTIFICATE.c.plan_id == plan_id)

    def by_id(self, certificate_id: str) -> StoredCertificate | None:
        """The certificate of that id; raises StoreError when it was altered since."""
        with self._store.reading() as connection:
            return _find(connection, CERTIFICATE.c.certificate_id == certificate_id)

    def all(self) -> tuple[StoredCertificate, ...]:
        """Every certificate by number."""
        with self._store.reading() as connection:
            rows = connection.execute(select(CERTIFICATE).order_by(CERTIFICATE.c.number))
            return tuple(_read(row) for row in rows.mappings())

    def reach(self, level: StoredLevel) -> None:
        """Keep a level with its evidence, in the place of what was kept of it before."""
        table = ERASURE_LEVEL
        same = and_(table.c.plan_id == level.plan_id, table.c.level == level.level)
        values = level.model_dump(exclude={"evidence"}) | {"document": canonical(level.evidence)}
        with self._store.writing() as connection:
            queue_for(connection, LOCK)
            connection.execute(delete(table).where(same))
            connection.execute(insert(table).values(values))

    def levels(self, plan_id: str) -> tuple[StoredLevel, ...]:
        """The levels that a plan's erasure reached beyond the first, lowest first."""
        query = select(ERASURE_LEVEL).where(ERASURE_LEVEL.c.plan_id == plan_id)
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(ERASURE_LEVEL.c.level)).mappings()
            return tuple(
                StoredLevel(
                    plan_id=row["plan_id"],
                    level=row["level"],
                    reached_at=row["reached_at"],
                    evidence=json.loads(row["document"]),
                )
                for row in rows
            )


def _find(connection: Connection, condition: object) -> StoredCertificate | None:
    row = connection.execute(select(CERTIFICATE).where(condition)).mappings().one_or_none()  # type: ignore[arg-type]
    return None if row is None else _read(row)


def _last(connection: Connection) -> StoredCertificate | None:
    query = select(CERTIFICATE).order_by(CERTIFICATE.c.number.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else _read(row)


def _read(row: RowMapping) -> StoredCertificate:
    if sha256(row["document"]) != row["document_sha256"]:
        raise StoreError("certificate_altered", certificate=row["certificate_id"])
    names = ("certificate_id", "number", "plan_id", "issued_at", "document")
    fields = {name: row[name] for name in names}
    return StoredCertificate(**fields, sha256=row["document_sha256"])
