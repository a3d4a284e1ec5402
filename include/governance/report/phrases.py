"""Sentences of the catalogue in both languages at once; an unknown key shows itself."""

from __future__ import annotations

from include.governance.model.mistake import Mistake
from include.governance.model.result import RuleResult
from include.governance.model.text import Text
from include.governance.wording import LANGUAGES, say


def both(key: str, fallback: str, **facts: object) -> Text:
    """The wording of a key, or ``fallback`` when nobody wrote one or a fact is missing."""
    try:
        return Text.model_validate(
            {language: say(key, language, **facts) for language in LANGUAGES}
        )
    except (KeyError, IndexError):
        return Text(en=fallback, ja=fallback)


def reason(result: RuleResult) -> Text:
    """Why a rule was not evaluated."""
    code = result.reason or "not_evaluated"
    place = {"source": result.source, "table": result.table}
    return both(f"error.{code}", code, **(place | result.facts))


def mistake(found: Mistake) -> Text:
    """What is wrong in a file."""
    return both(f"lint.{found.code}", found.code, **found.facts)


def detect_reason(code: str) -> Text:
    """Why a column was judged so."""
    return both(f"detect_reason.{code}", code)


def entity(name: str) -> Text:
    """A detector's kind of personal data."""
    return both(f"detect_entity.{name}", name)
