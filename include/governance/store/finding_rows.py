"""Findings as rows of the store, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from include.governance.model.finding import Finding
from include.governance.store.encoding import canonical, pack, unpack
from include.governance.store.lifecycle import Action, Decision, FindingEvent, FindingRecord
from include.governance.store.schema import FINDING, FINDING_EVENT

BY_RUN = "run"


def load(connection: Connection, fingerprint: str) -> FindingRecord | None:
    """One finding as the store knows it."""
    chosen = select(FINDING).where(FINDING.c.fingerprint == fingerprint)
    row = connection.execute(chosen).mappings().one_or_none()
    return None if row is None else record(row)


def record(row: RowMapping) -> FindingRecord:
    """A row of the store as a record."""
    finding = {
        **json.loads(row["document"]),
        "due": row["due"],
        "row_refs": unpack(row["row_refs"]),
    }
    decision = row["decision"] and {
        **json.loads(row["decision"]),
        "row_refs": unpack(row["decided_refs"]),
    }
    return FindingRecord(
        finding=Finding.model_validate(finding),
        status=row["status"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        judged_on=row["judged_on"],
        decision=Decision.model_validate(decision) if decision else None,
    )


def write(connection: Connection, before: FindingRecord | None, after: FindingRecord) -> None:
    """Insert or change one finding; nothing happens when it is unchanged."""
    if before == after:
        return
    if before is None:
        connection.execute(insert(FINDING).values(**_row(after)))
        return
    same = FINDING.c.fingerprint == after.finding.fingerprint
    connection.execute(update(FINDING).where(same).values(**_row(after)))


def append_event(
    connection: Connection,
    before: FindingRecord | None,
    after: FindingRecord,
    action: Action,
    at: datetime,
    **who_and_why: object,
) -> None:
    """Write down one change."""
    connection.execute(
        insert(FINDING_EVENT).values(
            fingerprint=after.finding.fingerprint,
            at=at,
            action=action,
            from_status=before.status if before else None,
            to_status=after.status,
            row_count=after.finding.rows,
            **{"actor": BY_RUN, **who_and_why},
        )
    )


def event(row: RowMapping) -> FindingEvent:
    """A row of the history."""
    renamed = {**row, "by": row["actor"], "rows": row["row_count"]}
    return FindingEvent.model_validate({name: renamed[name] for name in FindingEvent.model_fields})


def _row(of: FindingRecord) -> Mapping[str, object]:
    finding, decision = of.finding, of.decision
    without = {"row_refs"}
    return {
        "fingerprint": finding.fingerprint,
        "control": finding.control,
        "severity": finding.severity,
        "source": finding.source,
        "table_name": finding.table,
        "status": of.status,
        "due": finding.due,
        "first_seen": of.first_seen,
        "last_seen": of.last_seen,
        "judged_on": of.judged_on,
        "document": canonical(finding.model_dump(mode="json", exclude={*without, "due"})),
        "row_refs": pack(finding.row_refs),
        "decision": canonical(decision.model_dump(mode="json", exclude=without))
        if decision
        else None,
        "decided_refs": pack(decision.row_refs) if decision else None,
    }
