"""What every part of the store shares: the database and its transactions."""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy import URL, Connection, select

from include.governance.errors import StoreError
from include.governance.store import engine
from include.governance.store.engine import open_engine, sqlite_path, store_url
from include.governance.store.migrate import version_of
from include.governance.store.schema import VERSION, WRITE_LOCK


class Database:
    """The store's database; refused when its tables are not at the version of this program."""

    def __init__(self, url: str | URL) -> None:
        self._url = store_url(url)
        path = sqlite_path(self._url)
        if path and not path.is_file():
            raise StoreError("store_missing", path=str(path))
        self._engine = open_engine(self._url)
        with self.reading() as connection:
            found = version_of(connection)
        if found != VERSION:
            raise StoreError("store_version", found=found or "-", needed=VERSION)

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that only reads."""
        return engine.reading(self._engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that is written whole or not at all."""
        return engine.writing(self._engine)


def queue_for(connection: Connection, name: str) -> None:
    """Wait until no other transaction that queued for ``name`` is open (SQLite has one writer)."""
    locked = select(WRITE_LOCK.c.name).where(WRITE_LOCK.c.name == name).with_for_update()
    connection.execute(locked)
