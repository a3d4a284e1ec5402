"""Let Great Expectations count the rows that break a rule, source by source."""

from __future__ import annotations

from contextlib import ExitStack

from include.governance.expectations.session import Sessions
from include.governance.expectations.suites import Bound
from include.governance.model.contract import Dataset
from include.governance.rules.rule import TYPE
from include.governance.source.database import Source
from include.governance.source.faults import translated


class Counting:
    """The library's sessions on the sources of a run; each is opened once."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._sessions: dict[str, Sessions] = {}

    def __enter__(self) -> Counting:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def count(self, source: Source, dataset: Dataset, statement: str) -> int | None:
        """The rows that break a rule; None when the library could not count them."""
        if source.name not in self._sessions:
            session = self._stack.enter_context(Sessions(source.name, source.url))
            self._sessions[source.name] = session
        names = tuple(column.name for column in dataset.columns)
        bound = Bound("", "", TYPE, {"statement": statement}, ())
        with translated(source.name, dataset.table):
            [outcome] = self._sessions[source.name].run(dataset, names, [bound])
        return outcome.breaches
