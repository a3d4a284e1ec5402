"""What an erasure plans, was allowed, did and proved; counts and hashes, never a value."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from include.governance.errors import LimitExceeded
from include.governance.model.base import Model
from include.governance.model.occasion import Occasion
from include.governance.model.schedule import Action

StepKind = Literal["delete", "detach", "update"]
SkipReason = Literal["gone", "no_longer_due", "held", "in_period", "kept_by_dependant", "changed"]
#: Why a planned root stays: by the receipt of its chunk, because the plan was ended before, or
#: because it was put back.
LeftReason = Literal[SkipReason, "ended", "undone"]

#: What keeps a chunk from being erased for now.
Obstacle = Literal["lock_timeout", "statement_timeout", "deadlock", "rows_changed", "child_came"]


class StepRows(Model):
    """What one step changes or changed: rows of a table.

    ``detach`` rows stay and forget a parent that goes; ``edge`` names that foreign key.
    """

    id: str
    kind: StepKind
    table: str
    edge: str | None = None
    rows: int
    total_rows: int = 0


class OverLimit(Model):
    """A limit of the policy that a plan breaks; such a plan is refused before it is applied."""

    code: str
    table: str
    found: str
    allowed: str

    @property
    def error(self) -> LimitExceeded:
        """The refusal."""
        facts = {"table": self.table, "found": self.found, "allowed": self.allowed}
        return LimitExceeded("erasure_limit", limit=self.code, **facts)


class ErasurePlan(Model):
    """A plan as people see and approve it; ``digest`` covers everything down to each key."""

    plan_id: str
    digest: str
    source: str
    target_id: str
    rule: str
    as_of: date
    root: str
    requester: str
    occasion: Occasion | None = None
    policy_sha256: str
    contracts_sha256: str
    schema_sha256: str
    actions: dict[str, Action]
    pseudonym_key: str | None = None
    age_cap: int | None = None
    steps: tuple[StepRows, ...]
    roots: int
    chunks: int
    kept: dict[SkipReason, int]
    over_limits: tuple[OverLimit, ...]
    shown_sha256: str | None = None


class Approval(Model):
    """A person bound to one digest, until it expires."""

    plan_id: str
    digest: str
    requester: str
    approver: str
    approved_at: datetime
    expires_at: datetime


class Applied(Model):
    """What one worker did; ``complete`` says that no chunk of the plan is left.

    ``deferred`` are the chunks that it had to leave, each with what was in the way at last.
    """

    chunks: int = 0
    roots: int = 0
    rows: int = 0
    skipped: int = 0
    retries: int = 0
    deferred: dict[int, Obstacle] = {}
    cancelled: bool = False
    complete: bool = False


class Verification(Model):
    """What the database shows after a plan: a certificate needs every number to be as it must.

    ``left`` are planned roots that are still there although they were not skipped, or were for a
    reason that does not hold now; ``orphans`` are counted per foreign key, except those that the
    database has ``guaranteed``; ``mismatched`` are chunks whose receipts are not what was approved.
    """

    plan_id: str
    digest: str
    open_chunks: int
    planned_roots: int
    roots: int
    skipped: dict[LeftReason, int]
    left: int
    due_again: int
    orphans: dict[str, int]
    guaranteed: tuple[str, ...] = ()
    mismatched: int
    steps: tuple[StepRows, ...]

    @property
    def unaccounted(self) -> int:
        """Planned roots that are neither gone nor left with a reason, or are counted twice."""
        return abs(self.planned_roots - self.roots - sum(self.skipped.values()))

    @property
    def holds(self) -> bool:
        """Everything that was planned is gone or accounted for, and nothing else is broken."""
        return (
            not (self.open_chunks or self.left or self.due_again or self.mismatched)
            and not any(self.orphans.values())
            and not self.unaccounted
        )
