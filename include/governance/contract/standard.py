"""Check a contract against the Open Data Contract Standard's own JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.exceptions import ValidationError

from include.governance.model.mistake import Mistake
from include.governance.yamlfile import Document, did_you_mean

ACCEPTED = ("v3.2.0", "v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0")
_QUOTED = re.compile(r"'([^']+)'")


@cache
def _validator() -> Draft201909Validator:
    """The schema of version 3.2.0; it reads every 3.x contract."""
    text = resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    return Draft201909Validator(json.loads(text))


def mistakes(document: Document) -> list[Mistake]:
    """What the standard refuses in a document, in the order of its lines."""
    version = document.data.get("apiVersion")
    if version not in ACCEPTED:
        found = version if isinstance(version, str) else "-"
        return [
            document.mistake(
                ("apiVersion",), "contract_version", found=found[:20], allowed=", ".join(ACCEPTED)
            )
        ]
    if document.data.get("kind") != "DataContract":
        return [document.mistake(("kind",), "contract_kind")]
    errors = [leaf for error in _validator().iter_errors(document.data) for leaf in _leaves(error)]
    found_here = {_mistake(document, error) for error in errors}
    return sorted(found_here, key=lambda mistake: (mistake.line, mistake.path, mistake.code))


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The errors a person can act on: inside anyOf/oneOf, those of the nearest alternative."""
    if not error.context:
        yield error
        return
    by_branch: dict[Any, list[ValidationError]] = {}
    for child in error.context:
        by_branch.setdefault(child.schema_path[0], []).append(child)
    nearest = min(by_branch.values(), key=len)
    for child in nearest:
        yield from _leaves(child)


def _mistake(document: Document, error: ValidationError) -> Mistake:
    path = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties" | "unevaluatedProperties":
            key = next(iter(_QUOTED.findall(error.message)), "?")
            near = did_you_mean(key, _known(error.schema))
            if near:
                return document.mistake((*path, key), "unknown_key_near", key=key, near=near)
            return document.mistake((*path, key), "not_in_standard", key=key)
        case "required":
            key = next(iter(_QUOTED.findall(error.message)), "?")
            return document.mistake(path, "missing_key", key=key)
        case "enum":
            allowed = ", ".join(str(word) for word in error.validator_value)
            return document.mistake(path, "not_allowed", allowed=allowed)
        case "type":
            return document.mistake(path, "wrong_type", expected=str(error.validator_value))
        case "pattern":
            return document.mistake(path, "wrong_pattern", expected=str(error.validator_value))
        case _:
            return document.mistake(path, "refused_by_standard", rule=str(error.validator))


@cache
def _all_keys() -> frozenset[str]:
    keys: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                keys.update(node["properties"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(_validator().schema)
    return frozenset(keys)


def _known(schema: Any) -> frozenset[str]:
    own = schema.get("properties") if isinstance(schema, dict) else None
    return frozenset(own) if own else _all_keys()
