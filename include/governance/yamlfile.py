"""Read a YAML file strictly: every mistake with file, line and "did you mean", all at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from include.governance.model.mistake import Mistake

PathInFile = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """YAML's safe types, with dates left as text: the models read them, and contracts are JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """A parsed file: plain data, and the line on which each key and item stands."""

    file: str
    data: Any
    lines: Mapping[PathInFile, int] = field(default_factory=dict)

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a path, or of the nearest parent that stands in the file."""
        for length in range(len(path), -1, -1):
            if (found := self.lines.get(tuple(path[:length]))) is not None:
                return found
        return 1

    def mistake(
        self, path: Sequence[str | int], code: str, level: str = "error", **facts: str | int
    ) -> Mistake:
        """A mistake at a path of this file."""
        return Mistake(
            file=self.file,
            line=self.line(path),
            path=dotted(path),
            code=code,
            level="warning" if level == "warning" else "error",
            facts=facts,
        )


def dotted(path: Iterable[str | int]) -> str:
    """``("a", 0, "b")`` as ``a[0].b``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def did_you_mean(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word nearest to what was written, if any is near."""
    by_lower = {candidate.lower(): candidate for candidate in allowed}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None


def read(path: Path, shown_as: str | None = None) -> tuple[Document | None, list[Mistake]]:
    """Parse one file; a broken file, a repeated key or a non-text key is a mistake, not a crash."""
    file = shown_as or str(path)
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None, [Mistake(file=file, line=1, path="", code="file_missing")]
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return None, [Mistake(file=file, line=line, path="", code="not_utf8")]
    return parse(text, file)


def parse(text: str, file: str) -> tuple[Document | None, list[Mistake]]:
    """Parse YAML text; see :func:`read`."""
    try:
        root = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        facts: dict[str, str | int] = {"problem": _problem(error)}
        return None, [Mistake(file=file, line=line, path="", code="broken_yaml", facts=facts)]
    except (yaml.YAMLError, ValueError, RecursionError):
        facts = {"problem": "a character or value YAML does not allow"}
        return None, [Mistake(file=file, line=1, path="", code="broken_yaml", facts=facts)]
    lines: dict[PathInFile, int] = {}
    repeated: list[tuple[PathInFile, int]] = []
    if root is not None:
        _walk(root, (), lines, repeated)
    document = Document(file=file, data=data, lines=lines)
    mistakes = [
        Mistake(file=file, line=line, path=dotted(path), code="repeated_key")
        for path, line in repeated
    ]
    if not isinstance(data, dict):
        mistakes.append(Mistake(file=file, line=1, path="", code="not_a_mapping"))
        return None, mistakes
    return document, mistakes


def _problem(error: yaml.MarkedYAMLError) -> str:
    """PyYAML's words without what it quotes from the file."""
    return (error.problem or "not YAML").split("'")[0].strip() or "not YAML"


def _walk(
    node: yaml.Node,
    path: PathInFile,
    lines: dict[PathInFile, int],
    repeated: list[tuple[PathInFile, int]],
) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, str(key.value))
            if below in lines and key.value != "<<":
                repeated.append((below, key.start_mark.line + 1))
            lines[below] = key.start_mark.line + 1
            _walk(value, below, lines, repeated)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*path, index), lines, repeated)


def validate(document: Document, model: type[M]) -> tuple[M | None, list[Mistake]]:
    """The document as a model, or every mistake in it."""
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=True)
        return None, [_mistake(document, model, dict(problem)) for problem in problems]


def _mistake(document: Document, model: type[BaseModel], problem: dict[str, Any]) -> Mistake:
    path: PathInFile = problem["loc"]
    key = str(path[-1]) if path else ""
    match problem["type"]:
        case "extra_forbidden":
            allowed = sorted(fields_at(model, path[:-1]))
            near = did_you_mean(key, allowed)
            if near:
                return document.mistake(path, "unknown_key_near", key=key, near=near)
            return document.mistake(path, "unknown_key", key=key, allowed=", ".join(allowed))
        case "missing":
            return document.mistake(path, "missing_key", key=key)
        case "literal_error" | "enum":
            return document.mistake(path, "not_allowed", allowed=problem["ctx"]["expected"])
        case "value_error":
            return document.mistake(path, "wrong_value", expected=str(problem["ctx"]["error"]))
        case _:
            return document.mistake(path, "wrong_value", expected=str(problem["msg"]))


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
