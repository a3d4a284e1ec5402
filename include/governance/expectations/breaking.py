"""Let Great Expectations judge the rows that break a rule, source by source."""

from __future__ import annotations

from contextlib import ExitStack

from include.governance.expectations.session import Sessions
from include.governance.expectations.suites import Bound
from include.governance.expectations.taken import keys_taken
from include.governance.model.contract import Dataset
from include.governance.rules.rule import TYPE
from include.governance.source.database import Key, Source
from include.governance.source.faults import translated


class Breaking:
    """The library's sessions on the sources of a run; each is opened once."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._sessions: dict[str, Sessions] = {}

    def __enter__(self) -> Breaking:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def keys(self, source: Source, dataset: Dataset, statement: str) -> list[Key] | None:
        """What the statement lists; None when the library could not judge it."""
        if source.name not in self._sessions:
            session = self._stack.enter_context(Sessions(source.name, source.url))
            self._sessions[source.name] = session
        names = tuple(column.name for column in dataset.columns)
        bound = Bound("", "", TYPE, {"statement": statement}, ())
        with translated(source.name, dataset.table), keys_taken() as keys:
            [outcome] = self._sessions[source.name].run(dataset, names, [bound])
        return keys if outcome.breaches == len(keys) else None
