"""Engines that log no row: below WARNING, SQLAlchemy writes statements and rows into the log."""

from __future__ import annotations

import logging

_LOGGERS = ("sqlalchemy.engine.Engine", "sqlalchemy.pool.impl.NullPool")


def quiet(name: str) -> dict[str, str]:
    """Options of ``create_engine`` for an engine that logs under a name, warnings only."""
    for logger in _LOGGERS:
        logging.getLogger(f"{logger}.{name}").setLevel(logging.WARNING)
    return {"logging_name": name, "pool_logging_name": name}
