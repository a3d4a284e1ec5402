"""What every test stands on: a clean environment, an Airflow home of its own, real databases."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="daicho-airflow-"))

# The developer's own settings must not decide a test: connections and variables of Airflow,
# Daicho's settings, the language of messages and what makes rich print colours or wide tables.
FOREIGN = ("AIRFLOW", "_AIRFLOW", "DAICHO_", "LC_", "LANG")
FOREIGN_NAMES = {"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "PYTHONWARNINGS"}


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: tests wait for servers and processes much of their time."""
    return (os.cpu_count() or 1) + 1


def clean_environment(environ: dict[str, str]) -> dict[str, str]:
    """The environment without what belongs to the developer, and with what the tests need."""
    kept = {
        name: value
        for name, value in environ.items()
        if name.startswith("DAICHO_TEST_")
        or not (name.startswith(FOREIGN) or name in FOREIGN_NAMES)
    }
    return kept | {
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "AIRFLOW_HOME": str(AIRFLOW_HOME),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{AIRFLOW_HOME}/airflow.db",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(AIRFLOW_HOME / "logs"),
    }


# At import, not in a fixture: Airflow reads its configuration when it is first imported,
# and a test module may do that at its top.
_clean = clean_environment(dict(os.environ))
os.environ.clear()
os.environ.update(_clean)

# pyproject.toml turns every warning into an error. These come from packages we cannot change.
THIRD_PARTY_WARNINGS = (
    # great_expectations (file_path_data_connector.py) imports modules that Python 3.11 renamed
    "ignore:module 'sre_(constants|parse)' is deprecated:DeprecationWarning",
    # svcs, which Airflow's API uses, imports a test client that wants another HTTP client
    "ignore:Using `httpx` with `starlette.testclient`",
    # Airflow (file_discovery.py) reads .airflowignore by a class that pathspec renamed
    "ignore:GitWildMatchPattern .* is deprecated:DeprecationWarning",
)


def pytest_configure(config: pytest.Config) -> None:
    """Let the known warnings of other people's packages pass."""
    for line in THIRD_PARTY_WARNINGS:
        config.addinivalue_line("filterwarnings", line)


def pytest_unconfigure() -> None:
    """Remove the Airflow home of this run."""
    shutil.rmtree(AIRFLOW_HOME, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server, so that -m "not server" leaves it out."""
    for item in items:
        if {"postgres_url", "mariadb_url", "redis_url"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("server")


@pytest.fixture(scope="session")
def postgres_url() -> URL:
    """The PostgreSQL server of `make services`; its superuser, its database `postgres`."""
    return servers.postgres()


@pytest.fixture(scope="session")
def mariadb_url() -> URL:
    """The MariaDB server of `make services`; root, no database."""
    return servers.mariadb()


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The Redis server of `make services`, database 0."""
    return servers.redis()


@pytest.fixture
def sqlite_database(tmp_path: Path) -> URL:
    """A new SQLite file."""
    return URL.create("sqlite", database=str(tmp_path / "database.sqlite"))


@pytest.fixture
def postgres_database(postgres_url: URL) -> Iterator[URL]:
    """A new, empty PostgreSQL database, dropped after the test."""
    with servers.postgres_database(postgres_url) as url:
        yield url


@pytest.fixture
def mariadb_database(mariadb_url: URL) -> Iterator[URL]:
    """A new, empty MariaDB database, dropped after the test."""
    with servers.mariadb_database(mariadb_url) as url:
        yield url


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.server),
        pytest.param("mariadb", marks=pytest.mark.server),
    ]
)
def any_database(request: pytest.FixtureRequest) -> URL:
    """A new, empty database of each kind in turn: the test runs three times."""
    url = request.getfixturevalue(f"{request.param}_database")
    assert isinstance(url, URL)
    return url
