"""Where the demo company lives: one SQLite file or one server database per source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from include.demo.schema import SOURCES

_PREFIX = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BUSY_MILLISECONDS = 30_000


def sqlite_urls(folder: Path) -> dict[str, URL]:
    """One file per source in ``folder``; the registers live in ``governance.db``."""
    files = {source: f"{source}.db" for source in SOURCES} | {"gov": "governance.db"}
    return {
        source: URL.create("sqlite", database=str(folder / file)) for source, file in files.items()
    }


def server_urls(admin_url: URL, prefix: str = "daicho_demo") -> dict[str, URL]:
    """One database per source on the server of ``admin_url``: ``<prefix>_shop`` and so on."""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(
            f"prefix {prefix!r} must be small letters, digits and underscores, 40 at most"
        )
    charset = {"charset": "utf8mb4"} if _is_mariadb(admin_url) else {}
    return {
        source: admin_url.set(database=f"{prefix}_{source}").update_query_dict(charset)
        for source in SOURCES
    }


def open_engines(urls: Mapping[str, URL]) -> dict[str, Engine]:
    """An engine per source; SQLite files get a write-ahead log and wait for one another."""
    engines = {source: create_engine(url) for source, url in urls.items()}
    for source, engine in engines.items():
        if engine.dialect.name == "sqlite":
            if database := urls[source].database:
                Path(database).parent.mkdir(parents=True, exist_ok=True)
            event.listen(engine, "connect", _prepare_sqlite)
    return engines


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def create_databases(admin_url: URL, prefix: str = "daicho_demo") -> dict[str, URL]:
    """Create the databases that do not exist yet; returns their addresses."""
    urls = server_urls(admin_url, prefix)
    with _admin(admin_url) as connection:
        for url in urls.values():
            _create(connection, str(url.database))
    return urls


def drop_databases(admin_url: URL, prefix: str = "daicho_demo") -> None:
    """Drop the databases of the demo, those that exist."""
    with _admin(admin_url) as connection:
        force = " WITH (FORCE)" if connection.dialect.name == "postgresql" else ""
        for url in server_urls(admin_url, prefix).values():
            name = _quoted(connection, str(url.database))
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}{force}"))


def _create(connection: Connection, name: str) -> None:
    quoted = _quoted(connection, name)
    if connection.dialect.name != "postgresql":
        connection.execute(
            text(
                f"CREATE DATABASE IF NOT EXISTS {quoted} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
            )
        )
        return
    known = text("SELECT 1 FROM pg_database WHERE datname = :name")
    if connection.scalar(known, {"name": name}) is None:
        # The same byte order everywhere, whatever language the server was set up in.
        options = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        connection.execute(text(f"CREATE DATABASE {quoted} {options}"))


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)


def _is_mariadb(url: URL) -> bool:
    return url.get_backend_name() in {"mysql", "mariadb"}


@contextmanager
def _admin(url: URL) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
