"""A database server of a test's own, which may be killed or run out of space."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from tests import servers

sys.path.append(str(servers.ROOT / ".ci"))

from kinds import MariaDB, Postgres

_KINDS = {
    "postgres": (Postgres, servers.postgres_database),
    "mariadb": (MariaDB, servers.mariadb_database),
}
_ADMINISTRATOR = [] if os.geteuid() == 0 else ["sudo", "-n"]


@contextmanager
def own_server(name: str, folder: Path) -> Iterator[tuple[Any, URL]]:
    """A server as `make services` runs it, and an empty database in it; both gone afterwards."""
    kind, database = _KINDS[name]
    server = kind(folder, folder)
    if not server.installed():
        servers.without(f"{server.label} itself is not installed here")
    with warnings.catch_warnings():
        # it is made to outlive whoever starts it
        warnings.filterwarnings("ignore", "subprocess .* is still running", ResourceWarning)
        server.start()
        try:
            with database(sa.make_url(server.address().partition("=")[2])) as url:
                yield server, url
        finally:
            server.stop()
            server.remove()


@contextmanager
def small_disk(folder: Path, owner: int) -> Iterator[None]:
    """A disk of four megabytes at a folder."""
    folder.mkdir()
    options = f"size=4m,uid={owner},mode=700"
    mount = [*_ADMINISTRATOR, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        yield
    finally:
        subprocess.run([*_ADMINISTRATOR, "umount", "--lazy", str(folder)], check=True)
