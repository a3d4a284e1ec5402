"""The suites of the verb check, and how they are bound to the contracts' tables.

A suite names no table. It says which kind of dataset it is for, and its expectations name
categories of data (``{email}``, or ``{status.string}`` for its text columns only) and clocks
(``{clock:email_bounced}``); the contracts say which columns those are. ``{as_of}`` is the day of
the run.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from include.governance.expectations.endings import to_the_end
from include.governance.model.base import Model
from include.governance.model.contract import Dataset, DatasetKind
from include.governance.model.policy import PrivacyPolicy
from include.governance.rules.parameters import stand
from include.governance.rules.rule import TYPE, Rule, read_rule

_PLACE = re.compile(r"\{([a-z0-9_:.]+)\}")


class ExpectationMeta(Model):
    """What an expectation is for; whatever else a team notes beside it is theirs."""

    model_config = ConfigDict(extra="allow")

    control: Annotated[str, Field(min_length=1)]
    id: Annotated[str, Field(min_length=1)]


class Expectation(Model):
    """One line of a suite, in Great Expectations' own JSON."""

    type: str
    kwargs: dict[str, Any]
    severity: str = "critical"
    meta: ExpectationMeta

    @property
    def control(self) -> str:
        """The control it checks."""
        return self.meta.control

    @property
    def id(self) -> str:
        """Its name inside the control."""
        return self.meta.id


class SuiteMeta(Model):
    """Which clause a suite checks and which datasets it is for; rules name their rows themselves.

    ``contract_rules`` is the control under which the quality rules of all contracts are reported.
    """

    clause: str
    dataset_kinds: tuple[DatasetKind, ...] = ()
    contract_rules: str | None = None


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

    @property
    def reported(self) -> str:
        """The name of its result."""
        return f"{self.rule}({', '.join(self.columns)})"


@dataclass(frozen=True)
class Unbound:
    """An expectation that this dataset gives nothing to look at."""

    control: str
    rule: str
    missing: str

    @property
    def reported(self) -> str:
        """The name of its result."""
        return self.rule


def bind(
    suites: Iterable[Suite], dataset: Dataset, as_of: date, stored_as: Mapping[str, str]
) -> Iterator[Bound | Unbound]:
    """Every expectation of every suite for this kind of dataset, once per fitting column."""
    for suite in suites:
        if dataset.kind in suite.meta.dataset_kinds:
            for expectation in suite.expectations:
                if expectation.type != TYPE:
                    yield from _bind(expectation, dataset, as_of, stored_as)


def _bind(
    expectation: Expectation, dataset: Dataset, as_of: date, stored_as: Mapping[str, str]
) -> Iterator[Bound | Unbound]:
    wanted = places(expectation.kwargs)
    choices = [[column.name for column in _columns(dataset, place)] for place in wanted]
    for place, found in zip(wanted, choices, strict=True):
        if not found:
            yield Unbound(expectation.control, expectation.id, place)
            return
    for chosen in itertools.product(*choices):
        filled = {**dict(zip(wanted, chosen, strict=True)), "as_of": as_of.isoformat()}
        kwargs = {key: _fill(value, filled) for key, value in expectation.kwargs.items()}
        if "stored_as" in kwargs:
            kwargs["stored_as"] = stored_as.get(kwargs["column"], "date")
        if "active" in kwargs:
            words = declared_words(dataset, kwargs["column_B"])
            kwargs["ended"] = [word for word in words if word != kwargs["active"]]
        if "regex" in kwargs:
            kwargs["regex"] = to_the_end(kwargs["regex"])
        yield Bound(expectation.control, expectation.id, expectation.type, kwargs, chosen)


def rules_of(suites: Iterable[Suite], policy: PrivacyPolicy) -> Iterator[Rule]:
    """Every rule over relations that counts under this policy; suites without a mistake."""
    for suite in suites:
        for each in suite.expectations:
            if each.type == TYPE:
                rule = read_rule(each.control, each.id, each.kwargs, policy)
                if stand(rule.words.policy, policy):
                    yield rule


def declared_words(dataset: Dataset, column: str) -> tuple[str, ...]:
    """The words that a contract knows for a column, each once; none when it lists none."""
    found = dataset.column(column)
    listed = found.allowed if found else ()
    wheres = [w for use in dataset.record_classes for w in (use.when, *use.disposed) if w]
    used = (w.equals for w in wheres if w.column == column)
    return tuple(dict.fromkeys(word for word in (*listed, *used) if isinstance(word, str)))


def places(kwargs: Mapping[str, Any]) -> Sequence[str]:
    """The categories and clocks that kwargs leave to the contract, each once."""
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
