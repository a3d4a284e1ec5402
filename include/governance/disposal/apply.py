"""Apply an approved plan: any worker, at any time, as often as it takes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from include.governance.detect.memory_file import forget_all
from include.governance.disposal.decide import decisions_of
from include.governance.disposal.desk import Desk
from include.governance.disposal.entries import (
    record_approved,
    record_chunks,
    refuse_closed,
    require_receipts_as_told,
)
from include.governance.disposal.quarantine import begin_window, extend_window
from include.governance.disposal.rules import basis_of, holds_of, terms_of, use_of
from include.governance.disposal.select import cause_of, select_rows
from include.governance.disposal.shown import require_as_planned
from include.governance.disposal.stages import approval_of, standing
from include.governance.disposal.tombstone import bury_plan
from include.governance.disposal.window import outside, window_of
from include.governance.erasure.apply import World, apply
from include.governance.erasure.gate import Gated, gate
from include.governance.erasure.pace import Pace
from include.governance.erasure.quarantine_seal import Seal
from include.governance.erasure.selection import Selection
from include.governance.errors import GovernanceError
from include.governance.model.disposal import Decision, PlanRecord, PlanState
from include.governance.model.erasure import Applied, Approval
from include.governance.store.officer_text import require_login

#: A rest after each chunk of a tenth of the time it took.
GENTLE = Pace(nice=0.1)
BEGINNING: tuple[PlanState, ...] = ("planned", "applying", "cancelled")
OVER: tuple[PlanState, ...] = ("applied", "verified", "certified")
#: So many chunks, or so many seconds, may be committed before the ledger hears of them.
LEDGER_CHUNKS = 20
LEDGER_SECONDS = 5.0


@dataclass
class _Scribe:
    """Tells the ledger of receipts now and then; what it could not say is said by the next run."""

    desk: Desk
    plan: PlanRecord
    runner: str
    run_id: str | None
    waiting: int = 0
    since: float = field(default=0.0)

    def watch(self, what: str, _chunk: int) -> None:
        """Count committed chunks."""
        if what != "committed":
            return
        now = self.desk.seconds()
        self.since = self.since or now
        self.waiting += 1
        if self.waiting >= LEDGER_CHUNKS or now - self.since >= LEDGER_SECONDS:
            self.write()

    def write(self) -> None:
        """A tombstone for what is gone, and every receipt that the ledger does not have yet."""
        bury_plan(self.desk, self.plan)  # first: what the ledger says was erased has a tombstone
        record_chunks(self.desk, self.plan, self.runner, self.run_id)
        self.waiting, self.since = 0, 0.0


def apply_plan(
    desk: Desk, plan_id: str, runner: str, run_id: str | None = None, pace: Pace = GENTLE
) -> Applied:
    """Erase what is approved and still due, chunk by chunk, with an entry in the ledger for each.

    Raises GovernanceError with the first thing that is not as approved; nothing is half done and
    the same call later goes on. A plan that was applied already is left as it is.
    """
    status, person = desk.records.plan(plan_id), require_login("as", runner)
    if status.state in OVER:
        return Applied(complete=True)
    plan = status.plan
    passed = _pass(desk, plan, person, run_id)
    seal = begin_window(desk, plan, passed.gated.closure)
    _begin(desk, plan, person, run_id)
    record_approved(desk, plan, passed.decisions)
    done = _carry_out(desk, passed, _Scribe(desk, plan, person, run_id), pace, seal)
    # scans remember keyed hashes of cells, also of those that are gone now
    forget_all(desk.workspace.settings.scan_memory)
    if seal:
        extend_window(desk, plan)
    _end(desk, plan_id, done)
    return done


@dataclass(frozen=True)
class _Passed:
    """A plan that the gate let through, and by whose decisions."""

    decisions: tuple[Decision, ...]
    approval: Approval
    selection: Selection
    gated: Gated


def _pass(desk: Desk, plan: PlanRecord, runner: str, run_id: str | None) -> _Passed:
    """Everything that forbids to begin, before anything is written anywhere."""
    decisions, at = decisions_of(desk, plan), desk.clock()
    approval = approval_of(
        desk.workspace.rulebook.policy, plan, decisions, runner=runner, run_id=run_id, at=at
    )
    refuse_closed(desk, plan)
    with desk.records.alone() as connection:
        desk.records.require(connection, plan.plan_id, BEGINNING)
    require_receipts_as_told(desk, plan)
    selection = select_rows(desk, cause_of(plan))
    _refuse_age(desk, plan, selection)
    gated = gate(
        desk.target(plan.source), plan.plan_id, selection, basis_of(desk), approval,
        holds_of(desk), runner=runner, at=at,
    )  # fmt: skip
    with desk.target(plan.source).snapshot() as connection:
        require_as_planned(connection, plan)
    return _Passed(tuple(standing(decisions, at).values()), approval, selection, gated)


def _carry_out(
    desk: Desk, passed: _Passed, scribe: _Scribe, pace: Pace, seal: Seal | None
) -> Applied:
    """Chunk by chunk; receipts that a run before could not tell the ledger of come first."""
    plan = scribe.plan
    scribe.write()
    world = World(
        now=desk.clock,
        seconds=desk.seconds,
        sleep=desk.sleep,
        random=desk.random,
        cancelled=lambda: desk.stopping() or desk.records.should_stop(plan.plan_id),
        watch=scribe.watch,
    )
    try:
        done = apply(
            desk.target(plan.source),
            passed.gated,
            passed.selection,
            passed.approval,
            holds_of(desk),
            runner=scribe.runner,
            world=world,
            pace=pace,
            seal=seal,
        )
    except BaseException:
        with suppress(GovernanceError):  # what went wrong first is what is told
            scribe.write()
        raise
    scribe.write()
    return done


def cancel(desk: Desk, plan_id: str) -> None:
    """Let whoever applies the plan stop before the next chunk; it can be resumed later."""
    desk.records.ask_to_stop(plan_id)


def _refuse_age(desk: Desk, plan: PlanRecord, selection: Selection) -> None:
    """Measured anew: what the store says of the window is for people to read."""
    if plan.kind != "retention":
        return
    source, terms = desk.workspace.source(plan.source), terms_of(desk, plan.as_of)
    use = use_of(selection.root, plan.rule)
    window = window_of(source, selection, use, terms, tuple(holds_of(desk)()))
    limits = desk.workspace.rulebook.policy.limits
    for over in outside(window, plan.table, limits, plan.as_of):
        raise over.error


def _begin(desk: Desk, plan: PlanRecord, runner: str, run_id: str | None) -> None:
    """From here on nobody can withdraw; looked at again, so that a withdrawal just before wins."""
    policy, at = desk.workspace.rulebook.policy, desk.clock()
    with desk.records.alone() as connection:
        decisions = decisions_of(desk, plan)
        approval_of(policy, plan, decisions, runner=runner, run_id=run_id, at=at)
        desk.records.move(connection, plan.plan_id, "applying", at, BEGINNING)


def _end(desk: Desk, plan_id: str, done: Applied) -> None:
    """A worker that ends leaves the plan to the others; only somebody's wish stops all of them."""
    stopped = done.cancelled and desk.records.should_stop(plan_id)
    to: PlanState = "applied" if done.complete else "cancelled" if stopped else "applying"
    with desk.records.alone() as connection:
        if to == "applying":
            return
        desk.records.move(connection, plan_id, to, desk.clock(), ("applying", "cancelled", to))
