"""How much of the processor a database server has used, with all the processes it consists of."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa

TICK = os.sysconf("SC_CLK_TCK")


def server_process(connection: sa.Connection) -> int | None:
    """The first process of the server, which has to run on this machine; none for SQLite."""
    match connection.dialect.name:
        case "postgresql":
            backend = int(connection.scalar(sa.text("SELECT pg_backend_pid()")) or 0)
            return int(_fields(backend)[1])
        case "mysql":
            folder, file = connection.execute(sa.text("SELECT @@datadir, @@pid_file")).one()
            return int((Path(folder) / file).read_text())
        case _:
            return None


def used_by(process: int | None) -> float:
    """Seconds of a server: its first process, those that ended, and those that run."""
    if process is None:
        return 0.0
    total = _seconds(_fields(process), ended=True)
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        try:
            total += _seconds(_fields(int(child)), ended=False)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended just now, and the first process has its time
    return total


def _fields(process: int) -> list[str]:
    """What /proc says of it, from its state on."""
    return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()


def _seconds(fields: list[str], ended: bool) -> float:
    last = 15 if ended else 13
    return sum(map(int, fields[11:last])) / TICK
