"""Check a contract against the Open Data Contract Standard's own JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.exceptions import ValidationError

from include.governance.model.mistake import Mistake
from include.governance.yamlfile import Document, did_you_mean

ACCEPTED = ("v3.2.0", "v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0")
_VERSION = re.compile(r"v?\d+(\.\d+){0,3}")
_EXTRA = ("additionalProperties", "unevaluatedProperties")
#: Rules whose own name says enough, with the limit they set.
_COUNTS = ("minItems", "maxItems", "uniqueItems", "minLength", "minimum", "maximum")


@cache
def _validator() -> Draft201909Validator:
    """The schema of version 3.2.0; it reads every 3.x contract.

    Its conditions on ``logicalType`` also hold where none is given, which would make a ``map``
    block compulsory for every such column; they are meant for the type they name.
    """
    text = resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    schema = json.loads(text)
    for condition in _conditions(schema):
        if "logicalType" in condition.get("properties", {}):
            condition.setdefault("required", ["logicalType"])
    return Draft201909Validator(schema)


def _conditions(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if isinstance(node.get("if"), dict):
            yield from (node["if"], *node["if"].get("anyOf", ()))
        for value in node.values():
            yield from _conditions(value)
    elif isinstance(node, list):
        for value in node:
            yield from _conditions(value)


def mistakes(document: Document) -> list[Mistake]:
    """What the standard refuses in a document, in the order of its lines."""
    data = document.data
    if data.get("kind") not in (None, "DataContract"):
        return [document.mistake(("kind",), "contract_kind")]
    version = data.get("apiVersion")
    if version not in ACCEPTED:
        found = version if isinstance(version, str) and _VERSION.fullmatch(version) else "-"
        facts: dict[str, str | int] = {"found": found, "allowed": ", ".join(ACCEPTED)}
        return [document.mistake(("apiVersion",), "contract_version", "error", **facts)]
    errors = [leaf for error in _validator().iter_errors(data) for leaf in _leaves(error)]
    if str(version).startswith("v3.0."):
        errors = [error for error in errors if not _older(error)]
    found_here = {(m.path, m.code, str(m.facts)): m for m in _all(document, errors)}.values()
    return sorted(found_here, key=lambda m: (m.line, m.path, m.code))


def _older(error: ValidationError) -> bool:
    """What 3.0 allowed and 3.2 does not: quality by ``rule``, and comments on team members."""
    path = [part for part in error.absolute_path if isinstance(part, str)]
    if path[-1:] == ["team"]:
        return set(_extra(error)) == {"comment"}
    if path[-1:] != ["quality"] or "rule" not in error.instance:
        return False
    missing = error.validator == "required" and error.message.startswith("'metric'")
    return missing or error.validator == "oneOf" or set(_extra(error)) == {"rule"}


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The errors a person can act on: inside anyOf/oneOf, those of the nearest alternative.

    Where every alternative lacks its own key, the choice between them is the error.
    """
    if not error.context:
        yield error
        return
    by_branch: dict[Any, list[ValidationError]] = {}
    for child in error.context:
        by_branch.setdefault(child.schema_path[0], []).append(child)
    if error.validator in ("anyOf", "oneOf") and all(map(_lacks, by_branch.values())):
        yield error
        return
    for child in min(by_branch.values(), key=_distance):
        yield from _leaves(child)


def _lacks(branch: list[ValidationError]) -> bool:
    return any(error.validator == "required" and not error.path for error in branch)


def _distance(branch: list[ValidationError]) -> tuple[bool, bool, int]:
    """Another type is farther than a missing key, and that farther than a slip inside."""
    other_type = any(error.validator == "type" and not error.path for error in branch)
    return other_type, _lacks(branch), len(branch)


def _all(document: Document, errors: Iterable[ValidationError]) -> Iterator[Mistake]:
    """Mistakes; what a refused part leaves "unevaluated" is an echo, not a mistake of its own."""
    errors = list(errors)
    real = [tuple(e.absolute_path) for e in errors if e.validator not in _EXTRA]
    unknown: dict[tuple[str | int, ...], Mistake] = {}
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator in _EXTRA:
            echo = any(other[: len(path)] == path for other in real)
            known = _all_keys() if echo and error.validator == _EXTRA[1] else frozenset()
            for key in _extra(error):
                if key not in known:
                    found = _unknown(document, path, key, error.schema)
                    unknown[(*path, key)] = _nearer(unknown.get((*path, key)), found)
        elif not (_chooses_nothing(error) and real.count(path) > 1):
            yield _mistake(document, path, error)
    yield from unknown.values()


def _chooses_nothing(error: ValidationError) -> bool:
    """Alternatives that differ in type only, while something required is missing beside them."""
    return error.validator == "oneOf" and not any("required" in o for o in error.validator_value)


def _nearer(first: Mistake | None, second: Mistake) -> Mistake:
    return first if first is not None and first.code == "unknown_key_near" else second


def _extra(error: ValidationError) -> Iterator[str]:
    """The keys a message names: it quotes them as Python does."""
    if error.validator not in _EXTRA or not isinstance(error.instance, dict):
        return
    for key in error.instance:
        if repr(key) in error.message:
            yield key


def _unknown(document: Document, path: tuple[str | int, ...], key: str, schema: Any) -> Mistake:
    near = did_you_mean(key, _known(schema) - {key}, 0.8)
    if near:
        return document.mistake((*path, key), "unknown_key_near", key=key, near=near)
    return document.mistake((*path, key), "not_in_standard", key=key)


def _mistake(document: Document, path: tuple[str | int, ...], error: ValidationError) -> Mistake:
    limit = error.validator_value
    match error.validator:
        case "required":
            missing = (key for key in limit if error.message.startswith(repr(key)))
            return document.mistake(path, "missing_key", key=next(missing, "?"))
        case "enum":
            return document.mistake(path, "not_allowed", allowed=_listed(limit))
        case "type":
            expected = _listed([limit] if isinstance(limit, str) else limit)
            return document.mistake(path, "wrong_type", expected=expected)
        case "pattern":
            return document.mistake(path, "wrong_pattern", expected=str(limit))
        case "not":
            keys = _listed(limit.get("required", ()))
            return document.mistake(path, "not_here", keys=keys or "-")
        case "oneOf" | "anyOf":
            keys = _listed(key for option in limit for key in option.get("required", ()))
            return document.mistake(path, "exactly_one", keys=keys or "-")
        case rule if rule in _COUNTS:
            return document.mistake(path, "wrong_count", rule=rule, limit=str(limit).lower())
        case rule:
            return document.mistake(path, "refused_by_standard", rule=str(rule))


def _listed(words: Iterable[object]) -> str:
    return ", ".join(dict.fromkeys(str(word) for word in words))


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
