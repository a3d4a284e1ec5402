"""Rows that are held, chosen, erased, certified, restored and found again, from the command line.

`hold list` and `register show` are left out: they print what officers wrote into registers.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta

from tests.canary.console import Home

DUE = "2026-11-20"  # a day that is over: nothing may be erased before it is due
WHO = ("--as", "tanaka")
OCCASION = ("--reason", "no_longer_needed", "--ticket", "T-1", *WHO)
RETENTION = ("plan", "retention", "--for-approval", "--as-of", DUE, *WHO)


def dispose(home: Home) -> None:
    """Everything a company does with rows that are due, ending with a finding of restored ones."""
    shop = home.folder / "demo" / "shop.db"
    backup = shutil.copy(shop, home.folder / "backup.db")
    home.well("dispose", "key", "example.jp/approvals")
    home.well("ledger", "key", "new", "example.jp/daicho")
    hold_and_release(home)
    plan_what_was_asked_for(home)
    plans = home.json(*RETENTION, "--source", "shop")["plans"]
    assert {"shop_carts", "shop_members"} <= {plan["table"] for plan in plans}
    for plan in plans:
        erase(home, plan["plan_id"], plan["digest"][:12])
    home.well("dispose", "expire")
    home.well("certificate", "list")
    home.well("ledger", "verify")
    home.well("ledger", "show", "--last", "1000")
    home.well("ledger", "export", str(home.folder / "export"))
    shutil.move(backup, shop)
    home.well("reapply", "--since", DUE, "--ticket", "T-2", *WHO, "--source", "shop", code=1)
    home.well("run", "--as-of", DUE, code=1)
    home.run("report", "--as-of", DUE, "--out", str(home.folder / "report"))
    [finding, *_] = home.json("finding", "list")["findings"]
    found = finding["finding"]["fingerprint"]
    home.well("finding", "false-positive", found, "--reason", "T-3")
    home.well("finding", "reopen", found, "--reason", "T-4")


def in_days(days: int) -> str:
    return str(date.today() + timedelta(days=days))  # noqa: DTZ011 - far from midnight's matter


def hold_and_release(home: Home) -> None:
    """A hold on what a column holds, which nobody may read later."""
    values = home.folder / "demo" / "values.txt"
    with closing(sqlite3.connect(home.folder / "demo" / "shop.db")) as shop:
        rows = shop.execute("SELECT email FROM shop_members LIMIT 3").fetchall()
    values.write_text("\n".join(email for (email,) in rows), "utf-8")
    query = ("--column", "shop.shop_members.email", "--values", str(values))
    why = ("--reason", "legal_hold", "--approver", "LEG/sato")
    refused = ("hold", "add", *query, *why, "--review-due", "2099-01-01")
    home.well(*refused, code=2)
    held = home.json("hold", "add", *query, *why, "--review-due", in_days(30), "--id", "H-1")
    values.unlink()
    assert len(held["rows"]) == 3
    home.well("hold", "review", "H-1", "--review-due", in_days(60))
    home.well("hold", "release", "H-1", "--approver", "LEG")


def plan_what_was_asked_for(home: Home) -> None:
    """A person's request and an operator's choice; their plans are refused and taken back."""
    fields = {"request_id": "R-1", "right": "deletion", "subject_id": "member:20"}
    fields |= {"received_on": DUE, "identity_verified_on": DUE}
    given = [word for name, value in fields.items() for word in ("--field", f"{name}={value}")]
    home.well("register", "add", "requests", *given, *WHO)
    home.run("plan", "request", "R-1", *OCCASION)
    keys = home.folder / "keys.txt"
    keys.write_text("12\n", "utf-8")
    place = ("--source", "shop", "--table", "shop_members", "--keys-file", str(keys))
    chosen = home.json("selection", "add", *place, *OCCASION)
    [plan, *_] = home.json("plan", "adhoc", chosen["selection_id"], *WHO)["plans"]
    home.well("withdraw", plan["plan_id"], *WHO)


def erase(home: Home, plan_id: str, digest: str) -> None:
    """A plan from its first reader to its last certificate."""
    home.well("plan", "show", plan_id, "--rehearse")
    for person in ("owner.ec", "cpo"):
        home.well("approve", plan_id, "--digest", digest, "--as", person)
    home.well("dispose", "apply", plan_id, "--as", "runner")
    home.well("dispose", "status", plan_id)
    home.well("dispose", "verify", plan_id, "--as", "runner")
    home.well("certificate", "issue", plan_id)
    home.well("dispose", "reclaim", plan_id, "--level", "3")
    home.well("certificate", "show", plan_id)


def fail_to_dispose(home: Home) -> None:
    """Plans of sources that are damaged."""
    for source in ("shop", "support"):
        home.run(*RETENTION, "--source", source)
    for source in ("crm", "ops"):
        home.well(*RETENTION, "--source", source, code=2)
