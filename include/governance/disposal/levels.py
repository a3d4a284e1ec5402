"""Give back the space of erased rows, and show that the database did: levels 2 and 3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sqlite3 import OperationalError

from sqlalchemy import Connection, exc, inspect

from include.governance.disposal.levels_mariadb import rebuild
from include.governance.disposal.levels_postgres import vacuum
from include.governance.disposal.levels_sqlite import compact
from include.governance.erasure.failures import as_ours
from include.governance.erasure.graph import Place
from include.governance.erasure.tables import own_tables
from include.governance.erasure.target import Kind, Target
from include.governance.errors import SourceUnavailable
from include.governance.model.certificate import Level, TableEvidence

#: What an engine did: the level that was reached, which may be more than was asked for.
Reached = tuple[Level, tuple[TableEvidence, ...]]
Way = Callable[[Connection, Sequence[Place], Level], Reached]
_WAYS: dict[Kind, Way] = {"postgresql": vacuum, "mariadb": rebuild, "sqlite": compact}


def reclaim(target: Target, places: Sequence[Place], level: Level) -> Reached:
    """Bring tables to level 2 (space reclaimed, statistics new) or 3 (written anew).

    The product's own tables beside them held keys and go along. Raises PlanError when the database
    does not show that it worked, SourceUnavailable when a table stays locked.
    """
    with target.connected() as connection:
        beside = [(None, name) for name in sorted(own_tables() & set(_names(connection)))]
        connection.rollback()
        if target.kind != "sqlite":
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            return _WAYS[target.kind](connection, [*dict.fromkeys([*places, *beside])], level)
        except exc.DBAPIError as error:
            raise as_ours(error, target.name, "-") from None
        except OperationalError:
            raise SourceUnavailable("source_unavailable", source=target.name) from None


def _names(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()
