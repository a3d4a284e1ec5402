"""Exactly what a disposal would change, before anybody approves it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from include.governance.model.base import Model
from include.governance.model.schedule import Action


class PlanStep(Model):
    """One table of a plan.

    ``order`` sorts dependants before the rows they hang on. ``root`` steps are due themselves;
    the others go with them. ``key_digest`` binds the exact set of rows: it changes when one row
    enters or leaves, and tells nothing about them without the key. ``actions`` names what happens
    to each column (empty for a deletion of whole rows).
    """

    order: int
    source: str
    table: str
    record_class: str
    root: bool
    action: Action
    actions: dict[str, Action]
    rows: int
    total_rows: int
    oldest: date | None
    youngest: date | None
    key_digest: str


class Kept(Model):
    """Rows that are past their period and stay, with the reason."""

    source: str
    table: str
    record_class: str
    reason: Literal["hold", "floor", "never_touch"]
    rows: int


class Refusal(Model):
    """Why a plan may not be approved as it is: a limit with what was found and what is allowed."""

    code: str
    source: str
    table: str
    found: str
    allowed: str


class Plan(Model):
    """A dry plan; ``digest`` is the SHA-256 of everything else in canonical JSON."""

    kind: Literal["retention"]
    as_of: date
    policy_version: str
    rulebook_sha256: str
    contracts_sha256: str
    steps: tuple[PlanStep, ...]
    kept: tuple[Kept, ...]
    refusals: tuple[Refusal, ...]
    digest: str

    @property
    def rows(self) -> int:
        """Rows that would change, over all tables."""
        return sum(step.rows for step in self.steps)
