"""Engines that log no row: below WARNING, SQLAlchemy writes statements and rows into the log."""

from __future__ import annotations

import logging

_LOGGERS = ("sqlalchemy.engine.Engine", "sqlalchemy.pool.impl.NullPool")


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def quiet(name: str) -> dict[str, str]:
    """Options of ``create_engine`` for an engine that logs under a name, warnings only.

    A level alone would not last: whoever configures the loggers above resets those below.
    """
    for logger in _LOGGERS:
        own = logging.getLogger(f"{logger}.{name}")
        own.setLevel(logging.WARNING)
        own.addFilter(_is_warning)
    return {"logging_name": name, "pool_logging_name": name}
