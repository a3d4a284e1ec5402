"""Build the demo company where it is asked for, once; a second call finds it built."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from include.demo import settings
from include.demo.build import build
from include.demo.targets import create_databases, open_engines, sqlite_urls
from include.governance.errors import ConfigurationError
from include.governance.settings import read_env_file
from include.governance.source.faults import translated

Target = Literal["sqlite", "postgres", "mariadb"]
Variant = Literal["clean", "planted"]
AS_OF = date(2026, 11, 30)
SERVERS = {"postgres": "DAICHO_TEST_POSTGRES", "mariadb": "DAICHO_TEST_MARIADB"}


class NoServer(Exception):
    """The demo was asked to go to a server whose address nobody gave."""


@dataclass(frozen=True)
class Wish:
    """Which demo company, and where."""

    variant: Variant = "planted"
    scale: int = 1
    seed: int = 20261130
    to: Target = "sqlite"
    url: str | None = None

    def __str__(self) -> str:
        return f"{self.variant} scale={self.scale} seed={self.seed} to={self.to}"


@dataclass(frozen=True)
class Ready:
    """The demo company, built: its settings, and the rows per table if it was built just now."""

    settings: dict[str, str]
    rows: dict[str, int]


def make_ready(
    wish: Wish, home: Path, progress: Callable[[str, int], None], *, again: bool = False
) -> Ready:
    """The demo of this wish below ``home``; ``again`` builds it anew."""
    file = home / "demo" / "demo.env"
    known = read_env_file(file)
    if not again and known.get(settings.BUILT) == str(wish) and _is_there(known):
        return Ready(known, {})
    with translated(wish.to):
        urls, store = _places(wish, home)
    engines = open_engines(urls)
    try:
        with translated(wish.to):
            rows = build(
                engines,
                variant=wish.variant,
                scale=wish.scale,
                seed=wish.seed,
                as_of=AS_OF,
                progress=progress,
            )
    finally:
        for engine in engines.values():
            engine.dispose()
    return Ready(settings.write(file, urls, store, str(wish)), rows)


def _places(wish: Wish, home: Path) -> tuple[dict[str, URL], URL]:
    """One database per source, and the governance store (SQLite unless on PostgreSQL)."""
    folder = home / "demo"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    local = sqlite_urls(folder)
    if wish.to == "sqlite":
        return local, local["gov"]
    urls = create_databases(_server(wish, home))
    return urls, urls["gov"] if wish.to == "postgres" else local["gov"]


def _server(wish: Wish, home: Path) -> URL:
    variable = SERVERS[wish.to]
    text = wish.url or os.environ.get(variable)
    text = text or read_env_file(home / "services" / "env").get(variable)
    if not text:
        raise NoServer(variable)
    try:
        return make_url(text)
    except ArgumentError:
        raise ConfigurationError("demo_url") from None


def _is_there(known: dict[str, str]) -> bool:
    store = make_url(known.get("DAICHO_STORE") or "sqlite://")
    return store.get_backend_name() != "sqlite" or Path(store.database or "").is_file()
