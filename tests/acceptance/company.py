"""The demo company, built and judged for a test, on any of the three databases."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import SecretBytes
from sqlalchemy import URL

from include.demo.build import build
from include.demo.ready import AS_OF
from include.demo.targets import create_databases, drop_databases, open_engines, sqlite_urls
from include.governance.model.reference import row_ref
from include.governance.pipeline.everything import run_everything
from include.governance.pipeline.record import Recorder
from include.governance.pipeline.workspace import Workspace, open_store, open_workspace
from include.governance.settings import Settings
from tests import servers

Engine = Literal["sqlite", "postgres", "mariadb"]
KEY = b"a key for tests only, 0123456789 abcdef"


@dataclass(frozen=True)
class Company:
    """A built demo company and what is needed to judge it."""

    urls: Mapping[str, URL]
    workspace: Workspace

    def recorder(self, run_id: str = "test") -> Recorder:
        """A recorder for the demo's day."""
        store = self.workspace.store()
        return Recorder(self.workspace, store, run_id, AS_OF, lambda: datetime.now(UTC))

    def judge(self, run_id: str = "test") -> dict[str, object]:
        """scan, check and flag; the outcome as it is published."""
        outcome, _ = run_everything(self.recorder(run_id), lambda *_: None)
        return outcome.published()


@contextmanager
def company(
    engine: Engine, variant: Literal["clean", "planted"], folder: Path
) -> Iterator[Company]:
    """The company on one database engine; server databases are dropped at the end."""
    with databases(engine, folder) as urls:
        engines = open_engines(urls)
        build(engines, variant=variant)
        for each in engines.values():
            each.dispose()
        settings = Settings(
            home=folder, store_url=f"sqlite:///{folder}/store.db", key=SecretBytes(KEY)
        )
        open_store(settings.store_url)
        yield Company(urls, open_workspace(settings, lambda name: urls[name]))


@contextmanager
def databases(engine: Engine, folder: Path) -> Iterator[Mapping[str, URL]]:
    """Empty databases for the six sources."""
    if engine == "sqlite":
        yield sqlite_urls(folder)
        return
    admin = servers.postgres() if engine == "postgres" else servers.mariadb()
    prefix = f"daicho_test_{secrets.token_hex(4)}"
    try:
        yield create_databases(admin, prefix)
    finally:
        drop_databases(admin, prefix)


def refs(place: str, *keys: object) -> set[str]:
    """The row references of these primary keys of ``source.table``."""
    source, table = place.split(".", 1)
    return {row_ref(KEY, source, table, (key,)) for key in keys}
