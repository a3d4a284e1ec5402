"""Read a YAML file strictly: every mistake with file, line and "did you mean", all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from include.governance.model.mistake import Mistake
from include.governance.refusal import Refusal, did_you_mean, refusals

__all__ = ["Document", "PathInFile", "check", "did_you_mean", "dotted", "parse", "read", "validate"]

PathInFile = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)

#: A file written by hand is far smaller; a larger one would stop every run for minutes.
MAX_BYTES = 1_000_000
#: What the file may hold once its aliases are written out, and how deep.
MAX_ITEMS = 200_000
MAX_DEPTH = 60
_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(
    _TAG + name for name in ("map", "seq", "str", "int", "float", "bool", "null", "merge", "value")
)


class _Loader(yaml.SafeLoader):
    """YAML's safe types, with dates left as text: the models read them, and contracts are JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag != _TAG + "timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


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


def read(
    path: Path, shown_as: str | None = None, *, tabs: bool = True
) -> tuple[Document | None, list[Mistake]]:
    """Parse one file; a broken file, a repeated key or a non-text key is a mistake, not a crash.

    JSON may be indented by tabs, which YAML refuses: without ``tabs`` they are read as spaces.
    """
    file = shown_as or str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None, [_at(file, 1, "file_missing")]
    except OSError as error:
        return None, [_at(file, 1, "file_unreadable", problem=type(error).__name__)]
    if len(raw) > MAX_BYTES:
        return None, [_at(file, 1, "file_too_big", bytes=len(raw), limit=MAX_BYTES)]
    try:
        text = raw.decode("utf-8-sig")
        return parse(text if tabs else text.replace("\t", " "), file)
    except UnicodeDecodeError as error:
        return None, [_at(file, raw[: error.start].count(b"\n") + 1, "not_utf8")]


def parse(text: str, file: str) -> tuple[Document | None, list[Mistake]]:
    """Parse YAML text; see :func:`read`."""
    if len(text) > MAX_BYTES:
        return None, [_at(file, 1, "file_too_big", bytes=len(text), limit=MAX_BYTES)]
    try:
        return _parse(text, file)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return None, [_at(file, line, "broken_yaml", problem=_problem(error))]
    except RecursionError:
        return None, [_at(file, 1, "nested_too_deep", limit=MAX_DEPTH)]
    except (yaml.YAMLError, ValueError):
        problem = "a character or value YAML does not allow"
        return None, [_at(file, 1, "broken_yaml", problem=problem)]


def _parse(text: str, file: str) -> tuple[Document | None, list[Mistake]]:
    loader = _Loader(text)
    root = loader.get_single_node()
    if root is None:
        return None, [_at(file, 1, "empty_file")]
    if (too_much := _too_much(root, file)) is not None:
        return None, [too_much]
    walk = _Walk(file)
    walk.visit(root, ())
    if not isinstance(root, yaml.MappingNode):
        return None, [*walk.mistakes, _at(file, 1, "not_a_mapping")]
    if any(mistake.code != "repeated_key" for mistake in walk.mistakes):
        return None, walk.mistakes
    data = loader.construct_document(root)
    return Document(file=file, data=data, lines=walk.lines), walk.mistakes


def _at(file: str, line: int, code: str, **facts: str | int) -> Mistake:
    return Mistake(file=file, line=line, path="", code=code, facts=facts)


def _problem(error: yaml.MarkedYAMLError) -> str:
    """PyYAML's words without what it quotes from the file."""
    return (error.problem or "not YAML").split("'")[0].strip() or "not YAML"


def _too_much(root: yaml.Node, file: str) -> Mistake | None:
    """A file that aliases blow up, that contains itself, or that nests too deep."""
    sizes: dict[int, int] = {}
    open_now: set[int] = set()

    def size(node: yaml.Node, depth: int) -> int:
        if id(node) in sizes:
            return sizes[id(node)]
        if id(node) in open_now or depth > MAX_DEPTH:
            raise _TooMuch(node)
        open_now.add(id(node))
        total = 1 + sum(size(child, depth + 1) for child in _children(node))
        open_now.discard(id(node))
        if total > MAX_ITEMS:
            raise _TooMuch(node)
        sizes[id(node)] = total
        return total

    try:
        size(root, 0)
    except _TooMuch as found:
        line = found.node.start_mark.line + 1
        return _at(file, line, "file_too_much", items=MAX_ITEMS, limit=MAX_DEPTH)
    return None


class _TooMuch(Exception):  # never leaves this module
    def __init__(self, node: yaml.Node) -> None:
        self.node = node
        super().__init__()


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


class _Walk:
    """One pass over the nodes: the line of every path, and keys no reader should have to guess."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[PathInFile, int] = {}
        self.mistakes: list[Mistake] = []

    def visit(self, node: yaml.Node, path: PathInFile) -> None:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if node.tag not in _PLAIN_TAGS:
            self._wrong("tag_not_allowed", node, path)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._entry(key, value, path)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.visit(item, (*path, index))

    def _entry(self, key: yaml.Node, value: yaml.Node, path: PathInFile) -> None:
        if key.tag == _TAG + "merge":
            self.visit(value, (*path, "<<"))
            return
        if key.tag not in (_TAG + "str", _TAG + "value"):
            self._wrong("key_not_text", key, path)
            return
        below = (*path, str(key.value))
        if below in self.lines:
            self._wrong("repeated_key", key, below)
        self.lines[below] = key.start_mark.line + 1
        self.visit(value, below)

    def _wrong(self, code: str, node: yaml.Node, path: PathInFile) -> None:
        line = node.start_mark.line + 1
        self.mistakes.append(Mistake(file=self.file, line=line, path=dotted(path), code=code))


def validate(document: Document, model: type[M]) -> tuple[M | None, list[Mistake]]:
    """The document as a model, or every mistake in it."""
    found, problems = check(document.data, model)
    return found, [document.mistake(p.path, p.code, "error", **p.facts) for p in problems]


def check(data: Any, model: type[M]) -> tuple[M | None, list[Refusal]]:
    """Plain data as a model, or every refusal, placed by path."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=True)
        return None, refusals(model, [dict(found) for found in problems])
