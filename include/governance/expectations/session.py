"""Great Expectations in memory: quiet, offline, and asked for counts only."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sqlalchemy import URL, quoted_name
from sqlalchemy.exc import SQLAlchemyError

from include.governance.expectations.suites import Bound
from include.governance.model.contract import Dataset
from include.governance.source.dialect import LOG_NAME, read_only

#: Counts only. SUMMARY with no partial list fetches no value and is the fastest format that
#: still counts.
COUNTS = {
    "result_format": "SUMMARY",
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


@dataclass(frozen=True)
class Outcome:
    """What the library said of one expectation; no number where it could not run."""

    bound: Bound
    breaches: int | None


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the library's 200 import messages and its warnings out of task logs."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Sessions:
    """The sessions on one source: one for as long as it serves.

    The library keeps names without their case, so ``Email`` after ``email`` needs a new session;
    and a connection that was lost gets one more.
    """

    def __init__(self, name: str, url: URL) -> None:
        self._name, self._url = name, url
        self._session: Session | None = None
        self._spelling: dict[str, str] = {}

    def __enter__(self) -> Sessions:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def run(self, dataset: Dataset, live: Sequence[str], bound: Sequence[Bound]) -> list[Outcome]:
        """Each expectation on one table, in the order given; ``live`` are its columns."""
        names = {name.lower(): name for name in live}
        if len(names) < len(live):  # two columns that differ in case only
            return [Outcome(one, None) for one in bound]
        if any(self._spelling.get(low, name) != name for low, name in names.items()):
            self._end()
        outcomes = self._once(dataset, names, bound)
        if any(outcome.breaches is None for outcome in outcomes):
            self._end()
            outcomes = [self._again(dataset, names, outcome) for outcome in outcomes]
        return outcomes

    def _again(self, dataset: Dataset, names: Mapping[str, str], outcome: Outcome) -> Outcome:
        """An expectation that failed alone: the library asks for several in one statement."""
        if outcome.breaches is not None:
            return outcome
        [alone] = self._once(dataset, names, [outcome.bound])
        return alone

    def _once(
        self, dataset: Dataset, names: Mapping[str, str], bound: Sequence[Bound]
    ) -> list[Outcome]:
        self._session = self._session or Session(self._name, self._url)
        self._spelling |= names
        return list(self._session.run(dataset, bound))

    def _end(self) -> None:
        if self._session:
            self._session.close()
        self._session = None
        self._spelling.clear()


class Session:
    """One source opened in an ephemeral context that reads only."""

    def __init__(self, name: str, url: URL) -> None:
        with quiet():
            import great_expectations as gx

            import_module("include.governance.expectations.own")  # registers our classes
            self._gx = gx
            context: Any = gx.get_context(mode="ephemeral", project_config=_in_memory())
            # it would write its settings down as YAML for every table, in memory, for nobody
            context._save_project_config = lambda *_: None
            text = read_only(url).render_as_string(hide_password=False)
            sources: Any = context.data_sources
            self._source = sources.add_sql(
                name,
                # a dollar sign would be taken for the name of a variable
                connection_string=text.replace("$", "%24"),
                kwargs={"hide_parameters": True, "logging_name": LOG_NAME},
            )

    def run(self, dataset: Dataset, bound: Sequence[Bound]) -> Iterator[Outcome]:
        """Each expectation on one table, in the order given.

        Whatever the library raises itself is an error of every expectation, without its text.
        """
        try:
            results = self._results(dataset, bound)
        except SQLAlchemyError:
            raise
        except Exception:
            results = []
        by_position = {_position(result): result for result in results}
        for at, one in enumerate(bound):
            yield _outcome(one, by_position.get(at))

    def _results(self, dataset: Dataset, bound: Sequence[Bound]) -> Sequence[Any]:
        suite = self._gx.ExpectationSuite(
            name=dataset.id,
            expectations=[
                {"type": b.type, "kwargs": dict(b.kwargs), "meta": {"position": at}}
                for at, b in enumerate(bound)
            ],
        )
        with quiet():
            asset = self._source.add_table_asset(
                dataset.id,
                table_name=quoted_name(dataset.table, quote=True),
                schema_name=dataset.schema_name,
            )
            try:
                batch = asset.add_batch_definition_whole_table("all").get_batch()
                return list(batch.validate(suite, result_format=COUNTS).results)
            finally:
                self._source.delete_asset(dataset.id)

    def close(self) -> None:
        """Let go of the source's connections."""
        self._source.get_engine().dispose()


def _in_memory() -> Any:
    """A context that writes nothing: no docs site, no progress bars, no analytics."""
    from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig

    memory = {"class_name": "InMemoryStoreBackend"}
    kinds = {
        "expectations_store": "ExpectationsStore",
        "validation_definition_store": "ValidationDefinitionStore",
        "checkpoint_store": "CheckpointStore",
        "validation_results_store": "ValidationResultsStore",
    }
    return DataContextConfig(
        config_version=4.0,
        fluent_datasources={},
        stores={n: {"class_name": kind, "store_backend": memory} for n, kind in kinds.items()},
        expectations_store_name="expectations_store",
        validation_results_store_name="validation_results_store",
        checkpoint_store_name="checkpoint_store",
        data_docs_sites={},
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )


def _position(result: Any) -> int:
    return int(result.expectation_config.meta["position"])


def _outcome(bound: Bound, result: Any) -> Outcome:
    """An exception inside the library gives ``success=False`` with an empty result: an error."""
    counts = result.result if result is not None else {}
    breaches = counts.get("unexpected_count")
    if breaches is None and counts.get("element_count") == 0 and result.success:
        breaches = 0  # the sum over no rows
    if breaches is None or result.success != (breaches == 0):
        return Outcome(bound, None)
    return Outcome(bound, int(breaches))
