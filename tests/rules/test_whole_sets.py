"""Rules on tables of many rows: none is looked through again for each row of another."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretBytes
from sqlalchemy import URL, make_url

from include.governance.model.contract import Column, Dataset
from include.governance.pipeline.rules import open_run
from include.governance.pipeline.workspace import open_workspace
from include.governance.rules.judge import Company, judge
from include.governance.rules.rule import read_rule
from include.governance.settings import Settings
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from include.governance.source.dialect import in_sets
from include.governance.store.register_rows import STORE
from tests.rules.small import AS_OF, HASHING, POLICY, empty_store, listing

PEOPLE = 30_000
FILL = (
    "CREATE TABLE mails (id int PRIMARY KEY, person int, campaign_id text, event_type text,"
    " at timestamp)",
    "CREATE TABLE agreed (consent_id int PRIMARY KEY, subject_id int, purpose text,"
    " granted_at timestamp, withdrawn_at timestamp)",
    "INSERT INTO mails {series} SELECT n, n, 'C1', 'sent', '2026-11-10' FROM g",
    "INSERT INTO agreed {series} SELECT n, n, 'P4', '2026-01-01', NULL FROM g",
    "CREATE TABLE sent (campaign_id text PRIMARY KEY, purpose text)",
    "INSERT INTO sent VALUES ('C1', 'P4'), ('C2', 'P5')",
    "ANALYZE",
)
MAILS = Dataset(
    source="main",
    table="mails",
    name="mails",
    kind="communication",
    primary_key=("id",),
    subject_key="person",
    columns=(
        Column(name="id"),
        Column(name="person"),
        Column(name="campaign_id"),
        Column(name="event_type"),
        Column(name="at", clocks=("occurred",)),
    ),
)
AGREED = Dataset(
    source="main",
    table="agreed",
    name="agreed",
    kind="register",
    fills_register="consents",
    primary_key=("consent_id",),
    columns=tuple(
        Column(name=name)
        for name in ("consent_id", "subject_id", "purpose", "granted_at", "withdrawn_at")
    ),
)
SENT = Dataset(
    source="main",
    table="sent",
    name="sent",
    kind="reference",
    entity="campaign",
    primary_key=("campaign_id",),
    columns=(Column(name="campaign_id"), Column(name="purpose")),
)
BREACH = (
    "event_type = 'sent' AND subject_id IS NOT NULL"
    " AND EXISTS (SELECT 1 FROM campaigns k JOIN purposes p ON p.purpose = k.purpose"
    " WHERE k.campaign_id = messages.campaign_id AND p.consent = 'opt_in_email')"
    " AND NOT EXISTS (SELECT 1 FROM consents c JOIN campaigns k ON k.purpose = c.purpose"
    " WHERE k.campaign_id = messages.campaign_id AND c.subject_id = messages.subject_id"
    " AND c.granted_at <= messages.occurred_at)"
)


SERIES = "WITH RECURSIVE g (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM g WHERE n < {people})"


@pytest.mark.server
def test_postgresql_reads_each_table_once(postgres_database: URL, tmp_path: Path) -> None:
    assert judged(in_sets(postgres_database), tmp_path) == ("fail", 1, "in_database")


def test_rules_are_judged_that_way_and_verbs_that_look_for_keys_are_not(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, store_url="sqlite://", key=SecretBytes(bytes(32)))
    workspace = open_workspace(settings, lambda _name: make_url("postgresql+psycopg://h/d"))
    joining = open_run(workspace, AS_OF).open("shop").url.query["options"]
    assert "enable_nestloop=off" in joining
    assert "options" not in workspace.source("shop").url.query


def test_what_sqlite_would_look_through_for_each_row_is_joined_in_memory(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "main.db"))
    assert judged(url, tmp_path) == ("fail", 1, "streamed")


def judged(url: URL, folder: Path) -> tuple[str, int, object]:
    """How the rule ends on 30,000 people, of whom one never agreed, and where it ran."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in FILL:
            connection.exec_driver_sql(filled(statement))
    rule = read_rule("S2-04a", "rule", {"rows": "messages", "breach": BREACH}, POLICY)
    empty_store(folder)
    sources = {
        "main": Source("main", url),
        STORE: Source(STORE, URL.create("sqlite", database=str(folder / f"{STORE}.db"))),
    }
    company = Company(
        POLICY, (MAILS, AGREED, SENT), Zone("Asia/Tokyo"), HASHING, sources.__getitem__, listing
    )
    began = time.perf_counter()
    [found] = [found for found in judge([rule], company, AS_OF) if found.source == "main"]
    # 30,000 times 30,000 comparisons take minutes
    assert time.perf_counter() - began < 15
    return found.status, found.rows, found.facts["ran"]


def filled(statement: str) -> str:
    """The statement with its series of numbers, as every engine writes it."""
    if "{series" not in statement:
        return statement
    first = 2 if "agreed" in statement else 1
    return statement.replace("{series}", SERIES.format(first=first, people=PEOPLE))
