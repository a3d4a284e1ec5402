"""Find the database servers that `make services` runs, and make throw-away databases in them."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

ROOT = Path(__file__).resolve().parent.parent
ADDRESSES = ROOT / "var" / "services" / "env"


def postgres() -> URL:
    """PostgreSQL's own database, as its superuser."""
    return make_url(_address("PostgreSQL", "DAICHO_TEST_POSTGRES"))


def mariadb() -> URL:
    """MariaDB without a database, as root.

    It speaks no TLS; asking for it anyway would load the machine's certificates per connection.
    """
    address = make_url(_address("MariaDB", "DAICHO_TEST_MARIADB"))
    return address.update_query_dict({"ssl_disabled": "true"})


def redis() -> str:
    """Redis, database 0."""
    return _address("Redis", "DAICHO_TEST_REDIS")


@contextmanager
def postgres_database(server: URL) -> Iterator[URL]:
    """A new, empty PostgreSQL database, gone at the end even if connections are left open."""
    name = _new_name()
    _run(server, f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name)
    finally:
        _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def mariadb_database(server: URL) -> Iterator[URL]:
    """A new, empty MariaDB database, gone at the end even if connections are left open."""
    name = _new_name()
    _run(server, f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    try:
        yield server.set(database=name)
    finally:
        left = sa.text("SELECT id FROM information_schema.processlist WHERE db = :name")
        with _admin(server) as connection:
            ids = connection.execute(left, {"name": name}).scalars().all()
        for number in ids:
            with _admin(server) as connection:
                connection.execute(sa.text(f"KILL SOFT CONNECTION {number:d}"))
        _run(server, f"DROP DATABASE {name}")


def _new_name() -> str:
    return f"daicho_test_{secrets.token_hex(6)}"


@contextmanager
def _admin(server: URL) -> Iterator[sa.Connection]:
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


def _run(server: URL, statement: str) -> None:
    with _admin(server) as connection:
        connection.execute(sa.text(statement))


def _address(label: str, variable: str) -> str:
    """The address from the environment, else from `make services`; it must accept connections."""
    address = os.environ.get(variable) or _written_addresses().get(variable)
    if not address:
        without(f"no {label}: run make services")
    url = make_url(address)
    try:
        socket.create_connection((url.host, url.port), timeout=5).close()
    except OSError as problem:
        without(f"{label} at {url.host}:{url.port} does not answer ({problem}): run make services")
    return address


def _written_addresses() -> dict[str, str]:
    try:
        lines = ADDRESSES.read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def without(reason: str) -> NoReturn:
    """Skip on a developer's machine; in CI a test that did not run is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
