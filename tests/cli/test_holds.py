"""A legal hold placed from the command line keeps its rows until it is released."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Daicho, connection

TODAY = date.today()  # noqa: DTZ011 - far from midnight's matter
SOON, LATE = (TODAY + timedelta(days=60)).isoformat(), (TODAY + timedelta(days=400)).isoformat()
WHY = ("--reason", "legal_hold", "--approver", "LEG/sato", "--review-due", SOON)


def add(daicho: Daicho, *words: str) -> dict[str, Any]:
    done = daicho("hold", "add", *WHY, *words, "--json", "-")
    assert done.code == 0, done
    found: dict[str, Any] = json.loads(done.out)
    return found


def over_retained(daicho: Daicho) -> set[str]:
    """The tables with findings of retention."""
    done = daicho("flag", "--as-of", "2026-11-30", "--json", "-")
    found = json.loads(done.out)["findings"]
    return {each["table"] for each in found if each["control"].startswith("S6-10")}


def test_a_held_table_is_not_due_until_the_hold_is_released(daicho: Daicho, planted: Path) -> None:
    assert "support_inquiries" in over_retained(daicho)
    placed = add(daicho, "--table", "support_inquiries", "--id", "H-1", "--note", "case 12")
    assert list(placed["kept"]) == ["support.support_inquiries"]
    assert "support_inquiries" not in over_retained(daicho)
    assert daicho("hold", "release", "H-1", "--approver", "CPO").code == 0
    assert "support_inquiries" in over_retained(daicho)
    [row] = [h for h in listed(daicho, "--all") if h["hold_id"] == "H-1"]
    assert (row["released_by"], row["reason"]) == ("CPO", "legal_hold: case 12")
    assert "H-1" not in {hold["hold_id"] for hold in listed(daicho)}


def listed(daicho: Daicho, *words: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(daicho("hold", "list", *words, "--json", "-").out)[
        "holds"
    ]
    return found


def test_what_a_column_holds_is_held_by_number_and_told_to_the_ledger_once(
    daicho: Daicho, clean: Path, tmp_path: Path
) -> None:
    assert daicho("ledger", "key", "new", "example.co.jp/daicho").code == 0
    values = tmp_path / "values.txt"
    values.write_text("10\n\n12\nnobody-at-all\n", "utf-8")
    query = ("--column", "shop.shop_members.member_id", "--values", str(values), "--id", "H-2")
    for event in ("placed", "unchanged"):
        done = add(daicho, *query)
        assert (done["hold"], done["event"]) == ("H-2", event)
    mine = [hold for hold in listed(daicho) if hold["hold_id"].startswith("H-2/")]
    assert [hold["subject_ref"] for hold in mine] == ["member:10", "member:12"]
    assert "nobody" not in json.dumps(mine)
    reviewed = daicho("hold", "review", "H-2", "--review-due", SOON, "--json", "-")
    assert json.loads(reviewed.out)["event"] == "unchanged"
    for event in ("released", "unchanged"):
        done = json.loads(daicho("hold", "release", "H-2", "--approver", "LEG", "--json", "-").out)
        assert done["event"] == event
    assert daicho("ledger", "verify").code == 0
    entries = json.loads(daicho("ledger", "show", "--json", "-").out)["entries"]
    assert [each["entry"]["event"] for each in entries] == ["placed", "reviewed", "released"]
    assert {(e["entry"]["scope"], e["entry"]["table"]) for e in entries} == {
        ("query", "shop_members")
    }
    assert "sato" not in json.dumps(entries)
    (clean.parent.parent / "ledger-keys").rename(tmp_path / "lost")
    assert daicho("hold", "add", *WHY, "--subject", "member:10").code == 3
    assert listed(daicho, "--all")[-1]["hold_id"] != "H-3"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 3, "exactly one of"),
        (("--table", "shop_orders", "--subject", "member:1"), 3, "exactly one of"),
        (("--column", "shop.shop_members.member_id"), 3, "exactly one of"),
        (("--table", "shop_ordrs"), 2, "Did you mean shop_orders?"),
        (("--subject", "secret"), 2, "ENTITY:KEY"),
        (("--subject", "secret:1"), 2, "ENTITY:KEY"),
        (("--table", "shop_orders", "--reason", "secret"), 2, "Allowed: legal_hold"),
        (("--table", "shop_orders", "--approver", "secret"), 2, "CPO"),
        (("--table", "shop_orders", "--review-due", LATE), 2, "reviewed by"),
        (("--table", "shop_orders", "--review-due", "2026-01-01"), 2, "must lie in the future"),
        (("--table", "shop_orders", "--note", "secret@mail.example"), 2, "e-mail"),
        (("--column", "shop.shop_members.mail", "--values", "{file}"), 2, "did you mean"),
        (("--column", "shop.shop_members.email", "--values", "{file}"), 2, "find no row"),
        (("--subject", "member:10", "--reason", "dsr_dispute", "--approver", "secret"), 2, "CPO"),
        (("--subject", "member:10", "--id", "secret/1"), 2, "hold_id: must not have"),
        (("--subject", "member:10", "--id", "secret" * 20), 2, "hold_id: is not valid"),
        (("--subject", f"member:secret{7:0100}"), 2, "subject_ref: is not valid"),
        (("--subject", "member:10", "--note", "\udcff secret"), 2, "reason: is not valid"),
        (("--subject", "-"), 3, "more than one line"),
        (("--subject", "member:M-secret"), 2, "the table of such subjects cannot hold"),
    ],
    ids=range(20),
)
def test_a_hold_that_cannot_stand_is_refused_and_nothing_entered(
    daicho: Daicho, clean: Path, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "values").write_text("secret@mail.example\n", "utf-8")
    given = (word.replace("{file}", str(tmp_path / "values")) for word in words)
    two = "member:10\nmember:secret\n"
    done = daicho("hold", "add", *WHY, *given, "--lang", "en", given=two)
    assert (done.code, said.lower() in done.err.lower()) == (code, True), done
    assert "secret" not in done.out + done.err
    shown = json.loads(daicho("register", "show", "holds", "--json", "-").out)
    assert shown["rows"] == []


def test_placing_a_hold_says_what_it_keeps_and_warns_of_what_is_doubtful(
    daicho: Daicho, clean: Path
) -> None:
    def said(*words: str) -> tuple[int, str, str]:
        done = daicho("hold", "add", *WHY, *words, "--lang", "en")
        return done.code, done.out, done.err

    code, out, err = said("--subject", "member:１０")
    assert (code, "shop.shop_members: 1 row(s) kept now" in out, err) == (0, True, "")
    for subject in ("member:99999999", "member:1234567890123456789", f"member:{2**64}"):
        code, out, err = said("--subject", subject)
        assert (code, "kept now" in out, "keeps no row now" in err) == (0, False, True)
    code, out, err = said("--table", "shop_payment_tokens")
    assert (code, "shop.shop_payment_tokens: " in out) == (0, True)
    assert "a finding of S6-12" in err
    flagged = json.loads(daicho("flag", "--json", "-").out)["findings"]
    assert [f["table"] for f in flagged if f["control"] == "S6-12"] == ["register_holds"]
    moved = Path(connection(clean, "crm")["host"])
    moved.rename(moved.with_suffix(".away"))
    code, out, err = said("--subject", "member:10", "--id", "H-9")
    assert (code, "Hold H-9 placed" in out, "nothing is erased there" in err) == (2, True, True)


def test_a_hold_is_reviewed_and_released_by_its_own_id_only(
    daicho: Daicho, clean: Path, tmp_path: Path
) -> None:
    assert daicho("ledger", "key", "new", "example.co.jp/daicho").code == 0
    (tmp_path / "values").write_text("12\n", "utf-8")
    query = ("--column", "shop.shop_members.member_id", "--values", str(tmp_path / "values"))
    subject = ("--subject", "member:10")
    read = daicho("hold", "add", *WHY, "--subject", "-", "--id", "H-1", given="member:10\r\n")
    assert read.code == 0, read
    [row] = [hold for hold in listed(daicho) if hold["hold_id"] == "H-1"]
    assert row["subject_ref"] == "member:10"
    add(daicho, *query, "--id", "H-2")
    given = {"hold_id": "H-1/1", "table_name": "shop_orders", "reason": "legal_hold"}
    given |= {"approver": "LEG", "placed_on": str(TODAY), "review_due": SOON}
    fields = [word for n, value in given.items() for word in ("--field", f"{n}={value}")]
    assert daicho("register", "add", "holds", *fields, "--as", "sato").code == 0
    later = (TODAY + timedelta(days=61)).isoformat()
    for words, said in (
        (("release", "H-11", "--approver", "LEG"), "H-1"),
        (("release", "H-1", "--approver", "LEG/" + "x" * 255), "released_by"),
        (("review", "H-1", "--review-due", LATE), "review_due"),
        (("review", "H-1", "--review-due", str(TODAY)), "must lie in the future"),
        (("add", *WHY, *query, "--id", "H-1"), "is in the register already"),
        (("add", *WHY, *subject, "--id", "H-2"), "is in the register already"),
    ):
        done = daicho("hold", *words, "--lang", "en")
        assert (done.code, said in done.err) == (2, True), done
    for due in (later, SOON, later):
        assert daicho("hold", "review", "H-1", "--review-due", due).code == 0
    assert daicho("hold", "release", "H-1", "--approver", "LEG").code == 0
    left = {hold["hold_id"] for hold in listed(daicho) if hold["place"].startswith("store.")}
    assert left == {"H-1/1", "H-2/1"}
    done = daicho("hold", "review", "H-1", "--review-due", SOON, "--lang", "en")
    assert (done.code, "was released" in done.err) == (2, True)
    entries = json.loads(daicho("ledger", "show", "--json", "-").out)["entries"]
    told = [(e["entry"]["event"], e["entry"]["review_on"]) for e in entries]
    assert told == [
        *(("placed", SOON), ("placed", SOON)),
        *(("reviewed", later), ("reviewed", SOON), ("reviewed", later), ("released", None)),
    ]
