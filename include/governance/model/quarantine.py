"""An undo window as it stands: until when rows can be put back, what was, and what could not be."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from include.governance.model.base import Model

#: Why the rows of a chunk could not be put back.
UndoObstacle = Literal[
    "key_taken",
    "parent_gone",
    "row_gone",
    "changed_since",
    "constraint",
    "not_exact",
]
#: Why somebody wants rows back; the ledger takes no other words.
UndoReason = Literal["approved_in_error", "rule_in_error", "data_in_error", "must_be_kept"]
#: Why somebody ends a plan that has begun, or closes one that nobody can prove.
EndReason = Literal[UndoReason, "rules_changed", "schema_changed", "key_reused"]
#: Why somebody rejects a plan, or takes it back, before anything of it is carried out.
RejectReason = Literal[
    "not_needed",
    "wrong_rows",
    "rule_in_error",
    "data_in_error",
    "must_be_kept",
    "rules_changed",
    "schema_changed",
]
#: Why a plan is over without a certificate of all of it; nobody answered ``no_answer`` in time.
CloseReason = Literal[EndReason, RejectReason, "no_answer"]


class UndoRefusal(Model):
    """A chunk of which nothing was put back; ``rows`` of ``table`` are in the way."""

    chunk: int
    reason: UndoObstacle
    table: str
    rows: int


class Undone(Model):
    """What putting a plan's rows back came to; ``complete`` when nothing is left to put back."""

    plan_id: str
    chunks: int
    rows: int
    refused: tuple[UndoRefusal, ...]

    @property
    def complete(self) -> bool:
        """Everything that had been kept is back."""
        return not self.refused


class Keeping(Model):
    """The data key of a plan whose rows are kept for a while; the last day is still within."""

    plan_id: str
    made_at: datetime
    until: date
    destroyed_at: datetime | None = None
