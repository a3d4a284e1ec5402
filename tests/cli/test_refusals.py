"""What an installation has wrong is said before any source is read: exit 3, and a next step."""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path

import pytest

from include.governance.settings import ROOT
from tests.cli.conftest import Daicho

DAY = ("--as-of", "2026-11-30")
AWAY = "postgres://u:s3cret-word@127.0.0.1:1/x"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAICHO_KEY", secrets.token_hex(32))


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "DAICHO_STORE"),
        ("sqlite://", ""),
        ("oracle://db", "SQLite"),
        ("nodialect://db", "SQLite"),
        ("postgresql+nodriver://db/x", "DAICHO_STORE"),
        ("sqlite:////proc/nowhere/x.db", "/proc/nowhere/x.db"),
    ],
    ids=["text", "memory", "oracle", "dialect", "driver", "folder"],
)
def test_a_store_that_cannot_be_opened(
    daicho: Daicho, monkeypatch: pytest.MonkeyPatch, url: str, said: str, language: str
) -> None:
    monkeypatch.setenv("DAICHO_STORE", url)
    done = daicho("finding", "list", "--lang", language)
    assert done.code == 3
    assert said in done.err


def test_every_source_that_cannot_be_opened_is_named_before_one_is_read(
    daicho: Daicho, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", "nodialect://u:s3cret-word@db/x")
    monkeypatch.setenv("AIRFLOW_CONN_OPS", "snowflake://u:s3cret-word@db/x")
    monkeypatch.setenv("AIRFLOW_CONN_CRM", "{")
    for verb in (("run",), ("scan",), ("check",), ("flag",), ("plan", "retention")):
        done = daicho(*verb, *DAY)
        assert done.code == 3, verb
        assert [line.split(":")[0] for line in done.err.splitlines()[:3]] == ["crm", "ops", "shop"]
        assert done.out == ""
        assert "s3cret-word" not in done.err
    assert daicho("check", "--source", "shop", *DAY).code == 3


@pytest.mark.parametrize(("language", "said"), [("en", "shop: the database"), ("ja", "shop:")])
def test_a_source_that_does_not_answer_is_named_with_the_next_step(
    daicho: Daicho, clean: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", AWAY)
    for verb in (("check", "--source", "shop"), ("scan", "--source", "shop")):
        done = daicho(*verb, *DAY, "--lang", language)
        assert done.code == 2
        assert done.err.count(said) == 1


@pytest.mark.parametrize("verb", ["run", "lint"])
def test_files_that_cannot_be_read_are_named(
    daicho: Daicho, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    contracts, suites = tmp_path / "contracts", tmp_path / "expectations"
    shutil.copytree(ROOT / "include" / "contracts", contracts)
    (contracts / "dangling.odcs.yaml").symlink_to(tmp_path / "nowhere")
    (contracts / "folder.odcs.yaml").mkdir()
    shutil.copytree(ROOT / "expectations", suites)
    suite = suites / "clause_6_accuracy.json"
    suite.write_text(suite.read_text("utf-8").replace('"S6-04"', '"S6-40"'), "utf-8")
    monkeypatch.setenv("DAICHO_CONTRACTS", str(contracts))
    monkeypatch.setenv("DAICHO_EXPECTATIONS", str(suites))
    done = daicho(verb)
    assert done.code == 3
    for place in ("dangling.odcs.yaml:1", "folder.odcs.yaml:1", "clause_6_accuracy.json:"):
        assert place in done.out + done.err
    assert "include/policies/controls.yaml:" in done.out + done.err  # nobody checks S6-04 now


@pytest.mark.parametrize("words", [("run",), ("demo", "build"), ("lint", "--live")], ids=" ".join)
def test_the_demos_settings_that_cannot_be_read(
    daicho: Daicho, home: Path, words: tuple[str, ...]
) -> None:
    file = home / "demo" / "demo.env"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"# fine\nA=\xff\n")
    done = daicho(*words)
    assert done.code == 3
    assert f"{file}:2" in done.err


@pytest.mark.parametrize("words", [("run",), ("demo", "build")], ids=" ".join)
def test_a_home_that_cannot_be_written(
    daicho: Daicho, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DAICHO_HOME", str(tmp_path / "file" / "home"))
    done = daicho(*words)
    assert done.code == 3
    assert str(tmp_path / "file") in done.err


def test_a_full_disk_is_called_so(daicho: Daicho, clean: Path) -> None:
    done = daicho("lint", *DAY, "--json", "/dev/full")
    assert done.code == 2
    assert "disk is full" in done.err


def test_a_run_that_evaluates_nothing_is_not_clean(daicho: Daicho, clean: Path) -> None:
    done = daicho("check", "--source", "support", *DAY, "--json", "-")
    assert json.loads(done.out)["results"] == []
    assert done.code == 2
    assert "Not one rule" in done.err
