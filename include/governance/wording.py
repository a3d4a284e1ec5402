"""Every sentence a reader sees, in English and Japanese, by key."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal, get_args

import yaml

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All wordings, flat: ``error.limit_rows`` → ``{"en": …, "ja": …}``."""
    text = resources.files("include.governance").joinpath("wording.yaml").read_text("utf-8")
    flat: dict[str, dict[str, str]] = {}
    for group, entries in yaml.safe_load(text).items():
        for key, languages in entries.items():
            flat[f"{group}.{key}"] = languages
    return flat


def say(key: str, language: Language, /, **facts: object) -> str:
    """The wording of ``key`` with its placeholders filled; raises KeyError on an unknown key."""
    return catalogue()[key][language].format(**facts)
