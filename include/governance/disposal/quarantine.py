"""The undo window of a plan: its key, its last day, and its end, after which nothing comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date

from pydantic import SecretBytes

from include.governance.disposal.desk import Desk
from include.governance.disposal.forgetting import purge_keys
from include.governance.disposal.levels import reclaim
from include.governance.disposal.receipts import receipts_of
from include.governance.disposal.telling import identity
from include.governance.disposal.undone import UNDOING, settle
from include.governance.erasure.plan import prepare
from include.governance.erasure.quarantine import forget_sealed, sealed_rows
from include.governance.erasure.quarantine_columns import require_kept
from include.governance.erasure.quarantine_seal import KEY_BYTES, Seal, unwrapped, wrapped
from include.governance.erasure.reflect import Closure
from include.governance.erasure.target import Target
from include.governance.errors import PlanError
from include.governance.ledger.entry import Quarantine
from include.governance.model.disposal import BEGUN, PlanRecord, PlanState
from include.governance.model.quarantine import Keeping
from include.governance.store.engine import store_url
from include.governance.store.proof_schema import QUARANTINE_KEY
from include.governance.store.quarantine_keys import QuarantineKeys

#: States in which nobody erases any more.
_STANDING: tuple[PlanState, ...] = ("cancelled", "applied", "verified", "undoing", "undone")


def require_keepable(desk: Desk, target: Target, closure: Closure) -> None:
    """Raise ConfigurationError without a good DAICHO_QUARANTINE_KEY, PlanError for a column whose
    values could not be put back exactly; nothing where the policy keeps nothing.
    """
    if desk.workspace.rulebook.policy.undo_window is not None:
        desk.quarantine_key()
        require_kept(target, closure)


def begin_window(desk: Desk, plan: PlanRecord, closure: Closure) -> Seal | None:
    """What a plan's rows are kept under from now on; None when the policy keeps nothing."""
    window = desk.workspace.rulebook.policy.undo_window
    if window is None:
        return None
    require_keepable(desk, desk.target(plan.source), closure)
    secret, plan_id = desk.quarantine_key(), plan.plan_id
    keys = QuarantineKeys(desk.records)
    earlier = keys.of_plan(plan_id)  # nothing of it may be left when another one begins
    desk.tell(*(entry for _, entry in _untold(desk, [earlier] if earlier else [])))
    prepare(desk.target(plan.source))
    new = wrapped(desk.random.randbytes(KEY_BYTES), plan_id, secret)
    found = keys.begin(plan_id, new, desk.clock(), window.after(desk.today()))
    return Seal(plan_id, unwrapped(found, plan_id, secret), desk.random)


def extend_window(desk: Desk, plan: PlanRecord) -> None:
    """Count the window from the day on which the last rows went, and tell the ledger."""
    window, keys = desk.workspace.rulebook.policy.undo_window, QuarantineKeys(desk.records)
    if window is None or keys.wrapped(plan.plan_id) is None:
        return
    with desk.target(plan.source).snapshot() as connection:
        rows = sealed_rows(connection, plan.plan_id)
        last = [each.at for each in receipts_of(connection, plan.plan_id)]
    if not rows:
        return
    until = window.after(desk.day(max(last)))
    keys.keep_until(plan.plan_id, until)
    entry = Quarantine(at=desk.clock(), plan=plan.digest, event="kept", rows=rows, expires_on=until)
    desk.tell(entry)


def keeping_of(desk: Desk, plan_id: str) -> Keeping | None:
    """How a plan's rows are kept, or were; None when they never were."""
    return QuarantineKeys(desk.records).of_plan(plan_id)


def require_over(desk: Desk, plan: PlanRecord) -> Keeping | None:
    """How a plan's rows were kept; raises PlanError while they still are."""
    found = keeping_of(desk, plan.plan_id)
    if found is None:
        return None
    if found.destroyed_at is None:
        raise PlanError("quarantine_open", plan=plan.plan_id, until=found.until.isoformat())
    return found


