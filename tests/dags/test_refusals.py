"""What a run refuses, it refuses at once: no default takes the place of a typing error."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, ParamValidationError

from include.orchestration.tasks import judged_day
from tests.dags.conftest import Installation, Run
from tests.dags.test_structure import NAMES

NIGHT = datetime(2026, 11, 29, 16, tzinfo=UTC)  # 01:00 of the 30th in Japan


@dataclass
class Event:
    """An asset event, as far as a task sees it."""

    extra: dict[str, Any] = field(default_factory=dict)
    timestamp: datetime = NIGHT
    source_dag_run: Any = None


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_key_in_conf_fails_the_run_without_a_retry(
    installation: Installation, run: Run, name: str
) -> None:
    done = run(name, as_off="2026-11-30")
    assert done.state == "failed"
    assert {str(t.state) for t in done.tasks.values()} <= {"failed", "upstream_failed"}
    assert {t.try_number for t in done.tasks.values()} <= {0, 1}
    assert installation.tables().get("run", 0) == 0


@pytest.mark.parametrize("as_of", ["yesterday", "2026-13-01", "30/11/2026"])
def test_airflow_refuses_an_as_of_that_is_no_day(run: Run, as_of: str) -> None:
    with pytest.raises(ParamValidationError, match="is not a 'date'"):
        run("scan", as_of=as_of)


def test_the_day_asked_for_comes_first() -> None:
    events = {"scanned": [Event({"as_of": "2026-11-01"})]}
    conf = {"as_of": "2026-10-31"}
    assert judged_day(["as_of"], conf, conf, NIGHT, events) == "2026-10-31"


def test_the_day_is_handed_on_by_the_run_before() -> None:
    assert judged_day(
        ["as_of"], {"as_of": None}, {}, NIGHT, {"x": [Event({"as_of": "2026-11-01"})]}
    ) == ("2026-11-01")


def test_of_several_events_the_newest_hands_on_its_day() -> None:
    events = {
        "a": [
            Event({"as_of": "2026-11-03"}, NIGHT + timedelta(hours=1)),
            Event({"as_of": "2026-11-01"}),
        ],
        "b": [Event({}, NIGHT + timedelta(hours=2))],
    }
    assert judged_day(["as_of"], {"as_of": None}, None, NIGHT, events) == "2026-11-03"


@pytest.mark.parametrize("day", ["tomorrow", "20261130", 20261130, "<script>"])
def test_an_event_that_hands_on_no_day_is_refused_without_repeating_it(day: object) -> None:
    with pytest.raises(AirflowFailException, match="YYYY-MM-DD") as refused:
        judged_day(["as_of"], {"as_of": None}, {}, NIGHT, {"x": [Event({"as_of": day})]})
    assert str(day) not in str(refused.value)


def test_without_any_other_word_it_is_the_day_in_japan() -> None:
    assert judged_day(["as_of"], {"as_of": None}, None, NIGHT) == "2026-11-30"


def test_an_unknown_key_is_refused_without_repeating_it() -> None:
    conf = {"taro.yamada@example.jp": 1}
    with pytest.raises(AirflowFailException, match="allowed: as_of") as refused:
        judged_day(["as_of"], {"as_of": None, **conf}, conf, NIGHT)
    assert "taro" not in str(refused.value)
