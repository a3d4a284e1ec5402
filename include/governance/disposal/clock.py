"""Nothing is dated before what it follows: a clock that was set back is refused."""

from __future__ import annotations

from datetime import datetime

from include.governance.errors import PlanError


def require_after(plan_id: str, earlier: datetime | None, now: datetime) -> None:
    """Raise PlanError when it is not yet as late as the step before was written down."""
    if earlier is not None and now < earlier:
        moments = {"found": _shown(now), "allowed": _shown(earlier)}
        raise PlanError("disposal_clock_behind", plan=plan_id, **moments)


def _shown(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="seconds")
