"""Great Expectations in memory: quiet, offline, and asked for counts only."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sqlalchemy import URL, quoted_name

from include.governance.expectations.suites import Bound
from include.governance.model.contract import Dataset
from include.governance.source.dialect import read_only

#: Counts only. SUMMARY with no partial list fetches no value and is the fastest format that
#: still counts.
COUNTS = {"result_format": "SUMMARY", "partial_unexpected_count": 0}


@dataclass(frozen=True)
class Outcome:
    """What the library said of one expectation; no number where it could not run."""

    bound: Bound
    evaluated: int | None
    breaches: int | None


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the library's 200 import messages and its warnings out of task logs."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Session:
    """One source opened in an ephemeral context that reads only."""

    def __init__(self, name: str, url: URL) -> None:
        with quiet():
            import great_expectations as gx

            import_module("include.governance.expectations.own")  # registers our classes
            self._gx = gx
            context = gx.get_context(mode="ephemeral", project_config=_in_memory())
            self._source = context.data_sources.add_sql(
                name, connection_string=read_only(url).render_as_string(hide_password=False)
            )

    def run(self, dataset: Dataset, bound: Sequence[Bound]) -> Iterator[Outcome]:
        """Each expectation on one table, in the order given."""
        suite = self._gx.ExpectationSuite(
            name=dataset.id,
            expectations=[
                {"type": b.type, "kwargs": dict(b.kwargs), "meta": {"position": at}}
                for at, b in enumerate(bound)
            ],
        )
        with quiet():
            batch = (
                self._source.add_table_asset(
                    dataset.id, table_name=quoted_name(dataset.table, quote=True)
                )
                .add_batch_definition_whole_table("all")
                .get_batch()
            )
            results = batch.validate(suite, result_format=COUNTS).results
        by_position = {_position(result): result for result in results}
        for at, one in enumerate(bound):
            yield _outcome(one, by_position.get(at))

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
    if breaches is None or result.success != (breaches == 0):
        return Outcome(bound, None, None)
    return Outcome(bound, int(counts["element_count"]), int(breaches))
