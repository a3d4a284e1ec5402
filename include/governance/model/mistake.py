"""A mistake in a file that somebody wrote, with its place and the next step."""

from __future__ import annotations

from typing import Literal

from include.governance.model.base import Model
from include.governance.wording import Language, say


class Mistake(Model):
    """One thing to mend; ``facts`` fill the wording ``lint.<code>`` and hold names only."""

    file: str
    line: int
    path: str
    code: str
    level: Literal["error", "warning"] = "error"
    facts: dict[str, str | int] = {}

    def say(self, language: Language) -> str:
        """The sentence without the place."""
        return say(f"lint.{self.code}", language, **self.facts)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return (
            f"{where}: {self.path}: {self.say('en')}" if self.path else f"{where}: {self.say('en')}"
        )
