"""What the ledger says, one frozen record per kind of event, and how a record becomes bytes."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticSerializationError

from include.governance.ledger.fields import (
    Count,
    Day,
    Digest,
    Moment,
    Name,
    ReasonCode,
    Reference,
    SignatureHex,
    Ticket,
)
from include.governance.model.base import Model
from include.governance.model.quarantine import CloseReason

#: What stands in ``previous`` of the first record.
NOTHING_BEFORE = "0" * 64
_PARTS = 1_000
_CHUNKS = 100_000
_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class _Event(Model):
    """Something that happened at ``at``."""

    at: Moment


class PlanApproved(_Event):
    """People allowed exactly the plan with this digest. People are keyed references.

    ``shown_digest`` is of what else they were shown: table, window, rows that stay, reference.
    ``reason`` and ``ticket`` are None where the schedule alone asked.
    """

    kind: Literal["plan_approved"] = "plan_approved"
    plan: Digest
    start: Literal["retention", "request", "adhoc"]
    reason: ReasonCode | None
    ticket: Ticket | None
    policy_digest: Digest
    contracts_digest: Digest
    schema_digest: Digest
    holds_digest: Digest
    shown_digest: Digest
    target: Digest
    rows: Count
    chunks: Count
    requested_by: Reference
    approved_by: tuple[Reference, ...] = Field(min_length=1, max_length=10)
    approval_digest: Digest
    expires_at: Moment


class PlanClosed(_Event):
    """A plan that will not be applied (any more), and why; an ``ended`` one was begun.

    One that is ``unproven`` was applied, and can never be certified.
    """

    kind: Literal["plan_closed"] = "plan_closed"
    plan: Digest
    outcome: Literal[
        "rejected", "withdrawn", "expired", "refused", "superseded", "ended", "unproven"
    ]
    by: Reference | None = None
    reason: CloseReason | None = None


class TableCount(Model):
    """What one chunk did to one table. ``digest`` is over the rows' keys, under a plan's secret."""

    table: Name
    action: Literal["delete", "null", "pseudonymise", "generalise", "fixed"]
    rows: Count
    digest: Digest


class ChunkApplied(_Event):
    """One committed transaction: the receipt beside the data, repeated where nobody can edit it."""

    kind: Literal["chunk_applied"] = "chunk_applied"
    plan: Digest
    chunk: Count
    mode: Literal["fast", "rechecked", "diverged"]
    roots_planned: Count
    roots_applied: Count
    roots_skipped: Count
    tables: tuple[TableCount, ...] = Field(max_length=_PARTS)
    receipt_digest: Digest
    run: Reference

    @model_validator(mode="after")
    def _roots_add_up(self) -> ChunkApplied:
        if self.roots_applied + self.roots_skipped != self.roots_planned:
            raise ValueError("applied and skipped roots make the planned ones")
        return self


class Check(Model):
    """One condition looked at after the fact; ``found`` counts what speaks against it."""

    name: Literal[
        "conservation",
        "none_left",
        "no_orphans",
        "survivors_untouched",
        "second_plan_empty",
        "rescan_finds_nothing",
        "k_anonymity",
        "unique_combinations",
    ]
    outcome: Literal["pass", "fail", "error", "skip", "by_keys", "partly"]
    found: Count = 0


class PlanVerified(_Event):
    """What the database showed after the last chunk.

    ``balance_digest`` is of the rows of each table before and after, and of why rows were skipped.
    """

    kind: Literal["plan_verified"] = "plan_verified"
    plan: Digest
    rows_changed: Count
    rows_skipped: Count
    balance_digest: Digest
    checks: tuple[Check, ...] = Field(min_length=1, max_length=_PARTS)


class Certificate(_Event):
    """A certificate was issued: its document by digest, its rows by the root of their leaves."""

    kind: Literal["certificate"] = "certificate"
    plan: Digest
    certificate: Reference
    document_digest: Digest
    rows: Count
    rows_root: Digest | None
    row_key: Literal["destroyed", "none"]
    level: Annotated[int, Field(strict=True, ge=1, le=4)]
    copies_open: Count


class LevelReached(_Event):
    """A certificate's erasure went further: reclaimed (2), rewritten (3), copies expired (4).

    ``evidence_digest`` is of what showed it, which the store keeps.
    """

    kind: Literal["level_reached"] = "level_reached"
    certificate: Reference
    level: Annotated[int, Field(strict=True, ge=2, le=4)]
    copies_open: Count
    evidence_digest: Digest


class Hold(_Event):
    """A legal hold was placed, reviewed or released; its reason stays in the register."""

    kind: Literal["hold"] = "hold"
    hold: Reference
    event: Literal["placed", "reviewed", "released"]
    scope: Literal["query", "subject", "table"]
    scope_digest: Digest
    table: Name
    approved_by: Reference
    review_on: Day | None


class KeyRotated(_Event):
    """The key so far names the next one; ``signature`` is of the old key (``rotation_text``)."""

    kind: Literal["key_rotated"] = "key_rotated"
    old_key: Digest
    new_key: Digest
    signature: SignatureHex


class SecretEpoch(_Event):
    """A secret of pseudonyms began, gave way to the next, or was destroyed; known by its id."""

    kind: Literal["secret_epoch"] = "secret_epoch"
    epoch: Count
    event: Literal["begun", "retired", "destroyed"]
    secret: Reference


class TombstoneEpoch(_Event):
    """A set of erased subjects' keyed hashes began, was closed, or lost its key for ever."""

    kind: Literal["tombstone_epoch"] = "tombstone_epoch"
    epoch: Count
    event: Literal["begun", "closed", "key_destroyed"]
    secret: Reference
    tombstones: Count
    root: Digest | None
    expires_on: Day | None


