"""The demo company built once, clean and planted, on SQLite."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, select, text

from include.demo import schema
from include.demo.build import Variant, build
from include.demo.targets import open_engines, sqlite_urls


class Demo(NamedTuple):
    engines: dict[str, Engine]
    rows: dict[str, int]

    def column(self, source: str, sql: str, **values: object) -> list[object]:
        with self.engines[source].connect() as connection:
            return list(connection.scalars(text(sql), values))


def fingerprint(engines: dict[str, Engine]) -> str:
    """A digest of every value of every table, whatever order the database returns."""
    digest = hashlib.sha256()
    for source, metadata in schema.SOURCES.items():
        with engines[source].connect() as connection:
            for table in metadata.sorted_tables:
                rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                digest.update(f"{table.name}:{rows}".encode())
    return digest.hexdigest()


def _demo(folder: Path, variant: Variant) -> Iterator[Demo]:
    engines = open_engines(sqlite_urls(folder))
    yield Demo(engines, build(engines, variant=variant))
    for engine in engines.values():
        engine.dispose()


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    yield from _demo(tmp_path_factory.mktemp("clean"), "clean")


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    yield from _demo(tmp_path_factory.mktemp("planted"), "planted")
