"""What an erasure takes away can be put back exactly while its key lives, and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretBytes
from sqlalchemy import URL
from sqlalchemy.dialects import mysql

from include.governance.erasure.keys import Seed
from include.governance.erasure.quarantine import sealed_chunks, sealed_rows
from include.governance.erasure.quarantine_columns import require_kept, write_exactly
from include.governance.erasure.quarantine_parts import read_cells, stored_columns
from include.governance.erasure.quarantine_seal import Seal, unwrapped, wrapped
from include.governance.erasure.quarantine_undo import Undoing, undo_chunk
from include.governance.erasure.record import read_spec
from include.governance.erasure.reflect import Closure, read_closure
from include.governance.erasure.tables import QUARANTINE
from include.governance.erasure.walk import Scene
from include.governance.errors import PlanError
from include.governance.model.erasure import ErasurePlan
from include.governance.model.quarantine import UndoRefusal
from tests.erasure.bench import AT, Bench
from tests.erasure.shop import shop
from tests.erasure.test_anonymise import KEY as PSEUDONYMS
from tests.erasure.test_anonymise import members

KEY = SecretBytes(bytes(range(32)))


@dataclass
class Kept:
    """An erasure under an undo window, and the way back."""

    bench: Bench
    plan: ErasurePlan
    key: SecretBytes = KEY

    @property
    def seal(self) -> Seal:
        return Seal(self.plan.plan_id, self.key, Random(5))

    def undo(self) -> list[int | UndoRefusal]:
        target, bench = self.bench.target, self.bench
        with target.snapshot() as connection:
            spec = read_spec(connection, self.plan.plan_id)
            closure = closure_of(bench, connection)
            chunks = sealed_chunks(connection, self.plan.plan_id)
        undoing = Undoing(
            target, closure, bench.datasets, self.seal, Seed(*spec["seed"]),
            spec["schema_sha256"], "officer",
        )  # fmt: skip
        return [undo_chunk(undoing, no, AT) for no in chunks]


def closure_of(bench: Bench, connection: sa.Connection) -> Closure:
    root, deletes = bench.of(bench.root), not bench.actions
    return read_closure(connection, bench.target.kind, root, bench.datasets, deletes)


def erased(bench: Bench, chunk_roots: int = 3) -> Kept:
    plan = bench.plan(chunk_roots)
    kept = Kept(bench, plan)
    assert bench.apply(plan, seal=kept.seal).complete
    return kept


def everything(bench: Bench) -> dict[str, list[dict[str, Any]]]:
    return {table.name: bench.rows(table.name) for table in bench.metadata.sorted_tables}


def back(found: list[int | UndoRefusal]) -> int:
    """Rows that came back when nothing was in the way."""
    rows = [each for each in found if isinstance(each, int)]
    assert len(rows) == len(found), found
    return sum(rows)


def test_what_hangs_together_comes_back_together(any_database: URL) -> None:
    bench = shop(any_database)
    before = everything(bench)
    kept = erased(bench)
    gone = sum(step.rows for step in kept.plan.steps)
    assert everything(bench) != before
    with bench.target.snapshot() as connection:
        assert sealed_rows(connection, kept.plan.plan_id) == gone
    assert back(kept.undo()) == gone
    assert everything(bench) == before
    assert kept.undo() == []
    assert bench.plan().roots == kept.plan.roots


TYPES = {
    "sqlite": ["", "INTEGER", "REAL", "TEXT", "BLOB", "NUMERIC"],
    "postgresql": [
        "smallint", "bigint", "numeric", "numeric(20,10)", "real", "double precision", "boolean",
        "text", "varchar(200)", "char(8)", "bytea", "date", "time", "timetz", "timestamp",
        "timestamptz", "interval", "uuid", "json", "jsonb", "text[]", "integer[][]", "numrange",
        "inet", "bit(5)", "varbit", '"moo%%d:s"', "positive", "daterange", "tsvector",
    ],
    "mysql": [
        "tinyint", "bigint unsigned", "int(8) zerofill", "decimal(40,10)", "float", "double",
        "bit(10)", "varchar(200)", "varchar(200) character set cp932", "char(8)", "longtext",
        "varbinary(20)", "binary(4)", "longblob", "date", "time(6)", "datetime(6)",
        "timestamp(6) null", "year", "json", "enum('a','い')", "set('a','b')", "uuid", "inet6",
    ],
}  # fmt: skip
VALUES: dict[str, list[list[Any]]] = {
    "sqlite": [
        ["9223372036854775807", "-0.0", "1e308", "9e999", "0.1", "1.0"],
        ["'a' || char(0) || 'b'", "x'00ff'", "''", "CAST(x'ff00' AS TEXT)", "x''", "'1e400'"],
        ["'9007199254740993'", "5e-324", "'日本語'", "'x''y\"'", "NULL", "1.5"],
    ],
    "postgresql": [
        [
            "32767", "-9223372036854775808", "1e-100", "1.5000000000", "0.1", "'NaN'", "true",
            "E'a\\\\b\\n\\t\"''日本語\u00e9'", "'  x  '", "'a'", "'\\x00ff5c'", "'infinity'",
            "'23:59:59.999999'", "'01:02:03+09:30'", "'294276-12-31 23:59:59.999999'",
            "'2026-11-01 01:30:00.123456-05'", "'1 mon -3 days 04:05:06.789'",
            "'00000000-0000-0000-0000-000000000001'", "'{\"b\": 1,  \"a\": 1.10, \"b\": null}'",
            "'{\"n\": 12345678901234567890.12345678901234567890}'",
            "ARRAY['a,b', NULL, 'NULL', '{\"}', '', E'\\\\']", "'{{1,NULL},{3,4}}'",
            "'[1.5,)'", "'10.0.0.1/8'", "B'01010'", "B'1'", "'so, so'", "7",
            "'(,2026-01-01]'", "'a:1 b:2'",
        ],
        [
            "-1", "0", "'NaN'", "'NaN'", "'-Infinity'", "5e-324", "false", "''", "''", "''", "''",
            "'4713-01-01 BC'", "'00:00'", "'00:00+00'", "'-infinity'", "'infinity'", "'00:00:00'",
            "'ffffffff-ffff-ffff-ffff-ffffffffffff'", "'null'", "'null'", "'{}'", "'{}'",
            "'empty'", "'::1'", "B'00000'", "''", "'ok'", "1", "'empty'", "''",
        ],
    ],
    "mysql": [
        [
            "-128", "18446744073709551615", "42", "-12345678901234567890.0123456789", "0.1",
            "4.9406564584124654e-324", "b'1000000001'", "CONCAT('a\\\\b\\n\"''日本語🎌', CHAR(0))",
            "_utf8mb4'①㈱～'", "'  x'", "' x '", "x'00FF00'", "x'00'", "x'FF5C00'", "'0000-00-00'",
            "'-838:59:59.000001'", "'9999-12-31 23:59:59.999999'",
            "FROM_UNIXTIME(1793514600.123456)", "1901", "'{\"b\": 1.10,  \"a\": null}'", "'い'",
            "'a,b'", "'00000000-0000-0000-0000-000000000001'", "'::ffff:10.0.0.1'",
        ],
        [
            "0", "0", "0", "0", "3.402823e38", "-0.1", "0", "''", "''", "''", "''", "''", "''",
            "''", "'2024-02-29'", "'00:00:00'", "'0000-00-00 00:00:00'", "'2026-11-22 00:00:00'",
            "'2155'", "'[]'", "'a'", "''", "'ffffffff-ffff-ffff-ffff-ffffffffffff'", "'::'",
        ],
    ],
}  # fmt: skip


#: A name that means something to SQL, to SQLAlchemy and to drivers.
ODD = 'o"d%(d)s:%%'


def typed(url: URL) -> Bench:
    """A table with every type, of which the contract declares only the key and the due column."""
    name = url.get_backend_name()
    metadata = sa.MetaData()
    sa.Table(
        ODD, metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("due", sa.Integer),
        sa.Column(f"{ODD}0", sa.Text),
    )  # fmt: skip
    bench = Bench(url, metadata, ODD, lambda c: c.due == 1)
    quote = bench.target.engine.dialect.identifier_preparer.quote
    names = [quote(f"{ODD}{at}") for at in range(len(TYPES[name]))]
    columns = "".join(f", {at} {kind}" for at, kind in zip(names, TYPES[name], strict=True))
    more = {
        "sqlite": ", g INTEGER GENERATED ALWAYS AS (id + 1)",
        "postgresql": ", g integer GENERATED ALWAYS AS (id + 1) STORED,"
        " n bigint GENERATED ALWAYS AS IDENTITY",
        "mysql": ", g integer AS (id + 1) STORED, renewed timestamp(6) NULL"
        " DEFAULT '2026-01-01' ON UPDATE current_timestamp(6)",
    }[name]
    if name == "postgresql":
        bench.execute("CREATE TYPE \"moo%%d:s\" AS ENUM ('ok', 'so, so')")
        bench.execute("CREATE DOMAIN positive AS integer CHECK (VALUE > 0)")
    bench.execute(f"CREATE TABLE {quote(ODD)} (id integer PRIMARY KEY, due integer{columns}{more})")
    for at, row in enumerate([*VALUES[name], ["NULL"] * len(names)]):
        with bench.target.engine.begin() as connection:
            if name == "mysql":
                connection.exec_driver_sql("SET sql_mode = '', time_zone = '+00:00'")
            into = f"INSERT INTO {quote(ODD)} (id, due, {', '.join(names)})"
            connection.exec_driver_sql(f"{into} VALUES ({at}, 1, {', '.join(row)})")
    return bench.create({})


def cells(bench: Bench) -> dict[Any, Any]:
    """Every column of every row, as the database itself tells them."""
    keys = [(key,) for key in bench.keys(ODD)]
    with bench.target.snapshot() as connection:
        scene = Scene(connection, bench.target.kind, closure_of(bench, connection), Seed(1, 2))
        write_exactly(connection, bench.target.kind)
        shape = scene.closure.root
        return read_cells(scene, shape, stored_columns(scene, shape), keys)


def test_every_type_comes_back_as_it_was(any_database: URL) -> None:
    bench = typed(any_database)
    before = cells(bench)
    assert len(before) == len(VALUES[any_database.get_backend_name()]) + 1
    kept = erased(bench)
    assert cells(bench) == {}
    assert back(kept.undo()) == len(before)
    assert cells(bench) == before


WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2037, 12, 31))  # noqa: DTZ001
ROWS = st.lists(
    st.tuples(WORDS, st.floats(allow_nan=False, allow_infinity=False), st.binary(), MOMENTS),
    max_size=20,
)


def test_any_value_comes_back(any_database: URL) -> None:
    metadata = sa.MetaData()
    table = sa.Table(
        "values", metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("words", sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")),
        sa.Column("real", sa.Double),
        sa.Column("bytes", sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")),
        sa.Column("moment", sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")),
    )  # fmt: skip
    names = [column.name for column in table.columns]
    bench = Bench(any_database, metadata, "values", lambda c: c.id >= 0).create({})

    @settings(max_examples=8, deadline=None, database=None)
    @given(ROWS)
    def erased_and_put_back(rows: list[tuple[Any, ...]]) -> None:
        bench.execute(table.delete())
        for at, row in enumerate(rows):
            bench.execute(table.insert().values(dict(zip(names, (at, *row), strict=True))))
        before = everything(bench)
        kept = erased(bench, 7)
        assert bench.keys("values") == []
        assert back(kept.undo()) == len(rows)
        assert everything(bench) == before

    erased_and_put_back()


def family(url: URL) -> Bench:
    """Persons who name each other and a team, whose head is one of them."""
    metadata = sa.MetaData()
    sa.Table(
        "team", metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("head", sa.ForeignKey("person.id", name="head", use_alter=True), index=True),
    )  # fmt: skip
    sa.Table(
        "person", metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("boss", sa.ForeignKey("person.id"), index=True),
        sa.Column("team", sa.ForeignKey("team.id"), index=True),
    )  # fmt: skip
    persons = [{"id": n, "boss": (n % 4) + 1, "team": n % 2 + 1} for n in (1, 2, 3, 4)]
    bench = Bench(url, metadata, "team", lambda c: c.id <= 2)
    bench.create({"team": [{"id": 1}, {"id": 2}, {"id": 3}]})
    person, team = metadata.tables["person"], metadata.tables["team"]
    for row in persons:
        bench.execute(person.insert().values(id=row["id"]))
    for row in persons:
        bench.execute(person.update().where(person.c.id == row["id"]).values(row))
    bench.execute(team.update().where(team.c.id == 1).values(head=3))
    return bench


def test_cycles_come_back(any_database: URL) -> None:
    bench = family(any_database)
    before = everything(bench)
    kept = erased(bench)
    assert (bench.keys("person"), bench.keys("team")) == ([], [3])
    assert back(kept.undo()) == 6
    assert everything(bench) == before


def test_changed_columns_get_their_old_values_again(any_database: URL) -> None:
    bench = shop(any_database, actions={"email": "null"})
    before = everything(bench)
    kept = erased(bench)
    bench.execute("UPDATE customers SET email = 'x' WHERE id = 20")
    bench.execute("UPDATE customers SET seen = 9 WHERE id = 2")
    *others, refused = sorted(kept.undo(), key=str)
    assert refused == UndoRefusal(chunk=3, reason="changed_since", table="customers", rows=1)
    assert back(others) == 9
    now, was = everything(bench)["customers"], before["customers"]
    assert [row for row in now if row["seen"] == 9] == [was[1] | {"seen": 9}]
    assert now[-1]["email"] == "x"
    bench.execute("UPDATE customers SET email = NULL WHERE id = 20")
    assert back(kept.undo()) == 1
    bench.execute("UPDATE customers SET seen = 0 WHERE id = 2")
    assert everything(bench) == before


def test_pseudonyms_give_way_to_what_they_stand_for(any_database: URL) -> None:
    bench = members(any_database, email="pseudonymise", code="pseudonymise", note="null")
    bench.key = PSEUDONYMS
    before = everything(bench)
    kept = erased(bench, 2)
    assert everything(bench) != before
    assert back(kept.undo()) == kept.plan.roots
    assert everything(bench) == before


def test_a_moment_that_every_update_sets_anew_is_left_as_it_was(mariadb_database: URL) -> None:
    bench = shop(mariadb_database, 4)
    bench.key = PSEUDONYMS
    tables = ("customers", "notes")
    for table in tables:
        bench.execute(
            f"ALTER TABLE {table} ADD `%%now` timestamp(6) NULL ON UPDATE current_timestamp(6)"
        )
        bench.execute(f"UPDATE {table} SET `%%now` = '2001-01-01'")
    before = everything(bench)
    for actions in ({}, {"email": "null"}, {"email": "pseudonymise"}):
        bench.actions = actions
        kept = erased(bench)
        assert renewed(bench, tables) == {datetime(2001, 1, 1)}  # noqa: DTZ001
        assert everything(bench) != before
        back(kept.undo())
        assert renewed(bench, tables) == {datetime(2001, 1, 1)}  # noqa: DTZ001
        assert everything(bench) == before


def renewed(bench: Bench, tables: Sequence[str]) -> set[datetime | None]:
    """When the rows of tables were changed last, as they say themselves."""
    with bench.target.engine.connect() as connection:
        asked = (connection.exec_driver_sql(f"SELECT `%%now` FROM {each}") for each in tables)
        return {moment for rows in asked for moment in rows.scalars()}


def test_what_is_in_the_way_stops_the_whole_chunk(any_database: URL) -> None:
    bench = shop(any_database, 10)
    bench.execute(
        "ALTER TABLE customers ADD UNIQUE (email) DEFERRABLE INITIALLY DEFERRED"
        if bench.target.kind == "postgresql"
        else "CREATE UNIQUE INDEX one_each ON customers (email)"
    )
    before = everything(bench)
    kept = erased(bench, 1)
    bench.execute("INSERT INTO customers (id, seen, email) VALUES (12, 1, 'c10@example.jp')")
    bench.execute("INSERT INTO customers (id, seen) VALUES (8, 1)")
    bench.execute("UPDATE notes SET customer = 1 WHERE id = 6")
    bench.execute("DELETE FROM notes WHERE id = 4")
    first = everything(bench)
    assert [each for each in kept.undo() if isinstance(each, UndoRefusal)] == [
        UndoRefusal(chunk=4, reason="key_taken", table="customers", rows=1),
        UndoRefusal(chunk=3, reason="key_taken", table="customers", rows=1),
        UndoRefusal(chunk=2, reason="changed_since", table="notes", rows=1),
        UndoRefusal(chunk=1, reason="row_gone", table="notes", rows=1),
    ]
    assert bench.keys("customers") == [1, 2, 3, 5, 7, 8, 9, 12]
    orders = [row for row in everything(bench)["orders"] if row["customer"] != 2]
    assert orders == [row for row in first["orders"] if row["customer"] != 2]
    bench.execute("DELETE FROM customers WHERE id IN (8, 12)")
    bench.execute("UPDATE notes SET customer = NULL WHERE id = 6")
    bench.execute("INSERT INTO notes (id) VALUES (4)")
    back(kept.undo())
    assert everything(bench) == before


def test_a_row_without_its_parent_stays_away(any_database: URL) -> None:
    bench = replace(shop(any_database, 4), root="inquiries", due=lambda c: c.code != "")
    kept = erased(bench, 10)
    bench.execute("DELETE FROM items WHERE order_id = 11")
    bench.execute("DELETE FROM orders WHERE id = 11")
    (refused,) = kept.undo()
    assert isinstance(refused, UndoRefusal)
    assert (refused.reason, bench.keys("inquiries")) == ("parent_gone", [])
    bench.execute("INSERT INTO orders (id, customer) VALUES (11, 1)")
    assert back(kept.undo()) == 4


def test_with_another_schema_nothing_comes_back(sqlite_database: URL) -> None:
    bench = shop(sqlite_database, 4)
    kept = erased(bench)
    for change in ("ADD COLUMN more INTEGER", "DROP COLUMN day"):
        bench.execute(f"ALTER TABLE orders {change}")
        with pytest.raises(PlanError) as refused:
            kept.undo()
        assert refused.value.code == "quarantine_schema"
        assert bench.keys("customers") == [1, 3]


def test_only_the_key_opens_it_and_only_in_its_place(sqlite_database: URL) -> None:
    bench = shop(sqlite_database, 8)
    with bench.target.engine.begin() as connection:
        secret = connection.exec_driver_sql("SELECT email FROM customers WHERE id = 8").scalar()
    kept = erased(bench, 2)
    file = Path(str(sqlite_database.database))
    assert str(secret).encode() not in file.read_bytes()
    with pytest.raises(PlanError) as refused:
        replace(kept, key=SecretBytes(bytes(32))).undo()
    assert refused.value.code == "quarantine_altered"
    own = sa.update(QUARANTINE).where(QUARANTINE.c.no == 1, QUARANTINE.c.part == 0)
    one = "SELECT body FROM daicho_erasure_quarantine WHERE no = 1 AND part = 0"
    with bench.target.engine.begin() as connection:
        body = connection.exec_driver_sql(one).scalar_one()
    wrong = {
        "a bit": {"body": body[:-1] + bytes([body[-1] ^ 1])},
        "nothing": {"body": b""},
        "another step": {"body": body, "step": "x"},
        "fewer rows": {"step": kept.plan.steps[0].id, "row_count": QUARANTINE.c.row_count - 1},
    }
    for values in wrong.values():
        bench.execute(own.values(values))
        with pytest.raises(PlanError) as refused:
            kept.undo()
        assert refused.value.code == "quarantine_altered"
    assert bench.keys("customers") == [1, 3, 5, 7]
    moved = QUARANTINE.update().values(no=1 - QUARANTINE.c.no)
    bench.execute(sa.delete(QUARANTINE).where(QUARANTINE.c.no == 0))
    bench.execute(moved)
    with pytest.raises(PlanError):
        kept.undo()


def test_a_data_key_is_wrapped_for_one_plan_and_one_secret() -> None:
    text = wrapped(KEY.get_secret_value(), "p-1", SecretBytes(b"s" * 32))
    assert KEY.get_secret_value().hex() not in text
    assert unwrapped(text, "p-1", SecretBytes(b"s" * 32)) == KEY
    for plan, secret in (("p-2", b"s" * 32), ("p-1", b"t" * 32)):
        with pytest.raises(PlanError) as refused:
            unwrapped(text, plan, SecretBytes(secret))
        assert refused.value.code == "quarantine_secret"


REFUSED = {
    "postgres": ("money", "regclass", "pair", "money[]"),
    "mariadb": ("geometry", "point"),
}


@pytest.mark.parametrize("any_database", REFUSED, indirect=True)
@pytest.mark.server
@pytest.mark.filterwarnings("ignore:Did not recognize type:sqlalchemy.exc.SAWarning")
def test_what_could_not_be_put_back_is_refused(any_database: URL) -> None:
    bench = shop(any_database, 2)
    name = "postgres" if any_database.get_backend_name() == "postgresql" else "mariadb"
    if name == "postgres":
        bench.execute("CREATE TYPE pair AS (a integer, b integer)")
    for kind in REFUSED[name]:
        bench.execute(f"ALTER TABLE items ADD COLUMN odd {kind}")
        with bench.target.snapshot() as connection:
            closure = closure_of(bench, connection)
        with pytest.raises(PlanError) as refused:
            require_kept(bench.target, closure)
        assert (refused.value.code, refused.value.facts["column"]) == ("quarantine_type", "odd")
        bench.execute("ALTER TABLE items DROP COLUMN odd")
    require_kept(bench.target, closure)
