"""What the ledger is told of a legal hold: digests and keyed references, once for each event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from include.governance.ledger.entry import Hold
from include.governance.ledger.fields import table_name
from include.governance.ledger.log import Ledger
from include.governance.ledger.note import SigningKey
from include.governance.model.reference import keyed
from include.governance.model.register import HoldRow
from include.governance.pipeline.hold_wish import hold_id, scope_of
from include.governance.pipeline.workspace import Workspace

Event = Literal["placed", "reviewed", "released"]
_REFERENCE = 32


def record(
    workspace: Workspace,
    rows: Sequence[HoldRow],
    event: Event,
    at: datetime,
    ledger: Ledger,
    key: SigningKey,
) -> bool:
    """Append what happened to a hold; False when the ledger says so already."""
    entry = _entry(workspace, rows, event, at)
    told = entry.model_dump(exclude={"at"})
    entries = (each.entry for each in ledger.records())
    known = [e for e in entries if isinstance(e, Hold) and e.hold == entry.hold]
    # A hold is placed once, but reviewed until the same day again after another day was wished.
    known = known if event == "placed" else known[-1:]
    if any(each.model_dump(exclude={"at"}) == told for each in known):
        return False
    ledger.append([entry], key)
    return True


def _entry(workspace: Workspace, rows: Sequence[HoldRow], event: Event, at: datetime) -> Hold:
    first, secret = rows[0], workspace.settings.key.get_secret_value()
    scopes = sorted(f"{row.table_name}\0{row.subject_ref or ''}" for row in rows)
    approver = first.released_by if event == "released" else first.approver
    return Hold(
        at=at.astimezone(UTC),
        hold=keyed(secret, "hold", hold_id(first))[:_REFERENCE],
        event=event,
        scope=scope_of(first),
        scope_digest=keyed(secret, "hold-scope", "\n".join(scopes)),
        table=table_name((first.table_name or "-").rpartition(".")[2]),
        approved_by=keyed(secret, "person", approver or "-")[:_REFERENCE],
        review_on=first.review_due if first.released_at is None else None,
    )
