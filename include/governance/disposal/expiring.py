"""End what is over by its day: undo windows, copies of erased rows, tombstones, unused choices."""

from __future__ import annotations

from include.governance.disposal.certificate_files import write_certificate
from include.governance.disposal.certificate_issue import certify
from include.governance.disposal.desk import Desk
from include.governance.disposal.forgetting import forget_stray_plans, forget_unused_choices
from include.governance.disposal.levels_reached import close_expired
from include.governance.disposal.quarantine import end_windows, waiting_for_certificate
from include.governance.disposal.tombstone import destroy_expired
from include.governance.errors import PlanError, SourceError
from include.governance.model.base import Model
from include.governance.model.text import Text


class Expired(Model):
    """What was closed (level 4), ended (undo windows), certified after that, destroyed, forgotten.

    ``closed``, ``ended`` and ``certified`` are plans, ``destroyed`` epochs of tombstones;
    ``forgotten`` counts choices and plans that nobody needs; ``uncertified`` says by plan why it
    got no certificate.
    """

    closed: tuple[str, ...]
    ended: tuple[str, ...]
    certified: tuple[str, ...]
    destroyed: tuple[int, ...]
    forgotten: int
    uncertified: dict[str, Text]


def expire(desk: Desk, now: str | None = None) -> Expired:
    """For a task that runs every day; killed in between, the next call goes on there.

    The undo window of the plan ``now`` is over at once.
    """
    if now is not None:
        desk.records.plan(now)  # what is no plan's name is not repeated
    ended, closed = end_windows(desk, now), close_expired(desk)
    for stored in closed:
        write_certificate(desk, stored)
    destroyed = destroy_expired(desk)
    forgotten = forget_unused_choices(desk) + forget_stray_plans(desk)
    certified, uncertified = _certify_waiting(desk)
    return Expired(
        closed=tuple(stored.plan_id for stored in closed),
        ended=ended,
        certified=certified,
        destroyed=destroyed,
        forgotten=forgotten,
        uncertified=uncertified,
    )


def _certify_waiting(desk: Desk) -> tuple[tuple[str, ...], dict[str, Text]]:
    """The plans that got their certificate, and why others did not: one stops no other."""
    certified, refused = [], {}
    for plan_id in waiting_for_certificate(desk):
        try:
            write_certificate(desk, certify(desk, plan_id))
        except (PlanError, SourceError) as error:
            refused[plan_id] = Text(en=error.say("en"), ja=error.say("ja"))
        else:
            certified.append(plan_id)
    return tuple(certified), refused
