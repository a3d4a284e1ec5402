"""Rows that stay with other values: exactly the approved ones, once, and by the stated rules."""

from __future__ import annotations

import hmac
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretBytes
from sqlalchemy import URL

from include.governance.erasure.actions import assignments_of
from include.governance.erasure.coarser import AgeCap
from include.governance.erasure.constraints import broken_checks
from include.governance.erasure.pseudonym import PseudonymKey
from include.governance.erasure.reflect import read_closure
from include.governance.erasure.target import Target
from include.governance.errors import PlanError
from tests.erasure.bench import TODAY, Bench, dataset

SECRET = bytes(range(40))
KEY = PseudonymKey(SecretBytes(SECRET))
CATEGORIES = {
    "born": {"category": "date_of_birth"},
    "postcode": {"category": "postal_code"},
    "address": {"category": "address"},
    "code": {"category": "postal_code"},
}

ADDRESSES = (("神奈川県横浜市", "神奈川県"), ("東京都中央区", "東京都"), ("太宰府市宰府", None))


def members(url: URL, **actions: str) -> Bench:
    metadata = sa.MetaData()
    table = sa.Table(
        "members", metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("email", sa.String(80), nullable=False),
        sa.Column("code", sa.String(80), nullable=False, unique=True),
        sa.Column("name", sa.String(4), nullable=False),
        sa.Column("born", sa.Date),
        sa.Column("postcode", sa.String(8)),
        sa.Column("address", sa.String(80)),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("note", sa.Text),
    )  # fmt: skip
    bench = Bench(
        url, metadata, "members", lambda c: c.status == 0,
        datasets=[dataset(table, **CATEGORIES)], actions=actions,
    )  # fmt: skip
    rows = [
        {
            "id": n, "status": n % 2, "email": f"髙橋{n}@example.jp", "code": f"M{n}",
            "name": "佐藤", "born": date(1990, 2, n + 1), "postcode": "104-0061", "points": 5,
            "note": "x", "address": ADDRESSES[n % 3][0],
        }
        for n in range(12)
    ]  # fmt: skip
    return bench.create({"members": rows})


def test_every_action_does_what_it_says_to_due_rows_only(any_database: URL) -> None:
    bench = members(
        any_database, email="fixed", code="fixed", name="fixed", born="generalise",
        postcode="generalise", address="generalise", points="fixed", note="null",
    )  # fmt: skip
    before = bench.rows("members")
    plan = bench.plan()
    applied = bench.apply(plan)
    assert (applied.roots, applied.rows) == (6, 6)
    for old, new in zip(before, bench.rows("members"), strict=True):
        if old["status"]:
            assert new == old
            continue
        prefecture = ADDRESSES[old["id"] % 3][1]
        assert new == old | {
            "email": "erased", "code": f"erased-{old['id']}", "name": "eras",
            "born": date(1990, 1, 1), "postcode": "104", "address": prefecture, "points": 0,
            "note": None,
        }  # fmt: skip


def people(url: URL, cap: AgeCap | None, *checks: str) -> Bench:
    """A person of every age around the cap, some of them without one."""
    metadata = sa.MetaData()
    table = sa.Table(
        "people", metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("age", sa.Integer),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("born", sa.Date),
        sa.Column("written", sa.String(20), nullable=False),
        *(sa.CheckConstraint(check, name=f"check_{n}") for n, check in enumerate(checks)),
    )  # fmt: skip
    words = {
        "age": {"category": "age"}, "year": {"category": "birth_year"},
        "born": {"category": "date_of_birth"}, "written": {"category": "date_of_birth"},
    }  # fmt: skip
    bench = Bench(
        url, metadata, "people", lambda c: c.id >= 0, datasets=[dataset(table, **words)],
        actions=dict.fromkeys(words, "generalise"), age_cap=cap,
    )  # fmt: skip
    days = [date(2026 - age, 3, 3) for age in AGES]
    rows = [
        {"id": n, "age": 2026 - day.year, "year": day.year, "born": day,
         "written": f"{day}" if n else "unknown"}
        for n, day in enumerate(days)
    ]  # fmt: skip
    return bench.create({"people": [*rows, rows[0] | {"id": 99, "age": None, "born": None}]})


