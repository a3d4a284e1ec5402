"""Rows that stay with other values: exactly the approved ones, once, and by the stated rules."""

from __future__ import annotations

import hmac
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretBytes
from sqlalchemy import URL

from include.governance.erasure.pseudonym import PseudonymKey
from include.governance.erasure.target import Target
from include.governance.errors import GovernanceError, PlanError
from tests.erasure.bench import Bench, dataset

SECRET = bytes(range(40))
KEY = PseudonymKey("k1", SecretBytes(SECRET))
CATEGORIES = {
    "born": {"category": "date_of_birth"},
    "postcode": {"category": "postal_code"},
    "address": {"category": "address"},
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


def test_a_pseudonym_is_an_hmac_and_the_key_stands_in_no_statement(any_database: URL) -> None:
    bench = members(any_database, email="pseudonymise")
    plan = bench.plan()
    if any_database.get_backend_name() == "mysql":
        with pytest.raises(PlanError, match="write the key into the statement"):
            bench.apply(plan, key=KEY)
        return
    said: list[str] = []
    listen = sa.event.listens_for(bench.target.engine, "before_cursor_execute")
    listen(lambda _c, _cur, statement, *_rest: said.append(statement))
    bench.apply(plan, key=KEY)
    for row in bench.rows("members"):
        email = f"髙橋{row['id']}@example.jp"
        digest = hmac.new(SECRET, email.encode(), "sha256").hexdigest()[:32]
        assert row["email"] == (email if row["status"] else digest)
    assert not any(SECRET.hex() in text or repr(SECRET) in text for text in said)


@pytest.mark.server
def test_no_pseudonym_where_the_server_would_log_its_key(postgres_database: URL) -> None:
    bench = members(postgres_database, email="pseudonymise")
    plan, before = bench.plan(), bench.rows("members")
    for setting in (
        "log_min_duration_statement=0", "log_min_duration_statement=1s", "log_statement=all",
        "log_transaction_sample_rate=0.5", "log_parameter_max_length_on_error=-1",
        "auto_explain.log_min_duration=0", "debug_print_plan=on",
    ):  # fmt: skip
        bench.target = logging(postgres_database, setting)
        with pytest.raises(PlanError, match=setting.partition("=")[0]) as refused:
            bench.apply(plan, key=KEY)
        assert refused.value.say("ja") != refused.value.say("en")
    assert bench.rows("members") == before
    bench.target = logging(postgres_database, "log_statement=all", "log_parameter_max_length=0")
    assert bench.apply(plan, key=KEY).complete


def logging(url: URL, *settings: str) -> Target:
    options = " ".join(f"-c {each}" for each in settings)
    return Target("shop", url.update_query_dict({"options": options}))


@pytest.mark.parametrize("name", ["sqlite", pytest.param("postgres", marks=pytest.mark.server)])
def test_an_interrupted_run_never_hashes_twice(request: pytest.FixtureRequest, name: str) -> None:
    bench = members(request.getfixturevalue(f"{name}_database"), email="pseudonymise")
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
            bench.apply(plan, key=KEY, world=bench.world(watch=watch(at)))
    assert bench.apply(plan, key=KEY).complete
    assert bench.apply(plan, key=KEY).chunks == 0
    for row in bench.rows("members"):
        email = f"髙橋{row['id']}@example.jp"
        assert row["email"] == (email if row["status"] else KEY.of(email))


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
     ("name", "pseudonymise"), ("born", "pseudonymise")],
)  # fmt: skip
def test_an_action_that_a_column_cannot_take_is_refused(
    sqlite_database: URL, column: str, action: str
) -> None:
    bench = members(sqlite_database, **{column: action})
    with pytest.raises(GovernanceError, match=column):
        bench.apply(bench.plan(), key=KEY)


def test_a_pseudonym_needs_a_key(sqlite_database: URL) -> None:
    bench = members(sqlite_database, email="pseudonymise")
    plan = bench.plan()
    with pytest.raises(PlanError, match="no key was given"):
        bench.apply(plan)
    with pytest.raises(PlanError, match="at least 32"):
        PseudonymKey("k", SecretBytes(b"short")).pads()