class Quarantine(_Event):
    """Rows removed under an undo window were set aside encrypted, put back, or lost their key.

    ``rows`` are those set aside, or put back so far with their ``chunks``; with the key all that is
    left goes. ``by`` put them back, for ``reason``.
    """

    kind: Literal["quarantine"] = "quarantine"
    plan: Digest
    event: Literal["kept", "restored", "key_destroyed"]
    rows: Count
    chunks: tuple[Count, ...] = Field(default=(), max_length=_CHUNKS)
    expires_on: Day | None
    by: Reference | None = None
    reason: CloseReason | None = None


class Reapplied(_Event):
    """Erasures were repeated on a database that came back from a backup."""

    kind: Literal["reapplied"] = "reapplied"
    target: Digest
    since: Day
    plans: Count
    rows: Count


Entry = Annotated[
    PlanApproved
    | PlanClosed
    | ChunkApplied
    | PlanVerified
    | Certificate
    | LevelReached
    | Hold
    | KeyRotated
    | SecretEpoch
    | TombstoneEpoch
    | Quarantine
    | Reapplied,
    Field(discriminator="kind"),
]


class Record(Model):
    """An entry at its place. ``previous`` is the leaf hash of the record before, in hex.

    The tree proves the whole; ``seq`` and ``previous`` say where it is broken.
    """

    version: Literal[1] = 1
    seq: Annotated[int, Field(strict=True, ge=0)]
    previous: Digest
    entry: Entry


def canonical(record: Record) -> bytes:
    """The bytes that are hashed and stored: sorted keys, no spaces, UTF-8, no line end.

    Raises ValueError when a field holds what its type does not allow (``model_copy`` can do that).
    """
    try:
        document = record.model_dump(mode="json", warnings="error")
    except PydanticSerializationError:
        raise ValueError("not a record of this version") from None
    return _JSON.encode(document).encode()


def read_record(line: bytes) -> Record:
    """A record from its bytes; raises ValueError unless they are its only form."""
    try:
        record = Record.model_validate_json(line)
    except ValidationError:
        # pydantic's text names the place, which an altered line may have filled with anything.
        raise ValueError("not a record of this version") from None
    if canonical(record) != line:
        raise ValueError("not the canonical form")
    return record
