"""Every command does its work, says it in the reader's language, and leaves its exit code."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import secrets
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from include.governance.cli.app import app
from tests.cli.conftest import Daicho, connection

DAY = ("--as-of", "2026-11-30")


def test_a_clean_company_leaves_with_zero(daicho: Daicho, clean: Path, tmp_path: Path) -> None:
    done = daicho("run", *DAY, "--json", str(tmp_path / "out.json"))
    assert done.code == 0
    document = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert set(document) == {"as_of", "policy_version", "result", "rules", "findings"}
    assert document["result"] == "pass"


def has_the_published_shape(document: dict[str, list[dict[str, object]]]) -> None:
    assert set(document["rules"][0]) == {"control", "clause", "status", "reason", "rows"}
    assert set(document["findings"][0]) == {
        "control", "clause", "law", "severity", "source", "table", "columns", "rows",
        "row_refs", "owner", "due",
    }  # fmt: skip


def test_fail_on_counts_from_that_severity_on(daicho: Daicho, clean: Path) -> None:
    shop = sqlite3.connect(connection(clean, "shop")["host"])
    shop.execute("UPDATE shop_members SET phone='12345' WHERE member_id=1")
    shop.commit()
    shop.close()
    for level, code in (("high", 0), ("medium", 1), ("never", 0)):
        assert daicho("check", "--source", "shop", *DAY, "--fail-on", level).code == code


def test_json_to_standard_output_is_nothing_but_json(daicho: Daicho, clean: Path) -> None:
    done = daicho("scan", "--source", "support", *DAY, "--json", "-")
    assert done.code == 0
    assert json.loads(done.out)["classifications"]


def test_a_sample_is_never_clean_and_nothing_of_it_is_recorded(daicho: Daicho, clean: Path) -> None:
    sampled = ("scan", "--source", "support", *DAY, "--json", "-", "--sample")
    done = daicho(*sampled, "50%", "--seed", "7")
    assert done.code == 2
    results = json.loads(done.out)["results"]
    assert {r["status"] for r in results if r["rule"] == "undeclared"} == {"skip"}
    recorded = daicho("verdict", "list", "--json", "-")
    assert json.loads(recorded.out)["classifications"] == []
    for wrong in ("0", "0%", "101%", "-5", "5%%", "some", "nan%"):
        assert daicho(*sampled, wrong).code == 3


def test_examples_are_masked_and_for_a_terminal_only(
    daicho: Daicho, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("scan", "--source", "support", *DAY, "--examples", "1")
    refused = daicho(*asked)
    assert (refused.code, refused.out) == (3, "")
    support = sqlite3.connect(connection(clean, "support")["host"])
    values = {value for (value,) in support.execute("SELECT email FROM support_inquiries")}
    shown = on_a_terminal(monkeypatch, *asked)
    assert re.search(r"\w\*+@\*+\.\*+", shown)
    assert not any(value in shown for value in values)


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """What a command shows to somebody who watches."""
    watching, shown_to = pty.openpty()
    seen: list[bytes] = []

    def watch() -> None:
        with contextlib.suppress(OSError):  # the terminal is gone once its last writer is
            while piece := os.read(watching, 4096):
                seen.append(piece)

    thread = threading.Thread(target=watch)
    thread.start()
    with os.fdopen(shown_to, "w") as terminal, monkeypatch.context() as changed:
        changed.setattr(sys, "stdout", terminal)
        with pytest.raises(SystemExit):
            app(list(words))
    thread.join()
    os.close(watching)
    return b"".join(seen).decode()


def test_verbs_one_by_one_come_to_the_same_and_to_a_report(
    daicho: Daicho, planted: Path, home: Path, tmp_path: Path
) -> None:
    for verb in ("scan", "check"):
        assert daicho(verb, *DAY).code == 1
    assert daicho("flag", *DAY, "--json", str(tmp_path / "flag.json")).code == 1
    assert daicho("run", *DAY, "--json", str(tmp_path / "run.json")).code == 1
    first, second = ((tmp_path / f"{n}.json").read_text("utf-8") for n in ("flag", "run"))
    assert json.loads(first) == json.loads(second)
    has_the_published_shape(json.loads(second))
    a_report_is_written_in_both_languages(daicho, home)


def test_flag_without_a_scan_of_the_day_is_not_evaluated(daicho: Daicho, clean: Path) -> None:
    done = daicho("flag", *DAY)
    assert done.code == 2


def test_the_plan_is_shown_and_bound_by_its_digest(
    daicho: Daicho, planted: Path, tmp_path: Path
) -> None:
    done = daicho("plan", "retention", *DAY, "--lang", "ja", "--json", str(tmp_path / "p.json"))
    assert done.code == 0
    assert "消去計画" in done.out
    plan = json.loads((tmp_path / "p.json").read_text("utf-8"))
    assert plan["digest"] in done.out


def test_a_report_needs_a_run_first(daicho: Daicho, clean: Path) -> None:
    done = daicho("report", *DAY)
    assert done.code == 2
    assert "daicho run --as-of 2026-11-30" in done.err


def a_report_is_written_in_both_languages(daicho: Daicho, home: Path) -> None:
    done = daicho("report", *DAY)
    assert done.code == 0
    for language in ("en", "ja"):
        page = home / "reports" / f"report-2026-11-30.{language}.html"
        assert f'lang="{language}"' in page.read_text("utf-8")
        assert oct(page.stat().st_mode)[-3:] == "600"


def test_our_own_files_lint_without_an_error_also_against_the_databases(
    daicho: Daicho, clean: Path
) -> None:
    done = daicho("lint", "--live", *DAY)
    assert done.code == 0, done.out


def test_lint_finds_what_the_planted_company_hides(daicho: Daicho, planted: Path) -> None:
    done = daicho("lint", "--live", *DAY)
    assert "dwh_adhoc_vip_2021" in done.out


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_missing_key_is_refused(
    daicho: Daicho, clean: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("DAICHO_KEY", "")
    done = daicho("run", *DAY, "--lang", language)
    assert done.code == 3
    assert "DAICHO_KEY" in done.err


def test_an_unknown_source_is_a_configuration_mistake(daicho: Daicho, clean: Path) -> None:
    done = daicho("scan", "--source", "shopp", *DAY)
    assert done.code == 3
    assert "shop" in done.err


def test_an_unreachable_source_is_an_error_and_the_others_are_judged(
    daicho: Daicho, planted: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    away = "postgres://reader:s3cret-word@127.0.0.1:1/support"
    monkeypatch.setenv("AIRFLOW_CONN_SUPPORT", away)
    monkeypatch.setenv("DAICHO_KEY", secrets.token_hex(32))
    done = daicho("run", *DAY, "--json", str(tmp_path / "out.json"))
    assert done.code == 2
    document = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert document["result"] == "error"
    errors = {r["control"] for r in document["rules"] if r["status"] == "error"}
    assert "S2-00" in errors
    found = {f["control"] for f in document["findings"]}
    assert {"S6-10a", "S2-02c"} <= found
    assert "S6-10c" not in found
    assert "s3cret-word" not in done.out + done.err + json.dumps(document)


def test_a_breach_that_is_gone_is_gone_the_same_day(daicho: Daicho, clean: Path) -> None:
    shop = sqlite3.connect(connection(clean, "shop")["host"], isolation_level=None)
    shop.execute("CREATE TABLE tmp_export(id INTEGER PRIMARY KEY, mail TEXT)")
    shop.executemany(
        "INSERT INTO tmp_export(mail) VALUES(?)", [(f"a{n}@mail1.example",) for n in range(9)]
    )
    assert daicho("run", *DAY).code == 1
    assert daicho("flag", *DAY, "--fail-on", "critical").code == 0
    shop.execute("DROP TABLE tmp_export")
    shop.close()
    assert daicho("run", *DAY).code == 0


def test_the_planted_company_made_clean_has_no_finding_left(daicho: Daicho, planted: Path) -> None:
    assert daicho("run", *DAY).code == 1
    assert daicho("demo", "build", "--variant", "clean").code == 0
    assert daicho("run", *DAY).code == 0
