"""Load the suites below ``expectations/`` and bind them to the contracts' tables.

A suite names no table. It says which kind of dataset it is for, and its expectations name
categories of data (``{email}``, or ``{status.string}`` for its text columns only) and clocks
(``{clock:email_bounced}``); the contracts say which columns those are. ``{as_of}`` is the day of
the run.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from include.governance.errors import ConfigurationError
from include.governance.expectations.breaches import BREACHES, KWARGS
from include.governance.model.base import Model
from include.governance.model.contract import Dataset, DatasetKind

_PLACE = re.compile(r"\{([a-z0-9_:.]+)\}")


class Expectation(Model):
    """One line of a suite, in Great Expectations' own JSON."""

    type: str
    kwargs: dict[str, Any]
    severity: str = "critical"
    meta: dict[str, Any]

    @property
    def control(self) -> str:
        """The control it checks."""
        return str(self.meta["control"])

    @property
    def id(self) -> str:
        """Its name inside the control."""
        return str(self.meta["id"])


class SuiteMeta(Model):
    """Which clause a suite checks and which datasets it is for."""

    clause: str
    dataset_kinds: tuple[DatasetKind, ...]


class Suite(Model):
    """One file of ``expectations/``."""

    name: str
    meta: SuiteMeta
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True)
class Bound:
    """An expectation with the columns of one table in its kwargs."""

    control: str
    rule: str
    type: str
    kwargs: Mapping[str, Any]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Unbound:
    """An expectation that this dataset gives nothing to look at."""

    control: str
    rule: str
    missing: str


def load_suites(folder: Path) -> tuple[Suite, ...]:
    """Every suite, by file name; raises ConfigurationError naming the file of the first bad one."""
    files = sorted(folder.rglob("*.json"))
    if not files:
        raise ConfigurationError("no_suites", folder=folder.name)
    return tuple(_load(file) for file in files)


def _load(file: Path) -> Suite:
    try:
        suite = Suite.model_validate(json.loads(file.read_text("utf-8")))
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(
            "suite_unreadable", file=file.name, kind=type(error).__name__
        ) from None
    for expectation in suite.expectations:
        missing = {"control", "id"} - set(expectation.meta)
        if missing:
            raise ConfigurationError(
                "suite_meta", file=file.name, type=expectation.type, keys=", ".join(sorted(missing))
            )
        if expectation.type not in BREACHES:
            raise ConfigurationError(
                "suite_type",
                file=file.name,
                type=expectation.type,
                allowed=", ".join(sorted(BREACHES)),
            )
        _told(file, expectation)
    return suite


def _told(file: Path, expectation: Expectation) -> None:
    """A word that is not understood would change what a row is judged by, or nothing at all."""
    must, may = KWARGS[expectation.type]
    given = set(expectation.kwargs)
    if must - given or given - must - may:
        raise ConfigurationError(
            "suite_kwargs",
            file=file.name,
            type=expectation.type,
            keys=", ".join(sorted(must - given | given - must - may)),
            allowed=", ".join(sorted(must | may)),
        )


def bind(
    suites: Iterable[Suite], dataset: Dataset, as_of: date, stored_as: Mapping[str, str]
) -> Iterator[Bound | Unbound]:
    """Every expectation of every suite for this kind of dataset, once per fitting column."""
    for suite in suites:
        if dataset.kind in suite.meta.dataset_kinds:
            for expectation in suite.expectations:
                yield from _bind(expectation, dataset, as_of, stored_as)


def _bind(
    expectation: Expectation, dataset: Dataset, as_of: date, stored_as: Mapping[str, str]
) -> Iterator[Bound | Unbound]:
    places = _places(expectation.kwargs)
    choices = [[column.name for column in _columns(dataset, place)] for place in places]
    for place, found in zip(places, choices, strict=True):
        if not found:
            yield Unbound(expectation.control, expectation.id, place)
            return
    for chosen in itertools.product(*choices):
        filled = {**dict(zip(places, chosen, strict=True)), "as_of": as_of.isoformat()}
        kwargs = {key: _fill(value, filled) for key, value in expectation.kwargs.items()}
        if "stored_as" in kwargs:
            kwargs["stored_as"] = stored_as.get(kwargs["column"], "date")
        yield Bound(expectation.control, expectation.id, expectation.type, kwargs, chosen)


def _places(kwargs: Mapping[str, Any]) -> Sequence[str]:
    found = [
        place
        for value in kwargs.values()
        if isinstance(value, str) and (match := _PLACE.fullmatch(value))
        for place in match.groups()
    ]
    return [place for place in dict.fromkeys(found) if place != "as_of"]


def _columns(dataset: Dataset, place: str) -> Sequence[Any]:
    if place.startswith("clock:"):
        return dataset.clock(place.removeprefix("clock:"))
    category, _, logical_type = place.partition(".")
    found = dataset.with_category(category)
    return [c for c in found if not logical_type or c.logical_type == logical_type]


def _fill(value: Any, filled: Mapping[str, str]) -> Any:
    if isinstance(value, str) and (match := _PLACE.fullmatch(value)):
        return filled[match.group(1)]
    return value
