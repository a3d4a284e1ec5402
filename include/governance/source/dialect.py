"""What differs between database engines when reading; everything else is SQLAlchemy's business."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool, Pool, QueuePool

from include.governance.source import mariadb
from include.governance.source.encoding import lenient
from include.governance.source.quiet import quiet

CONNECT_SECONDS = 10
#: How long a table that somebody else has locked is waited for.
LOCK_SECONDS = 30
#: How long one statement may take; a server that went silent is given up as well.
STATEMENT_SECONDS = 3_600
#: The function that SQLite lacks: by seed a number between 0 and 1, another one at each call.
CHANCE = "daicho_chance"
#: What the engines log under.
LOG_NAME = "daicho_source"
_QUIET = quiet(LOG_NAME)
mariadb.register()
#: The zone of the policy, in which MySQL shows its TIMESTAMP columns.
_MYSQL_SESSION = (
    f"SET SESSION lock_wait_timeout={LOCK_SECONDS}, SESSION time_zone='+09:00'"
    " /*!80003 , SESSION transaction_read_only=1 */ /*M! , SESSION tx_read_only=1 */"
)


def read_only(url: URL, lock_seconds: int = LOCK_SECONDS) -> URL:
    """The same database through a URL that cannot write or wait for ever, whoever opens it.

    SQLite files are opened with ``mode=ro``, so a missing file is an error and never created.
    PostgreSQL refuses a table of which a policy would hide rows. A dialect not named here is left
    as it is: its reads rely on the grants of the login.
    """
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url, lock_seconds)
        case "postgresql":
            own = (
                "-c default_transaction_read_only=on -c row_security=off"
                f" -c lock_timeout={lock_seconds}s -c statement_timeout={STATEMENT_SECONDS}s"
                # a cursor is read to its end: no plan that only begins quickly
                " -c cursor_tuple_fraction=1"
                # and none that compiles for longer than it runs
                " -c jit=off"
            )
            return url.update_query_dict(
                {
                    "options": f"{_text(url.query.get('options', ''))} {own}".strip(),
                    "connect_timeout": str(CONNECT_SECONDS),
                    "keepalives_idle": "30",
                    "keepalives_interval": "10",
                    "keepalives_count": "3",
                    "application_name": "daicho",
                }
            )
        case "mysql" | "mariadb":
            session = _MYSQL_SESSION.replace(f"={LOCK_SECONDS},", f"={lock_seconds},")
            return url.update_query_dict(
                {
                    "init_command": session,
                    "connect_timeout": str(CONNECT_SECONDS),
                    "read_timeout": str(STATEMENT_SECONDS),
                    "charset": "utf8mb4",
                }
            )
        case _:
            return url


def in_sets(url: URL) -> URL:
    """The same for statements that join whole tables by what they compute of their cells.

    PostgreSQL cannot estimate how many rows those give, takes them for few, and would look through
    one table again for each row of the other.
    """
    if url.get_backend_name() != "postgresql":
        return url
    options = f"{_text(url.query.get('options', ''))} -c enable_nestloop=off"
    return url.update_query_dict({"options": options.strip()})


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def _sqlite(url: URL, lock_seconds: int) -> URL:
    path = (url.database or "").removeprefix("file:")
    if not path or path == ":memory:":
        return url
    if (url.database or "").startswith("file:"):
        path = path.split("?", 1)[0]
    else:
        path = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    query = {"mode": "ro", "uri": "true", "timeout": str(lock_seconds)}
    return url.set(database=f"file:{path}", query=query)


def reading_engine(
    url: URL, lock_seconds: int = LOCK_SECONDS, pool: type[Pool] = NullPool
) -> Engine:
    """An engine that reads one snapshot per transaction, and logs no row.

    Text in SQLite that is not UTF-8 is read in the Japanese encoding it is likely in, else with
    replacement characters, and a date in PostgreSQL that Python cannot hold as text, instead of
    losing the whole table.
    """
    dialect = url.get_backend_name()
    isolation = {"isolation_level": "REPEATABLE READ"} if dialect in ("postgresql", "mysql") else {}
    opened = read_only(url, lock_seconds)
    # reads within reads open what they need; a limit would let them wait for each other
    several = {"max_overflow": -1} if pool is QueuePool else {}
    if dialect == "mysql":
        opened = opened.update_query_dict({"read_timeout": str(CONNECT_SECONDS)})
    engine = create_engine(
        opened,
        poolclass=pool,
        pool_pre_ping=True,  # one that was lost in between is opened again
        hide_parameters=True,
        **_QUIET,
        **isolation,
        **several,
    )
    if dialect == "sqlite":
        event.listen(engine, "connect", _tolerate_bad_utf8)
        event.listen(engine, "checkout", _draw_by_chance)
    if engine.driver == "pymysql":
        event.listen(engine, "connect", _wait_for_statements)
    if engine.driver == "psycopg":
        event.listen(engine, "connect", _tolerate_far_dates)
    return engine


def _tolerate_bad_utf8(connection: DBAPIConnection, _record: object) -> None:
    connection.text_factory = lenient


def _draw_by_chance(connection: DBAPIConnection, *_: object) -> None:
    """The same numbers for the same seed, whatever was drawn before."""
    drawn: dict[int, Random] = {}

    def chance(seed: int) -> float:
        return drawn.setdefault(seed, Random(seed)).random()  # noqa: S311 - chooses rows

    connection.create_function(CHANCE, 1, chance)


def _wait_for_statements(connection: DBAPIConnection, _record: object) -> None:
    """PyMySQL has one timeout for a server that never greets and one that is still counting."""
    connection._read_timeout = STATEMENT_SECONDS


def _tolerate_far_dates(connection: DBAPIConnection, _record: object) -> None:
    for name, loader in _far_date_loaders().items():
        connection.adapters.register_loader(name, loader)


@cache
def _far_date_loaders() -> dict[str, type]:
    """``infinity``, years before Christ and years after 9999 come as text."""
    from psycopg import DataError
    from psycopg.types import datetime as kinds

    def tolerant(loader: type) -> type:
        strict: Callable[[Any, Any], object] = loader.__dict__["load"]

        def load(self: Any, data: Any) -> object:
            try:
                return strict(self, data)
            except DataError:
                return bytes(data).decode()

        return type(loader.__name__, (loader,), {"load": load})

    return {
        "date": tolerant(kinds.DateLoader),
        "timestamp": tolerant(kinds.TimestampLoader),
        "timestamptz": tolerant(kinds.TimestamptzLoader),
    }
