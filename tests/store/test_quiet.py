"""At DEBUG the engines of the store and of an erasure log neither rows nor statements."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import URL, text

from include.governance.erasure.target import Target
from include.governance.store import Store
from tests.store.test_runs import begin, verdict

CANARY = "canary_7f3a"


@pytest.mark.parametrize("logger", ["", "sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool"])
def test_no_row_reaches_a_log(
    store: Store, sqlite_database: URL, caplog: pytest.LogCaptureFixture, logger: str
) -> None:
    logging.getLogger("sqlalchemy.engine.Engine.daicho_store").setLevel(logging.NOTSET)  # reset
    with caplog.at_level(logging.DEBUG, logger):
        begin(store, "r1", "scan", "shop")
        store.save_classifications("r1", "shop", CANARY, [verdict("email", CANARY)])
        with Target("shop", sqlite_database).writing() as connection:
            found = connection.execute(text("SELECT table_name FROM classification"))
            assert found.scalars().all() == [CANARY]
    assert not [each for each in caplog.records if each.name.startswith("sqlalchemy")]
    assert CANARY not in caplog.text
