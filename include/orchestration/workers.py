"""How many tasks apply one plan together."""

from __future__ import annotations

from collections.abc import Mapping

VARIABLE = "DAICHO_APPLY_WORKERS"
USUAL, MOST = "2", 16


def workers_from(env: Mapping[str, str]) -> int:
    """``DAICHO_APPLY_WORKERS``, else 2; raises ConfigurationError unless it is from 1 to 16."""
    given = env.get(VARIABLE) or USUAL
    if not (given.isascii() and given.isdecimal() and 1 <= int(given) <= MOST):
        from include.governance.errors import ConfigurationError  # DAG files load nothing heavy

        raise ConfigurationError("airflow_workers", variable=VARIABLE, most=MOST, usual=USUAL)
    return int(given)