AGES = (20, 89, 90, 91, 116)


def test_whoever_is_older_than_the_cap_counts_as_that_old(any_database: URL) -> None:
    bench = people(any_database, AgeCap(90, TODAY))
    before = bench.rows("people")
    plan = bench.plan()
    assert (plan.age_cap, bench.apply(plan).rows) == (90, 6)
    for old, new in zip(before, bench.rows("people"), strict=True):
        year = max(old["year"], 1936)
        assert new == {
            "id": old["id"], "age": old["age"] and min(old["age"], 90), "year": year,
            "born": old["born"] and date(year, 1, 1),
            "written": "" if old["written"] == "unknown" else f"{year}-01-01",
        }  # fmt: skip
    bench.age_cap = AgeCap(95, TODAY)
    with pytest.raises(PlanError, match="actions on columns changed"):
        bench.apply(plan)


def test_new_values_that_a_constraint_forbids_are_refused_before_a_plan(any_database: URL) -> None:
    bench = people(
        any_database, AgeCap(90, TODAY), "age >= 0 OR age IS NULL", "id = 2 OR age <> 90"
    )
    with bench.target.snapshot() as connection:
        selection = bench.selection()
        closure = read_closure(
            connection, bench.target.kind, selection.root, bench.datasets, selection.deletes
        )
        changes = assignments_of(closure.root, selection, bench.target.kind)
        refused = list(
            broken_checks(connection, bench.target.kind, closure.root, selection, changes)
        )
    assert [each.facts for each in refused] == [
        {"table": "shop.people", "name": "check_1", "rows": 2}
    ]


def pseudonym(text: str, secret: bytes = SECRET) -> str:
    return hmac.new(secret, text.encode(), "sha256").hexdigest()[:32]


def test_a_pseudonym_is_an_hmac_and_no_statement_has_key_or_old_value(any_database: URL) -> None:
    bench = members(any_database, email="pseudonymise", code="pseudonymise", note="null")
    bench.key = KEY
    bench.execute("UPDATE members SET code = '' WHERE id = 2")
    plan, before = bench.plan(), bench.rows("members")
    said: list[str] = []
    listen = sa.event.listens_for(bench.target.engine, "before_cursor_execute")
    sees = (
        1 if any_database.get_backend_name() == "postgresql" else 2
    )  # its parameters have the key
    listen(lambda _c, _cur, *statement: said.append(repr(statement[:sees])))
    assert bench.apply(plan).complete
    for old, new in zip(before, bench.rows("members"), strict=True):
        renamed = {name: pseudonym(old[name]) for name in ("email", "code")} | {"note": None}
        assert new == (old if old["status"] else old | renamed)
    assert not [text for text in said if "@example.jp" in text or SECRET.hex() in text]


@pytest.mark.server
def test_no_pseudonym_where_the_server_would_log_its_key(postgres_database: URL) -> None:
    bench = members(postgres_database, email="pseudonymise")
    bench.key = KEY
    plan, before = bench.plan(), bench.rows("members")
    for setting in (
        "log_min_duration_statement=0", "log_min_duration_statement=1s", "log_statement=all",
        "log_transaction_sample_rate=0.5", "log_parameter_max_length_on_error=-1",
        "auto_explain.log_min_duration=0", "debug_print_plan=on",
    ):  # fmt: skip
        bench.target = logging(postgres_database, setting)
        with pytest.raises(PlanError, match=setting.partition("=")[0]) as refused:
            bench.apply(plan)
        assert refused.value.say("ja") != refused.value.say("en")
    assert bench.rows("members") == before
    bench.target = logging(postgres_database, "log_statement=all", "log_parameter_max_length=0")
    assert bench.apply(plan).complete


def logging(url: URL, *settings: str) -> Target:
    options = " ".join(f"-c {each}" for each in settings)
    return Target("shop", url.update_query_dict({"options": options}))


