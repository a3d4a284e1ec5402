"""Approve, reject or withdraw a plan: a decision is signed, stored, and never changed."""

from __future__ import annotations

from include.governance.disposal.desk import Desk
from include.governance.model.disposal import Decision


def approve(
    desk: Desk, plan_id: str, digest: str, person: str, run_id: str | None = None
) -> Decision:
    """Approve the next stage; ``digest`` are at least the first 12 characters, as typed."""
    raise NotImplementedError


def reject(desk: Desk, plan_id: str, person: str, run_id: str | None = None) -> Decision:
    """End a plan that nobody may apply any more; recorded before anything else happens."""
    raise NotImplementedError


def withdraw(desk: Desk, plan_id: str, person: str) -> Decision:
    """End a plan by whoever asked for it or approved it, until it begins to be applied."""
    raise NotImplementedError
