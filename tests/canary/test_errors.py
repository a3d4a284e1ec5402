"""What a driver says may quote values; what our errors say, in any form, does not."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from airflow.sdk.exceptions import AirflowException
from sqlalchemy.engine import URL

from include.governance.errors import GovernanceError
from include.governance.source.connection import parse
from include.governance.source.database import Source
from include.orchestration.edge import at_the_edge
from tests.canary import canaries

VALUE = f"{canaries.LATIN}{canaries.KANJI} {canaries.PHONE}"
WRONG = {
    "no date": "SELECT CAST(word AS DATE) FROM canary",
    "no number": "SELECT CAST(word AS INTEGER) FROM canary",
    "no such column": "SELECT nothing FROM canary WHERE word = 'zq7kan'",
    "no such function": "SELECT nothing_like_that(word) FROM canary",
    "not SQL": "SELEKT 'zq7kan' FROM canary",
    "a write": "INSERT INTO canary VALUES (2, 'zq7kan')",
}
#: What some engines answer with nothing, or with a warning.
FORGIVEN = ("no date", "no number")


def said(error: BaseException) -> str:
    """Everything that a log, a page or a traceback could show of an error."""
    facts = json.dumps(getattr(error, "facts", {}), ensure_ascii=False, default=str)
    return "\n".join([str(error), repr(error), facts, *traceback.format_exception(error)])


def test_what_an_error_says_is_searched() -> None:
    """Or the tests below would prove nothing."""
    assert canaries.found(said(ValueError(VALUE)).encode()) == set(canaries.SIGNS)


@pytest.mark.parametrize("kind", WRONG)
def test_no_error_of_a_database_quotes_a_value(any_database: URL, kind: str) -> None:
    engine = sa.create_engine(any_database)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE canary (id INTEGER PRIMARY KEY, word TEXT)")
        connection.execute(sa.text("INSERT INTO canary VALUES (1, :word)"), {"word": VALUE})
    engine.dispose()
    source = Source("canary", any_database)
    told = ""
    try:
        with source.reading("canary") as connection:
            connection.exec_driver_sql(WRONG[kind]).fetchall()
    except GovernanceError as error:
        told = said(error)
    assert told or kind in FORGIVEN
    assert canaries.found(told.encode()) == set()


def test_a_broken_file_quotes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "broken.db"
    file.write_bytes(b"SQLite format 3\0" + VALUE.encode() * 500)
    source = Source("broken", URL.create("sqlite", database=str(file)))
    with pytest.raises(GovernanceError) as raised:
        source.table_names()
    assert canaries.found(said(raised.value).encode()) == set()


def test_a_connection_that_cannot_be_read_quotes_no_password() -> None:
    with pytest.raises(GovernanceError) as raised:
        parse("crm", '{"conn_type": "postgres", "port": "' + VALUE + '"}')
    assert canaries.found(said(raised.value).encode()) == set()


@pytest.mark.parametrize(
    "work",
    [
        lambda: int(VALUE),
        lambda: {}[VALUE],
        lambda: VALUE.encode("ascii"),
        lambda: json.loads(VALUE),
        lambda: (_ for _ in ()).throw(OSError(VALUE)),
    ],
    ids=["number", "key", "encoding", "json", "file"],
)
def test_an_error_that_nobody_foresaw_is_cut_off_at_the_edge_of_a_task(
    work: Callable[[], object],
) -> None:
    with pytest.raises(AirflowException) as raised:
        at_the_edge(work)()
    assert canaries.found(said(raised.value).encode()) == set()
