"""Rule results and classifications of runs, kept per table so that a retry replaces them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, Select, Table, delete, insert, select

from include.governance.errors import StoreError
from include.governance.model.classification import Classification
from include.governance.model.result import RuleResult
from include.governance.store.base import Database
from include.governance.store.encoding import canonical, pack, unpack
from include.governance.store.runs import newest_runs, require_run
from include.governance.store.schema import CLASSIFICATION, RULE_RESULT

_Row = Mapping[str, object]


class Results(Database):
    """The part of the store that knows what runs concluded about tables."""

    def save_results(
        self, run_id: str, source: str, table: str, results: Sequence[RuleResult]
    ) -> None:
        """Replace what this run concluded about one table, in one transaction."""
        _require_place(source, table, results)
        rows = [_result_row(result) for result in results]
        with self.writing() as connection:
            _replace(connection, RULE_RESULT, (run_id, source, table), rows)

    def results(self, run_id: str) -> tuple[RuleResult, ...]:
        """Everything one run concluded, by source and table."""
        with self.reading() as connection:
            return tuple(_results(connection, run_id))

    def save_classifications(
        self, run_id: str, source: str, table: str, classifications: Sequence[Classification]
    ) -> None:
        """Replace this run's verdicts on the columns of one table, in one transaction."""
        _require_place(source, table, classifications)
        rows = [
            {"column_name": each.column, "document": canonical(each.model_dump(mode="json"))}
            for each in classifications
        ]
        with self.writing() as connection:
            _replace(connection, CLASSIFICATION, (run_id, source, table), rows)

    def classifications(self, as_of: date | None = None) -> tuple[Classification, ...]:
        """The verdicts of the scan of each source that finished last, and of no earlier one.

        Of the scans of a day, or of all.
        """
        with self.reading() as connection:
            return tuple(
                Classification.model_validate_json(document)
                for document in connection.scalars(_newest_verdicts(as_of))
            )


def _require_place(
    source: str, table: str, items: Sequence[RuleResult] | Sequence[Classification]
) -> None:
    for item in items:
        if (item.source, item.table) != (source, table):
            found = f"{item.source}.{item.table}"
            raise StoreError("result_elsewhere", found=found, allowed=f"{source}.{table}")


def _replace(
    connection: Connection, target: Table, place: tuple[str, str, str], rows: Sequence[_Row]
) -> None:
    run_id, source, table = place
    require_run(connection, run_id)
    connection.execute(
        delete(target).where(
            target.c.run_id == run_id, target.c.source == source, target.c.table_name == table
        )
    )
    keys = {"run_id": run_id, "source": source, "table_name": table}
    if rows:
        connection.execute(
            insert(target), [{**keys, "position": at, **row} for at, row in enumerate(rows)]
        )


def _result_row(result: RuleResult) -> _Row:
    return {
        "control": result.control,
        "rule": result.rule,
        "status": result.status,
        "row_count": result.rows,
        "document": canonical(result.model_dump(mode="json", exclude={"row_refs"})),
        "row_refs": pack(result.row_refs),
    }


def _results(connection: Connection, run_id: str) -> Iterator[RuleResult]:
    chosen = (
        select(RULE_RESULT.c.document, RULE_RESULT.c.row_refs)
        .where(RULE_RESULT.c.run_id == run_id)
        .order_by(RULE_RESULT.c.source, RULE_RESULT.c.table_name, RULE_RESULT.c.position)
    )
    for document, refs in connection.execute(chosen):
        yield RuleResult.model_validate({**json.loads(document), "row_refs": unpack(refs)})


def _newest_verdicts(as_of: date | None) -> Select[str]:
    newest = newest_runs(as_of).subquery()
    verdicts = CLASSIFICATION.c
    return (
        select(verdicts.document)
        .join(newest, newest.c.run_id == verdicts.run_id)
        .where(newest.c.verb == "scan", newest.c.scope == verdicts.source)
        .order_by(verdicts.source, verdicts.table_name, verdicts.position)
    )
