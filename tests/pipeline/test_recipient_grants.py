"""What a recipient's logins may read is held against what the policy lets it have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from include.governance.model.result import RuleResult
from include.governance.pipeline.recipient_grants import (
    recipient_grants,
    recipient_grants_expected,
    recipient_statement,
)
from include.governance.pipeline.workspace import Workspace
from tests.pipeline.company import workspace
from tests.pipeline.grants import MEMBERS, RIGHTS, TABLES, Server
from tests.source.tables import AS_OF, run

ALL = ("GRANT SELECT ON members TO {who}",)
MAIL = ("GRANT SELECT (mail) ON members TO {who}",)
CHECKS = {
    "S2-01": "entrusted_by_grant",
    "S5-01": "joint_items_by_grant",
    "S5-02": "joint_range_by_grant",
    "S7-01": "provided_by_grant",
}


def with_logins(own: Workspace, logins: dict[str, str], **changed: Any) -> Workspace:
    """The company whose policy names these logins of recipients."""
    policy = own.rulebook.policy
    recipients = dict(policy.recipients)
    for name, login in logins.items():
        recipients[name] = recipients[name].model_copy(update={"logins": (login,)})
    made = policy.model_copy(update={"recipients": recipients, **changed})
    return replace(own, rulebook=replace(own.rulebook, policy=made))


def judged(own: Workspace, as_of: date = AS_OF) -> dict[str, RuleResult]:
    """The results on the members by control; the register of rights holds nothing personal."""
    found = list(recipient_grants(own, as_of))
    assert {(r.source, r.table, r.control, r.rule) for r in found} == set(
        recipient_grants_expected(own)
    )
    assert {r.status for r in found if r.table == "rights"} <= {"pass"}
    of_members = [result for result in found if result.table == "members"]
    assert len({result.control for result in of_members}) == len(of_members)
    return {result.control: result for result in of_members}


@pytest.mark.parametrize(
    ("recipient", "given", "control", "columns"),
    [
        ("R-STORES", MAIL, "S5-01", ()),
        ("R-STORES", ALL, "S5-01", ("id",)),
        ("R-BEAUTY", (), "S5-01", ()),
        ("R-MAIL", ALL, "S2-01", ()),
        ("R-HOST", ALL, "S2-01", ()),
        ("R-ADNET", MAIL, "S7-01", ("mail",)),
        ("R-POLICE", ALL, "S7-01", ("id", "mail")),
        ("R-SELF", ALL, "S7-01", ()),
    ],
)
def test_each_kind_of_recipient_is_held_against_its_promise(
    server: Server, recipient: str, given: tuple[str, ...], control: str, columns: tuple[str, ...]
) -> None:
    login = server.login("theirs", given).removesuffix("@%")
    own = with_logins(server.company(), {recipient: login.upper()})
    found = judged(own)
    failed = {name: result.columns for name, result in found.items() if result.status == "fail"}
    assert failed == ({control: columns} if columns else {})
    assert all(result.rule == f"{CHECKS[name]}:{recipient}" for name, result in found.items())
    if columns:
        refs = sorted(own.hashing.ref("shop", "members", (recipient, each)) for each in columns)
        assert (found[control].rows, found[control].row_refs) == (len(columns), tuple(refs))


def test_a_joint_user_outside_the_range_and_a_subcontractor_without_agreement_are_found(
    server: Server,
) -> None:
    own = server.company()
    joint, mail = (server.login(name, MAIL).removesuffix("@%") for name in ("joint", "mail"))
    range_of = own.rulebook.policy.joint_use.model_copy(update={"range": ("R-BEAUTY",)})
    made = with_logins(own, {"R-STORES": joint, "R-MAIL": mail}, joint_use=range_of)
    status = {name: result.status for name, result in judged(made).items()}
    assert status == {"S2-01": "pass", "S5-01": "pass", "S5-02": "fail"}
    later = {name: result.status for name, result in judged(made, date(2029, 1, 1)).items()}
    assert later == {"S2-01": "fail", "S5-01": "pass", "S5-02": "fail"}


def test_a_restricted_category_is_for_its_services_only(server: Server) -> None:
    login = server.login("carrier", MAIL).removesuffix("@%")
    own = server.company()
    purposes = {
        name: each.model_copy(update={"restricted": {**each.restricted, "email": ("payment",)}})
        for name, each in own.rulebook.policy.purposes.items()
    }
    assert judged(with_logins(own, {"R-CARRIER": login}))["S2-01"].status == "pass"
    narrow = with_logins(own, {"R-CARRIER": login}, purposes=purposes)
    assert judged(narrow)["S2-01"].columns == ("mail",)


def test_what_everybody_may_read_a_recipient_may_read(server: Server) -> None:
    login = server.login("theirs").removesuffix("@%")
    own = with_logins(server.company(), {"R-ADNET": login})
    elsewhere = with_logins(server.company(), {"R-ADNET": "a_login_of_another_server"})
    assert judged(own)["S7-01"].status == "pass"
    run(server.url, "GRANT SELECT ON members TO PUBLIC")
    try:
        assert judged(own)["S7-01"].columns == ("id", "mail")
        assert judged(elsewhere)["S7-01"].status == "pass"
    finally:
        run(server.url, "REVOKE SELECT ON members FROM PUBLIC")


def test_a_column_that_nobody_declared_is_an_item_that_nobody_published(server: Server) -> None:
    run(server.url, "ALTER TABLE members ADD COLUMN extra VARCHAR(9)")
    login = server.login("theirs", (*MAIL, "GRANT SELECT (extra) ON members TO {who}"))
    own = with_logins(server.company(), {"R-STORES": login.removesuffix("@%")})
    assert judged(own)["S5-01"].columns == ("extra",)


def test_explain_shows_statements_that_run(server: Server) -> None:
    login = server.login("theirs", MAIL).removesuffix("@%")
    own = with_logins(server.company(), {"R-ADNET": login})
    place = ("shop", "members")
    found = list(recipient_statement(own, "S7-01", "provided_by_grant:R-ADNET", place))
    assert len(found) == len(("id", "mail"))
    assert not list(recipient_statement(own, "S7-01", "provided_by_grant:R-POLICE", place))
    with sa.create_engine(server.url, poolclass=sa.NullPool).connect() as connection:
        for _, sql in found:
            connection.exec_driver_sql(sql.replace("%", "%%")).all()


def test_each_recipient_has_a_result_of_its_own(server: Server) -> None:
    one, two = (server.login(name, MAIL).removesuffix("@%") for name in ("one", "two"))
    own = with_logins(server.company(), {"R-ADNET": one, "R-POLICE": two, "R-SELF": one + "x"})
    found = [(r.rule, r.status) for r in recipient_grants(own, AS_OF) if r.table == "members"]
    assert sorted(found) == [
        ("provided_by_grant:R-ADNET", "fail"),
        ("provided_by_grant:R-POLICE", "fail"),
    ]


def test_without_logins_in_the_policy_nothing_is_asked(server: Server) -> None:
    assert judged(server.company()) == {}


def test_a_table_that_is_gone_is_an_error(server: Server) -> None:
    own = with_logins(server.company(), {"R-ADNET": "somebody"})
    run(server.url, "DROP TABLE members")
    assert judged(own)["S7-01"].status == "error"


def test_a_database_without_privileges_has_no_result(sqlite_database: URL, tmp_path: Path) -> None:
    run(sqlite_database, *TABLES)
    own = workspace(tmp_path, sqlite_database, [MEMBERS, RIGHTS])
    assert judged(with_logins(own, {"R-ADNET": "somebody"})) == {}
