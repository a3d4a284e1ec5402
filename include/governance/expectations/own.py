"""The project's own expectation classes; importing this module registers them.

Each is a thin shell around one condition of :mod:`conditions`, in the form Great Expectations
documents for custom map expectations, so its counts come from the source's own SQL and no value
is fetched.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import (
    BatchExpectation,
    ColumnMapExpectation,
    ColumnPairMapExpectation,
)
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    ColumnPairMapMetricProvider,
)
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_pair_condition_partial import (  # noqa: E501
    column_pair_condition_partial,
)
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from include.governance.expectations import conditions
from include.governance.expectations.conditions import StoredAs
from include.governance.expectations.taken import take


class _DatesWithin(ColumnMapMetricProvider):
    condition_metric_name = "column_values.daicho_dates_within"
    condition_value_keys = ("low", "high", "stored_as")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column: Any, low: str, high: str, stored_as: StoredAs, **_: Any) -> Any:
        days = date.fromisoformat(low), date.fromisoformat(high)
        return conditions.within_dates(column, *days, stored_as)


class ExpectColumnDatesToBeWithin(ColumnMapExpectation):
    """Every day lies between ``low`` and ``high``, ISO text or a date type alike.

    A failing example: ``2031-01-01`` as a date of birth with ``high`` 2026-11-30.
    """

    low: str
    high: str
    stored_as: str = "date"
    map_metric: ClassVar[str] = "column_values.daicho_dates_within"
    success_keys: ClassVar[tuple[str, ...]] = ("low", "high", "stored_as", "mostly")


class _PairExpectation(ColumnPairMapExpectation):
    """A pair of columns; a row in which either is empty is not judged."""

    ignore_row_if: str = "either_value_is_missing"
    domain_keys: ClassVar[tuple[str, str, str, str, str, str]] = (  # type: ignore[assignment]
        "batch_id",
        "column_A",
        "column_B",
        "row_condition",
        "condition_parser",
        "ignore_row_if",
    )


class _PostalPrefecture(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.daicho_postal_prefecture"
    condition_value_keys = ()

    @column_pair_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column_A: Any, column_B: Any, **_: Any) -> Any:
        return conditions.postal_matches_prefecture(column_A, column_B)


class ExpectPostalCodeToMatchPrefecture(_PairExpectation):
    """The postal code in column A lies in the prefecture named in column B.

    A failing example: ``100-0001`` with ``沖縄県``.
    """

    map_metric: ClassVar[str] = "column_pair_values.daicho_postal_prefecture"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly",)


class _RegisteredOnce(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.daicho_registered_once"
    condition_value_keys = ("active", "ended")

    @column_pair_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls, column_A: Any, column_B: Any, active: str, ended: list[str], **kwargs: Any
    ) -> Any:
        return conditions.registered_once(column_A, column_B, kwargs["_table"], active, ended)


class ExpectPersonToBeRegisteredOnce(_PairExpectation):
    """No two registered records share the address in column A.

    Column B says ``active`` of a registered record, and one of ``ended`` of any other.
    A failing example: ``user@mail.example`` and ``USER@mail.example``, both active.
    """

    active: str
    ended: list[str] = []
    map_metric: ClassVar[str] = "column_pair_values.daicho_registered_once"
    success_keys: ClassVar[tuple[str, ...]] = ("active", "ended", "mostly")


class _BouncedNotUsed(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.daicho_bounced_not_used"
    condition_value_keys = ()

    @column_pair_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, _bounced: Any, column_B: Any, **_: Any) -> Any:
        return conditions.not_used_after_bounce(column_B)


class ExpectBouncedAddressNotToBeUsed(_PairExpectation):
    """A record with a bounce date in column A does not ask for mail in column B.

    A failing example: a bounce on 2026-10-31 and the mail flag still 1.
    """

    map_metric: ClassVar[str] = "column_pair_values.daicho_bounced_not_used"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly",)


class _Breaches(TableMetricProvider):
    metric_name = "table.daicho_breaches"
    value_keys = ("statement",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls, execution_engine: Any, metric_value_kwargs: dict[str, Any], **_: Any
    ) -> int:
        with execution_engine.get_connection() as connection:
            listed = connection.exec_driver_sql(metric_value_kwargs["statement"])
            return take(tuple(row) for row in listed)


class ExpectNoRowToBreak(BatchExpectation):
    """No row of a relation meets the condition that breaks a promise.

    A suite writes ``rows``, a relation, and ``breach``, a condition over relations; ``statement``
    is what was made of both for the table: it lists the keys of such rows, and their number alone
    comes into a result.
    A failing example: rows ``transfers``, breach ``encrypted = 0``, and a transfer without it.
    """

    statement: str = ""
    rows: str = ""
    breach: str = ""
    params: dict[str, Any] = {}
    optional: list[str] = []
    policy: dict[str, Any] = {}
    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.daicho_breaches",)
    success_keys: ClassVar[tuple[str, ...]] = ("statement",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - the library's
        execution_engine: Any = None,  # noqa: ARG002 - signature
    ) -> dict[str, Any]:
        breaches = metrics["table.daicho_breaches"]
        return {"success": breaches == 0, "result": {"unexpected_count": breaches}}
