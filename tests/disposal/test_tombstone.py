"""What was erased is recognised when it comes back, until nobody needs to and nobody can."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from include.governance.disposal.tombstone import bury, expiry, gone_keys
from include.governance.erasure.tables import purge
from include.governance.errors import PlanError, StoreError
from include.governance.model.contract import Column, Dataset
from include.governance.model.erasure import ErasurePlan
from include.governance.model.reference import row_ref
from include.governance.model.tombstone import Grave, epoch_key, tombstones
from include.governance.pipeline.resurrected import Buried, looked_at, zombies
from include.governance.policy.load import load_rulebook
from include.governance.settings import ROOT
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from include.governance.store.migrate import upgrade
from include.governance.store.store import Store
from include.governance.store.tombstones import Tombstones
from tests.disposal.test_masking import masked, members
from tests.erasure.bench import Bench
from tests.erasure.shop import shop
from tests.pipeline.company import Declared, workspace

AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
SECRET, SALT = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def stones(tmp_path: Path) -> Tombstones:
    url = f"sqlite:///{tmp_path}/store.db"
    upgrade(url)
    return Tombstones(Store(url))


def buried(bench: Bench, plan: ErasurePlan, stones: Tombstones, root: Dataset) -> int:
    epoch = stones.begin(SALT, SECRET, AT)
    return bury(bench.target, plan.plan_id, root, stones, SECRET, epoch, AT)


def back(bench: Bench, stones: Tombstones, dataset: Dataset) -> list[tuple[object, ...]]:
    keys = stones.keys(SECRET)
    known = Buried(keys, tuple(stones.graves()) if keys else ())
    found = zombies(Source("shop", bench.url), dataset, known, Zone("Asia/Tokyo"))
    return sorted({each.key for each in found})


def test_a_tombstone_is_the_hmac_that_names_a_row() -> None:
    key = epoch_key(SECRET, SALT)
    rows: list[tuple[object, ...]] = [(1,), ("a|b",), ("a|b", 2), (date(2026, 1, 1),)]
    wanted = [bytes.fromhex(row_ref(key, "shop", "t", row))[:16] for row in rows]
    assert list(tombstones(key, "shop.t", rows)) == wanted


def test_deleted_rows_that_are_there_again_are_found(any_database: URL, stones: Tombstones) -> None:
    bench = shop(any_database)
    root = bench.of("customers").model_copy(update={"kind": "subject_master", "entity": "member"})
    plan, applied, _ = bench.run()
    assert buried(bench, plan, stones, root) == 2 * applied.roots == 20
    assert buried(bench, plan, stones, root) == 0
    with bench.target.writing() as connection:
        purge(connection, plan.plan_id)
    assert back(bench, stones, root) == []
    assert buried(bench, plan, stones, root) == 0
    with bench.target.snapshot() as connection, pytest.raises(PlanError):
        list(gone_keys(connection, plan.plan_id))
    bench.execute("INSERT INTO customers (id, seen, email) VALUES (4, 1, 'x'), (444, 1, 'x')")
    assert back(bench, stones, root) == [(4,)]
    other = bench.of("orders").model_copy(update={"kind": "subject_master", "entity": "member"})
    bench.execute("DELETE FROM items")
    bench.execute("DELETE FROM inquiries")
    bench.execute("DELETE FROM orders")
    bench.execute("INSERT INTO orders (id, customer, day) VALUES (6, 4, 1), (7, 4, 1)")
    assert back(bench, stones, other) == [(6,)]


def test_what_was_left_alone_has_no_tombstone(sqlite_database: URL, stones: Tombstones) -> None:
    bench = shop(sqlite_database)
    plan = bench.plan()
    bench.execute("UPDATE customers SET seen = 1 WHERE id = 4")
    bench.apply(plan)
    with bench.target.snapshot() as connection:
        gone = [key for _, keys in gone_keys(connection, plan.plan_id) for key in keys]
    assert sorted(gone) == [(n,) for n in range(2, 21, 2) if n != 4]
    buried(bench, plan, stones, bench.of("customers"))
    assert back(bench, stones, bench.of("customers")) == []


def test_changed_rows_are_found_by_their_old_values(any_database: URL, stones: Tombstones) -> None:
    bench = members(any_database)
    plan = masked(bench)
    assert buried(bench, plan, stones, bench.of("members")) == 6
    assert back(bench, stones, bench.of("members")) == []
    bench.execute("UPDATE members SET born = '1990-05-05' WHERE id IN (4, 5)")
    bench.execute("UPDATE members SET name = '佐藤太郎' WHERE id = 8")
    assert back(bench, stones, bench.of("members")) == [(4,), (8,)]


def test_another_secret_is_an_error_and_a_destroyed_one_is_silence(
    sqlite_database: URL, stones: Tombstones
) -> None:
    bench = shop(sqlite_database)
    plan, *_ = bench.run()
    buried(bench, plan, stones, bench.of("customers"))
    bench.execute("INSERT INTO customers (id, seen, email) VALUES (4, 1, 'x')")
    with pytest.raises(StoreError) as refused:
        stones.keys(bytes(32))
    assert refused.value.code == "tombstone_secret"
    stones.close(1, AT, date(2027, 1, 4))
    assert stones.begin(bytes(32), SECRET, AT).number == 2
    assert back(bench, stones, bench.of("customers")) == [(4,)]
    stones.destroy(1, AT)
    assert back(bench, stones, bench.of("customers")) == []
    assert [epoch.destroyed_at for epoch in stones.epochs()] == [AT, None]


def test_a_key_lives_as_long_as_the_longest_copy() -> None:
    rulebook, _ = load_rulebook(ROOT / "include" / "policies", ROOT)
    assert rulebook
    policy = rulebook.policy
    assert expiry(policy, date(2026, 11, 30)) == date(2027, 1, 4)
    assert expiry(policy.model_copy(update={"copies": {}}), date(2026, 11, 30)) is None


def test_the_store_holds_no_key_of_a_row(sqlite_database: URL, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    upgrade(url)
    metadata = sa.MetaData()
    mail, seen = sa.Column("mail", sa.String(60), primary_key=True), sa.Column("seen", sa.Integer)
    sa.Table("people", metadata, mail, seen)
    bench = Bench(sqlite_database, metadata, "people", lambda c: c.seen == 0)
    bench.create({"people": [{"mail": "canary@example.jp", "seen": 0}]})
    plan, *_ = bench.run()
    assert buried(bench, plan, Tombstones(Store(url)), bench.of("people")) == 1
    assert b"canary" not in b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))


def test_tables_of_persons_are_looked_at_once_a_person_is_gone(
    sqlite_database: URL, tmp_path: Path
) -> None:
    words = {"owner": "EC", "entity": "member", "purposes": ["P1"]}
    columns = [("id", "integer", {"dataCategory": "member_id"})]
    own = workspace(tmp_path, sqlite_database, [Declared("people", columns, ["id"], words=words)])
    assert list(looked_at(own, "shop")) == []
    for place, tables in (("member", ["people"]), ("guest", [])):
        gone = Grave(
            epoch=1, plan_id="p", chunk=0, scope="subject", place=place, actions={}, buried_at=AT,
            hashes=b"",
        )  # fmt: skip
        assert [d.table for d in looked_at(own, "shop", Buried({}, (gone,)))] == tables


@pytest.mark.parametrize(
    ("made", "used", "is_later"),
    [
        ("2026-11-19", "2026-11-22", False),
        ("2026-11-21 00:00:00", None, True),
        ("2026-11-20 23:59:59", "2026-11-30", False),  # the day of the erasure
        (None, None, False),
        ("soon", "2026-11-30", False),
    ],
)
def test_a_row_that_dates_nothing_before_the_erasure_may_be_another(
    any_database: sa.URL, made: str | None, used: str | None, is_later: bool
) -> None:
    """Its key may have been given again."""
    text = "VARCHAR(30)"
    with sa.create_engine(any_database, poolclass=sa.NullPool).begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE t (id INTEGER, made {text}, used {text})")
        row = {"made": made, "used": used}
        connection.execute(sa.text("INSERT INTO t VALUES (7, :made, :used)"), row)
    dataset = Dataset(
        source="shop",
        table="t",
        name="t",
        kind="transaction",
        primary_key=("id",),
        columns=(
            Column(name="id"),
            Column(name="made", clocks=("ordered",)),
            Column(name="used", clocks=("used",)),
            Column(name="gone", clocks=("shipped",)),  # only the contract has it
        ),
    )
    key = epoch_key(SECRET, SALT)
    buried_at = datetime(2026, 11, 20, 3, tzinfo=UTC)
    tombs = b"".join(tombstones(key, "shop.t", [(7,)]))
    grave = Grave(
        epoch=1, plan_id="p", chunk=1, scope="row", place="shop.t", actions={},
        buried_at=buried_at, hashes=tombs,
    )  # fmt: skip
    known = Buried({1: key}, (grave,))
    [found] = zombies(Source("shop", any_database), dataset, known, Zone("Asia/Tokyo"))
    assert found == ((7,), is_later)
