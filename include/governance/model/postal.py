"""Which prefecture the first three digits of a postal code belong to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources

import yaml


@cache
def prefixes_by_prefecture() -> dict[str, tuple[str, ...]]:
    """The prefixes of each of the 47 prefectures; some prefixes belong to two."""
    file = resources.files("include.governance.model").joinpath("postal_prefixes.yaml")
    return {
        name: tuple(prefix for span in spans for prefix in _span(span))
        for name, spans in yaml.safe_load(file.read_text("utf-8")).items()
    }


@cache
def prefectures_by_prefix() -> dict[str, frozenset[str]]:
    """The prefectures of each prefix that is in use."""
    found: dict[str, set[str]] = {}
    for name, prefixes in prefixes_by_prefecture().items():
        for prefix in prefixes:
            found.setdefault(prefix, set()).add(name)
    return {prefix: frozenset(names) for prefix, names in found.items()}


def _span(text: str) -> Iterable[str]:
    first, _, last = text.partition("-")
    return (f"{number:03d}" for number in range(int(first), int(last or first) + 1))
