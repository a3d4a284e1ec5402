"""End what is over by its day: copies of erased rows, keys of tombstones, unused choices."""

from __future__ import annotations

from include.governance.disposal.certificate_files import write_certificate
from include.governance.disposal.desk import Desk
from include.governance.disposal.forgetting import forget_stray_plans, forget_unused_choices
from include.governance.disposal.levels_reached import close_expired
from include.governance.disposal.tombstone import destroy_expired
from include.governance.model.base import Model


class Expired(Model):
    """Plans that reached level 4, epochs whose key was destroyed, choices and plans forgotten."""

    closed: tuple[str, ...]
    destroyed: tuple[int, ...]
    forgotten: int


def expire(desk: Desk) -> Expired:
    """For a task that runs every day; killed in between, the next call goes on there."""
    closed = close_expired(desk)
    for stored in closed:
        write_certificate(desk, stored)
    return Expired(
        closed=tuple(stored.plan_id for stored in closed),
        destroyed=destroy_expired(desk),
        forgotten=forget_unused_choices(desk) + forget_stray_plans(desk),
    )
