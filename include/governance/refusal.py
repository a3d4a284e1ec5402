"""Say what pydantic refuses in our own words: a path, a code, and never the value."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

#: pydantic's name of a problem → the wording that tells a person what belongs there.
_PLAIN = {
    "string_type": "not_text",
    "int_type": "not_whole_number",
    "int_parsing": "not_whole_number",
    "int_from_float": "not_whole_number",
    "float_type": "not_number",
    "float_parsing": "not_number",
    "bool_type": "not_true_false",
    "bool_parsing": "not_true_false",
    "tuple_type": "not_list",
    "list_type": "not_list",
    "dict_type": "not_block",
    "model_type": "not_block",
    "model_attributes_type": "not_block",
    "string_too_short": "text_empty",
    "too_short": "list_too_short",
}
_EITHER_WAY = "is_instance_of"
_PERIOD = "function-after[parse(), str]"
#: Parts of pydantic's paths that name its own branches.
_NOT_IN_THE_FILE = ("[key]", _PERIOD)
_NUMBERS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


@dataclass(frozen=True)
class Refusal:
    """One refused place of plain data; ``facts`` fill the wording ``lint.<code>``."""

    path: tuple[str | int, ...]
    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


def did_you_mean(word: str, allowed: Iterable[str], likeness: float = 0.6) -> str | None:
    """The allowed word nearest to what was written, if any is near."""
    by_lower = {candidate.lower(): candidate for candidate in allowed}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=likeness)
    return by_lower[near[0]] if near else None


def refusals(model: type[BaseModel], problems: Iterable[Mapping[str, Any]]) -> list[Refusal]:
    """Pydantic's errors as refusals, each place once.

    A period may be given as one or as text, and pydantic says what is wrong with it either way.
    """
    found = [refusal(model, problem) for problem in problems if problem["type"] != _EITHER_WAY]
    return list({(each.path, each.code): each for each in found}.values())


def refusal(model: type[BaseModel], problem: Mapping[str, Any]) -> Refusal:
    """One of pydantic's errors as a refusal."""
    path = tuple(part for part in problem["loc"] if part not in _NOT_IN_THE_FILE)
    kind, context = str(problem["type"]), problem.get("ctx", {})
    if _PERIOD in problem["loc"]:
        return Refusal(path, "not_period")
    key = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        return _unknown(model, path, key)
    if kind == "missing":
        return Refusal(path, "missing_key", {"key": key})
    if kind in ("literal_error", "enum"):
        return Refusal(path, "not_allowed", {"allowed": str(context["expected"])})
    if kind == "string_pattern_mismatch":
        return Refusal(path, "wrong_pattern", {"expected": str(context["pattern"])})
    if kind.startswith(("date", "timezone")):
        return Refusal(path, "not_date")
    if kind in _NUMBERS:
        return Refusal(path, "number_out_of_range", {"expected": _range(kind, context)})
    if kind == "value_error":
        return Refusal(path, "wrong_value", {"expected": str(context["error"])})
    if kind in _PLAIN:
        return Refusal(path, _PLAIN[kind])
    return Refusal(path, "wrong_value", {"expected": str(problem["msg"])})


def _unknown(model: type[BaseModel], path: tuple[str | int, ...], key: str) -> Refusal:
    allowed = sorted(fields_at(model, path[:-1]))
    near = did_you_mean(key, allowed)
    if near:
        return Refusal(path, "unknown_key_near", {"key": key, "near": near})
    return Refusal(path, "unknown_key", {"key": key, "allowed": ", ".join(allowed) or "-"})


def _range(kind: str, context: Mapping[str, Any]) -> str:
    signs = {"greater_than": ">", "greater_than_equal": "≥", "less_than": "<"}
    limit = next(iter(context.values()))
    return f"{signs.get(kind, '≤')} {limit}"


def fields_at(model: type[BaseModel], path: Sequence[str | int]) -> set[str]:
    """The keys a model allows at a path inside it."""
    schema = model.model_json_schema()
    node: Any = _resolve(schema, schema)
    for part in path:
        node = _resolve(schema, _step(node, part))
    return set(node.get("properties", {})) if isinstance(node, dict) else set()


def _step(node: Any, part: str | int) -> Any:
    if not isinstance(node, dict):
        return {}
    if isinstance(part, int):
        return node.get("items", {})
    properties = node.get("properties", {})
    return properties.get(part, node.get("additionalProperties", {}))


def _resolve(schema: Mapping[str, Any], node: Any) -> Any:
    while isinstance(node, dict):
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        elif "anyOf" in node:
            node = next((n for n in node["anyOf"] if n.get("type") != "null"), {})
        else:
            break
    return node
