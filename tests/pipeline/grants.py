"""A database server with two tables and logins of its own, whose privileges tests hand out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL

from include.governance.pipeline.workspace import Workspace, open_store
from tests.pipeline.company import Declared, workspace
from tests.source.tables import run

MEMBERS = Declared(
    "members",
    (
        ("id", "integer", {"dataCategory": "member_id"}),
        ("mail", "string", {"dataCategory": "email"}),
        ("shop", "string", {"dataCategory": "none"}),
    ),
    ("id",),
)
RIGHTS = Declared(
    "rights",
    (
        ("grant_id", "integer", {"dataCategory": "governance"}),
        ("principal", "string", {"dataCategory": "governance"}),
        ("table_name", "string", {"dataCategory": "governance"}),
    ),
    ("grant_id",),
    kind="register",
    words={"register": "grants"},
)
TABLES = (
    "CREATE TABLE members (id INTEGER PRIMARY KEY, mail VARCHAR(99), shop VARCHAR(99))",
    "CREATE TABLE rights (grant_id INTEGER PRIMARY KEY, principal VARCHAR(99),"
    " table_name VARCHAR(99))",
)


class Server:
    """A database with two tables and logins of its own."""

    def __init__(self, url: URL, home: Path) -> None:
        self.url, self.home = url, home
        self.postgres = url.get_backend_name() == "postgresql"
        self.mark = f"daicho_test_{secrets.token_hex(3)}"
        self.made: list[str] = []
        run(url, *TABLES)

    def login(self, name: str, given: Sequence[str] = ()) -> str:
        """A new login with these rights; what the database calls it."""
        who = self._made("ROLE" if self.postgres else "USER", name)
        run(self.url, f"CREATE {'ROLE' if self.postgres else 'USER'} {who}")
        if self.postgres:
            run(self.url, f"ALTER ROLE {who} LOGIN")
        for each in given:
            run(self.url, each.format(who=who, database=self.url.database, **self.roles))
        return who if self.postgres else f"{who}@%"

    def prepare(self) -> None:
        """A role that may read, and one that is a member of nothing yet."""
        self.roles = {name: self._made("ROLE", name) for name in ("reader", "outer")}
        for role in self.roles.values():
            run(self.url, f"CREATE ROLE {role}")
        run(self.url, f"GRANT SELECT ON members TO {self.roles['reader']}")

    def _made(self, kind: str, name: str) -> str:
        self.made.append(f"{kind} {self.mark}_{name}")
        return f"{self.mark}_{name}"

    def registered(self, *rights: tuple[str, str]) -> None:
        """Fill the register."""
        with sa.create_engine(self.url, poolclass=sa.NullPool).begin() as connection:
            for number, (principal, table) in enumerate(rights):
                statement = sa.text("INSERT INTO rights VALUES (:n, :principal, :table)")
                connection.execute(statement, {"n": number, "principal": principal, "table": table})

    def company(self, url: URL | None = None) -> Workspace:
        """Its contracts, read with another login or the owner's."""
        own = workspace(self.home, url or self.url, [MEMBERS, RIGHTS])
        open_store(own.settings.store_url)
        return own

    def drop(self) -> None:
        for each in self.made:
            if self.postgres:
                run(self.url, f"DROP OWNED BY {each.split()[1]}")
            run(self.url, f"DROP {each}")
