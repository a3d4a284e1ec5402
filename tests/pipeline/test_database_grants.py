"""Who may read personal data in the database is in the register of access rights, or found."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from include.governance.model.result import RuleResult
from include.governance.pipeline.database_grants import (
    database_grants,
    database_grants_expected,
    grants_statement,
)
from include.governance.pipeline.workspace import Workspace
from tests.pipeline.company import workspace
from tests.pipeline.grants import MEMBERS, RIGHTS, TABLES, Server
from tests.source.tables import run

#: What each login is given; whether it may read a member's address.
POSTGRES = {
    "nothing": ((), False),
    "table": (("GRANT SELECT ON members TO {who}",), True),
    "column": (("GRANT SELECT (mail) ON members TO {who}",), True),
    "other_column": (("GRANT SELECT (shop) ON members TO {who}",), False),
    "writer": (("GRANT INSERT, UPDATE ON members TO {who}",), False),
    "role": (("GRANT {reader} TO {who}",), True),
    "set_role": (("ALTER ROLE {who} NOINHERIT", "GRANT {reader} TO {who}"), True),
    "superuser": (("ALTER ROLE {who} SUPERUSER",), False),
    "no_login": (("GRANT SELECT ON members TO {who}", "ALTER ROLE {who} NOLOGIN"), False),
}
MARIADB = {
    "nothing": ((), False),
    "table": (("GRANT SELECT ON members TO {who}",), True),
    "column": (("GRANT SELECT (mail) ON members TO {who}",), True),
    "other_column": (("GRANT SELECT (shop) ON members TO {who}",), False),
    "writer": (("GRANT INSERT, UPDATE ON members TO {who}",), False),
    "schema": (("GRANT SELECT ON {database}.* TO {who}",), True),
    "role": (("GRANT {reader} TO {outer}", "GRANT {outer} TO {who}"), True),
    "superuser": (("GRANT ALL ON *.* TO {who}",), False),
}


def judged(own: Workspace) -> dict[str, RuleResult]:
    found = {result.table: result for result in database_grants(own)}
    assert {(r.source, r.table, r.control, r.rule) for r in found.values()} == set(
        database_grants_expected(own)
    )
    return found


def refs(own: Workspace, *names: str) -> tuple[str, ...]:
    return tuple(sorted(own.hashing.ref("shop", "members", (name,)) for name in names))


def test_everybody_who_may_read_a_personal_column_is_found(server: Server) -> None:
    wishes = POSTGRES if server.postgres else MARIADB
    logins = {name: server.login(name, given) for name, (given, _) in wishes.items()}
    own = server.company()
    found = judged(own)["members"]
    readers = [logins[name] for name, (_, may_read) in wishes.items() if may_read]
    assert (found.status, found.columns) == ("fail", ("id", "mail"))
    assert found.row_refs == refs(own, *readers)
    assert judged(own)["rights"].status == "pass", "no personal column"


@pytest.mark.faults
def test_who_may_read_the_whole_server_is_found(server: Server) -> None:
    """Alone, for other tests would find that login too."""
    given = "GRANT pg_read_all_data TO {who}" if server.postgres else "GRANT SELECT ON *.* TO {who}"
    who = server.login("all", (given,))
    own = server.company()
    assert judged(own)["members"].row_refs == refs(own, who)


def test_a_right_that_the_register_names_is_silent(server: Server) -> None:
    rights = ("GRANT SELECT ON members TO {who}",)
    short, full, other = (server.login(name, rights) for name in ("a", "b", "c"))
    server.registered(
        (short.removesuffix("@%"), "members"), (full.upper(), "shop.members"), (other, "orders")
    )
    own = server.company()
    assert judged(own)["members"].row_refs == refs(own, other)


def test_everybody_is_a_principal_of_its_own(server: Server) -> None:
    run(server.url, "GRANT SELECT ON members TO PUBLIC")
    own = server.company()
    assert refs(own, "PUBLIC")[0] in judged(own)["members"].row_refs
    run(server.url, "REVOKE SELECT ON members FROM PUBLIC")
    assert judged(own)["members"].status == "pass"


def test_explain_shows_a_statement_that_runs(server: Server) -> None:
    who = server.login("x", ("GRANT SELECT ON members TO {who}",))
    [(source, sql)] = grants_statement(server.company(), ("shop", "members"))
    with sa.create_engine(server.url, poolclass=sa.NullPool).connect() as connection:
        answer = connection.exec_driver_sql(sql.replace("%", "%%")).scalars().all()
    assert source == "shop"
    assert any(who.removesuffix("@%") in name for name in answer)


def test_a_login_that_may_not_see_the_rights_of_others_says_so(
    mariadb_database: URL, tmp_path: Path
) -> None:
    server = Server(mariadb_database, tmp_path)
    try:
        server.prepare()
        who = server.login("reader_only", ("GRANT SELECT ON {database}.* TO {who}",))
        url = server.url.set(username=who.removesuffix("@%"), password="")
        found = judged(server.company(url))["members"]
    finally:
        server.drop()
    assert (found.status, found.reason) == ("skip", "grants_hidden")


def test_a_database_without_privileges_has_no_result(sqlite_database: URL, tmp_path: Path) -> None:
    run(sqlite_database, *TABLES)
    assert judged(workspace(tmp_path, sqlite_database, [MEMBERS, RIGHTS])) == {}


def test_a_register_that_cannot_be_read_is_an_error(server: Server) -> None:
    run(server.url, "DROP TABLE rights")
    assert judged(server.company())["members"].status == "error"
