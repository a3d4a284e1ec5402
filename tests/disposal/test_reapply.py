"""After a restore: erased rows are findings, and their erasure is planned anew for approval."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from include.demo import schema
from include.governance.disposal.plan import plan_adhoc
from include.governance.disposal.reapply import reapply
from include.governance.model.result import RuleResult
from include.governance.pipeline.resurrected import flag_resurrected
from include.governance.pipeline.returned import flag_returned
from include.governance.settings import ROOT
from tests.disposal.office import Office, office
from tests.disposal.test_certificate import done, planned


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The keys of carts are texts; of an old one and of one in use, a line has the same."""
    folder = tmp_path_factory.mktemp("office")
    with office("sqlite", folder) as found, pytest.MonkeyPatch.context() as patch:
        contracts = folder / "contracts"
        shutil.copytree(ROOT / "include" / "contracts", contracts)
        carts = contracts / "shop_carts.odcs.yaml"
        before, after = carts.read_text("utf-8").split("name: cart_id")
        after = after.replace("logicalType: integer", "logicalType: string", 1)
        carts.write_text(f"{before}name: cart_id{after}", "utf-8")
        patch.setenv("DAICHO_CONTRACTS", str(contracts))
        member = "member_id INTEGER NOT NULL REFERENCES shop_members(member_id)"
        found.execute(
            "shop",
            "CREATE TEMPORARY TABLE old AS SELECT * FROM shop_carts",
            "DROP TABLE shop_carts",
            "CREATE TABLE shop_carts"
            f" (cart_id TEXT NOT NULL PRIMARY KEY, {member}, updated_at DATETIME)",
            "CREATE INDEX carts_of ON shop_carts (member_id)",
            "INSERT INTO shop_carts SELECT 'C' || cart_id, member_id, updated_at FROM old",
            "UPDATE shop_carts SET cart_id = 'LIVE' || char(13)"
            " WHERE rowid = (SELECT rowid FROM shop_carts ORDER BY updated_at LIMIT 1)",
            "INSERT INTO shop_carts SELECT 'LIVE', member_id, max(updated_at) FROM shop_carts",
        )
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
    before = killed_at_the_second_table(company)
    told = company.run(*words, "--json", "-")
    assert told.code == 1
    [again] = told.json
    everything = 3 + found["shop_members"].rows
    assert (again["rows"], again["waiting"], again["unplanned"]) == (everything, 2, 0)
    assert (again["lost"], again["moved"]) == (2, False)
    plans_of = {plan_id: plan_of(company, plan_id) for plan_id in (*before, *again["plans"])}
    carts = [p["erasure"]["roots"] for p in plans_of.values() if p["table"] == "shop_carts"]
    assert sorted(carts) == [1, 2]
    [second] = company.run(*words, "--json", "-").json
    assert (second["waiting"], second["plans"]) == (again["rows"], [])
    for plan_id, plan in plans_of.items():
        company.refused("dispose", "apply", plan_id, "--as", "runner", says="approv")
        company.approve(plan)
        company.apply(plan)
        company.verify(plan)
    assert not any(result.rows for result in resurrected(company).values())
    assert company.count("shop", "shop_carts", "cart_id = 'LIVE'") == 1
    company.well("ledger", "verify")
    told_plans = [e["plans"] for e in company.ledger() if e["kind"] == "reapplied"]
    assert told_plans == [1, len(again["plans"])]
    a_key_that_was_given_again_is_for_people_to_look_at(company, backup, *words)
    another_secret_makes_every_table_an_error(company)
    a_database_that_lost_its_receipts_is_told(company, *words[:-2])
    a_store_that_forgot_what_was_erased_is_told(company, *words)


