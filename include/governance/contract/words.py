"""Read our own words out of ``customProperties``; those of other vendors are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from include.governance import yamlfile
from include.governance.contract.vocabulary import (
    VENDOR,
    ColumnWords,
    ServerWords,
    SlaWords,
    TableWords,
)
from include.governance.model.base import Model
from include.governance.model.mistake import Mistake
from include.governance.yamlfile import Document, PathInFile, did_you_mean

Words = TypeVar("Words", bound=Model)
_PLACES = re.compile(r"servers\[\d+\]|schema\[\d+\](\.properties\[\d+\])?|slaProperties\[\d+\]")


def read_words(
    document: Document, path: PathInFile, item: Mapping[str, Any], model: type[Words]
) -> tuple[Words | None, list[Mistake]]:
    """Our words at one place, each mistake on its own line; None when there are none."""
    ours: dict[str, tuple[int, Any]] = {}
    mistakes: list[Mistake] = []
    for at, entry in enumerate(item.get("customProperties") or ()):
        here = (*path, "customProperties", at)
        key = entry["property"]
        if entry.get("vendor") != VENDOR:
            mistakes += _almost_ours(document, here, entry, model)
        elif key in ours:
            mistakes.append(document.mistake(here, "word_repeated", key=key))
        else:
            ours[key] = (at, entry["value"])
    if not ours:
        return None, mistakes
    words, refusals = yamlfile.check({key: value for key, (_, value) in ours.items()}, model)
    for found in refusals:
        wrong = document.mistake((*path, *found.path), found.code, "error", **found.facts)
        key = str(found.path[0]) if found.path else ""
        if key in ours:
            inside = (*path, "customProperties", ours[key][0], "value", *found.path[1:])
            wrong = wrong.model_copy(update={"line": document.line(inside)})
        mistakes.append(wrong)
    return words, mistakes


def wrong_words(document: Document) -> Iterator[Mistake]:
    """What is wrong with our words in a document that the standard refuses elsewhere.

    Only blocks that are whole are read: what the standard refuses is not said again as ours.
    """
    for path, item, model in _places(document.data):
        if all(map(_is_whole, item["customProperties"])):
            yield from read_words(document, path, item, model)[1]
    yield from misplaced(document)


def _places(data: Any) -> Iterator[tuple[PathInFile, Mapping[str, Any], type[Model]]]:
    """Every block that may hold our words, with the words it may hold."""
    for key, model in (
        ("servers", ServerWords),
        ("schema", TableWords),
        ("slaProperties", SlaWords),
    ):
        for at, item in _blocks(data, key):
            if isinstance(item.get("customProperties"), list):
                yield (key, at), item, model
            if key != "schema":
                continue
            for below, column in _blocks(item, "properties"):
                stored = column.get("semanticType", "column") == "column"
                if stored and isinstance(column.get("customProperties"), list):
                    yield (key, at, "properties", below), column, ColumnWords


def _blocks(item: Mapping[str, Any], key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    found = item.get(key)
    for at, block in enumerate(found if isinstance(found, list) else ()):
        if isinstance(block, dict):
            yield at, block


def _is_whole(entry: Any) -> bool:
    if not isinstance(entry, dict) or "value" not in entry:
        return False
    vendor = entry.get("vendor")
    return isinstance(entry.get("property"), str) and (vendor is None or isinstance(vendor, str))


def word_lines(document: Document, path: PathInFile, item: Mapping[str, Any]) -> dict[str, int]:
    """The line of each of our words at one place, and of each item of its list."""
    lines: dict[str, int] = {}
    for at, entry in enumerate(item.get("customProperties") or ()):
        if entry.get("vendor") != VENDOR:
            continue
        here = (*path, "customProperties", at)
        lines[entry["property"]] = document.line(here)
        if isinstance(entry["value"], list):
            for index in range(len(entry["value"])):
                name = f"{entry['property']}[{index}]"
                lines[name] = document.line((*here, "value", index))
    return lines


def misplaced(document: Document) -> Iterator[Mistake]:
    """Words of ours where nothing reads them: nested columns, quality rules, the contract."""
    for path, entry in _entries(document.data, ()):
        if entry.get("vendor") == VENDOR and not _PLACES.fullmatch(yamlfile.dotted(path[:-2])):
            yield document.mistake(path, "word_misplaced", key=str(entry.get("property")))


def _almost_ours(
    document: Document, path: PathInFile, entry: Mapping[str, Any], model: type[Model]
) -> Iterator[Mistake]:
    vendor, key = entry.get("vendor"), entry["property"]
    words = {field.alias or name for name, field in model.model_fields.items()}
    if vendor is None and key in words:
        yield document.mistake(path, "vendor_missing", "warning", key=key, vendor=VENDOR)
    elif vendor is not None and key in words and did_you_mean(vendor, (VENDOR,)):
        yield document.mistake(path, "vendor_near", key=key, near=VENDOR)


def _entries(node: Any, path: PathInFile) -> Iterator[tuple[PathInFile, Mapping[str, Any]]]:
    """Every custom property of a document, with its path."""
    if isinstance(node, dict):
        for key, value in node.items():
            below = (*path, key)
            if key == "customProperties" and isinstance(value, list):
                for index, entry in enumerate(value):
                    if isinstance(entry, dict):
                        yield (*below, index), entry
            else:
                yield from _entries(value, below)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _entries(item, (*path, index))
