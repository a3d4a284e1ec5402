"""People decide about findings, and the next run remembers."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Daicho, connection, invoke, settle

DAY = ("--as-of", "2026-11-30")


@pytest.fixture(autouse=True)
def officer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the commands is the one whom the policy names for CPO."""
    monkeypatch.setenv("LOGNAME", "cpo")


@pytest.fixture(scope="module")
def judged_home(
    planted_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """A home whose company was judged once, to be copied, and its findings by control."""
    home = tmp_path_factory.mktemp("judged") / "home"
    settle(planted_home, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAICHO_HOME", str(home))
        assert invoke("run", *DAY).code == 1
        found = json.loads(invoke("finding", "list", "--json", "-").out)["findings"]
    return home, {f["finding"]["control"]: f["finding"]["fingerprint"] for f in found}


@pytest.fixture
def planted(home: Path, judged_home: tuple[Path, dict[str, str]]) -> Path:
    """The company with planted breaches, judged; its settings file."""
    return settle(judged_home[0], home)


@pytest.fixture
def judged(planted: Path, judged_home: tuple[Path, dict[str, str]]) -> dict[str, str]:
    """Fingerprints of the findings by control."""
    return judged_home[1]


def published(daicho: Daicho, folder: Path, verb: str = "flag") -> set[str]:
    """What is open: concluded anew from the day's scan and check, or after another ``run``."""
    daicho(verb, *DAY, "--json", str(folder / "out.json"))
    document = json.loads((folder / "out.json").read_text("utf-8"))
    return {finding["control"] for finding in document["findings"]}


def test_an_accepted_finding_is_silent_until_its_day(
    daicho: Daicho, judged: dict[str, str], tmp_path: Path
) -> None:
    accept = ("--role", "CPO", "--until", "2027-03-31", "--reason", "migration in spring")
    assert daicho("finding", "accept", judged["S6-10f"][:8], *accept).code == 0
    assert "S6-10f" not in published(daicho, tmp_path)


def test_a_false_positive_is_silent_and_can_be_reopened(
    daicho: Daicho, judged: dict[str, str], tmp_path: Path
) -> None:
    which = judged["S6-02"][:8]
    assert daicho("finding", "false-positive", which, "--reason", "moved office").code == 0
    assert "S6-02" not in published(daicho, tmp_path)
    assert daicho("finding", "reopen", which, "--reason", "checked again").code == 0
    assert "S6-02" in published(daicho, tmp_path)


def test_a_decision_is_not_about_what_comes_later(
    daicho: Daicho, judged: dict[str, str], planted: Path, tmp_path: Path
) -> None:
    accept = ("--role", "CPO", "--until", "2027-03-31", "--reason", "four rows")
    assert daicho("finding", "accept", judged["S6-01"], *accept).code == 0
    assert daicho("finding", "false-positive", judged["S1-02"], "--reason", "test data").code == 0
    assert not {"S1-02", "S6-01"} & published(daicho, tmp_path)
    with closing(sqlite3.connect(connection(planted, "dwh")["host"])) as dwh, dwh:
        dwh.execute("ALTER TABLE dwh_adhoc_vip_2021 ADD COLUMN spare VARCHAR(40)")
        dwh.execute("UPDATE dwh_adhoc_vip_2021 SET spare = 'taro' || rowid || '@mail.example'")
    with closing(sqlite3.connect(connection(planted, "shop")["host"])) as shop, shop:
        shop.execute("UPDATE shop_members SET phone = '12345' WHERE member_id = 1")
    assert {"S1-02", "S6-01"} <= published(daicho, tmp_path, "run")


@pytest.mark.parametrize(
    "words",
    [
        ("accept", "S", "--role", "CPO", "--until", "2027-01-01", "--reason", "x"),
        ("accept", "ffffffff", "--role", "CPO", "--until", "2027-01-01", "--reason", "x"),
        ("accept", "{id}", "--role", "DO", "--until", "2027-01-01", "--reason", "x"),
        ("accept", "{id}", "--role", "CPO", "--until", "2027-01-01", "--reason", "to@mail.example"),
        ("accept", "{id}", "--role", "King", "--until", "2027-01-01", "--reason", "x"),
        ("accept", "{id}", "--role", "CPO", "--until", "2040-01-01", "--reason", "x"),
        ("false-positive", "{id}", "--reason", "call taro@mail.example"),
        ("reopen", "{id}", "--reason", "never decided"),
    ],
)
def test_a_decision_that_cannot_stand_is_refused(
    daicho: Daicho, judged: dict[str, str], words: tuple[str, ...]
) -> None:
    done = daicho("finding", *(w.replace("{id}", judged["S6-02"][:8]) for w in words))
    assert done.code == 2
    assert "taro@mail.example" not in done.out + done.err


YES = ("--answer", "yes", "--reason", "seen by a partner", "--role", "SEC")


def _listed(daicho: Daicho) -> dict[str, str | None]:
    found = json.loads(daicho("finding", "list", "--json", "-").out)["findings"]
    return {each["finding"]["control"]: each["incident"] for each in found}


def test_whether_a_finding_is_a_leak_is_asked_and_answered(
    daicho: Daicho, judged: dict[str, str], planted: Path, tmp_path: Path
) -> None:
    asked = {control for control, said in _listed(daicho).items() if said == "asked"}
    assert asked == {"S2-00", "S2-02c", "S2-02d", "S3-01", "S7-01", "S7-02"}
    category = ("--category", "property_damage", "--persons", "3")
    done = daicho("finding", "incident", judged["S3-01"][:8], *YES, *category)
    assert (done.code, "finding-" in done.out) == (0, True)
    no = ("--answer", "no", "--reason", "test data", "--role", "SEC")
    assert daicho("finding", "incident", judged["S2-00"][:8], *no, "--lang", "ja").code == 0
    said = _listed(daicho)
    assert (said["S3-01"], said["S2-00"], said["S7-01"]) == ("yes", "no", "asked")
    [row] = json.loads(daicho("register", "export", "incidents", "-").out)
    assert (row["category"], row["persons_affected"]) == ("property_damage", 3)
    page = tmp_path / "report"
    assert daicho("report", "--out", str(page), *DAY).code == 0
    shown = "".join(file.read_text("utf-8") for file in page.glob("*.html"))
    assert f"daicho finding incident {judged['S7-01'][:12]}" in shown
    assert f"daicho finding incident {judged['S3-01'][:12]}" not in shown


REFUSED: list[tuple[str, tuple[str, ...], str]] = [
    ("S6-01", YES, "S2-00"),
    ("S3-01", (*YES[:-1], "CPO"), "SEC"),
    ("S3-01", YES, "--category"),
    ("S2-00", (*YES, "--category", "special_care"), "unauthorised_access"),
    ("S3-01", (*YES, "--category", "theft"), "special_care"),
    ("S3-01", (*YES, "--persons", "-1"), "≥ 0"),
]


def test_an_answer_that_cannot_stand_is_refused(daicho: Daicho, judged: dict[str, str]) -> None:
    for control, words, said in REFUSED:
        done = daicho("finding", "incident", judged[control], *words)
        assert done.code in (2, 3), words
        assert said in " ".join((done.out + done.err).split())
    assert "yes" not in _listed(daicho).values()


def test_the_demo_key_does_not_name_rows_of_another_database(
    daicho: Daicho, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", "sqlite:////somewhere/else.db")
    done = daicho("run", *DAY)
    assert done.code == 3
    assert "DAICHO_KEY" in done.err
