"""What a part of a table has shown, as it is kept until the other parts have been read.

Counts and keyed hashes only, so that it may be stored and handed from task to task.
"""

from __future__ import annotations

from include.governance.detect.entities import Entity
from include.governance.model.base import Model


class ClaimRows(Model):
    """How many rows make one claim, as in ``columns.Claims``."""

    found: tuple[Entity, ...]
    pending: tuple[Entity, ...]
    whole: tuple[Entity, ...]
    rows: int


class Mark(Model):
    """A watched kind in a column of one row; ``pending`` as in ``columns.Claims``."""

    column: str
    entity: Entity
    pending: bool


class Kept(Model):
    """The references of the first rows that bear a mark."""

    mark: Mark
    refs: tuple[str, ...]


class Together(Model):
    """How many rows bear exactly these marks."""

    marks: tuple[Mark, ...]
    rows: int


class ColumnPart(Model):
    """One column of the part; ``populations`` are samples by the name of the form."""

    name: str
    rows: int
    undecoded: int
    kana_rows: int
    known_names: int
    characters: int
    signatures: tuple[ClaimRows, ...]
    scores: dict[Entity, float]
    deferred: tuple[Entity, ...]
    populations: dict[str, dict[int, bool]]
    distinct: tuple[int, ...]


class PathPart(Model):
    """One place inside of a column's JSON, as in ``paths``; no ``evidence`` where no leaf stands.

    It was there ``seen`` times, ``objects`` times as an object; ``crowded``: its keys are values.
    """

    column: str
    steps: tuple[str, ...]
    seen: int
    objects: int
    crowded: bool
    evidence: ColumnPart | None


class TablePart(Model):
    """The part of a table."""

    rows: int
    columns: tuple[ColumnPart, ...]
    paths: tuple[PathPart, ...] = ()
    kept: tuple[Kept, ...]
    together: tuple[Together, ...]