def test_an_interrupted_run_never_hashes_twice(any_database: URL) -> None:
    bench = members(any_database, email="pseudonymise")
    bench.key = KEY
    plan = bench.plan(chunk_roots=1)

    class Killed(BaseException):
        pass

    def watch(at: tuple[str, int]) -> Any:
        def stop(what: str, chunk: int) -> None:
            if (what, chunk) == at:
                raise Killed

        return stop

    for at in (("changed", 0), ("committed", 0), ("locked", 2), ("changed", 2), ("committed", 3)):
        with pytest.raises(Killed):
            bench.apply(plan, world=bench.world(watch=watch(at)))
    assert bench.apply(plan).complete
    assert bench.apply(plan).chunks == 0
    for row in bench.rows("members"):
        email = f"髙橋{row['id']}@example.jp"
        assert row["email"] == (email if row["status"] else pseudonym(email))


def test_a_plan_is_bound_to_the_key_it_was_made_with(sqlite_database: URL) -> None:
    bench = members(sqlite_database, email="pseudonymise")
    bench.key = KEY
    plan = bench.plan()
    assert plan.pseudonym_key == KEY.id
    bench.key = PseudonymKey(SecretBytes(SECRET[::-1]))
    with pytest.raises(PlanError, match=f"pseudonym key {KEY.id}, .* now {bench.key.id}") as found:
        bench.apply(plan)
    assert KEY.id in found.value.say("ja")
    assert bench.apply(bench.plan()).complete


def test_rows_of_every_kind_of_key_get_their_own_pseudonym(any_database: URL) -> None:
    """Keys of two columns with quotes, signs of paths and blanks in them; padded text; NULL."""
    metadata = sa.MetaData()
    table = sa.Table(
        "cards", metadata,
        sa.Column("shop", sa.String(20), primary_key=True),
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holder", sa.String(40)),
        sa.Column("code", sa.CHAR(40), nullable=False),
    )  # fmt: skip
    bench = Bench(
        any_database, metadata, "cards", lambda c: c.no < 1_000,
        datasets=[dataset(table)], actions={"holder": "pseudonymise", "code": "pseudonymise"},
        key=PseudonymKey(SecretBytes(longer := SECRET * 2)),
    )  # fmt: skip
    shops = ("a'b\"c", "$.x[0]", "\\ y", "銀座", "-1")
    rows = [
        {"shop": shops[n % 5], "no": n - 1, "holder": f"h{n}" if n % 7 else None, "code": f"c{n} "}
        for n in range(1_300)
    ]
    bench.create({"cards": rows})
    assert bench.apply(bench.plan(chunk_roots=None)).rows == 1_001
    for row in bench.rows("cards"):
        n = row["no"] + 1
        holder, code = f"h{n}" if n % 7 else None, f"c{n} "
        if n <= 1_000:
            holder = holder and pseudonym(holder, longer)
            padded = any_database.get_backend_name() != "sqlite"
            code = pseudonym(code.rstrip() if padded else code, longer)
        assert (row["holder"], row["code"].rstrip()) == (holder, code.rstrip())


def test_a_row_that_became_active_again_keeps_its_values(any_database: URL) -> None:
    bench = members(any_database, note="null")
    plan = bench.plan()
    bench.execute("UPDATE members SET status = 1 WHERE id = 4")
    applied = bench.apply(plan)
    assert (applied.roots, applied.skipped) == (5, 1)
    assert {r["id"] for r in bench.rows("members") if r["note"] is None} == {0, 2, 6, 8, 10}


@pytest.mark.parametrize(
    ("column", "action"),
    [("id", "fixed"), ("email", "null"), ("points", "pseudonymise"), ("note", "generalise"),
     ("name", "pseudonymise"), ("born", "pseudonymise"), ("code", "generalise")],
)  # fmt: skip
def test_an_action_that_a_column_cannot_take_is_refused(
    sqlite_database: URL, column: str, action: str
) -> None:
    bench = members(sqlite_database, **{column: action})
    bench.key = KEY
    with pytest.raises(PlanError, match=rf"{action} .*column {column}:"):
        bench.apply(bench.plan())


def test_a_pseudonym_needs_a_key(sqlite_database: URL) -> None:
    bench = members(sqlite_database, email="pseudonymise")
    plan = bench.plan()
    with pytest.raises(PlanError, match="DAICHO_PSEUDONYM_KEY is not set"):
        bench.apply(plan)
