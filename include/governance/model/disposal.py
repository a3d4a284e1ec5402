"""How the governance store keeps a disposal: who planned and decided; counts and hashes only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from include.governance.model.base import Model
from include.governance.model.erasure import ErasurePlan, OverLimit, StepRows, Verification
from include.governance.model.occasion import Occasion, ReferenceId
from include.governance.model.quarantine import CloseReason, Keeping

PlanKind = Literal["retention", "request", "adhoc"]
PlanState = Literal[
    "planned",
    "superseded",
    "rejected",
    "withdrawn",
    "applying",
    "cancelled",
    "applied",
    "verified",
    "certified",
    "closed",
    "undoing",
    "undone",
]
#: Of plans that may still be applied; the first has not begun.
BEGUN: tuple[PlanState, ...] = ("applying", "cancelled")
OPEN: tuple[PlanState, ...] = ("planned", *BEGUN)
#: Of plans that were carried out to their end and not proved.
APPLIED: tuple[PlanState, ...] = ("applied",)
#: Of plans whose rows came back, or some of them.
PUT_BACK: tuple[PlanState, ...] = ("undoing", "undone")
#: Of plans whose keys are needed.
UNFINISHED: tuple[PlanState, ...] = (*OPEN, "applied", "verified", "undoing")
Verdict = Literal["approve", "reject", "withdraw", "undo", "end", "close"]
KeptReason = Literal[
    "hold", "floor", "dependant", "register", "no_rule", "no_key", "disposed", "shared"
]


class Window(Model):
    """The days on which the periods of a plan's rows started; None where no clock says so."""

    oldest: date | None = None
    youngest: date | None = None


class KeptRows(Model):
    """Rows that were wanted and stay, and why; ``record_class`` is the class whose floor it is."""

    table: str
    reason: KeptReason
    rows: int
    record_class: str | None = None


class PlanRecord(Model):
    """One plan as the governance store keeps it.

    ``reference`` is the id of the request or of the stored selection it was made from. ``erasure``
    is what its digest covers, and with it the hash of what else people are shown: see ``Shown``.
    """

    plan_id: str
    digest: str
    kind: PlanKind
    source: str
    table: str
    rule: str
    as_of: date
    requester: str
    reference: ReferenceId | None = None
    created_at: datetime
    erasure: ErasurePlan
    window: Window
    kept: tuple[KeptRows, ...]
    over_limits: tuple[OverLimit, ...]
    seconds: float

    @property
    def rows(self) -> int:
        """Rows that would change, over all tables."""
        return sum(step.rows for step in self.erasure.steps)

    @property
    def occasion(self) -> Occasion | None:
        """Why somebody asked; None where the schedule alone did."""
        return self.erasure.occasion


class RequestPlans(Model):
    """What a person's request comes to: plans, and all their other rows with the reason.

    ``searched`` are the tables that were looked into; ``sealed`` are plans of which rows that went
    before are kept encrypted, nobody can tell whose.
    """

    request: ReferenceId
    plans: tuple[PlanRecord, ...]
    left: tuple[KeptRows, ...]
    searched: tuple[str, ...]
    sealed: tuple[Keeping, ...]

    @property
    def nobody(self) -> bool:
        """Not one row is that person's, but for evidence such as the request itself."""
        return not self.plans and all(each.reason == "register" for each in self.left)

    @property
    def undone(self) -> bool:
        """Rows stay that are neither evidence nor disposed of already: the answer must say so."""
        stays = any(each.reason not in ("register", "disposed") for each in self.left)
        return stays or bool(self.sealed)


class PlanStatus(Model):
    """Where a plan stands; the target's own receipts decide what is really gone."""

    plan: PlanRecord
    state: PlanState
    changed_at: datetime
    cancelled: bool = False
    chunks_done: int = 0


class Decision(Model):
    """What one person decided about one digest, as it is signed.

    ``previous`` is the SHA-256 of the signed decision before it, so that none can be taken out.
    ``stage`` counts from 1; ``run_id`` binds an approval to one run of the scheduler.
    """

    plan_id: str
    digest: str
    no: int
    previous: str
    decision: Verdict
    stage: int
    person: str
    at: datetime
    expires: datetime
    run_id: str | None = None
    reason: CloseReason | None = None


class StoredSelection(Model):
    """Rows that an operator chose: their number and the hash of the choice, which itself lies in
    the source beside the rows.
    """

    selection_id: ReferenceId
    source: str
    table: str
    keys: int
    digest: str
    occasion: Occasion
    by: str
    at: datetime


class Rehearsal(Model):
    """A plan carried out and rolled back."""

    plan_id: str
    chunks: int
    roots: int
    rows: int
    skipped: int
    seconds: float
    steps: tuple[StepRows, ...]


class TableBalance(Model):
    """Rows of one table: A1 = A0 - B0, unless others wrote to it meanwhile.

    ``exact`` says that this is so key for key: no other row came or went.
    """

    table: str
    before: int
    gone: int
    after: int
    exact: bool


class Proof(Model):
    """What was found afterwards: the target's answers, the balance, and what is due anew.

    ``due_anew`` is None when rules or registers would choose other rows than were approved.
    """

    verification: Verification
    balance: tuple[TableBalance, ...]
    due_anew: int | None
    at: datetime

    @property
    def stays(self) -> int:
        """Records that stay although they were approved: the plan was ended, or a part undone."""
        skipped = self.verification.skipped
        return skipped.get("ended", 0) + skipped.get("undone", 0)

    @property
    def by_keys(self) -> bool:
        """Keys and receipts alone were compared, since the plan's cause is another one by now."""
        return self.due_anew is None

    @property
    def holds(self) -> bool:
        """Exactly what was approved is gone, and planning again finds nothing of it."""
        return self.verification.holds
