"""Breaches drawn at random, in the clean company: each is found where it stands, and nothing else.

``DAICHO_TEST_PLANTINGS`` sets how many companies are drawn; each is the same every time.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import URL

from include.demo.ready import AS_OF
from include.governance.model.result import RuleResult
from include.governance.pipeline.check import check_source
from include.governance.pipeline.flag import flag_source
from include.governance.pipeline.registers import open_holds
from include.governance.pipeline.rules import check_rules
from include.governance.pipeline.workspace import Workspace
from tests.acceptance.company import Company, company, refs

PLANTINGS = int(os.environ.get("DAICHO_TEST_PLANTINGS", "4"))
#: Executes a statement in a source, with values.
Write = Callable[..., None]
#: Where a breach is to be found: ``source.table`` and the key of the row.
Found = tuple[str, Any]


def ago(days: int) -> str:
    return (AS_OF - timedelta(days=days)).isoformat()


def at(days: int) -> str:
    return f"{ago(days)}T09:00:00"


def long_ago(draw: Random, years: int) -> str:
    """A moment after which so many years have passed, by a day or by many."""
    last = date(AS_OF.year - years, AS_OF.month, AS_OF.day)
    return f"{last - timedelta(days=draw.randint(1, 3_000))}T23:59:59"


MEMBERS = (20, 200)


def _member(draw: Random, write: Write, words: str, *values: object) -> Found:
    number = draw.randint(*MEMBERS)
    write("shop", f"UPDATE shop_members SET {words} WHERE member_id = ?", *values, number)
    return "shop.shop_members", number


def channel(draw: Random, write: Write) -> Found:
    way = draw.choice(["list_broker", "WEB_FORM", "web-form", "招待", "unknown"])
    return _member(draw, write, "acquisition_channel = ?", way)


def no_notice(draw: Random, write: Write) -> Found:
    return _member(draw, write, "policy_version = ?", draw.choice([None, "", " "]))


def phone(draw: Random, write: Write) -> Found:
    wrong = draw.choice(["03-1234-567", "0901234567890", "12345", "電話なし"])
    return _member(draw, write, "phone = ?", wrong)


def born(draw: Random, write: Write) -> Found:
    day = draw.choice([ago(-1), ago(-400), "1899-12-31", "1066-10-14"])
    return _member(draw, write, "date_of_birth = ?", day)


def bounced(draw: Random, write: Write) -> Found:
    words = "email_bounced_at = ?, mail_magazine_flag = 1"
    return _member(draw, write, words, at(draw.randint(1, 900)))


def inactive(draw: Random, write: Write) -> Found:
    words = "status = 'active', last_login_at = ?, last_purchase_at = ?, registered_at = ?"
    return _member(draw, write, words, *(long_ago(draw, 3) for _ in range(3)))


def inquiry(draw: Random, write: Write) -> Found:
    number, closed = draw.randint(1, 60), long_ago(draw, 3)
    words = "UPDATE support_inquiries SET received_at = ?, closed_at = ? WHERE inquiry_id = ?"
    write("support", words, closed, closed, number)
    return "support.support_inquiries", number


def cart(draw: Random, write: Write) -> Found:
    number = draw.randint(7_000, 7_099)
    write(
        "shop",
        "INSERT OR REPLACE INTO shop_carts VALUES (?, ?, ?)",
        number, draw.randint(*MEMBERS), at(draw.randint(91, 4_000)),
    )  # fmt: skip
    return "shop.shop_carts", number


def mail(draw: Random, write: Write) -> Found:
    number, person = draw.randint(7_000, 7_099), draw.randint(*MEMBERS)
    write(
        "crm",
        "INSERT OR REPLACE INTO crm_mail_events VALUES (?, 'C1', ?, ?, 'opened', ?)",
        number, person, f"user{person:04d}@mail.example", at(draw.randint(400, 2_000)),
    )  # fmt: skip
    return "crm.crm_mail_events", number


def grant(draw: Random, write: Write) -> Found:
    number = draw.randint(7_000, 7_099)
    breach = draw.choice(
        [("left", ago(1), ago(1)), ("active", ago(91), ago(1)), ("active", ago(1), ago(366))]
    )
    write(
        "ops",
        "INSERT OR REPLACE INTO ops_access_grants VALUES (?, 'someone', ?, 'shop_orders', ?, ?)",
        number, *breach,
    )  # fmt: skip
    return "ops.ops_access_grants", number


def payment_job(draw: Random, write: Write) -> Found:
    name = f"planted_{draw.randint(1, 99)}"
    purpose = draw.choice(["P1", "P4", "P5", "P7"])
    write(
        "ops",
        "INSERT OR REPLACE INTO ops_jobs VALUES (?, 'shop_payments', ?, ?, 'EC')",
        name, '["payment_token"]', purpose,
    )  # fmt: skip
    return "ops.ops_jobs", name


def _request(draw: Random, write: Write, open_days: int) -> Found:
    number = f"PLANTED-{draw.randint(1, 999)}"
    kind = draw.choice(["disclosure", "correction", "deletion", "suspension"])
    write(
        "gov",
        "INSERT OR REPLACE INTO gov_dsr (request_id, member_id, type, received_at, fee_yen)"
        " VALUES (?, ?, ?, ?, 0)",
        number, draw.randint(*MEMBERS), kind, ago(open_days),
    )  # fmt: skip
    return "gov.gov_dsr", number


def slow_request(draw: Random, write: Write) -> Found:
    return _request(draw, write, draw.randint(15, 30))


def late_request(draw: Random, write: Write) -> Found:
    return _request(draw, write, draw.randint(31, 900))


def training(draw: Random, write: Write) -> Found:
    name = f"planted {draw.randint(1, 99)}"
    day = ago(draw.randint(366, 3_000))
    write("gov", "INSERT OR REPLACE INTO gov_training VALUES (?, ?)", name, day)
    return "gov.gov_training", name


PLANTS: Mapping[str, tuple[Callable[[Random, Write], Found], ...]] = {
    "S1-01": (channel, no_notice),
    "S2-02e": (payment_job,),
    "S3-02": (grant,),
    "S6-01": (phone, born),
    "S6-04": (bounced,),
    "S6-10a": (inactive,),
    "S6-10c": (inquiry,),
    "S6-10d": (mail,),
    "S6-10f": (cart,),
    "S6-20a": (slow_request,),
    "S6-20b": (late_request,),
    "S9-02": (training,),
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company("sqlite", "clean", tmp_path_factory.mktemp("clean")) as built:
        yield built


@pytest.mark.parametrize("seed", range(PLANTINGS))
def test_every_breach_is_found_and_nothing_else(clean: Company, seed: int) -> None:
    draw = Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        urls = {name: copied(url, Path(folder)) for name, url in clean.urls.items()}

        def write(source: str, words: str, *values: object) -> None:
            with closing(sqlite3.connect(str(urls[source].database))) as database, database:
                assert database.execute(words, values).rowcount == 1

        planted: dict[str, set[str]] = defaultdict(set)
        for control in draw.sample(sorted(PLANTS), 8):
            place, key = draw.choice(PLANTS[control])(draw, write)
            planted[control] |= refs(place, key)
        found = judged(replace(clean.workspace, connect=lambda name: urls[name]))
    assert found == planted


def copied(url: URL, folder: Path) -> URL:
    """A copy of a SQLite file that nobody has open."""
    file = Path(str(url.database))
    shutil.copy(file, folder / file.name)
    return url.set(database=str(folder / file.name))


def judged(workspace: Workspace) -> dict[str, set[str]]:
    """The rows that break a control, by what a database answers; a rule that fails fails here."""
    results: list[RuleResult] = [*check_rules(workspace, AS_OF)]
    holds = open_holds(workspace, AS_OF)
    for source in workspace.source_names:
        for _, each in (
            *check_source(workspace, source, AS_OF),
            *flag_source(workspace, source, AS_OF, holds),
        ):
            results += each
    assert not [result for result in results if result.status == "error"]
    found: dict[str, set[str]] = defaultdict(set)
    for result in results:
        if result.rows:
            found[result.control] |= set(result.row_refs)
    return dict(found)
