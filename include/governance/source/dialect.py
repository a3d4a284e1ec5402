"""What differs between database engines when reading; everything else is SQLAlchemy's business."""

from __future__ import annotations

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool

CONNECT_SECONDS = "10"


def read_only(url: URL) -> URL:
    """The same database through a URL that cannot write, whoever opens it.

    SQLite files are opened with ``mode=ro``, so a missing file is an error and never created.
    A dialect not named here is left as it is: its reads rely on the grants of the login.
    """
    match url.get_backend_name():
        case "sqlite":
            path = url.database or ""
            if not path or path.startswith("file:"):
                return url
            escaped = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
            return url.set(database=f"file:{escaped}", query={"mode": "ro", "uri": "true"})
        case "postgresql":
            options = f"{url.query.get('options', '')} -c default_transaction_read_only=on".strip()
            return url.update_query_dict(
                {
                    "options": options,
                    "connect_timeout": CONNECT_SECONDS,
                    "application_name": "daicho",
                }
            )
        case "mysql" | "mariadb":
            return url.update_query_dict(
                {
                    "init_command": "SET SESSION TRANSACTION READ ONLY",
                    "connect_timeout": CONNECT_SECONDS,
                    "charset": "utf8mb4",
                }
            )
        case _:
            return url


def reading_engine(url: URL) -> Engine:
    """An engine that opens one connection per use, reads one snapshot, and shows no parameters.

    Text in SQLite that is not UTF-8 is read with replacement characters instead of losing the
    whole table.
    """
    dialect = url.get_backend_name()
    isolation = {"isolation_level": "REPEATABLE READ"} if dialect in ("postgresql", "mysql") else {}
    engine = create_engine(read_only(url), poolclass=NullPool, hide_parameters=True, **isolation)
    if dialect == "sqlite":
        event.listen(engine, "connect", _tolerate_bad_utf8)
    return engine


def _tolerate_bad_utf8(connection: DBAPIConnection, _record: object) -> None:
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.execute("PRAGMA busy_timeout = 30000")
