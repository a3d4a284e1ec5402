"""The statements that a person would write for each control of the demo company."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import URL

_FILE = Path(__file__).with_name("statements.sql")


def by_hand(url: URL, as_of: date) -> dict[str, int]:
    """Run each statement and fetch what it finds; rows by control."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    found: dict[str, int] = {}
    with engine.connect() as connection:
        for control, statement in statements(as_of).items():
            found[control] = len(connection.exec_driver_sql(statement).fetchall())
    return found


def statements(as_of: date) -> dict[str, str]:
    """The statements by control, with the day of the run."""
    text = _FILE.read_text("utf-8").replace(":as_of", f"DATE '{as_of.isoformat()}'")
    parts = re.split(r"(?m)^-- (\S+)\n", text)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {control: own.strip().rstrip(";").replace("%", "%%") for control, own in pairs}
