"""Persons whom the register of deletions calls erased, however their number is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from include.governance.errors import SourceMismatch
from include.governance.pipeline.flag import flag_registers
from include.governance.pipeline.resurrected import Buried, zombies
from include.governance.pipeline.returned import flag_returned
from include.governance.pipeline.workspace import Workspace
from tests.pipeline.company import Declared, recorder, workspace
from tests.source import tables
from tests.source.tables import AS_OF
from tests.store.test_proofs import grave

NONE = {"dataCategory": "none"}
MEMBERS = Declared(
    "members",
    [("id", "integer", NONE), ("mail", "string", {"dataCategory": "email", "purposes": ["P1"]})],
    ["id"],
    words={"owner": "EC", "entity": "member", "purposes": ["P1"]},
)
FIELDS = {"no": "deletion_id", "who": "subject_id", "how": "action"}
DELETIONS = Declared(
    "gone",
    [(name, "string", {**NONE, "registerField": field}) for name, field in FIELDS.items()],
    ["no"],
    "register",
    {"owner": "Legal", "entity": "deletion", "register": "deletions"},
)
#: How a row names member 7, who is there again, and what is said of it.
CASES = {
    "7": "fail",
    "member:7": "fail",
    "member: 7": "fail",
    " member : 007 ": "fail",
    "007": "fail",
    "+7": "fail",
    "member：７": "fail",
    "member:8": "pass",
    "8": "pass",
    "member:1234567890123456789": "pass",
    "member:abc": "returned_unclear",
    "abc": "returned_unclear",
    "member:7.5": "returned_unclear",
    f"member:{2**63}": "returned_unclear",
    "member:": "returned_unclear",
    "nobody:7": "returned_unclear",
    " ": "returned_unclear",
}


@pytest.fixture
def own(any_database: URL, tmp_path: Path) -> Workspace:
    tables.run(
        any_database,
        "CREATE TABLE members (id INTEGER PRIMARY KEY, mail VARCHAR(40))",
        "INSERT INTO members VALUES (7, 'a@example.jp'), (8, NULL)",
        "CREATE TABLE gone (no VARCHAR(9) PRIMARY KEY, who VARCHAR(40), how VARCHAR(40))",
    )
    found = workspace(tmp_path, any_database, [MEMBERS, DELETIONS])
    recorder(found)
    return found


def test_a_number_is_one_person_however_it_is_written(
    any_database: URL, own: Workspace, subtests: pytest.Subtests
) -> None:
    for who, said in CASES.items():
        insert = f"INSERT INTO gone VALUES ('D1', '{who}', 'delete')"
        tables.run(any_database, "DELETE FROM gone", insert)
        found = [r.reason or r.status for r in flag_returned(own) if r.table == "gone"]
        with subtests.test(who):
            assert found == [said] if said in ("pass", "fail") else [said, "pass"]


def test_a_table_of_persons_that_is_gone_is_an_error_of_every_register(
    any_database: URL, own: Workspace
) -> None:
    tables.run(any_database, "INSERT INTO gone VALUES ('D1', '7', 'delete')", "DROP TABLE members")
    found = {(r.table, r.rule): r.reason for r in flag_registers(own, AS_OF) if r.reason}
    assert found == {
        (table, "returned"): "table_missing" for table in ("gone", "register_deletions")
    }


def test_a_row_whose_changed_columns_are_gone_cannot_be_told(
    any_database: URL, own: Workspace
) -> None:
    [members] = [d for d in own.datasets if d.table == "members"]
    known = Buried({1: bytes(32)}, (grave(1).model_copy(update={"place": members.id}),))
    with pytest.raises(SourceMismatch) as raised:
        list(zombies(own.source("shop"), members, known, own.zone))
    assert raised.value.code == "column_missing"
