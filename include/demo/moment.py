"""Dates of the demo, counted back from the day the demo company is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

AS_OF = date(2026, 11, 30)


@dataclass(frozen=True, slots=True)
class Moment:
    """The reference day; every date of the company keeps its distance to it."""

    as_of: date = AS_OF

    def day(self, days_ago: int) -> date:
        """The day ``days_ago`` days before the reference day; negative lies ahead."""
        return self.as_of - timedelta(days=days_ago)

    def at(self, days_ago: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
        """An instant in Japanese local time on that day."""
        return datetime.combine(self.day(days_ago), time(hour, minute, second))

    def fixed(self, year: int, month: int, day: int) -> date:
        """A calendar date of the story, moved along when another reference day is chosen."""
        return date(year, month, day) + (self.as_of - AS_OF)

    def version(self, effective: date) -> str:
        """Name of the privacy policy that took effect on that day."""
        return f"{effective:%Y-%m}"

    @property
    def policies(self) -> tuple[date, date]:
        """When the two published versions of the privacy policy took effect."""
        return self.fixed(2024, 4, 1), self.fixed(2026, 4, 1)

    def policy_shown(self, when: datetime) -> str:
        """Name of the version that a person registering then was shown."""
        before, current = self.policies
        return self.version(current if when.date() >= current else before)