def killed_at_the_second_table(company: Office) -> list[str]:
    """Two of the three carts are back then; what was planned until the end is in the ledger."""
    calls = count(1)

    def killed(*given: Any) -> Any:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return plan_adhoc(*given)

    engine = sa.create_engine(company.urls["shop"], poolclass=sa.NullPool)
    carts = schema.SOURCES["shop"].tables["shop_carts"]
    with engine.begin() as connection:
        later = connection.execute(sa.select(carts).order_by(carts.c.updated_at)).mappings().first()
        assert later
        connection.execute(carts.delete().where(carts.c.cart_id == later["cart_id"]))
    since = company.day - timedelta(days=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("include.governance.disposal.reapply.plan_adhoc", killed)
        with pytest.raises(KeyboardInterrupt):
            reapply(company.desk(), "shop", since, ticket="T-7", by="tanaka")
    with engine.begin() as connection:
        connection.execute(carts.insert(), dict(later))
    assert company.count("shop", "daicho_erasure_selection") == 1
    waiting = company.desk().records.plans(("planned",))
    return [each.plan.plan_id for each in waiting if each.plan.kind == "adhoc"]


def plan_of(company: Office, plan_id: str) -> dict[str, Any]:
    shown = company.well("plan", "show", plan_id, "--json", "-").json
    found: dict[str, Any] = shown["status"]["plan"]
    return found


def a_key_that_was_given_again_is_for_people_to_look_at(
    company: Office, backup: str, *words: str
) -> None:
    """Of two rows under keys of erased ones, one dates nothing before the erasure."""
    with closing(sqlite3.connect(backup)) as before:
        had = before.execute("SELECT cart_id, member_id, updated_at FROM shop_carts").fetchall()
    gone = [row for row in had if company.count("shop", "shop_carts", f"cart_id = '{row[0]}'") == 0]
    (old, member, then), (again, *_), *_ = gone
    later = company.day + timedelta(days=2)
    company.execute(
        "shop",
        f"INSERT INTO shop_carts VALUES ('{old}', {member}, '{then}')",
        f"INSERT INTO shop_carts VALUES ('{again}', {member}, '{later} 09:00:00.000000')",
    )
    assert resurrected(company)["shop_carts"].rows == 2
    [found] = company.run(*words, "--json", "-").json
    assert (found["rows"], found["later"], len(found["plans"])) == (1, 1, 1)
    [plan] = (plan_of(company, plan_id) for plan_id in found["plans"])
    assert plan["erasure"]["roots"] == 1
    company.well("reject", plan["plan_id"], "--as", "owner.ec")
    company.execute("shop", f"DELETE FROM shop_carts WHERE cart_id IN ('{old}', '{again}')")


def another_secret_makes_every_table_an_error(company: Office) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAICHO_KEY", secrets.token_hex(32))
        found = resurrected(company)
    assert found
    assert {(r.status, r.reason) for r in found.values()} == {("error", "tombstone_secret")}


def a_database_that_lost_its_receipts_is_told(company: Office, *words: str) -> None:
    company.execute("shop", "DROP TABLE daicho_erasure_done")
    for source in ("shop", "crm"):
        done = company.run(*words, "--source", source, "--json", "-")
        [found] = done.json
        assert (found["lost"] >= 4, found["moved"]) == (source == "shop", False)
        assert (found["rows"], done.code) == (0, 1 if source == "shop" else 0)


def a_store_that_forgot_what_was_erased_is_told(company: Office, *words: str) -> None:
    of_carts = "plan_id IN (SELECT plan_id FROM disposal_plan WHERE table_name = 'shop_carts')"
    store = sqlite3.connect(company.home / "store.db")
    with store:
        store.execute(f"UPDATE tombstone SET hashes = x'' WHERE {of_carts} LIMIT 1")
    told = {t: (r.status, r.reason) for t, r in resurrected(company).items() if r.reason}
    assert told == {"shop_carts": ("error", "tombstone_fewer")}
    done = company.run(*words, "--json", "-")
    assert (done.code, [found["forgotten"] for found in done.json]) == (2, [1])
    with store:
        for table in ("tombstone", "disposal_decision", "disposal_plan"):
            store.execute(f"DELETE FROM {table}")
    store.close()
    found = resurrected(company)
    assert found
    assert {(r.status, r.reason) for r in found.values()} == {("error", "tombstone_plans")}
    assert company.run(*words).code == 2


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
