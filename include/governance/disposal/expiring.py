"""End what is over by its day: undo windows, copies of erased rows, tombstones, unused choices."""

from __future__ import annotations

from include.governance.disposal.certificate_files import write_certificate
from include.governance.disposal.certificate_issue import certify
from include.governance.disposal.desk import Desk
from include.governance.disposal.forgetting import forget_stray_plans, forget_unused_choices
from include.governance.disposal.levels_reached import close_expired
from include.governance.disposal.quarantine import end_windows, waiting_for_certificate
from include.governance.disposal.tombstone import destroy_expired
from include.governance.model.base import Model


class Expired(Model):
    """What was closed (level 4), ended (undo windows), certified after that, destroyed, forgotten.

    ``closed``, ``ended`` and ``certified`` are plans, ``destroyed`` epochs of tombstones;
    ``forgotten`` counts choices and plans that nobody needs.
    """

    closed: tuple[str, ...]
    ended: tuple[str, ...]
    certified: tuple[str, ...]
    destroyed: tuple[int, ...]
    forgotten: int


def expire(desk: Desk, now: str | None = None) -> Expired:
    """For a task that runs every day; killed in between, the next call goes on there.

    The undo window of the plan ``now`` is over at once.
    """
    ended, closed = end_windows(desk, now), close_expired(desk)
    destroyed = destroy_expired(desk)
    forgotten = forget_unused_choices(desk) + forget_stray_plans(desk)
    certified = [certify(desk, plan_id) for plan_id in waiting_for_certificate(desk)]
    for stored in (*closed, *certified):
        write_certificate(desk, stored)
    return Expired(
        closed=tuple(stored.plan_id for stored in closed),
        ended=ended,
        certified=tuple(stored.plan_id for stored in certified),
        destroyed=destroyed,
        forgotten=forgotten,
    )
