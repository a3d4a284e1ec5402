"""Runs and their results survive retries and kills without doubling anything."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import URL, insert

from include.governance.errors import StoreError
from include.governance.model.classification import Classification
from include.governance.model.result import RuleResult
from include.governance.source.database import Source
from include.governance.store import Store, own_tables
from include.governance.store.schema import RUN_TABLE
from tests.store.conftest import AT

DAY = date(2026, 11, 30)


def begin(
    store: Store, run_id: str, verb: str = "check", scope: str = "all", after: int = 0
) -> str:
    return store.begin_run(verb, DAY, "2026-04", scope, AT + timedelta(hours=after), run_id)


def result(rule: str = "r1", table: str = "members", rows: int = 1, **more: object) -> RuleResult:
    refs = tuple(sorted(f"{row:064x}" for row in range(rows)))
    given = {"control": "S6-01", "source": "shop", "status": "fail", "row_refs": refs, **more}
    return RuleResult.model_validate({**given, "rule": rule, "table": table, "rows": rows})


def verdict(column: str, table: str = "members", source: str = "shop") -> Classification:
    return Classification(
        source=source,
        table=table,
        column=column,
        outcome="none",
        rows=10,
        hits=0,
        share=0.0,
        bound=0.3,
        confidence=0.95,
    )


def test_a_run_has_one_beginning_and_one_end(any_store: Store) -> None:
    assert begin(any_store, "r1") == "r1"
    any_store.finish_run("r1", "fail", {"rules": 72, "fail": 3}, AT + timedelta(minutes=5))
    run = any_store.run("r1")
    assert run is not None
    assert (run.status, run.counts["fail"]) == ("fail", 3)
    assert run.started_at == AT
    assert run.finished_at == AT + timedelta(minutes=5)


def test_a_retried_beginning_is_the_same_run_without_its_old_results(any_store: Store) -> None:
    begin(any_store, "r1")
    any_store.save_results("r1", "shop", "members", [result()])
    begin(any_store, "r1", after=1)
    assert len(any_store.runs()) == 1
    assert any_store.runs()[0].started_at == AT
    assert any_store.results("r1") == ()


def test_a_killed_run_is_abandoned_by_the_next_of_its_verb_and_scope(any_store: Store) -> None:
    begin(any_store, "killed")
    begin(any_store, "elsewhere", scope="shop")
    begin(any_store, "other", verb="scan")
    begin(any_store, "next", after=1)
    status = {run.run_id: run.status for run in any_store.runs()}
    assert status == {
        "killed": "abandoned",
        "elsewhere": "running",
        "other": "running",
        "next": "running",
    }


def test_a_run_taken_for_dead_may_still_finish(store: Store) -> None:
    begin(store, "slow")
    begin(store, "next", after=1)
    store.finish_run("slow", "pass", {}, AT)
    assert [run.status for run in store.runs()] == ["running", "pass"]


def test_a_cleared_run_is_running_again(store: Store) -> None:
    begin(store, "r1")
    store.finish_run("r1", "error", {}, AT)
    begin(store, "r1")
    run = store.run("r1")
    assert run is not None
    assert (run.status, run.finished_at) == ("running", None)


@pytest.mark.parametrize(
    "change",
    [{"verb": "scan"}, {"scope": "shop"}, {"as_of": date(2026, 1, 1)}, {"policy_version": "x"}],
)
def test_a_run_id_names_one_run_only(store: Store, change: dict[str, object]) -> None:
    begin(store, "r1")
    given: dict[str, object] = {
        "verb": "check",
        "as_of": DAY,
        "policy_version": "2026-04",
        "scope": "all",
    }
    with pytest.raises(StoreError) as refused:
        store.begin_run(**{**given, **change}, at=AT, run_id="r1")  # type: ignore[arg-type]
    assert refused.value.code == "run_id_reused"


def test_a_moment_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError) as refused:
        store.begin_run("check", DAY, "v", "all", datetime(2026, 1, 1), "r1")  # noqa: DTZ001
    assert refused.value.code == "store_moment_without_zone"
    assert store.runs() == ()


def test_a_retried_task_doubles_nothing(any_store: Store) -> None:
    begin(any_store, "r1")
    any_store.save_results("r1", "shop", "orders", [result(table="orders")])
    for _ in range(2):
        any_store.save_results("r1", "shop", "members", [result("r1"), result("r2", rows=3)])
    any_store.save_results("r1", "shop", "members", [result("r2", rows=2)])
    assert any_store.results("r1") == (result("r2", rows=2), result(table="orders"))


def test_row_references_of_any_form_come_back_as_they_were(store: Store) -> None:
    begin(store, "r1")
    given = [
        result("hashes", rows=1000),
        result("none", rows=7, row_refs=()),
        result("words", row_refs=("b", "氏名", "A" * 64)),
        result("error", status="error", reason="unreachable", facts={"tables": 2}, rows=0),
    ]
    store.save_results("r1", "shop", "members", given)
    assert list(store.results("r1")) == given


def test_results_need_a_begun_run_and_their_own_table(store: Store) -> None:
    with pytest.raises(StoreError) as unknown:
        store.save_results("nobody", "shop", "members", [result()])
    assert unknown.value.code == "run_unknown"
    begin(store, "r1")
    with pytest.raises(StoreError) as elsewhere:
        store.save_results("r1", "shop", "orders", [result()])
    assert elsewhere.value.code == "result_elsewhere"


def test_of_every_verb_and_scope_the_run_that_finished_last_counts(any_store: Store) -> None:
    for at, name in enumerate(("old", "new", "killed", "other day")):
        begin(any_store, name, after=at)
    begin(any_store, "scan", "scan")
    begin(any_store, "crm", scope="crm")
    ended = {"new": 1, "old": 2, "scan": 3}
    for name, hours in ended.items():
        any_store.finish_run(name, "fail", {}, AT + timedelta(hours=hours))
    counted = [run.run_id for run in any_store.newest_finished(DAY)]
    assert counted == ["old", "scan"]
    assert [run.run_id for run in any_store.newest_finished()] == counted
    assert any_store.newest_finished(DAY + timedelta(days=1)) == ()


def test_a_day_with_thousands_of_runs_after_it_is_found(store: Store) -> None:
    begin(store, "r1")
    store.finish_run("r1", "pass", {}, AT)
    later = {"verb": "check", "scope": "all", "policy_version": "v", "status": "pass"}
    moments = {"as_of": DAY + timedelta(days=1), "started_at": AT, "finished_at": AT}
    with store.writing() as connection:
        connection.execute(
            insert(RUN_TABLE),
            [{**later, **moments, "counts": "{}", "run_id": f"r{n}"} for n in range(2, 2_002)],
        )
    assert [run.run_id for run in store.newest_finished(DAY)] == ["r1"]


def test_only_the_verdicts_of_the_last_finished_scan_of_a_source_count(any_store: Store) -> None:
    def scan(run_id: str, source: str, after: int, *columns: Classification) -> None:
        begin(any_store, run_id, "scan", source, after)
        for found in columns:
            any_store.save_classifications(run_id, source, found.table, [found])

    scan("old", "shop", 0, verdict("email"), verdict("note", "dropped_table"))
    any_store.finish_run("old", "fail", {}, AT)
    scan("mail", "crm", 0, verdict("to", "mails", "crm"))
    any_store.finish_run("mail", "pass", {}, AT)
    scan("new", "shop", 1, verdict("phone"))
    any_store.finish_run("new", "pass", {}, AT + timedelta(hours=1))
    scan("unfinished", "shop", 2, verdict("address"))
    assert any_store.classifications() == (verdict("to", "mails", "crm"), verdict("phone"))
    assert any_store.classifications(DAY) == any_store.classifications()
    assert any_store.classifications(DAY + timedelta(days=1)) == ()


def test_a_text_that_does_not_fit_changes_nothing(any_store: Store) -> None:
    begin(any_store, "r1")
    any_store.save_results("r1", "shop", "members", [result()])
    with pytest.raises(StoreError):
        any_store.save_results("r1", "shop", "members", [result("r2"), result("\ud800")])
    assert any_store.results("r1") == (result(),)


def test_a_source_may_share_the_file_of_the_store(store: Store, sqlite_database: URL) -> None:
    begin(store, "r1")
    source = Source("shop", sqlite_database)
    assert source.count("run") == 1
    assert set(source.table_names()) <= own_tables()
