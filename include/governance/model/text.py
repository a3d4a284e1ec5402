"""A text in both languages."""

from __future__ import annotations

from include.governance.model.base import Model
from include.governance.wording import Language


class Text(Model):
    """What a reader sees, in English and Japanese; both are required."""

    en: str
    ja: str

    def say(self, language: Language) -> str:
        """The text in one language."""
        return self.en if language == "en" else self.ja
