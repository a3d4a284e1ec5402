"""Who may read columns of a table, by the privileges that the database itself keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import URL, Connection, String, TextClause, bindparam, text
from sqlalchemy.exc import DBAPIError

from include.governance.source.faults import code_of
from include.governance.source.live import LiveTable

#: What everybody has who can log in at all.
EVERYBODY = "PUBLIC"
#: Databases that keep privileges.
KEEPERS = ("postgresql", "mysql", "mariadb")
#: This login may not read the server's own tables; MySQL keeps roles in others.
_HIDDEN = {1142, 1143, 1044, 1227, 1146}

#: Every login that can become a role which may read the table and one of the columns.
#: Superusers and who can become the owner give rights, and have them without.
_POSTGRES = text(
    """
    WITH asked AS (
      SELECT c.oid, c.relowner, c.relnamespace, a.attnum
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
      WHERE c.oid = to_regclass(:place) AND a.attname IN :columns AND NOT a.attisdropped
    ), readers AS (
      SELECT DISTINCT r.oid FROM pg_catalog.pg_roles r CROSS JOIN asked
      WHERE NOT r.rolsuper AND pg_catalog.has_schema_privilege(r.oid, relnamespace, 'USAGE')
        AND pg_catalog.has_column_privilege(r.oid, asked.oid, attnum, 'SELECT')
    )
    SELECT DISTINCT l.rolname
    FROM pg_catalog.pg_roles l JOIN readers ON pg_catalog.pg_has_role(l.oid, readers.oid, 'MEMBER')
    WHERE l.rolcanlogin AND NOT l.rolsuper
      AND NOT EXISTS (SELECT 1 FROM asked
                      WHERE pg_catalog.pg_has_role(l.oid, asked.relowner, 'MEMBER'))
    UNION
    SELECT :everybody FROM asked
    WHERE pg_catalog.has_schema_privilege('public', relnamespace, 'USAGE')
      AND pg_catalog.has_column_privilege('public', oid, attnum, 'SELECT')
    """
).bindparams(
    bindparam("place", type_=String),
    bindparam("everybody", type_=String),
    bindparam("columns", type_=String, expanding=True),
)
#: Every account and role that may read the table or one of the columns. Who has all rights and may
#: hand them on gives rights, and has them without.
_MARIADB = text(
    """
    SELECT grantee FROM (
      SELECT grantee FROM information_schema.user_privileges WHERE privilege_type = 'SELECT'
      UNION
      SELECT grantee FROM information_schema.schema_privileges
      WHERE privilege_type = 'SELECT' AND DATABASE() LIKE table_schema
      UNION
      SELECT grantee FROM information_schema.table_privileges
      WHERE privilege_type = 'SELECT' AND table_schema = DATABASE() AND table_name = :place
      UNION
      SELECT grantee FROM information_schema.column_privileges
      WHERE privilege_type = 'SELECT' AND table_schema = DATABASE() AND table_name = :place
        AND column_name IN :columns
    ) readers
    """
).bindparams(bindparam("place", type_=String), bindparam("columns", type_=String, expanding=True))
_MARIADB_GIVERS = text(
    "SELECT grantee FROM information_schema.user_privileges WHERE privilege_type = 'SUPER'"
)
_POSTGRES_LOGINS = text("SELECT rolname FROM pg_catalog.pg_roles WHERE rolcanlogin")
_MARIADB_LOGINS = text("SELECT concat(user, '@', host) FROM mysql.user WHERE is_role = 'N'")
_MARIADB_ROLES = text("SELECT user, host, role FROM mysql.roles_mapping")


class GrantsHidden(Exception):
    """This login may not see the privileges of others."""


def keeps_grants(url: URL) -> bool:
    """Whether a database keeps privileges that can be read."""
    return url.get_backend_name() in KEEPERS


def question(connection: Connection, table: LiveTable, columns: Sequence[str]) -> TextClause:
    """The statement that names who may read one of the columns."""
    if connection.dialect.name == "postgresql":
        quote = connection.dialect.identifier_preparer.quote_identifier
        place = ".".join(quote(name) for name in (table.schema, table.name) if name)
        return _POSTGRES.bindparams(place=place, columns=list(columns), everybody=EVERYBODY)
    return _MARIADB.bindparams(place=table.name, columns=list(columns))


def readers(connection: Connection, table: LiveTable, columns: Sequence[str]) -> set[str]:
    """The logins that may read one of the columns, and ``PUBLIC`` where everybody may.

    Through whatever role they have it; who gives the rights is left out. A login of MariaDB is
    ``user@host``. Raises GrantsHidden.
    """
    asked = question(connection, table, columns)
    if connection.dialect.name == "postgresql":
        return set(connection.scalars(asked))
    members = _members(connection)
    found, left = set[str](), {_account(grantee) for grantee in connection.scalars(asked)}
    while left:
        found |= left
        left = {member for role in left for member in members.get(role, ())} - found
    givers = {_account(grantee) for grantee in connection.scalars(_MARIADB_GIVERS)}
    logins = {account for account in found - givers if not account.endswith("@")}
    return logins | ({EVERYBODY} if f"{EVERYBODY}@" in found else set())


def logins(connection: Connection) -> set[str]:
    """Every login of the server, as `readers` names it. Raises GrantsHidden."""
    if connection.dialect.name == "postgresql":
        return set(connection.scalars(_POSTGRES_LOGINS))
    return {name for (name,) in _seen(connection, _MARIADB_LOGINS)}


def written(login: str) -> tuple[str, str]:
    """How people may write a login, in small letters: in full, or on MariaDB without its host."""
    name = login.casefold()
    return name, name.rpartition("@")[0] or name


def _seen(connection: Connection, asked: TextClause) -> list[tuple[Any, ...]]:
    """Rows of the server's own tables; raises GrantsHidden."""
    try:
        return [tuple(row) for row in connection.execute(asked)]
    except DBAPIError as error:
        if code_of(error) in _HIDDEN:
            raise GrantsHidden from None
        raise


def _members(connection: Connection) -> dict[str, set[str]]:
    """The accounts and roles that have each role; a role is written ``role@``."""
    found: dict[str, set[str]] = {}
    for user, host, role in _seen(connection, _MARIADB_ROLES):
        found.setdefault(f"{role}@", set()).add(f"{user}@{host}")
    return found


def _account(grantee: str) -> str:
    """``'user'@'host'`` as people write it."""
    user, _, host = grantee.rpartition("@")
    return f"{user[1:-1]}@{host[1:-1]}"
