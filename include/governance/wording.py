"""Every sentence a reader sees, in English and Japanese, by key."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All wordings, flat: ``error.limit_rows`` → ``{"en": …, "ja": …}``.

    Each package keeps its own ``wording*.yaml``; a key that stands in two of them is refused.
    """
    flat: dict[str, dict[str, str]] = {}
    for file in sorted(Path(__file__).parent.rglob("wording*.yaml")):
        for group, entries in yaml.safe_load(file.read_text("utf-8")).items():
            for key, languages in (entries or {}).items():
                name = f"{group}.{key}"
                if flat.setdefault(name, languages) is not languages:
                    raise ValueError(f"{file.name}: the wording {name} stands in another file too")
    return flat


def say(key: str, language: Language, /, **facts: object) -> str:
    """The wording of ``key`` with its placeholders filled; raises KeyError on an unknown key."""
    return catalogue()[key][language].format(**facts)
