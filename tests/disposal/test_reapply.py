"""After a restore: erased rows are findings, and their erasure is planned anew for approval."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from include.governance.model.result import RuleResult
from include.governance.pipeline.resurrected import flag_resurrected
from include.governance.pipeline.returned import flag_returned
from tests.disposal.office import Office, office
from tests.disposal.test_certificate import done, planned


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office("sqlite", tmp_path_factory.mktemp("office")) as found:
        yield found


def resurrected(company: Office) -> dict[str, RuleResult]:
    workspace = company.desk().workspace
    found = flag_resurrected(workspace, workspace.source("shop"))
    return {result.table: result for result in found}


def test_a_restored_backup_is_noticed_and_erased_again(company: Office, tmp_path: Path) -> None:
    since = str(company.day - timedelta(days=1))
    words = ("reapply", "--since", since, "--ticket", "T-7", "--as", "tanaka", "--source", "shop")
    assert company.well(*words, "--json", "-").json[0]["rows"] == 0
    file = Path(str(company.urls["shop"].database))
    backup = shutil.copy(file, tmp_path / "backup.db")
    plans = planned(company)
    for table in ("shop_carts", "shop_members"):
        plan = done(company, plans[table])
        company.well("certificate", "issue", plan["plan_id"])
    erased = {r.table: r.rows for r in resurrected(company).values()}
    assert set(erased.values()) == {0}
    shutil.copy(backup, file)

    found = {table: result for table, result in resurrected(company).items() if result.rows}
    assert {table: result.rows for table, result in found.items()} == {
        "shop_carts": 3,
        "shop_members": plan["erasure"]["roots"],
    }
    assert {result.status for result in found.values()} == {"fail"}
    ahead = ("--since", str(company.day + timedelta(days=2)), *words[3:])
    assert company.well("reapply", *ahead, "--json", "-").json[0]["rows"] == 0
    told = company.run(*words, "--json", "-")
    assert told.code == 1
    [again] = told.json
    assert (again["rows"], again["lost"], again["moved"]) == (
        3 + found["shop_members"].rows,
        2,
        False,
    )
    assert again["unplanned"] == 0
    assert len(again["plans"]) >= 2
    [second] = company.run(*words, "--json", "-").json
    assert (second["waiting"], second["plans"]) == (again["rows"], [])
    for plan_id in again["plans"]:
        company.refused("dispose", "apply", plan_id, "--as", "runner", says="approv")
        plan = company.well("plan", "show", plan_id, "--json", "-").json["status"]["plan"]
        company.approve(plan)
        company.apply(plan)
        company.verify(plan)
    assert not any(result.rows for result in resurrected(company).values())
    company.well("ledger", "verify")
    assert [e["plans"] for e in company.ledger() if e["kind"] == "reapplied"] == [
        len(again["plans"])
    ]
    another_secret_makes_every_table_an_error(company)
    a_database_that_lost_its_receipts_is_told(company, *words[:-2])


def another_secret_makes_every_table_an_error(company: Office) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAICHO_KEY", secrets.token_hex(32))
        found = resurrected(company)
    assert found
    assert {(r.status, r.reason) for r in found.values()} == {("error", "tombstone_secret")}


def a_database_that_lost_its_receipts_is_told(company: Office, *words: str) -> None:
    company.execute("shop", "DROP TABLE daicho_erasure_done")
    for source in ("shop", "crm"):
        [found] = company.well(*words, "--source", source, "--json", "-").json
        assert (found["lost"] >= 4, found["moved"]) == (source == "shop", False)


def test_a_person_of_the_deletions_who_is_back_is_found(company: Office) -> None:
    [result] = [r for r in flag_returned(company.desk().workspace) if r.table == "gov_deletions"]
    assert (result.status, result.rows) == ("fail", 1)
    company.execute("shop", "UPDATE shop_members SET email = NULL WHERE member_id = 140")
    [result] = [r for r in flag_returned(company.desk().workspace) if r.table == "gov_deletions"]
    assert result.status == "fail"  # a name is left
    for action, subject in (("weggeworfen", "140"), ("delete", "nobody:7")):
        company.execute(
            "gov",
            "UPDATE gov_deletions SET action = 'delete', member_id = 140 WHERE deletion_id = 'DL9'",
            f"UPDATE gov_deletions SET action = '{action}', member_id = '{subject}'"
            " WHERE deletion_id = 'DL9'",
        )
        told = [r for r in flag_returned(company.desk().workspace) if r.status == "error"]
        assert [(r.table, r.reason) for r in told] == [("gov_deletions", "returned_unclear")]
