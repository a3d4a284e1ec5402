"""The demo company built once, clean and planted, on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, text

from include.demo.build import Variant, build
from include.demo.targets import open_engines, sqlite_urls


class Demo(NamedTuple):
    engines: dict[str, Engine]
    rows: dict[str, int]

    def column(self, source: str, sql: str, **values: object) -> list[object]:
        with self.engines[source].connect() as connection:
            return list(connection.scalars(text(sql), values))


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
