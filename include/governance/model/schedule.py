"""The retention schedule as data: how long each class of records must and may be kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from include.governance.model.base import Model
from include.governance.model.period import Lasting, Period
from include.governance.model.policy import Version
from include.governance.model.text import Text

Action = Literal["delete", "null", "pseudonymise", "generalise", "fixed", "keep"]


class Basis(Model):
    """Why a period is what it is; ``verified`` says whether a person read the source."""

    text: Text
    source: str | None = None
    verified: bool


class Trigger(Model):
    """The event that starts the clock; contracts name the columns that record it.

    ``latest_of`` takes the latest recorded event, ``earliest_of`` the earliest; ``fallback``
    events count only when none of them is recorded. ``last_day`` events name the last valid day,
    so the clock starts on the day after. ``missing`` says what no recorded event means: a finding
    (``undated``) or that the event has not happened (``not_started``).
    """

    latest_of: tuple[str, ...] = ()
    earliest_of: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    last_day: tuple[str, ...] = ()
    calendar: Literal["date", "fiscal_year_filing_due"] = "date"
    missing: Literal["undated", "not_started"] = "undated"

    @model_validator(mode="after")
    def _one_way(self) -> Trigger:
        if bool(self.latest_of) == bool(self.earliest_of):
            raise ValueError("name either latest_of or earliest_of")
        if self.calendar != "date" and (self.earliest_of or self.last_day or len(self.events) > 1):
            raise ValueError("a fiscal-year calendar takes exactly one event in latest_of")
        return self

    @property
    def events(self) -> tuple[str, ...]:
        """Every event named, in order, without repeats."""
        return tuple(dict.fromkeys((*self.latest_of, *self.earliest_of, *self.fallback)))


class Floor(Model):
    """The record must be kept at least this long."""

    period: Lasting
    basis: tuple[Basis, ...] = ()


class Ceiling(Model):
    """The record must be gone after this long; ``at_once`` means on the day of the event."""

    period: Lasting | None = None
    grace: Period = Period()
    at_once: bool = False
    basis: tuple[Basis, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Ceiling:
        if (self.period is None) != self.at_once:
            raise ValueError("name either a period or at_once: true")
        return self


class Verify(Model):
    """What is looked at after disposal."""

    recheck_after: Period
    restore_guard: bool = True


class RecordClass(Model):
    """One row of the schedule; ``actions`` go by kind of category, ``action`` is for the rest.

    Where ages are made coarser, whoever is older than ``age_cap`` years counts as that old.
    """

    label: Text
    control: str
    trigger: Trigger
    keep_at_least: Floor | None = None
    erase_after: Ceiling
    action: Action
    actions: dict[str, Action] = {}
    age_cap: Annotated[int, Field(ge=60, le=120)] | None = None
    holds: tuple[str, ...] = ()
    notice: Lasting | None = None
    propagate: tuple[str, ...] = ()
    verify: Verify

    @model_validator(mode="after")
    def _capped(self) -> RecordClass:
        if self.age_cap and "generalise" not in (self.action, *self.actions.values()):
            raise ValueError("age_cap needs an action generalise")
        return self


class HoldReason(Text):
    """A reason for which disposal may be held; ``also`` lists what registers write for it."""

    also: tuple[str, ...] = ()

    def means(self, key: str, written: str) -> bool:
        """Whether a register means this reason: its key, its label or a word for it.

        A note may follow the key after a colon.
        """
        said = {written.strip().casefold(), written.partition(":")[0].strip().casefold()}
        return bool(said & {word.casefold() for word in (key, self.en, self.ja, *self.also)})


class RetentionSchedule(Model):
    """Every record class, with the reasons for which disposal may be held."""

    version: Version
    reviewed_on: date
    hold_reasons: dict[str, HoldReason]
    max_hold_review: Lasting
    record_classes: Annotated[dict[str, RecordClass], Field(min_length=1)]

    def hold_reason(self, written: str) -> str | None:
        """The key of the reason that a register means; None for one that is not declared."""
        meant = (key for key, reason in self.hold_reasons.items() if reason.means(key, written))
        return next(meant, None)
