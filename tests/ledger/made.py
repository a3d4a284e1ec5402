"""Entries, keys and ledgers to test with."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

from include.governance.ledger.entry import (
    Certificate,
    Check,
    ChunkApplied,
    Entry,
    Hold,
    LevelReached,
    PlanApproved,
    PlanClosed,
    PlanVerified,
    Quarantine,
    Reapplied,
    SecretEpoch,
    TableCount,
    TombstoneEpoch,
)
from include.governance.ledger.folder import snapshot
from include.governance.ledger.keys import make_key
from include.governance.ledger.log import Ledger
from include.governance.ledger.note import SigningKey
from include.governance.ledger.problem import Verification
from include.governance.ledger.verify import verify

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
NAME = "example.co.jp/daicho"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def reference(text: str) -> str:
    return digest(text)[:32]


def key(number: int = 1, name: str = NAME) -> SigningKey:
    return make_key(name, bytes([number]) * 32)


def chunk(number: int, plan: str = "plan") -> ChunkApplied:
    return ChunkApplied(
        at=AT,
        plan=digest(plan),
        chunk=number,
        mode="fast",
        roots_planned=500,
        roots_applied=498,
        roots_skipped=2,
        tables=(
            TableCount(table="orders", action="delete", rows=1_204, digest=digest(f"o{number}")),
            TableCount(table="customers", action="delete", rows=498, digest=digest(f"c{number}")),
        ),
        receipt_digest=digest(f"receipt{number}"),
        run=reference("run"),
    )


def chunks(count: int, start: int = 0) -> list[Entry]:
    return [chunk(number) for number in range(start, start + count)]


def one_of_each() -> list[Entry]:
    """Every kind of entry but the rotation, which the ledger makes itself."""
    plan, run, day = digest("plan"), reference("x"), date(2027, 5, 1)
    return [
        PlanApproved(
            at=AT, plan=plan, start="adhoc", reason="entered_twice", ticket="OPS-12",
            policy_digest=plan, contracts_digest=plan,
            schema_digest=plan, holds_digest=plan, shown_digest=plan, target=plan, rows=1, chunks=1,
            requested_by=run, approved_by=(run, run), approval_digest=plan, expires_at=AT,
        ),
        PlanClosed(at=AT, plan=plan, outcome="rejected", by=run),
        chunk(0),
        PlanVerified(
            at=AT, plan=plan, rows_changed=1, rows_skipped=0, balance_digest=plan,
            checks=(Check(name="no_orphans", outcome="pass"),),
        ),
        Certificate(
            at=AT, plan=plan, certificate=run, document_digest=plan, rows=1, rows_root=plan,
            row_key="destroyed", level=1, copies_open=2,
        ),
        LevelReached(at=AT, certificate=run, level=4, copies_open=0, evidence_digest=plan),
        Hold(
            at=AT, hold=run, event="placed", scope="subject", scope_digest=plan, table="orders",
            approved_by=run, review_on=day,
        ),
        SecretEpoch(at=AT, epoch=1, event="begun", secret=run),
        TombstoneEpoch(
            at=AT, epoch=1, event="closed", secret=run, tombstones=3, root=plan, expires_on=day
        ),
        Quarantine(at=AT, plan=plan, event="kept", rows=3, expires_on=day),
        Reapplied(at=AT, target=plan, since=day, plans=1, rows=3),
    ]  # fmt: skip


def ledger(folder: Path, *batches: int, number: int = 1) -> Ledger:
    """A ledger with batches of so many entries each."""
    made = Ledger.begin(folder, key(number))
    start = 0
    for size in batches:
        made.append(chunks(size, start), key(number))
        start += size
    return made


def check(folder: Path, *numbers: int) -> Verification:
    """Verify with the public halves of the keys of these numbers (1)."""
    return verify(snapshot(folder), [key(n).public for n in numbers or (1,)])


def codes(found: Verification) -> list[str]:
    return [problem.code for problem in found.problems]
