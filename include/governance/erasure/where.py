"""Conditions that are written once and run for chunk after chunk with other values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import ColumnElement, Executable

from include.governance.erasure.binding import Blank, among
from include.governance.erasure.graph import shown
from include.governance.erasure.keys import Key
from include.governance.erasure.reflect import Shape
from include.governance.erasure.target import Kind

Statement = TypeVar("Statement", bound=Executable)


@dataclass(frozen=True)
class Where:
    """A condition and what it is run with; with a name, only that differs from run to run."""

    make: Callable[[], ColumnElement[bool]]
    given: Mapping[str, object] = field(default_factory=dict)
    name: str = ""

    def written(
        self,
        memory: dict[object, Statement],
        purpose: str,
        build: Callable[[ColumnElement[bool]], Statement],
    ) -> Statement:
        """A statement with the condition: the one of the last run, if there is one."""
        if not self.name:
            return build(self.make())
        if (purpose, self.name) not in memory:
            memory[purpose, self.name] = build(self.make())
        return memory[purpose, self.name]


def one_of(kind: Kind, shape: Shape, names: Sequence[str], values: Sequence[Key]) -> Where:
    """Rows of a table whose columns hold one of the values."""
    name = f"{shown(shape.place)}({','.join(names)})"
    return filled(
        kind, shape, names, values, name, lambda v: among(kind, shape.table, shape, names, v)
    )


def filled(
    kind: Kind,
    shape: Shape,
    names: Sequence[str],
    values: Sequence[Key],
    name: str,
    make: Callable[[Sequence[Key] | Blank], ColumnElement[bool]],
) -> Where:
    """A condition over values of some columns; MariaDB has the values in its statements."""
    if kind == "mariadb":
        return Where(lambda: make(values))
    blank = Blank("daicho_keys")
    return Where(lambda: make(blank), blank.filled(kind, shape, names, values), name)