def open_window(desk: Desk, plan: PlanRecord) -> Seal:
    """The key of a window that is not over; raises PlanError when there is none."""
    found, wrapped_key = keeping_of(desk, plan.plan_id), None
    if found is not None and desk.today() <= found.until:
        wrapped_key = QuarantineKeys(desk.records).wrapped(plan.plan_id)
    if wrapped_key is None:
        raise PlanError("quarantine_over", plan=plan.plan_id)
    key: SecretBytes = unwrapped(wrapped_key, plan.plan_id, desk.quarantine_key())
    return Seal(plan.plan_id, key, desk.random)


def end_windows(desk: Desk, now: str | None = None) -> tuple[str, ...]:
    """Destroy the keys of windows that are over, then what was kept; with ``now`` that plan's too.

    The ledger is told when nothing is left. Killed in between, the next call goes on there. Raises
    PlanError when a plan that is to end now was never kept or is still being applied.
    """
    keys = QuarantineKeys(desk.records)
    if now is not None and keys.of_plan(now) is None:
        raise PlanError("quarantine_none", plan=now[:40])
    for found in keys.all():
        if found.destroyed_at is not None:
            continue
        if found.plan_id == now:
            with desk.records.alone() as connection:
                desk.records.require(connection, now, _STANDING)
        elif not _is_over(desk, found):
            continue
        keys.destroy(found.plan_id, desk.clock())
    return _tell_ended(desk, keys.all())


def end_unused_window(desk: Desk, plan: PlanRecord) -> None:
    """Destroy the key of a plan of which nothing was carried out, and tell the ledger."""
    keys = QuarantineKeys(desk.records)
    found = keys.of_plan(plan.plan_id)
    if found is not None and found.destroyed_at is None:
        keys.destroy(plan.plan_id, desk.clock())
        found = keys.of_plan(plan.plan_id)
    _tell_ended(desk, [found] if found else [])


def _tell_ended(desk: Desk, everyone: Iterable[Keeping]) -> tuple[str, ...]:
    """Take away what was kept under keys that are gone, and say so; the plans it was said of."""
    untold = {plan.plan_id: entry for plan, entry in _untold(desk, everyone)}
    if untold:
        store = Target("store", store_url(desk.workspace.settings.store_url))
        reclaim(store, [(None, QUARANTINE_KEY.name)], 3)
    desk.tell(*untold.values())
    return tuple(untold)


def _is_over(desk: Desk, found: Keeping) -> bool:
    """The last day is past, counted from the last rows that went of a plan nobody finished."""
    if found.until >= desk.today():
        return False
    status = desk.records.plan(found.plan_id)
    if status.state not in BEGUN:
        return True
    extend_window(desk, status.plan)
    later = keeping_of(desk, found.plan_id)
    return later is not None and later.until < desk.today()


def _untold(desk: Desk, everyone: Iterable[Keeping]) -> Iterator[tuple[PlanRecord, Quarantine]]:
    """Plans whose key is gone while the ledger does not say so; what was kept of them goes now.

    So it does of a plan whose undo began as the window ended: nothing of it can be put back.
    """
    for found in everyone:
        if found.destroyed_at is not None:
            plan = desk.records.plan(found.plan_id).plan
            at = found.destroyed_at.astimezone(UTC)
            entry = Quarantine(
                at=at, plan=plan.digest, event="key_destroyed", rows=0, expires_on=found.until
            )
            if not desk.says(identity(entry)):
                _clear(desk, plan, found.until)
                yield plan, entry
            elif desk.records.plan(plan.plan_id).state in UNDOING:
                _clear(desk, plan, found.until)


def _clear(desk: Desk, plan: PlanRecord, until: date) -> None:
    """Take away what nobody can read any more, and the keys of a plan that gets no certificate."""
    with desk.target(plan.source).writing() as connection:
        forget_sealed(connection, plan.plan_id)
    state = desk.records.plan(plan.plan_id).state
    if state in UNDOING:
        state = settle(desk, plan, until)
    if state == "undone":
        purge_keys(desk, plan)


def open_windows(desk: Desk) -> tuple[Keeping, ...]:
    """Plans whose rows are still kept, whosever they are."""
    return QuarantineKeys(desk.records).open_windows()


def waiting_for_certificate(desk: Desk) -> tuple[str, ...]:
    """Verified plans that had to wait for the end of their window."""
    ended = [each.plan_id for each in QuarantineKeys(desk.records).all() if each.destroyed_at]
    return tuple(p for p in ended if desk.records.plan(p).state == "verified")
