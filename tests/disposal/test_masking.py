"""Rows that stay are looked at again: is anything of the old values left, who stands alone?"""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from pydantic import SecretBytes
from sqlalchemy import URL

from include.governance.disposal.masking import look_again
from include.governance.disposal.tombstone import gone_keys
from include.governance.erasure.coarser import AgeCap
from include.governance.erasure.pseudonym import PseudonymKey
from include.governance.erasure.selection import of_nothing
from include.governance.erasure.verify import verify
from include.governance.model.certificate import Masking
from include.governance.model.erasure import ErasurePlan
from tests.erasure.bench import TODAY, Bench, dataset

KEY = PseudonymKey(SecretBytes(bytes(range(40))))
CATEGORIES = {
    "email": {"category": "email"},
    "name": {"category": "name"},
    "born": {"category": "date_of_birth"},
    "postcode": {"category": "postal_code"},
    "address": {"category": "address"},
    "shop": {"category": "purchase", "quasi_identifier": True},
}
ACTIONS = {
    "email": "null", "name": "fixed", "born": "generalise", "postcode": "generalise",
    "address": "generalise",
}  # fmt: skip


def members(url: URL, rows: int = 12, **actions: str) -> Bench:
    metadata = sa.MetaData()
    table = sa.Table(
        "members", metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("active", sa.Integer, nullable=False),
        sa.Column("email", sa.String(80)),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("born", sa.Date),
        sa.Column("postcode", sa.String(8)),
        sa.Column("address", sa.String(80)),
        sa.Column("shop", sa.Integer, nullable=False),
    )  # fmt: skip
    bench = Bench(
        url, metadata, "members", lambda c: c.active == 0,
        datasets=[dataset(table, **CATEGORIES)], actions=actions or ACTIONS,
    )  # fmt: skip
    return bench.create(
        {
            "members": [
                {
                    "id": n, "active": n % 2, "email": f"taro{n}@example.jp", "name": "佐藤太郎",
                    "born": date(1990, 1 + n % 12, 3), "postcode": "104-0061",
                    "address": f"東京都中央区銀座{n}-2-3" if n else "島根県松江市殿町1-1",
                    "shop": 10 if n == 4 else 7,
                }
                for n in range(rows)
            ]
        }
    )  # fmt: skip


def masked(bench: Bench) -> ErasurePlan:
    plan = bench.plan()
    bench.apply(plan)
    return plan


def seen(bench: Bench, plan: ErasurePlan, threshold: int = 5) -> Masking:
    with bench.target.snapshot() as connection:
        keys = [key for _, found in gone_keys(connection, plan.plan_id) for key in found]
    shown = bench.of("members")
    return look_again(bench.target, shown, plan.actions, keys, threshold, bench.age_cap)


def test_nothing_is_left_and_two_rows_stand_alone(any_database: URL) -> None:
    bench = members(any_database)
    found = seen(bench, masked(bench))
    assert found.rows == 6
    assert found.clean
    assert [column.column for column in found.columns] == sorted(ACTIONS)
    assert found.groups.columns == ("born", "postcode", "address", "shop")
    assert found.groups.model_dump(exclude={"columns"}) == {
        "rows": 6, "groups": 3, "smallest": 1, "threshold": 5, "small_rows": 6, "unique": 2,
    }  # fmt: skip
    assert not found.groups.hold


def test_a_value_that_came_back_is_counted_in_its_column(any_database: URL) -> None:
    bench = members(any_database)
    plan = masked(bench)
    bench.execute(
        "UPDATE members SET email = 'x@example.jp', born = '1990-05-05' WHERE id IN (2, 4)"
    )
    found = {c.column: c.unmasked for c in seen(bench, plan).columns}
    assert found == {"email": 2, "name": 0, "born": 2, "postcode": 0, "address": 0}


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("shop = 3", 0),  # no masked column
        ("email = 'x@example.jp'", 1),
        ("name = 'y'", 1),
        ("born = '1990-05-05'", 1),
        ("postcode = '104-0061'", 1),
    ],
)
def test_by_keys_alone_masked_columns_still_have_the_form_of_their_actions(
    any_database: URL, change: str, left: int
) -> None:
    """Where nobody can say any more which rows are due."""
    bench = members(any_database)
    plan = masked(bench)
    bench.execute(f"UPDATE members SET {change} WHERE id = 2")
    nothing = of_nothing(bench.of("members"), "test", TODAY, bench.actions)
    found = verify(bench.target, plan.plan_id, nothing, bench.basis(), lambda: ())
    assert (found.left, found.due_again) == (left, 0)
    assert found.holds is (left == 0)


def test_rows_of_other_plans_are_company_and_untouched_rows_are_not(sqlite_database: URL) -> None:
    bench = members(sqlite_database, rows=24)
    masked(bench)
    bench.execute("UPDATE members SET active = 0")
    found = seen(bench, masked(bench))
    assert found.groups.rows == 24
    assert (found.groups.smallest, found.groups.unique) == (1, 2)


def test_a_pseudonym_is_told_by_its_form(any_database: URL) -> None:
    bench = members(any_database, email="pseudonymise")
    bench.key = KEY
    plan = masked(bench)
    assert seen(bench, plan).clean
    bench.execute("UPDATE members SET email = 'hanako.yamada.of.tokyo@example.jp' WHERE id = 2")
    assert [(c.unmasked, c.found) for c in seen(bench, plan).columns] == [(1, 1)]


def test_an_address_that_a_coarser_value_still_holds_is_found(sqlite_database: URL) -> None:
    bench = members(sqlite_database)
    plan = masked(bench)
    bench.execute("UPDATE members SET postcode = '090-1234-5678' WHERE id = 2")
    column = next(c for c in seen(bench, plan).columns if c.column == "postcode")
    assert (column.unmasked, column.found) == (1, 1)


def test_ages_above_the_cap_are_looked_for_where_it_is_known(any_database: URL) -> None:
    bench = members(any_database, born="generalise")
    bench.age_cap = AgeCap(60, TODAY)
    bench.execute("UPDATE members SET born = '1934-05-05' WHERE id = 4")
    plan = masked(bench)
    assert seen(bench, plan).clean
    bench.execute("UPDATE members SET born = '1934-01-01' WHERE id = 4")
    assert [column.unmasked for column in seen(bench, plan).columns] == [1]
    bench.age_cap = None
    assert seen(bench, plan).clean
