"""People keep the store's registers from the command line, a row or a file at a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from include.governance.cli.app import app
from include.governance.model.register import REGISTERS
from tests.cli.conftest import Daicho

RECIPIENT = ("--field", "name=倉庫", "--field", "kind=subcontractor", "--field", "country=JP")


def changes(text: str) -> dict[str, int]:
    counts = json.loads(text)
    return {name: counts[name] for name in ("added", "changed", "unchanged")}


def test_a_register_is_filled_shown_written_and_read_again(
    daicho: Daicho, clean: Path, tmp_path: Path
) -> None:
    add = ("register", "add", "recipients", "--field", "recipient_id=R1", *RECIPIENT)
    first = daicho(*add, "--as", "officer", "--json", "-")
    assert changes(first.out) == {"added": 1, "changed": 0, "unchanged": 0}
    assert changes(daicho(*add, "--json", "-").out)["unchanged"] == 1
    for name in ("r.csv", "r.json"):
        file = tmp_path / name
        assert daicho("register", "export", "recipients", str(file)).code == 0
        again = daicho("register", "import", "recipients", str(file), "--json", "-")
        assert changes(again.out) == {"added": 0, "changed": 0, "unchanged": 1}
    text = (tmp_path / "r.csv").read_text("utf-8").replace("倉庫", "新倉庫")
    (tmp_path / "r.csv").write_text(text, "utf-8")
    assert daicho("register", "import", "recipients", str(tmp_path / "r.csv")).code == 0
    shown = json.loads(
        daicho("register", "show", "recipients", "R1", "--history", "--json", "-").out
    )
    assert [row["name"] for row in shown["rows"]] == ["新倉庫"]
    told = [(each["action"], each["fields"]) for each in shown["changes"]]
    assert told == [
        ("added", ["recipient_id", "name", "kind", "country"]),
        ("changed", ["name"]),
    ]
    assert shown["changes"][0]["by"] == "officer"
    assert "新倉庫" in daicho("register", "show", "recipients").out
    listed = json.loads(daicho("register", "list", "--json", "-").out)["registers"]
    assert {each["register"]: each["rows"] for each in listed} == {
        name: int(name == "recipients") for name in REGISTERS
    }


@pytest.mark.parametrize(
    ("given", "code", "said", "kept"),
    [
        ('{"review": "audit", "next_due": "2027-01-31"}', 0, "追加1件", 1),
        ('{"review": "audit", "next_due": "2027-01-31"}\n{"review": "law"}', 2, "必須", 0),
        ("", 3, "行がありません", 0),
        ("\xff", 3, "UTF-8", 0),
    ],
    ids=["one", "one of two", "nothing", "no text"],
)
def test_rows_come_from_standard_input(
    daicho: Daicho, clean: Path, given: str, code: int, said: str, kept: int
) -> None:
    words = ["register", "add", "reviews", "-", "--lang", "ja"]
    done = CliRunner().invoke(app, words, input=given.encode("latin-1"))
    assert (done.exit_code, said in done.output) == (code, True), done.output
    shown = daicho("register", "show", "reviews", "--json", "-")
    assert len(json.loads(shown.out)["rows"]) == kept


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "recipient"), 3, "recipients"),
        (("add", "recipients"), 3, "--field NAME=VALUE"),
        (("add", "recipients", "--field", "nane=secret"), 2, "did you mean name?"),
        (("add", "recipients", "--field", "recipient_id=R1", "--field", "kind=x"), 2, "Allowed:"),
        (("add", "training", "--field", "employee=taro@mail.example"), 2, "an e-mail address"),
        (("add", "training", "--field", "employee=E1", "--as", "a@b.example"), 2, "--as"),
        (("show", "training", "nobody"), 2, "no row of that key"),
        (("import", "training", "{file}"), 2, "bad.csv:3: completed_on: is not a date"),
        (("import", "training", "{file}", "--format", "json"), 2, "bad.csv:1"),
        (("import", "training", "{folder}/none.csv"), 3, "none.csv"),
        (("export", "training", "{folder}/{nothing}/x.csv"), 3, "x.csv"),
    ],
    ids=range(11),
)
def test_mistakes_are_told_with_place_and_next_step_and_without_values(
    daicho: Daicho, clean: Path, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("employee,completed_on\nE1,2026-01-01\nE2,secret-day\n", "utf-8")
    given = (w.replace("{file}", str(file)).replace("{folder}", str(tmp_path)) for w in words)
    done = daicho("register", *given, *(("--lang", "en")))
    assert (done.code, said in done.out + done.err) == (code, True), done
    assert "secret" not in done.out + done.err
