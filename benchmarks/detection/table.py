"""The one table that is printed: a line per set, engine and kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HEADINGS = f"{'set':<24} {'engine':<20} {'P':>6} {'R':>6} {'F2':>6} {'CPU s':>8}  what"


@dataclass(frozen=True)
class Line:
    """One measurement; ``targets`` are the least each figure may be, by its name.

    ``speed`` are cells a second; ``read_share`` is the share of the seconds that reading takes;
    ``spare`` are megabytes that are left of what may be taken.
    """

    set_name: str
    engine: str
    about: str
    precision: float | None = None
    recall: float | None = None
    f2: float | None = None
    seconds: float | None = None
    speed: float | None = None
    read_share: float | None = None
    spare: float | None = None
    targets: Mapping[str, float] = field(default_factory=dict)
    skipped: str = ""

    @property
    def missed(self) -> list[str]:
        """The targets that are not met."""
        return [
            f"{name} < {least}"
            for name, least in self.targets.items()
            if (found := getattr(self, name)) is None or found < least
        ]

    def text(self) -> str:
        """The line as it is printed."""
        figures = " ".join(_figure(each) for each in (self.precision, self.recall, self.f2))
        seconds = f"{self.seconds:8.2f}" if self.seconds is not None else " " * 8
        note = f" [skipped: {self.skipped}]" if self.skipped else ""
        if self.targets:
            note = f" [missed: {', '.join(self.missed)}]" if self.missed else " [target met]"
        return f"{self.set_name:<24} {self.engine:<20} {figures} {seconds}  {self.about}{note}"


def _figure(found: float | None) -> str:
    return " " * 6 if found is None else f"{found:6.3f}"
